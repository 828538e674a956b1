// Metrics of the gray-level histogram: entropy and mutual information, in bits.
#ifndef SEAFUSION_METRICS_STATISTICS_ENTROPY_H_
#define SEAFUSION_METRICS_STATISTICS_ENTROPY_H_

#include "metrics/gray_image.h"

namespace seafusion::metrics {

/// -sum p log2 p over the 256 gray levels (Roberts, van Aardt, Ahmed 2008). 0..8.
double Entropy(const GrayImage& image);

enum class TopLevels : bool {
  kSeparate,
  /// The published code counts levels 254 and 255 as one in the joint histogram (it adds 1 to 8-bit
  /// values, which saturates), but as two in the single ones.
  kMerged,
};

/// H(source) + H(fused) - H(source, fused) (Qu, Zhang, Yan 2002). 0..8 with kSeparate; up to 1 bit
/// more with kMerged.
double MutualInformation(const GrayImage& source, const GrayImage& fused, TopLevels top);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STATISTICS_ENTROPY_H_
