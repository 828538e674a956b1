# cmake -DINPUT=FILE -DOUTPUT=FILE.cc -P EmbedWeights.cmake
# Writes the C++ source that holds a safetensors file as the library's default weights: no file has to be found at
# run time, on any platform, and the hash is of what is compiled in.
file(READ "${INPUT}" bytes HEX)
file(SHA256 "${INPUT}" sha256)
# CMake's regular expressions cannot count: 16 bytes a line, then the commas.
string(REPEAT "[0-9a-f]" 32 line)
string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
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
