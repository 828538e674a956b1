#include "metrics/edges/edge_transfer.h"

#include <algorithm>
#include <array>

#include "metrics/plane.h"

namespace seafusion::metrics {
namespace {

enum class Border : std::uint8_t {
  kZero,
  kMirror,  ///< Without repeating the edge.
};

using RowFunction = void (*)(const ThreeRows& above, const ThreeRows& row, const ThreeRows& below,
                             int count, WeightedSums* sums);

// The three pictures' rows y - 1, y and y + 1 with a border of one sample, in a ring of three.
class BorderedRows {
 public:
  BorderedRows(const Triple& images, SampleRange range, Border border)
      : images_{&images.infrared, &images.visible, &images.fused},
        width_(images.width()),
        height_(images.height()),
        border_(border) {
    for (std::size_t v = 0; v < 256; ++v) {
      samples_[v] =
          range == SampleRange::kUnit ? static_cast<double>(v) / 255.0 : static_cast<double>(v);
    }
    for (Plane& ring : rings_) ring = Plane(width_ + 2, 3);
  }

  /// Fills the ring with row y, -1 <= y <= height.
  void Load(int y) {
    const bool outside = y < 0 || y >= height_;
    int from = y;
    if (y < 0) from = 1;
    if (y >= height_) from = height_ - 2;
    for (std::size_t i = 0; i < 3; ++i) {
      double* row = rings_[i].Row((y + 3) % 3);
      if (outside && border_ == Border::kZero) {
        std::fill(row, row + width_ + 2, 0.0);
        continue;
      }
      const std::uint8_t* in = images_[i]->Row(from);
      for (int x = 0; x < width_; ++x) row[x + 1] = samples_[in[x]];
      row[0] = border_ == Border::kZero ? 0.0 : row[2];
      row[width_ + 1] = border_ == Border::kZero ? 0.0 : row[width_ - 1];
    }
  }

  ThreeRows Rows(int y) const {
    const int slot = (y + 3) % 3;
    return {rings_[0].Row(slot) + 1, rings_[1].Row(slot) + 1, rings_[2].Row(slot) + 1};
  }

 private:
  std::array<const GrayImage*, 3> images_;
  int width_;
  int height_;
  Border border_;
  std::array<double, 256> samples_{};
  std::array<Plane, 3> rings_;
};

double WeightedMean(const Triple& images, SampleRange range, Border border, RowFunction function) {
  BorderedRows rows(images, range, border);
  WeightedSums sums;
  rows.Load(-1);
  rows.Load(0);
  for (int y = 0; y < images.height(); ++y) {
    rows.Load(y + 1);
    function(rows.Rows(y - 1), rows.Rows(y), rows.Rows(y + 1), images.width(), &sums);
  }
  return sums.numerator / sums.denominator;
}

}  // namespace

double Qabf(const RowKernels& kernels, const Triple& images, SampleRange range) {
  return WeightedMean(images, range, Border::kZero, kernels.qabf);
}

double Nabf(const RowKernels& kernels, const Triple& images, SampleRange range) {
  return WeightedMean(images, range, Border::kMirror, kernels.nabf);
}

}  // namespace seafusion::metrics
