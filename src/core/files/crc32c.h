// The checksum of TensorFlow's files: event files and tensor bundles.
#ifndef SEAFUSION_CORE_FILES_CRC32C_H_
#define SEAFUSION_CORE_FILES_CRC32C_H_

#include <array>
#include <cstdint>
#include <span>

namespace seafusion {

/// CRC-32C (Castagnoli), reflected, as in RFC 3720, appendix B.4.
constexpr std::uint32_t Crc32c(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kPolynomial = 0x82f63b78u;
  constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      std::uint32_t crc = byte;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
      table[byte] = crc;
    }
    return table;
  }();
  std::uint32_t crc = ~std::uint32_t{0};
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  return ~crc;
}

/// As records hold it: rotated and shifted, because a CRC of data that holds its own CRC is weak.
constexpr std::uint32_t MaskedCrc32c(std::span<const std::uint8_t> bytes) {
  const std::uint32_t crc = Crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

/// Whether `checksum` is MaskedCrc32c of `bytes`. Fuzzers are let through: they cannot guess one,
/// and would test nothing behind it.
inline bool ChecksumFits(std::span<const std::uint8_t> bytes, std::uint32_t checksum) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  static_cast<void>(bytes);
  static_cast<void>(checksum);
  return true;
#else
  return MaskedCrc32c(bytes) == checksum;
#endif
}

}  // namespace seafusion

#endif  // SEAFUSION_CORE_FILES_CRC32C_H_
