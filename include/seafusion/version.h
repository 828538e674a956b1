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

/// The safetensors file compiled into the library; lives as long as the program.
std::span<const std::uint8_t> DefaultWeights();

/// SHA-256 of DefaultWeights() in lower-case hexadecimal.
std::string_view DefaultWeightsSha256();

}  // namespace seafusion

#endif  // SEAFUSION_VERSION_H_
