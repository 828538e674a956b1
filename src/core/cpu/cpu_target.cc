#include "core/cpu/cpu_target.h"

#if defined(__linux__) && defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <algorithm>

#include "core/cpu/highway_targets.h"

namespace seafusion {
namespace {

#if HWY_TARGETS & HWY_AVX3
// AMX with products of bytes and of bfloat16. Its registers are large, so Linux keeps them for
// processes that ask, which lasts until they end.
bool TilesAreUsable() {
#if defined(__linux__) && defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kTiles = 1u << 24, kBytes = 1u << 25, kBf16 = 1u << 22;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  if ((d & kTiles) == 0 || (d & kBytes) == 0 || (d & kBf16) == 0) return false;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}
#endif

// A target below the compiler's own baseline is not built.
std::vector<CpuTarget> Detect() {
  std::vector<CpuTarget> targets;
#if HWY_TARGETS & HWY_AVX3
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    if (__builtin_cpu_supports("avx512vnni")) {
      if (__builtin_cpu_supports("avx512bf16")) {
        if (TilesAreUsable()) targets.push_back(CpuTarget::kAvx512Amx);
        targets.push_back(CpuTarget::kAvx512Bf16);
      }
      targets.push_back(CpuTarget::kAvx512Vnni);
    }
    targets.push_back(CpuTarget::kAvx512);
  }
#endif
#if HWY_TARGETS & HWY_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")) {
    targets.push_back(CpuTarget::kAvx2);
  }
#endif
#if HWY_TARGETS & HWY_SSE4
  if (__builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2")) {
    targets.push_back(CpuTarget::kSse4);
  }
#endif
#if HWY_TARGETS & HWY_NEON
  targets.push_back(CpuTarget::kNeon);
#endif
#if HWY_TARGETS & HWY_WASM
  targets.push_back(CpuTarget::kWasm);
#endif
#if HWY_TARGETS & (HWY_SCALAR | HWY_EMU128)
  targets.push_back(CpuTarget::kScalar);
#endif
  return targets;
}

}  // namespace

std::string_view CpuTargetName(CpuTarget target) {
  constexpr std::string_view kNames[] = {"scalar", "neon",       "wasm",       "sse4",     "avx2",
                                         "avx512", "avx512vnni", "avx512bf16", "avx512amx"};
  return kNames[static_cast<int>(target)];
}

const std::vector<CpuTarget>& SupportedCpuTargets() {
  static const std::vector<CpuTarget> targets = Detect();
  return targets;
}

std::string SupportedCpuTargetNames() {
  std::string names;
  for (const CpuTarget target : SupportedCpuTargets()) {
    if (!names.empty()) names += ", ";
    names += CpuTargetName(target);
  }
  return names;
}

StatusOr<CpuTarget> FindCpuTarget(std::string_view name) {
  const std::vector<CpuTarget>& targets = SupportedCpuTargets();
  if (name.empty()) return targets.front();
  const auto found = std::find_if(targets.begin(), targets.end(),
                                  [&](CpuTarget target) { return CpuTargetName(target) == name; });
  if (found != targets.end()) return *found;
  return InvalidArgument("CPU target '" + std::string(name) +
                         "' is not among this machine's: " + SupportedCpuTargetNames());
}

}  // namespace seafusion
