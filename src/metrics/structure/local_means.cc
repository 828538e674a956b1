#include "metrics/structure/local_means.h"

#include <cmath>
#include <numeric>

namespace seafusion::metrics {

std::vector<double> GaussianWeights(int size, double sd) {
  std::vector<double> weights(static_cast<std::size_t>(size));
  const int middle = size / 2;
  for (int i = 0; i < size; ++i) {
    const double t = (i - middle) / sd;
    weights[static_cast<std::size_t>(i)] = std::exp(-0.5 * t * t);
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& w : weights) w /= sum;
  return weights;
}

void ForEachLocalMeansRow(const RowKernels& kernels, const ThreePlanes& planes,
                          const std::vector<double>& weights, const LocalMeansOptions& options,
                          const std::function<void(int y, const LocalMeans& means)>& use) {
  const int taps = static_cast<int>(weights.size());
  const int width = planes[0].width();
  const int out_width = width - taps + 1;
  const int fields = options.source_product ? 9 : 8;
  Plane products(width, 6);
  // Rows filtered horizontally: row y of field i is at ring row i * taps + y % taps.
  Plane ring(out_width, fields * taps);
  Plane means(out_width, 9);
  std::vector<const double*> window(weights.size());
  for (int y = 0; y < planes[0].height(); ++y) {
    const ThreeRows rows = {planes[0].Row(y), planes[1].Row(y), planes[2].Row(y)};
    kernels.multiply(rows, width, options.saturate_products,
                     {products.Row(0), products.Row(1), products.Row(2), products.Row(3),
                      products.Row(4), options.source_product ? products.Row(5) : nullptr});
    for (int i = 0; i < fields; ++i) {
      const double* in = i < 3 ? rows[static_cast<std::size_t>(i)] : products.Row(i - 3);
      kernels.filter_horizontally(in, weights.data(), taps, ring.Row(i * taps + y % taps),
                                  out_width);
    }
    if (y < taps - 1) continue;
    for (int i = 0; i < fields; ++i) {
      for (int k = 0; k < taps; ++k) {
        window[static_cast<std::size_t>(k)] = ring.Row(i * taps + (y + 1 + k) % taps);
      }
      kernels.filter_vertically(window.data(), weights.data(), taps, means.Row(i), out_width);
    }
    use(y - taps + 1,
        {means.Row(0), means.Row(1), means.Row(2), means.Row(3), means.Row(4), means.Row(5),
         means.Row(6), means.Row(7), options.source_product ? means.Row(8) : nullptr});
  }
}

}  // namespace seafusion::metrics
