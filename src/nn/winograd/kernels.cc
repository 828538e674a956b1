// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "nn/winograd/kernels.h"

// Highway's own assertions would need its library.
#undef HWY_IS_DEBUG_BUILD
#define HWY_IS_DEBUG_BUILD 0
#include <hwy/detect_targets.h>

// Vectors of unknown length do not go into arrays, and SSSE3 is not worth its code.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_WASM)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/winograd/kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

#include "nn/winograd/pixel-inl.h"
#include "nn/winograd/product-inl.h"
#include "nn/winograd/transform-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
constexpr CpuTarget kTarget = CpuTarget::kAvx512;
#elif HWY_TARGET == HWY_AVX2
constexpr CpuTarget kTarget = CpuTarget::kAvx2;
#elif HWY_TARGET == HWY_SSE4
constexpr CpuTarget kTarget = CpuTarget::kSse4;
#elif HWY_TARGET == HWY_NEON
constexpr CpuTarget kTarget = CpuTarget::kNeon;
#else
constexpr CpuTarget kTarget = CpuTarget::kScalar;
#endif

constexpr Kernels kTable = {kTarget,  FirstLayer, InputTransform, Product,     OutputTransform,
                            Gradient, Tail,       LastLayer,      MultiplyAdds};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::nn::winograd {

std::string_view CpuTargetName(CpuTarget target) {
  switch (target) {
    case CpuTarget::kSse4:
      return "sse4";
    case CpuTarget::kNeon:
      return "neon";
    case CpuTarget::kAvx2:
      return "avx2";
    case CpuTarget::kAvx512:
      return "avx512";
    case CpuTarget::kScalar:
      break;
  }
  return "scalar";
}

// A target below the compiler's own baseline is not built.
std::vector<CpuTarget> SupportedCpuTargets() {
  std::vector<CpuTarget> targets;
#if HWY_TARGETS & HWY_AVX3
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
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
#if HWY_TARGETS & (HWY_SCALAR | HWY_EMU128)
  targets.push_back(CpuTarget::kScalar);
#endif
  return targets;
}

const Kernels& KernelsFor(CpuTarget target) {
  switch (target) {
#if HWY_TARGETS & HWY_AVX3
    case CpuTarget::kAvx512:
      return N_AVX3::kTable;
#endif
#if HWY_TARGETS & HWY_AVX2
    case CpuTarget::kAvx2:
      return N_AVX2::kTable;
#endif
#if HWY_TARGETS & HWY_SSE4
    case CpuTarget::kSse4:
      return N_SSE4::kTable;
#endif
#if HWY_TARGETS & HWY_NEON
    case CpuTarget::kNeon:
      return N_NEON::kTable;
#endif
    default:
#if HWY_TARGETS & HWY_EMU128
      return N_EMU128::kTable;
#elif HWY_TARGETS & HWY_SCALAR
      return N_SCALAR::kTable;
#else
      return HWY_STATIC_DISPATCH(kTable);
#endif
  }
}

}  // namespace seafusion::nn::winograd
#endif  // HWY_ONCE
