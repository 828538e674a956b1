// Gaussian-weighted local means of three pictures and their products, row by row: the work that VIF
// and the structural similarity share.
#ifndef SEAFUSION_METRICS_STRUCTURE_LOCAL_MEANS_H_
#define SEAFUSION_METRICS_STRUCTURE_LOCAL_MEANS_H_

#include <functional>
#include <vector>

#include "metrics/plane.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

/// `size` weights exp(-i^2 / (2 sd^2)) around the middle, normalised to sum 1; size odd.
std::vector<double> GaussianWeights(int size, double sd);

struct LocalMeansOptions {
  bool saturate_products = false;  ///< Products above 255 become 255.
  bool source_product = false;     ///< Also of infrared times visible.
};

/// Calls use(y, means) for each row y of the positions where a window of weights.size() squared
/// lies inside the planes, in order; means have width - weights.size() + 1 samples and live until
/// the call returns. Scratch memory: about 9 weights.size() rows.
void ForEachLocalMeansRow(const RowKernels& kernels, const ThreePlanes& planes,
                          const std::vector<double>& weights, const LocalMeansOptions& options,
                          const std::function<void(int y, const LocalMeans& means)>& use);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_STRUCTURE_LOCAL_MEANS_H_
