// Stands in for the file that cmake/EmbedWeights.cmake makes.
#include <seafusion/version.h>

namespace seafusion {

std::span<const std::uint8_t> DefaultWeights() {
  return {};
}

std::string_view DefaultWeightsSha256() {
  return "";
}

}  // namespace seafusion
