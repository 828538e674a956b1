// Precisions by name, and what the automatic one means for a result.
#ifndef SEAFUSION_FUSE_WEIGHTS_PRECISION_CHOICE_H_
#define SEAFUSION_FUSE_WEIGHTS_PRECISION_CHOICE_H_

#include <array>
#include <string_view>
#include <utility>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

namespace seafusion {

inline constexpr std::array<std::pair<std::string_view, Precision>, 6> kPrecisions = {
    {{"auto", Precision::kAuto},
     {"fp32", Precision::kFp32},
     {"int16", Precision::kInt16},
     {"bf16", Precision::kBf16},
     {"int8", Precision::kInt8},
     {"reference", Precision::kReference}}};

/// The precision of a name in kPrecisions; else kInvalidArgument, naming those there are.
StatusOr<Precision> ParsePrecision(std::string_view name);

/// What is asked for to the last digit is not for arithmetic that may be one level of 8 bits off:
/// kAuto is kFp32 where the result has more than 8 bits a sample, or the range of the published
/// pictures.
Precision PrecisionFor(Precision asked, int bits, const OutputRange& range);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_WEIGHTS_PRECISION_CHOICE_H_
