// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "metrics/simd/row_kernels.h"

// Highway's own assertions and target detection would need its library; only its headers are used.
#undef HWY_IS_DEBUG_BUILD
#define HWY_IS_DEBUG_BUILD 0
#include <hwy/detect_targets.h>

// Vectors of unknown length do not fit the arrays here, and SSSE3 is not worth its code.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_WASM)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/simd/row_kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

#include "metrics/simd/edges-inl.h"
#include "metrics/simd/filter-inl.h"
#include "metrics/simd/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::metrics {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
constexpr std::string_view kTarget = "avx512";
#elif HWY_TARGET == HWY_AVX2
constexpr std::string_view kTarget = "avx2";
#elif HWY_TARGET == HWY_SSE4
constexpr std::string_view kTarget = "sse4";
#elif HWY_TARGET == HWY_NEON
constexpr std::string_view kTarget = "neon";
#else
constexpr std::string_view kTarget = "scalar";
#endif

constexpr RowKernels kTable = {kTarget, FilterVertically, FilterHorizontally, Multiply, Vif, Qabf,
                               Nabf,    MefSsim,          WindowPdf,          Log2Row};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::metrics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::metrics {

std::vector<const RowKernels*> SupportedRowKernels() {
  std::vector<const RowKernels*> kernels;
#if HWY_TARGETS & HWY_AVX3
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    kernels.push_back(&N_AVX3::kTable);
  }
#endif
#if HWY_TARGETS & HWY_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")) {
    kernels.push_back(&N_AVX2::kTable);
  }
#endif
#if HWY_TARGETS & HWY_SSE4
  if (__builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2")) {
    kernels.push_back(&N_SSE4::kTable);
  }
#endif
#if HWY_TARGETS & HWY_NEON
  kernels.push_back(&N_NEON::kTable);
#endif
#if HWY_TARGETS & HWY_EMU128
  kernels.push_back(&N_EMU128::kTable);
#elif HWY_TARGETS & HWY_SCALAR
  kernels.push_back(&N_SCALAR::kTable);
#endif
  return kernels;
}

const RowKernels& BestRowKernels() {
  static const RowKernels& best = *SupportedRowKernels().front();
  return best;
}

}  // namespace seafusion::metrics
#endif  // HWY_ONCE
