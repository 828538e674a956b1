// Metrics of neighbouring pixels' differences: spatial frequency and average gradient.
#ifndef SEAFUSION_METRICS_STATISTICS_DIFFERENCES_H_
#define SEAFUSION_METRICS_STATISTICS_DIFFERENCES_H_

#include "metrics/gray_image.h"

namespace seafusion::metrics {

/// sqrt(mean of squared vertical + mean of squared horizontal first differences) on 0..255
/// (Eskicioglu, Fisher 1995). 0..360.6. Both sides at least 2.
double SpatialFrequency(const GrayImage& fused);

/// sum sqrt((dx^2 + dy^2) / 2) / ((H - 1)(W - 1)) on 0..255, central differences inside and
/// one-sided ones at the border (Cui et al. 2015). Gray levels a pixel, from 0. Both sides at least
/// 2.
double AverageGradient(const GrayImage& fused);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STATISTICS_DIFFERENCES_H_
