// Separable filters, products of pictures, and the local statistics that VIF makes of them.
#if defined(SEAFUSION_METRICS_SIMD_FILTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_METRICS_SIMD_FILTER_INL_H_
#undef SEAFUSION_METRICS_SIMD_FILTER_INL_H_
#else
#define SEAFUSION_METRICS_SIMD_FILTER_INL_H_
#endif

#include <cmath>

#include "metrics/simd/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::metrics {
namespace HWY_NAMESPACE {

void FilterVertically(const double* const* rows, const double* weights, int taps, double* out,
                      int count) {
  const D d;
  const int middle = taps / 2;
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    V sum = hn::Mul(Constant(weights[middle]), LoadMasked(mask, rows[middle] + x));
    for (int k = 0; k < middle; ++k) {
      const V pair =
          hn::Add(LoadMasked(mask, rows[k] + x), LoadMasked(mask, rows[taps - 1 - k] + x));
      sum = hn::MulAdd(Constant(weights[k]), pair, sum);
    }
    hn::BlendedStore(sum, mask, d, out + x);
  });
}

void FilterHorizontally(const double* in, const double* weights, int taps, double* out, int count) {
  const D d;
  const int middle = taps / 2;
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    V sum = hn::Mul(Constant(weights[middle]), LoadMasked(mask, in + x + middle));
    for (int k = 0; k < middle; ++k) {
      const V pair = hn::Add(LoadMasked(mask, in + x + k), LoadMasked(mask, in + x + taps - 1 - k));
      sum = hn::MulAdd(Constant(weights[k]), pair, sum);
    }
    hn::BlendedStore(sum, mask, d, out + x);
  });
}

void Multiply(const ThreeRows& rows, int count, bool saturate, const ProductRows& out) {
  const D d;
  // No product of 8-bit samples reaches the bound that stands for "none".
  const V bound = Constant(saturate ? 255.0 : 1e6);
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    const V a = LoadMasked(mask, rows[0] + x);
    const V b = LoadMasked(mask, rows[1] + x);
    const V f = LoadMasked(mask, rows[2] + x);
    hn::BlendedStore(hn::Min(hn::Mul(a, a), bound), mask, d, out.aa + x);
    hn::BlendedStore(hn::Min(hn::Mul(b, b), bound), mask, d, out.bb + x);
    hn::BlendedStore(hn::Min(hn::Mul(f, f), bound), mask, d, out.ff + x);
    hn::BlendedStore(hn::Min(hn::Mul(a, f), bound), mask, d, out.af + x);
    hn::BlendedStore(hn::Min(hn::Mul(b, f), bound), mask, d, out.bf + x);
    if (out.ab != nullptr) hn::BlendedStore(hn::Min(hn::Mul(a, b), bound), mask, d, out.ab + x);
  });
}

// Sum of log(1 + x) as the logarithm of a product, taken before the product can overflow: each
// factor is below 1e15 (a covariance of saturated products squared over the smallest variance that
// is kept, 255^4 / 1e-10), so 16 of them stay below 1e240.
class LogSum {
 public:
  HWY_INLINE LogSum() : product_(Constant(1.0)) {}
  HWY_INLINE void Multiply(V factor) { product_ = hn::Mul(product_, factor); }
  HWY_INLINE void Flush() {
    HWY_ALIGN double lanes[8];
    hn::Store(product_, D(), lanes);
    for (int i = 0; i < Lanes(); ++i) sum_ += std::log(lanes[i]);
    product_ = Constant(1.0);
  }
  HWY_INLINE double sum() const { return sum_; }

 private:
  V product_;
  double sum_ = 0.0;
};
constexpr int kFactorsBeforeFlush = 16;

// Sheikh and Bovik 2006, pixel domain: the gain g and the residual variance sv of the distortion
// model, then information with noise of variance 2.
HWY_INLINE void VifFactors(V mean_r, V mean_d, V rr, V dd, V rd, V* numerator, V* denominator) {
  const V zero = Constant(0.0);
  const V one = Constant(1.0);
  const V tiny = Constant(1e-10);
  V var_r = hn::Max(zero, hn::Sub(rr, hn::Mul(mean_r, mean_r)));
  const V var_d = hn::Max(zero, hn::Sub(dd, hn::Mul(mean_d, mean_d)));
  const V cov = hn::Sub(rd, hn::Mul(mean_r, mean_d));
  V g = hn::Div(cov, hn::Add(var_r, tiny));
  V residual = hn::Sub(var_d, hn::Mul(g, cov));
  const M flat_r = hn::Lt(var_r, tiny);
  g = hn::IfThenZeroElse(flat_r, g);
  residual = hn::IfThenElse(flat_r, var_d, residual);
  var_r = hn::IfThenZeroElse(flat_r, var_r);
  const M flat_d = hn::Lt(var_d, tiny);
  g = hn::IfThenZeroElse(flat_d, g);
  residual = hn::IfThenZeroElse(flat_d, residual);
  const M opposed = hn::Lt(g, zero);
  residual = hn::IfThenElse(opposed, var_d, residual);
  g = hn::IfThenZeroElse(opposed, g);
  residual = hn::Max(tiny, residual);
  const V signal = hn::Mul(hn::Mul(g, g), var_r);
  *numerator = hn::Add(one, hn::Div(signal, hn::Add(residual, Constant(2.0))));
  *denominator = hn::Add(one, hn::Mul(var_r, Constant(0.5)));
}

void Vif(const LocalMeans& m, int count, VifSums* sums) {
  LogSum numerator[2];
  LogSum denominator[2];
  const auto flush = [&]() HWY_ATTR {
    for (int s = 0; s < 2; ++s) {
      numerator[s].Flush();
      denominator[s].Flush();
    }
  };
  int factors = 0;
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    const V f = LoadMasked(mask, m.f + x);
    const V ff = LoadMasked(mask, m.ff + x);
    V n, d;
    // Lanes outside the mask are all zero: flat, so their factors are 1.
    VifFactors(LoadMasked(mask, m.a + x), f, LoadMasked(mask, m.aa + x), ff,
               LoadMasked(mask, m.af + x), &n, &d);
    numerator[0].Multiply(n);
    denominator[0].Multiply(d);
    VifFactors(LoadMasked(mask, m.b + x), f, LoadMasked(mask, m.bb + x), ff,
               LoadMasked(mask, m.bf + x), &n, &d);
    numerator[1].Multiply(n);
    denominator[1].Multiply(d);
    if (++factors == kFactorsBeforeFlush) {
      flush();
      factors = 0;
    }
  });
  flush();
  for (std::size_t s = 0; s < 2; ++s) {
    sums->numerator[s] += numerator[s].sum();
    sums->denominator[s] += denominator[s].sum();
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::metrics
HWY_AFTER_NAMESPACE();

#endif
