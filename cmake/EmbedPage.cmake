# cmake -DINPUT=FILE.html -DOUTPUT=FILE.cc -P EmbedPage.cmake
# Writes the C++ source that holds the report's page.
include("${CMAKE_CURRENT_LIST_DIR}/HexBytes.cmake")
hex_bytes(bytes "${INPUT}")
file(WRITE "${OUTPUT}" "// Made from web/report by cmake/EmbedPage.cmake.
#include \"report/page.h\"

namespace seafusion::report {
namespace {

constexpr unsigned char kPage[] = {
    ${bytes}
};

}  // namespace

std::string_view PageTemplate() { return {reinterpret_cast<const char*>(kPage), sizeof(kPage)}; }

}  // namespace seafusion::report
")
