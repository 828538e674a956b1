# cmake -DINPUT=FILE -DOUTPUT=FILE.cc -DNAME=Lite -P EmbedWeights.cmake
# Writes the C++ source that holds a safetensors file as what NAMEWeights() returns: no file has to
# be found at run time, on any platform, and the hash is of what is compiled in.
include("${CMAKE_CURRENT_LIST_DIR}/HexBytes.cmake")
hex_bytes(bytes "${INPUT}")
get_filename_component(file "${INPUT}" NAME)
file(SHA256 "${INPUT}" sha256)
file(WRITE "${OUTPUT}" "// Made from weights/${file} by cmake/EmbedWeights.cmake.
#include <seafusion/version.h>

namespace seafusion {
namespace {

alignas(64) constexpr std::uint8_t kWeights[] = {
    ${bytes}
};

}  // namespace

std::span<const std::uint8_t> ${NAME}Weights() { return kWeights; }

std::string_view ${NAME}WeightsSha256() { return \"${sha256}\"; }

}  // namespace seafusion
")
