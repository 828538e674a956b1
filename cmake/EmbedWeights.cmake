# cmake -DINPUT=FILE -DOUTPUT=FILE.cc -P EmbedWeights.cmake
# Writes the C++ source that holds a safetensors file as the library's default weights: no file has to be found at
# run time, on any platform, and the hash is of what is compiled in.
include("${CMAKE_CURRENT_LIST_DIR}/HexBytes.cmake")
hex_bytes(bytes "${INPUT}")
file(SHA256 "${INPUT}" sha256)
file(WRITE "${OUTPUT}" "// Made from weights/seafusion.safetensors by cmake/EmbedWeights.cmake.
#include <seafusion/version.h>

namespace seafusion {
namespace {

alignas(64) constexpr std::uint8_t kWeights[] = {
    ${bytes}
};

}  // namespace

std::span<const std::uint8_t> DefaultWeights() { return kWeights; }

std::string_view DefaultWeightsSha256() { return \"${sha256}\"; }

}  // namespace seafusion
")
