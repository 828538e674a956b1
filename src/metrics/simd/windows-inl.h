// Scores of small windows: structure (multi-exposure SSIM) and the pdfs of feature mutual
// information.
#if defined(SEAFUSION_METRICS_SIMD_WINDOWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_METRICS_SIMD_WINDOWS_INL_H_
#undef SEAFUSION_METRICS_SIMD_WINDOWS_INL_H_
#else
#define SEAFUSION_METRICS_SIMD_WINDOWS_INL_H_
#endif

#include "metrics/simd/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::metrics {
namespace HWY_NAMESPACE {

// Ma, Zeng, Wang 2015. A window of the reference is s (k_a (A - mean A) + k_b (B - mean B)) with
// k = weight / strength, so everything follows from the local means of products.
double MefSsim(const WindowSums& u, const LocalMeans& g, int count) {
  const D d;
  constexpr double kPixels = 121.0;
  constexpr double kEps = 2.220446049250313e-16;
  constexpr double kC = (0.03 * 255.0) * (0.03 * 255.0);
  const V zero = Constant(0.0);
  const V one = Constant(1.0);
  const V eps = Constant(kEps);
  const V per_pixel = Constant(1.0 / kPixels);
  V total = zero;
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    const V sum_a = LoadMasked(mask, u.a + x);
    const V sum_b = LoadMasked(mask, u.b + x);
    // Squared norms of the windows less their means: n sum x^2 - (sum x)^2 is exact.
    const auto spread = [&](V sum_xy, V sum_x, V sum_y) HWY_ATTR {
      return hn::Mul(hn::Sub(hn::Mul(Constant(kPixels), sum_xy), hn::Mul(sum_x, sum_y)), per_pixel);
    };
    const V aa = spread(LoadMasked(mask, u.aa + x), sum_a, sum_a);
    const V bb = spread(LoadMasked(mask, u.bb + x), sum_b, sum_b);
    const V ab = spread(LoadMasked(mask, u.ab + x), sum_a, sum_b);
    const V norm_a = hn::Sqrt(hn::Max(aa, zero));
    const V norm_b = hn::Sqrt(hn::Max(bb, zero));
    const V strength_a = hn::Add(norm_a, Constant(0.001));
    const V strength_b = hn::Add(norm_b, Constant(0.001));

    const V norm_sum = hn::Sqrt(hn::Max(zero, hn::Add(hn::Add(aa, bb), hn::Add(ab, ab))));
    V consistency = hn::Div(hn::Add(norm_sum, eps), hn::Add(hn::Add(norm_a, norm_b), eps));
    consistency = hn::Min(hn::Max(consistency, eps), hn::Sub(one, eps));
    const V angle = hn::Mul(consistency, Constant(1.57079632679489661923));
    const V power = hn::Min(hn::Div(hn::Sin(d, angle), hn::Cos(d, angle)), Constant(10.0));
    const auto weigh = [&](V strength) HWY_ATTR {
      const V base = hn::Mul(strength, Constant(1.0 / 11.0));
      return hn::Add(hn::Exp(d, hn::Mul(power, hn::Log(d, base))), eps);
    };
    const V weight_a = weigh(strength_a);
    const V weight_b = weigh(strength_b);
    const V weights = hn::Add(weight_a, weight_b);
    V ka = hn::Div(hn::Div(weight_a, weights), strength_a);
    V kb = hn::Div(hn::Div(weight_b, weights), strength_b);
    const auto quadratic = [&](V xx, V yy, V xy) HWY_ATTR {
      const V cross = hn::Mul(hn::Mul(ka, kb), xy);
      return hn::Add(hn::Add(hn::Mul(hn::Mul(ka, ka), xx), hn::Mul(hn::Mul(kb, kb), yy)),
                     hn::Add(cross, cross));
    };
    const V norm = hn::Sqrt(hn::Max(zero, quadratic(aa, bb, ab)));
    const M structured = hn::Gt(norm, zero);
    // Two flat windows want a flat one, not their rounding noise.
    const V rescale = hn::IfThenElseZero(
        structured,
        hn::Div(hn::Max(strength_a, strength_b), hn::IfThenElse(structured, norm, one)));
    ka = hn::Mul(ka, rescale);
    kb = hn::Mul(kb, rescale);

    const V ga = LoadMasked(mask, g.a + x);
    const V gb = LoadMasked(mask, g.b + x);
    const V gf = LoadMasked(mask, g.f + x);
    const auto moment = [&](const double* p, V mean_x, V mean_y) HWY_ATTR {
      return hn::Sub(LoadMasked(mask, p + x), hn::Mul(mean_x, mean_y));
    };
    const V variance_r =
        quadratic(moment(g.aa, ga, ga), moment(g.bb, gb, gb), moment(g.ab, ga, gb));
    const V variance_f = moment(g.ff, gf, gf);
    const V covariance =
        hn::Add(hn::Mul(ka, moment(g.af, ga, gf)), hn::Mul(kb, moment(g.bf, gb, gf)));
    const V c = Constant(kC);
    const V score = hn::Div(hn::Add(hn::Add(covariance, covariance), c),
                            hn::Add(hn::Add(variance_r, variance_f), c));
    total = hn::Add(total, hn::IfThenElseZero(mask, score));
  });
  return SumOf(total);
}

