// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "nn/winograd/kernels.h"

#include "core/highway_targets.h"

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

constexpr Kernels kTable = {FirstLayer, InputTransform, Product,     OutputTransform,
                            Gradient, Tail,       LastLayer,      MultiplyAdds};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::nn::winograd {

const Kernels& KernelsFor(CpuTarget target) {
  static constexpr HighwayTables<Kernels> kTables = {
      HWY_CHOOSE_FALLBACK(kTable), HWY_CHOOSE_NEON(kTable), HWY_CHOOSE_SSE4(kTable),
      HWY_CHOOSE_AVX2(kTable), HWY_CHOOSE_AVX3(kTable)};
  return kTables.For(target);
}

}  // namespace seafusion::nn::winograd
#endif  // HWY_ONCE
