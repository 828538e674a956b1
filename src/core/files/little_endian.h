// Little-endian numbers in byte buffers, on any host.
#ifndef SEAFUSION_CORE_FILES_LITTLE_ENDIAN_H_
#define SEAFUSION_CORE_FILES_LITTLE_ENDIAN_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace seafusion {

/// Reads sizeof(T) bytes at `p`, which may be unaligned.
template <std::unsigned_integral T>
constexpr T LoadLittleEndian(const std::uint8_t* p) {
  T v = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) v |= static_cast<T>(T{p[i]} << (8 * i));
  return v;
}

inline float LoadFloat32(const std::uint8_t* p) {
  return std::bit_cast<float>(LoadLittleEndian<std::uint32_t>(p));
}

template <std::unsigned_integral T>
void AppendLittleEndian(T v, std::vector<std::uint8_t>& out) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

inline void AppendFloat32(float v, std::vector<std::uint8_t>& out) {
  AppendLittleEndian(std::bit_cast<std::uint32_t>(v), out);
}

}  // namespace seafusion

#endif  // SEAFUSION_CORE_FILES_LITTLE_ENDIAN_H_
