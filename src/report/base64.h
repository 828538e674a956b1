// Bytes as text for pages (RFC 4648).
#ifndef SEAFUSION_REPORT_BASE64_H_
#define SEAFUSION_REPORT_BASE64_H_

#include <cstdint>
#include <span>
#include <string>

namespace seafusion::report {

/// Appends `bytes` in base64, padded, without line breaks.
void AppendBase64(std::span<const std::uint8_t> bytes, std::string& text);

}  // namespace seafusion::report

#endif  // SEAFUSION_REPORT_BASE64_H_
