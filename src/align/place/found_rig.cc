#include "align/place/found_rig.h"

#include <array>
#include <cstdio>
#include <string>

namespace seafusion::align {
namespace {

constexpr double kEnoughConfidence = 0.9;
constexpr double kEnoughSpread = 0.003;  // of the width, between halves of the blocks

}  // namespace

bool SaysEnough(const Registration& r) {
  return r.confidence >= kEnoughConfidence &&
         r.evidence.half_spread <= kEnoughSpread * r.infrared_width;
}

Status CheckFound(const Registration& r) {
  if (r.verdict == Verdict::kOk) return OkStatus();
  std::array<char, 320> text{};
  std::snprintf(text.data(), text.size(),
                "the pictures do not say how the cameras map onto each other (%s from %d %s: "
                "confidence %.2f, %.0f %% of the blocks agree in %.0f %% of the picture, halves of "
                "them are %.1f px apart); see seafusion align",
                std::string(VerdictName(r.verdict)).c_str(), r.frames,
                r.frames == 1 ? "pair" : "pairs", r.confidence, 100 * r.evidence.inliers,
                100 * r.evidence.coverage, r.evidence.half_spread);
  return InvalidArgument(text.data());
}

}  // namespace seafusion::align
