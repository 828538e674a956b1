// What this library is and what it was built with.
#ifndef SEAFUSION_VERSION_H_
#define SEAFUSION_VERSION_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace seafusion {

/// "0.1.0".
std::string_view Version();

/// The safetensors file compiled into the library that is used when no other is named, SeAFusion's
/// network; lives as long as the program.
std::span<const std::uint8_t> DefaultWeights();

/// SHA-256 of DefaultWeights() in lower-case hexadecimal.
std::string_view DefaultWeightsSha256();

/// Likewise the lite network, whose work a pixel is about a fiftieth.
std::span<const std::uint8_t> LiteWeights();
std::string_view LiteWeightsSha256();

/// Compiled-in weights by name, for FuserOptions::weights: "default" and "full" are
/// DefaultWeights(), "lite" is LiteWeights(). Empty for any other name.
std::span<const std::uint8_t> BuiltInWeights(std::string_view name);

}  // namespace seafusion

#endif  // SEAFUSION_VERSION_H_
