// What the row kernels share: the vector type, and loops whose last, partial step is masked.
#if defined(SEAFUSION_METRICS_SIMD_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_METRICS_SIMD_VECTOR_INL_H_
#undef SEAFUSION_METRICS_SIMD_VECTOR_INL_H_
#else
#define SEAFUSION_METRICS_SIMD_VECTOR_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "metrics/simd/row_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::metrics {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// 64-bit lanes; at most 512 bits.
using D = hn::CappedTag<double, 8>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;

HWY_INLINE int Lanes() {
  return static_cast<int>(hn::Lanes(D()));
}

// Calls body(x, mask): mask holds for the lanes below count.
template <class Body>
HWY_INLINE void ForEachVector(int count, const Body& body) {
  const int lanes = Lanes();
  int x = 0;
  for (; x + lanes <= count; x += lanes) body(x, hn::FirstN(D(), static_cast<std::size_t>(lanes)));
  if (x < count) body(x, hn::FirstN(D(), static_cast<std::size_t>(count - x)));
}

HWY_INLINE V Constant(double v) {
  return hn::Set(D(), v);
}

// Lanes outside the mask are zero; their memory is readable (kRowPadding). Not MaskedLoad, which
// wants alignment where there is no masked access.
HWY_INLINE V LoadMasked(M mask, const double* p) {
  return hn::IfThenElseZero(mask, hn::LoadU(D(), p));
}

HWY_INLINE double SumOf(V v) {
  return hn::GetLane(hn::SumOfLanes(D(), v));
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::metrics
HWY_AFTER_NAMESPACE();

#endif
