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

/// Safetensors files compiled into the library; they live as long as the program. SeAFusion's
/// network (Tang 2022), and the lite network, whose work a pixel is about a fiftieth.
std::span<const std::uint8_t> FullWeights();
std::span<const std::uint8_t> LiteWeights();

/// Their SHA-256 in lower-case hexadecimal.
std::string_view FullWeightsSha256();
std::string_view LiteWeightsSha256();

/// Those that are used when no others are named: the lite network's, for its pictures and its speed
/// (weights/README.md has the figures).
std::span<const std::uint8_t> DefaultWeights();
std::string_view DefaultWeightsSha256();

/// Compiled-in weights by name, for FuserOptions::weights: "default", "full" or "lite". Empty for
/// any other name.
std::span<const std::uint8_t> BuiltInWeights(std::string_view name);

}  // namespace seafusion

#endif  // SEAFUSION_VERSION_H_