void WindowPdf(const double* const* rows, int count, const WindowPdfs& out) {
  const D d;
  const V zero = Constant(0.0);
  const V one = Constant(1.0);
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    V cells[9];  // down the columns
    for (int k = 0; k < 9; ++k) cells[k] = LoadMasked(mask, rows[k % 3] + x + k / 3);
    V low = cells[0];
    V high = cells[0];
    for (int k = 1; k < 9; ++k) {
      low = hn::Min(low, cells[k]);
      high = hn::Max(high, cells[k]);
    }
    const M flat = hn::Eq(low, high);
    const V span = hn::IfThenElse(flat, one, hn::Sub(high, low));
    V sum = zero;
    for (int k = 0; k < 9; ++k) {
      cells[k] = hn::IfThenElse(flat, one, hn::Div(hn::Sub(cells[k], low), span));
      sum = hn::Add(sum, cells[k]);
    }
    V entropy = zero;
    V centre = zero;
    V square = zero;
    V energy = zero;
    for (int k = 0; k < 9; ++k) {
      const V p = hn::Div(cells[k], sum);
      const M empty = hn::Eq(p, zero);
      const V log_p = hn::IfThenZeroElse(empty, hn::Log2(d, hn::IfThenElse(empty, one, p)));
      const V number = Constant(k + 1.0);
      const V moment = hn::Mul(number, p);
      const V excess = hn::Sub(p, Constant(1.0 / 9.0));
      entropy = hn::Sub(entropy, hn::Mul(p, log_p));
      centre = hn::Add(centre, moment);
      square = hn::Add(square, hn::Mul(number, moment));
      energy = hn::Add(energy, hn::Mul(excess, excess));
      const int at = k * count + x;
      hn::BlendedStore(p, mask, d, out.pdf + at);
      hn::BlendedStore(log_p, mask, d, out.log_pdf + at);
    }
    const V variance = hn::Max(zero, hn::Sub(square, hn::Mul(centre, centre)));
    hn::BlendedStore(entropy, mask, d, out.entropy + x);
    hn::BlendedStore(centre, mask, d, out.centre + x);
    hn::BlendedStore(hn::Sqrt(variance), mask, d, out.deviation + x);
    hn::BlendedStore(hn::IfThenZeroElse(flat, energy), mask, d, out.energy + x);
  });
}

void Log2Row(const double* in, double* out, std::size_t count) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(hn::Log2(d, hn::LoadU(d, in + i)), d, out + i);
  if (i < count) {
    const M mask = hn::FirstN(d, count - i);
    const V v = hn::IfThenElse(mask, LoadMasked(mask, in + i), Constant(1.0));
    hn::BlendedStore(hn::Log2(d, v), mask, d, out + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::metrics
HWY_AFTER_NAMESPACE();

#endif
