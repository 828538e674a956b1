// Which instruction sets this machine has, among those the kernels are compiled for.
#ifndef SEAFUSION_NN_WINOGRAD_CPU_TARGET_H_
#define SEAFUSION_NN_WINOGRAD_CPU_TARGET_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace seafusion::nn::winograd {

enum class CpuTarget : std::uint8_t {
  kScalar,
  kSse4,
  kNeon,
  kAvx2,    ///< With FMA.
  kAvx512,  ///< F, CD, DQ, BW and VL.
};

/// "scalar", "sse4", "neon", "avx2", "avx512".
std::string_view CpuTargetName(CpuTarget target);

/// Best first; never empty.
///
/// Not Highway's own detection: that lives in Highway's library, and whoever links the installed
/// libseafusion should not need it.
std::vector<CpuTarget> SupportedCpuTargets();

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_CPU_TARGET_H_
