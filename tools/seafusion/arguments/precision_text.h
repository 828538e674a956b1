// The values of --precision.
#ifndef SEAFUSION_TOOLS_ARGUMENTS_PRECISION_TEXT_H_
#define SEAFUSION_TOOLS_ARGUMENTS_PRECISION_TEXT_H_

#include <array>
#include <string_view>
#include <utility>

#include <seafusion/fuser.h>

namespace seafusion::tools {

inline constexpr std::array<std::pair<std::string_view, Precision>, 6> kPrecisions = {
    {{"auto", Precision::kAuto},
     {"fp32", Precision::kFp32},
     {"int16", Precision::kInt16},
     {"bf16", Precision::kBf16},
     {"int8", Precision::kInt8},
     {"reference", Precision::kReference}}};

/// Of a name in kPrecisions; else kAuto.
inline Precision PrecisionOf(std::string_view name) {
  for (const auto& [known, precision] : kPrecisions) {
    if (known == name) return precision;
  }
  return Precision::kAuto;
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_ARGUMENTS_PRECISION_TEXT_H_
