// Metrics that follow from sums over pixels: correlation, error, deviation.
#ifndef SEAFUSION_METRICS_STATISTICS_MOMENTS_H_
#define SEAFUSION_METRICS_STATISTICS_MOMENTS_H_

#include <cstdint>

#include "metrics/gray_image.h"

namespace seafusion::metrics {

/// Sums over all pixels on 0..255, exact; a infrared, b visible, f fused.
struct Moments {
  std::int64_t n = 0;
  std::int64_t a = 0, b = 0, f = 0;
  std::int64_t aa = 0, bb = 0, ff = 0;
  std::int64_t ab = 0, af = 0, bf = 0;
};
Moments ComputeMoments(const Triple& images);

/// sqrt(mean (F - mean F)^2), gray levels, 0..127.5 (Rao 1997).
double StandardDeviation(const Moments& m);

/// SD as the published code computes it on 8-bit integers: differences below the mean become 0,
/// squares saturate at 255. 0..15.97.
double SaturatingStandardDeviation(const GrayImage& fused);

/// (corr(A, F) + corr(B, F)) / 2. -1..1; NaN when a picture is constant.
double CorrelationCoefficient(const Moments& m);

/// corr(F - B, A) + corr(F - A, B) (Aslantas, Bendes 2015). -2..2; NaN when a source or a
/// difference is constant.
double SumOfCorrelationsOfDifferences(const Moments& m);

/// (mean (F - A)^2 + mean (F - B)^2) / 2 on 0..1.
double MeanSquaredError(const Moments& m);

/// 20 log10(255 / sqrt(MSE)), dB. The peak is 255 while MSE is on 0..1, as published: 48.13 dB
/// above the usual definition. Infinite when all three pictures are equal.
double PeakSignalToNoise(const Moments& m);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STATISTICS_MOMENTS_H_
