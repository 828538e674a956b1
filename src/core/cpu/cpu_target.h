// Which instruction sets this machine has, among those that SIMD code here is compiled for.
#ifndef SEAFUSION_CORE_CPU_CPU_TARGET_H_
#define SEAFUSION_CORE_CPU_CPU_TARGET_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion {

/// From the least to the best; each x86 target includes the ones before it.
enum class CpuTarget : std::uint8_t {
  kScalar,
  kNeon,
  kWasm,  ///< WebAssembly with SIMD.
  kSse4,
  kAvx2,        ///< With FMA.
  kAvx512,      ///< F, CD, DQ, BW and VL.
  kAvx512Vnni,  ///< And VNNI: sums of products of 16-bit pairs.
  kAvx512Bf16,  ///< And BF16: sums of products of bfloat16 pairs.
  kAvx512Amx,   ///< And AMX: products of tiles of bytes and of bfloat16, where the system permits.
};

/// "scalar", "neon", "wasm", "sse4", "avx2", "avx512", "avx512vnni", "avx512bf16",
/// "avx512amx".
std::string_view CpuTargetName(CpuTarget target);

/// Best first; never empty.
///
/// Not Highway's own detection: that lives in Highway's library, and whoever links the installed
/// libseafusion should not need it.
const std::vector<CpuTarget>& SupportedCpuTargets();

/// Their names, "avx2, sse4, scalar".
std::string SupportedCpuTargetNames();

/// The target of that name; empty: the best. Fails with kInvalidArgument when this machine or this
/// build does not have it; the message lists those it has.
StatusOr<CpuTarget> FindCpuTarget(std::string_view name);

}  // namespace seafusion

#endif  // SEAFUSION_CORE_CPU_CPU_TARGET_H_
