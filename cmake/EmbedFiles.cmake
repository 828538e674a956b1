# cmake "-DFILES=A;B" -DOUTPUT=FILE.cc -P EmbedFiles.cmake
# Writes the C++ source that holds the files of the live page.
include("${CMAKE_CURRENT_LIST_DIR}/HexBytes.cmake")
set(arrays "")
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
  hex_bytes(bytes "${file}")
  cmake_path(GET file FILENAME name)
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {\n    ${bytes}\n};\n")
  string(APPEND entries "    {\"${name}\", {reinterpret_cast<const char*>(kFile${number}), sizeof(kFile${number})}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Made from web/live by cmake/EmbedFiles.cmake.
#include \"serve/page/page_files.h\"

namespace seafusion::serve {
namespace {

${arrays}
}  // namespace

std::span<const PageFile> PageFiles() {
  static const PageFile files[] = {
${entries}  };
  return files;
}

}  // namespace seafusion::serve
")
