// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "metrics/simd/row_kernels.h"

#include "core/cpu/highway_targets.h"

#if HWY_ARCH_WASM
// Vectors of doubles, which Highway does not have there.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS HWY_WASM
#endif

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

constexpr RowKernels kTable = {FilterVertically, FilterHorizontally, Multiply, Vif, Qabf, Nabf,
                               MefSsim,          WindowPdf,          Log2Row};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::metrics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::metrics {

const RowKernels& RowKernelsFor(CpuTarget target) {
  static constexpr HighwayTables<RowKernels> kTables = SEAFUSION_HIGHWAY_TABLES(kTable);
  return kTables.For(target);
}

const RowKernels& BestRowKernels() {
  return RowKernelsFor(SupportedCpuTargets().front());
}

}  // namespace seafusion::metrics
#endif  // HWY_ONCE
