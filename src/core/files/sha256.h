// SHA-256 (FIPS 180-4): says which file a result came from.
#ifndef SEAFUSION_CORE_FILES_SHA256_H_
#define SEAFUSION_CORE_FILES_SHA256_H_

#include <cstdint>
#include <span>
#include <string>

namespace seafusion {

/// The digest in lower-case hexadecimal, 64 characters.
std::string Sha256Hex(std::span<const std::uint8_t> bytes);

}  // namespace seafusion

#endif  // SEAFUSION_CORE_FILES_SHA256_H_
