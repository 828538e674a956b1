#include "metrics/statistics/moments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "metrics/statistics/wide_integer.h"

namespace seafusion::metrics {
namespace {

// n sum xy - sum x sum y needs up to 74 bits for the largest pictures.
using Wide = WideInteger;

Wide Covariance(std::int64_t n, std::int64_t xy, std::int64_t x, std::int64_t y) {
  return Wide{n} * xy - Wide{x} * y;
}

// NaN when one of the two is constant: the integers make that test exact.
double Correlation(Wide covariance, Wide variance_x, Wide variance_y) {
  if (variance_x == 0 || variance_y == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(covariance) /
         (std::sqrt(static_cast<double>(variance_x)) * std::sqrt(static_cast<double>(variance_y)));
}

}  // namespace

Moments ComputeMoments(const Triple& images) {
  Moments m;
  m.n = static_cast<std::int64_t>(images.fused.samples.size());
  for (int y = 0; y < images.height(); ++y) {
    const std::uint8_t* a = images.infrared.Row(y);
    const std::uint8_t* b = images.visible.Row(y);
    const std::uint8_t* f = images.fused.Row(y);
    // 32 bits hold 2^16 products of 8-bit values; blocks of that length let the compiler vectorise.
    constexpr int kBlock = 1 << 15;
    for (int x0 = 0; x0 < images.width(); x0 += kBlock) {
      const int x1 = std::min(images.width(), x0 + kBlock);
      std::uint32_t sa = 0, sb = 0, sf = 0, aa = 0, bb = 0, ff = 0, ab = 0, af = 0, bf = 0;
      for (int x = x0; x < x1; ++x) {
        const std::uint32_t va = a[x], vb = b[x], vf = f[x];
        sa += va;
        sb += vb;
        sf += vf;
        aa += va * va;
        bb += vb * vb;
        ff += vf * vf;
        ab += va * vb;
        af += va * vf;
        bf += vb * vf;
      }
      m.a += sa;
      m.b += sb;
      m.f += sf;
      m.aa += aa;
      m.bb += bb;
      m.ff += ff;
      m.ab += ab;
      m.af += af;
      m.bf += bf;
    }
  }
  return m;
}

double StandardDeviation(const Moments& m) {
  return std::sqrt(static_cast<double>(Covariance(m.n, m.ff, m.f, m.f))) / static_cast<double>(m.n);
}

double SaturatingStandardDeviation(const GrayImage& fused) {
  std::array<std::int64_t, 256> counts{};
  for (const std::uint8_t v : fused.samples) ++counts[v];
  std::int64_t sum = 0;
  for (std::int64_t v = 0; v < 256; ++v) sum += v * counts[static_cast<std::size_t>(v)];
  const auto n = static_cast<double>(fused.samples.size());
  const double mean = static_cast<double>(sum) / n;
  std::int64_t squares = 0;
  for (std::size_t v = 0; v < 256; ++v) {
    const double d = std::max(0.0, std::round(static_cast<double>(v) - mean));
    squares += counts[v] * static_cast<std::int64_t>(std::min(255.0, d * d));
  }
  return std::sqrt(static_cast<double>(squares) / n);
}

double CorrelationCoefficient(const Moments& m) {
  const Wide va = Covariance(m.n, m.aa, m.a, m.a);
  const Wide vb = Covariance(m.n, m.bb, m.b, m.b);
  const Wide vf = Covariance(m.n, m.ff, m.f, m.f);
  return 0.5 * (Correlation(Covariance(m.n, m.af, m.a, m.f), va, vf) +
                Correlation(Covariance(m.n, m.bf, m.b, m.f), vb, vf));
}

double SumOfCorrelationsOfDifferences(const Moments& m) {
  const Wide va = Covariance(m.n, m.aa, m.a, m.a);
  const Wide vb = Covariance(m.n, m.bb, m.b, m.b);
  const Wide vf = Covariance(m.n, m.ff, m.f, m.f);
  const Wide ab = Covariance(m.n, m.ab, m.a, m.b);
  const Wide af = Covariance(m.n, m.af, m.a, m.f);
  const Wide bf = Covariance(m.n, m.bf, m.b, m.f);
  return Correlation(af - ab, vf - 2 * bf + vb, va) + Correlation(bf - ab, vf - 2 * af + va, vb);
}

double MeanSquaredError(const Moments& m) {
  const std::int64_t squares = (m.ff - 2 * m.af + m.aa) + (m.ff - 2 * m.bf + m.bb);
  return 0.5 * static_cast<double>(squares) / static_cast<double>(m.n) / (255.0 * 255.0);
}

double PeakSignalToNoise(const Moments& m) {
  return 20.0 * std::log10(255.0 / std::sqrt(MeanSquaredError(m)));
}

}  // namespace seafusion::metrics
