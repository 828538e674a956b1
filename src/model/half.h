// The two 16-bit float formats, widened to float32 without loss.
#ifndef SEAFUSION_MODEL_HALF_H_
#define SEAFUSION_MODEL_HALF_H_

#include <bit>
#include <cstdint>

namespace seafusion::model {

/// bfloat16: the upper half of a float32.
constexpr float BFloat16ToFloat(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// IEEE 754 binary16, subnormal numbers, infinities and NaN included.
constexpr float HalfToFloat(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fu;
  const std::uint32_t mantissa = bits & 0x3ffu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;  // subnormal: no hidden bit
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  // 112 = 127 - 15, the difference of the exponents' biases.
  const std::uint32_t wide_exponent = exponent == 0x1f ? 0xffu : exponent + 112u;
  return std::bit_cast<float>(sign | (wide_exponent << 23) | (mantissa << 13));
}

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_HALF_H_
