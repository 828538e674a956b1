// The vector type of a CPU target. Included once for each.
#if defined(SEAFUSION_NN_WINOGRAD_KERNELS_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_WINOGRAD_KERNELS_VECTOR_INL_H_
#undef SEAFUSION_NN_WINOGRAD_KERNELS_VECTOR_INL_H_
#else
#define SEAFUSION_NN_WINOGRAD_KERNELS_VECTOR_INL_H_
#endif

#include <hwy/highway.h>

#include "nn/winograd/kernels/kernels.h"

// Arrays of vectors stay in registers only if every index is a constant.
#if defined(__clang__)
#define SEAFUSION_UNROLL _Pragma("clang loop unroll(full)")
#else
#define SEAFUSION_UNROLL _Pragma("GCC unroll 48")
#endif

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, kBlock>;
using Vector = hn::Vec<Tag>;
constexpr int kLanes = static_cast<int>(HWY_MIN(HWY_LANES(float), kBlock));
constexpr int kVectorsPerBlock = kBlock / kLanes;

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#endif  // toggle
