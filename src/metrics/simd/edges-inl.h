// Edge transfer: Qabf and Nabf from Sobel gradients of the three pictures.
#if defined(SEAFUSION_METRICS_SIMD_EDGES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_METRICS_SIMD_EDGES_INL_H_
#undef SEAFUSION_METRICS_SIMD_EDGES_INL_H_
#else
#define SEAFUSION_METRICS_SIMD_EDGES_INL_H_
#endif

#include "metrics/simd/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::metrics {
namespace HWY_NAMESPACE {

constexpr double kHalfPi = 1.57079632679489661923;

struct Gradient {
  V strength;
  V angle;
};

// peak / (1 + exp(-slope (x - centre)))
HWY_INLINE V Sigmoid(V x, double peak, double slope, double centre) {
  const V e = hn::Exp(D(), hn::Mul(Constant(-slope), hn::Sub(x, Constant(centre))));
  return hn::Div(Constant(peak), hn::Add(Constant(1.0), e));
}

// On 0..1 the value depends on exact ties and zeros of the responses, and so on the order in which
// the taps are added: as MATLAB's conv2 does, down the columns of the kernel, which is flipped.
// Nothing here may be contracted into fused multiply-adds.
HWY_INLINE Gradient QabfGradient(M mask, const double* above, const double* row,
                                 const double* below, int x) {
  const D d;
  const V al = LoadMasked(mask, above + x - 1);
  const V ac = LoadMasked(mask, above + x);
  const V ar = LoadMasked(mask, above + x + 1);
  const V rl = LoadMasked(mask, row + x - 1);
  const V rr = LoadMasked(mask, row + x + 1);
  const V bl = LoadMasked(mask, below + x - 1);
  const V bc = LoadMasked(mask, below + x);
  const V br = LoadMasked(mask, below + x + 1);
  const auto twice = [](V v) HWY_ATTR { return hn::Add(v, v); };
  const V sx =
      hn::Add(hn::Add(hn::Add(hn::Sub(hn::Sub(hn::Neg(br), twice(rr)), ar), bl), twice(rl)), al);
  const V sy = hn::Sub(hn::Add(hn::Sub(hn::Add(hn::Sub(br, ar), twice(bc)), twice(ac)), bl), al);
  const M upright = hn::Eq(sx, Constant(0.0));
  const V tangent = hn::Div(sy, hn::IfThenElse(upright, Constant(1.0), sx));
  return {hn::Sqrt(hn::Add(hn::Mul(sx, sx), hn::Mul(sy, sy))),
          hn::IfThenElse(upright, Constant(kHalfPi), hn::Atan(d, tangent))};
}

// Xydeas and Petrovic 2000, Eq. 6 to 10, with the published constants.
HWY_INLINE V QabfTransfer(const Gradient& source, const Gradient& fused) {
  const V gx = source.strength;
  const V gf = fused.strength;
  const V one = Constant(1.0);
  const M weaker = hn::Gt(gx, gf);
  const V larger = hn::IfThenElse(weaker, gx, gf);
  const V smaller = hn::IfThenElse(weaker, gf, gx);
  const M equal = hn::Eq(gx, gf);
  // Where both are equal the published code takes the strength itself for the ratio 1.
  const V ratio = hn::IfThenElse(equal, gf, hn::Div(smaller, hn::IfThenElse(equal, one, larger)));
  const V alignment =
      hn::Sub(one, hn::Div(hn::Abs(hn::Sub(source.angle, fused.angle)), Constant(kHalfPi)));
  return hn::Mul(Sigmoid(ratio, 0.9994, 15.0, 0.5), Sigmoid(alignment, 0.9879, 22.0, 0.8));
}

void Qabf(const ThreeRows& above, const ThreeRows& row, const ThreeRows& below, int count,
          WeightedSums* sums) {
  V numerator = Constant(0.0);
  V denominator = Constant(0.0);
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    const Gradient a = QabfGradient(mask, above[0], row[0], below[0], x);
    const Gradient b = QabfGradient(mask, above[1], row[1], below[1], x);
    const Gradient f = QabfGradient(mask, above[2], row[2], below[2], x);
    // Lanes outside the mask have strength 0 and so no weight.
    const V qa = hn::Mul(QabfTransfer(a, f), a.strength);
    const V qb = hn::Mul(QabfTransfer(b, f), b.strength);
    numerator = hn::Add(numerator, hn::Add(qa, qb));
    denominator = hn::Add(denominator, hn::Add(a.strength, b.strength));
  });
  sums->numerator += SumOf(numerator);
  sums->denominator += SumOf(denominator);
}

