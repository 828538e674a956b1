// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "nn/winograd/kernels/kernels.h"

#include "core/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/winograd/kernels/kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

#include "nn/winograd/kernels/pixel-inl.h"
#include "nn/winograd/kernels/product-inl.h"
#include "nn/winograd/kernels/transform-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

template <typename Dot>
constexpr ProductKernels<typename Dot::T> kConvertingProducts = {InputTransform<Dot>, Product<Dot>,
                                                                 ConvertingTail<Dot>};

constexpr Kernels kTable = {{InputTransform<FloatDot>, Product<FloatDot>, FloatTail},
                            kConvertingProducts<Int16Dot>,
                            {},
                            PlaneConv,
                            OutputTransform,
                            Gradient,
                            ToPlane,
                            Elementwise,
                            MultiplyAdds};

#if HWY_TARGET == HWY_AVX3
constexpr Kernels WithVnni() {
  Kernels kernels = kTable;
  kernels.int16 = kConvertingProducts<VnniDot>;
  return kernels;
}
constexpr Kernels kVnniTable = WithVnni();

constexpr Kernels WithBf16() {
  Kernels kernels = kVnniTable;
  kernels.bf16 = kConvertingProducts<Bf16Dot>;
  return kernels;
}
constexpr Kernels kBf16Table = WithBf16();
#endif

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::nn::winograd {

const Kernels& KernelsFor(CpuTarget target) {
#if HWY_TARGETS & HWY_AVX3
  if (target == CpuTarget::kAvx512Vnni) return N_AVX3::kVnniTable;
  if (target >= CpuTarget::kAvx512Bf16) return N_AVX3::kBf16Table;
#endif
  static constexpr HighwayTables<Kernels> kTables = SEAFUSION_HIGHWAY_TABLES(kTable);
  return kTables.For(target);
}

}  // namespace seafusion::nn::winograd
#endif  // HWY_ONCE
