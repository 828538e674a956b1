#include "metrics/structure/mef_ssim.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "metrics/structure/local_means.h"

namespace seafusion::metrics {
namespace {

constexpr int kWindow = 11;

// Uniform window sums of a, b, aa, bb, ab, moved down one row at a time. Exact: samples are
// multiples of 1/16 below 256, so their products and these sums fit in 53 bits.
class SlidingSums {
 public:
  explicit SlidingSums(const ThreePlanes& planes)
      : planes_(planes),
        width_(planes[0].width()),
        columns_(width_, kFields),
        sums_(width_ - kWindow + 1, kFields) {
    for (int y = 0; y < kWindow - 1; ++y) AddRow(y, 1.0);
  }

  /// The sums of the windows whose first row is y; to be called with y = 0, 1, 2, ...
  WindowSums MoveTo(int y) {
    AddRow(y + kWindow - 1, 1.0);
    if (y > 0) AddRow(y - 1, -1.0);
    for (int i = 0; i < kFields; ++i) {
      const double* in = columns_.Row(i);
      double* out = sums_.Row(i);
      double sum = 0.0;
      for (int x = 0; x < kWindow - 1; ++x) sum += in[x];
      for (int x = 0; x < sums_.width(); ++x) {
        sum += in[x + kWindow - 1];
        out[x] = sum;
        sum -= in[x];
      }
    }
    return {sums_.Row(0), sums_.Row(1), sums_.Row(2), sums_.Row(3), sums_.Row(4)};
  }

 private:
  static constexpr int kFields = 5;

  void AddRow(int y, double sign) {
    const double* a = planes_[0].Row(y);
    const double* b = planes_[1].Row(y);
    double* const out[kFields] = {columns_.Row(0), columns_.Row(1), columns_.Row(2),
                                  columns_.Row(3), columns_.Row(4)};
    for (int x = 0; x < width_; ++x) {
      out[0][x] += sign * a[x];
      out[1][x] += sign * b[x];
      out[2][x] += sign * a[x] * a[x];
      out[3][x] += sign * b[x] * b[x];
      out[4][x] += sign * a[x] * b[x];
    }
  }

  const ThreePlanes& planes_;
  int width_;
  Plane columns_;
  Plane sums_;
};

double Score(const RowKernels& kernels, const ThreePlanes& planes) {
  const int width = planes[0].width() - kWindow + 1;
  const int height = planes[0].height() - kWindow + 1;
  SlidingSums uniform(planes);
  double total = 0.0;
  ForEachLocalMeansRow(kernels, planes, GaussianWeights(kWindow, 1.5), {.source_product = true},
                       [&](int y, const LocalMeans& gaussian) {
                         total += kernels.mef_ssim(uniform.MoveTo(y), gaussian, width);
                       });
  return total / (static_cast<double>(width) * height);
}

// Mean of 2 x 2 pixels whose first is (2y, 2x); beyond the border the last row and column again.
Plane Halve(const Plane& plane) {
  Plane out((plane.width() + 1) / 2, (plane.height() + 1) / 2);
  for (int y = 0; y < out.height(); ++y) {
    const double* upper = plane.Row(2 * y);
    const double* lower = plane.Row(std::min(2 * y + 1, plane.height() - 1));
    for (std::ptrdiff_t x = 0; x < out.width(); ++x) {
      const auto next = std::min<std::ptrdiff_t>(2 * x + 1, plane.width() - 1);
      out.Row(y)[x] = 0.25 * ((upper[2 * x] + upper[next]) + (lower[2 * x] + lower[next]));
    }
  }
  return out;
}

}  // namespace

MefSsimResult MefSsim(const RowKernels& kernels, const Triple& images, bool multi_scale) {
  ThreePlanes planes = ToPlanes(images, {0.0, 0.0, 0.0});
  MefSsimResult result;
  result.single_scale = Score(kernels, planes);
  if (!multi_scale) return result;
  // The first three of the five weights of multi-scale SSIM (Wang et al. 2003), made to sum to 1.
  constexpr std::array<double, 3> kWeights = {0.0448, 0.2856, 0.3001};
  constexpr double kSum = kWeights[0] + kWeights[1] + kWeights[2];
  result.multi_scale = std::pow(result.single_scale, kWeights[0] / kSum);
  for (const double weight : {kWeights[1], kWeights[2]}) {
    for (Plane& plane : planes) plane = Halve(plane);
    result.multi_scale *= std::pow(Score(kernels, planes), weight / kSum);
  }
  return result;
}

}  // namespace seafusion::metrics
