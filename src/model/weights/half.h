// The two 16-bit float formats: widened to float32 without loss, and rounded.
#ifndef SEAFUSION_MODEL_WEIGHTS_HALF_H_
#define SEAFUSION_MODEL_WEIGHTS_HALF_H_

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

/// The nearest binary16, halves to the even one; infinite beyond 65520. NaN stays NaN.
constexpr std::uint16_t FloatToHalf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);
  // Below the smallest normal number the hidden bit is shifted in; below half of the smallest
  // subnormal one nothing is left.
  std::uint32_t mantissa = magnitude - 0x38000000u;
  std::uint32_t shift = 13;
  if (magnitude < 0x38800000u) {
    shift = 126 - (magnitude >> 23);
    if (shift > 24) return sign;
    mantissa = (magnitude & 0x7fffffu) | 0x800000u;
  }
  const std::uint32_t half = 1u << (shift - 1);
  const std::uint32_t rest = mantissa & ((half << 1) - 1);
  std::uint32_t rounded = mantissa >> shift;
  if (rest > half || (rest == half && (rounded & 1) != 0)) ++rounded;
  return static_cast<std::uint16_t>(sign | rounded);
}

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_WEIGHTS_HALF_H_