HWY_INLINE Gradient NabfGradient(M mask, const double* above, const double* row,
                                 const double* below, int x) {
  const D d;
  const V eighth = Constant(0.125);
  const V quarter = Constant(0.25);
  const auto weigh = [&](const double* p, V weight)
                         HWY_ATTR { return hn::Mul(LoadMasked(mask, p), weight); };
  const V al = weigh(above + x - 1, eighth);
  const V ac = weigh(above + x, quarter);
  const V ar = weigh(above + x + 1, eighth);
  const V rl = weigh(row + x - 1, quarter);
  const V rr = weigh(row + x + 1, quarter);
  const V bl = weigh(below + x - 1, eighth);
  const V bc = weigh(below + x, quarter);
  const V br = weigh(below + x + 1, eighth);
  // Column sums first, then their sum, as sum(sum(...)) does.
  const V across = hn::Sub(hn::Add(hn::Add(ar, rr), br), hn::Add(hn::Add(al, rl), bl));
  const V down = hn::Add(hn::Add(hn::Sub(bl, al), hn::Sub(bc, ac)), hn::Sub(br, ar));
  const V zero = Constant(0.0);
  const M level = hn::Eq(down, zero);
  const V tangent = hn::Div(across, hn::IfThenElse(level, Constant(1.0), down));
  // The sign of a right angle does not matter: alignments have the period pi.
  const V right = hn::IfThenElse(hn::Eq(across, zero), zero, Constant(kHalfPi));
  return {hn::Sqrt(hn::Add(hn::Mul(across, across), hn::Mul(down, down))),
          hn::IfThenElse(level, right, hn::Atan(d, tangent))};
}

// What the fused picture keeps of a source's gradient, as Qabf but the root of the product.
HWY_INLINE V NabfTransfer(const Gradient& source, const Gradient& fused) {
  const V smaller = hn::Min(source.strength, fused.strength);
  const V larger = hn::Max(source.strength, fused.strength);
  const M none = hn::Eq(smaller, Constant(0.0));
  const V ratio =
      hn::IfThenZeroElse(none, hn::Div(smaller, hn::IfThenElse(none, Constant(1.0), larger)));
  const V turn = hn::Abs(hn::Sub(source.angle, fused.angle));
  const V alignment = hn::Mul(hn::Abs(hn::Sub(turn, Constant(kHalfPi))), Constant(1.0 / kHalfPi));
  return hn::Sqrt(
      hn::Mul(Sigmoid(ratio, 0.9999, 19.0, 0.5), Sigmoid(alignment, 0.9995, 22.0, 0.5)));
}

void Nabf(const ThreeRows& above, const ThreeRows& row, const ThreeRows& below, int count,
          WeightedSums* sums) {
  const V one = Constant(1.0);
  V numerator = Constant(0.0);
  V denominator = Constant(0.0);
  const auto weight = [](V strength) HWY_ATTR {
    return hn::IfThenElse(hn::Ge(strength, Constant(2.0)), hn::Mul(strength, hn::Sqrt(strength)),
                          Constant(0.001));
  };
  ForEachVector(count, [&](int x, M mask) HWY_ATTR {
    const Gradient a = NabfGradient(mask, above[0], row[0], below[0], x);
    const Gradient b = NabfGradient(mask, above[1], row[1], below[1], x);
    const Gradient f = NabfGradient(mask, above[2], row[2], below[2], x);
    const V wa = hn::IfThenElseZero(mask, weight(a.strength));
    const V wb = hn::IfThenElseZero(mask, weight(b.strength));
    const V lost = hn::Add(hn::Mul(hn::Sub(one, NabfTransfer(a, f)), wa),
                           hn::Mul(hn::Sub(one, NabfTransfer(b, f)), wb));
    const M artefact = hn::And(hn::Gt(f.strength, a.strength), hn::Gt(f.strength, b.strength));
    numerator = hn::Add(numerator, hn::IfThenElseZero(artefact, lost));
    denominator = hn::Add(denominator, hn::Add(wa, wb));
  });
  sums->numerator += SumOf(numerator);
  sums->denominator += SumOf(denominator);
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::metrics
HWY_AFTER_NAMESPACE();

#endif
