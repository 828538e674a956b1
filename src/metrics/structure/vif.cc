#include "metrics/structure/vif.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "metrics/structure/local_means.h"

namespace seafusion::metrics {
namespace {

// Subtracted from the samples where products do not saturate: variances stay the same, but where a
// picture is flat, most often at this level, they come out as 0 and not as rounding noise, which
// would have to be told from the variances just above the threshold of 1e-10.
int MostFrequentLevel(const GrayImage& image) {
  std::array<std::uint32_t, 256> counts{};
  for (const std::uint8_t v : image.samples) ++counts[v];
  return static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

void AddScale(const RowKernels& kernels, const ThreePlanes& planes, int window, bool saturate,
              VifSums* sums) {
  const int width = planes[0].width() - window + 1;
  ForEachLocalMeansRow(kernels, planes, GaussianWeights(window, window / 5.0),
                       {.saturate_products = saturate},
                       [&](int, const LocalMeans& means) { kernels.vif(means, width, sums); });
}

// Filtered with the window of the scale it leads to, then every second row and column from the
// first.
Plane NextScale(const RowKernels& kernels, const Plane& plane, const std::vector<double>& weights) {
  const int taps = static_cast<int>(weights.size());
  const int width = plane.width() - taps + 1;
  const int height = plane.height() - taps + 1;
  Plane filtered(width, plane.height());
  for (int y = 0; y < plane.height(); ++y) {
    kernels.filter_horizontally(plane.Row(y), weights.data(), taps, filtered.Row(y), width);
  }
  Plane out((width + 1) / 2, (height + 1) / 2);
  Plane row(width, 1);
  std::vector<const double*> window(weights.size());
  for (int y = 0; y < out.height(); ++y) {
    for (int k = 0; k < taps; ++k) window[static_cast<std::size_t>(k)] = filtered.Row(2 * y + k);
    kernels.filter_vertically(window.data(), weights.data(), taps, row.Row(0), width);
    for (std::ptrdiff_t x = 0; x < out.width(); ++x) out.Row(y)[x] = row.Row(0)[2 * x];
  }
  return out;
}

VifValue Quotient(const VifSums& first, const VifSums& rest) {
  return {(first.numerator[0] + rest.numerator[0]) / (first.denominator[0] + rest.denominator[0]),
          (first.numerator[1] + rest.numerator[1]) / (first.denominator[1] + rest.denominator[1])};
}

}  // namespace

VifResult VisualInformationFidelity(const RowKernels& kernels, const Triple& images,
                                    const VifConventions& wanted) {
  VifSums first_paper;
  if (wanted.paper) AddScale(kernels, ToPlanes(images, {0.0, 0.0, 0.0}), 17, true, &first_paper);
  ThreePlanes planes = ToPlanes(
      images, {-1.0 * MostFrequentLevel(images.infrared), -1.0 * MostFrequentLevel(images.visible),
               -1.0 * MostFrequentLevel(images.fused)});
  VifSums first_f255;
  if (wanted.f255) AddScale(kernels, planes, 17, false, &first_f255);
  VifSums rest;
  for (const int window : {9, 5, 3}) {
    const std::vector<double> weights = GaussianWeights(window, window / 5.0);
    for (Plane& plane : planes) plane = NextScale(kernels, plane, weights);
    AddScale(kernels, planes, window, false, &rest);
  }
  VifResult result;
  if (wanted.paper) result.paper = Quotient(first_paper, rest);
  if (wanted.f255) result.f255 = Quotient(first_f255, rest);
  return result;
}

}  // namespace seafusion::metrics
