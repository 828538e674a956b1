#include <seafusion/version.h>

namespace seafusion {

std::span<const std::uint8_t> BuiltInWeights(std::string_view name) {
  if (name == "default" || name == "full") return DefaultWeights();
  if (name == "lite") return LiteWeights();
  return {};
}

}  // namespace seafusion
