#include <seafusion/version.h>

namespace seafusion {

std::span<const std::uint8_t> DefaultWeights() {
  return LiteWeights();
}

std::string_view DefaultWeightsSha256() {
  return LiteWeightsSha256();
}

std::span<const std::uint8_t> BuiltInWeights(std::string_view name) {
  if (name == "default") return DefaultWeights();
  if (name == "full") return FullWeights();
  if (name == "lite") return LiteWeights();
  return {};
}

}  // namespace seafusion
