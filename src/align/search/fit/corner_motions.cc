#include "align/search/fit/corner_motions.h"

#include <algorithm>
#include <cmath>

namespace seafusion::align {
namespace {

std::array<Point, 8> MotionsAt(double x, double y) {
  return {Point{1, 0}, {0, 1}, {x, y}, {-y, x}, {x, -y}, {y, x}, {x * y, 0}, {0, x * y}};
}

}  // namespace

CornerMotions::CornerMotions(const Quad& corners)
    : centre_(0.25 * (corners[0] + corners[1] + corners[2] + corners[3])),
      unit_(std::max(std::abs(corners[0].x - centre_.x), std::abs(corners[0].y - centre_.y))) {
  norm_.fill(1);
  std::array<std::array<Point, 8>, 4> plain;
  MotionAmounts sums{};
  for (std::size_t i = 0; i < corners.size(); ++i) {
    plain[i] = At(corners[i]);
    for (std::size_t m = 0; m < sums.size(); ++m) {
      sums[m] += (plain[i][m].x * plain[i][m].x + plain[i][m].y * plain[i][m].y) / 4;
    }
  }
  for (std::size_t m = 0; m < norm_.size(); ++m) {
    norm_[m] = 1 / std::sqrt(sums[m]);
    for (std::size_t i = 0; i < corners.size(); ++i) {
      at_corners_[m][2 * i] = norm_[m] * plain[i][m].x;
      at_corners_[m][2 * i + 1] = norm_[m] * plain[i][m].y;
    }
  }
}

std::array<Point, 8> CornerMotions::At(Point p) const {
  std::array<Point, 8> motions = MotionsAt((p.x - centre_.x) / unit_, (p.y - centre_.y) / unit_);
  for (std::size_t m = 0; m < motions.size(); ++m) motions[m] = norm_[m] * motions[m];
  return motions;
}

MapChange CornerMotions::Change(const MotionAmounts& amounts) const {
  MapChange change;
  for (std::size_t m = 0; m < amounts.size(); ++m) {
    for (std::size_t i = 0; i < 8; ++i) change.values[i] += amounts[m] * at_corners_[m][i];
  }
  return change;
}

Point Moved(const std::array<Point, 8>& motions, const MotionAmounts& amounts) {
  Point d;
  for (std::size_t m = 0; m < amounts.size(); ++m) d = d + amounts[m] * motions[m];
  return d;
}

void MotionFit::Add(const std::array<Point, 8>& motions, Point to, double weight) {
  for (std::size_t i = 0; i < count_; ++i) {
    const Point a = motions[i];
    right_(static_cast<int>(i)) += weight * (a.x * to.x + a.y * to.y);
    for (std::size_t j = 0; j < count_; ++j) {
      const Point c = motions[j];
      left_(static_cast<int>(i), static_cast<int>(j)) += weight * (a.x * c.x + a.y * c.y);
    }
  }
  total_ += weight;
}

MotionAmounts MotionFit::Solve() const {
  cv::Matx<double, 8, 8> left = left_;
  for (std::size_t m = 0; m < 8; ++m) {
    const int i = static_cast<int>(m);
    left(i, i) +=
        m >= count_ ? 1 : total_ * (m < kSimilarityMotions ? ridge_.similarity : ridge_.others);
  }
  const cv::Vec<double, 8> solved = left.solve(right_, cv::DECOMP_CHOLESKY);
  MotionAmounts amounts;
  std::copy(solved.val, solved.val + 8, amounts.begin());
  return amounts;
}

}  // namespace seafusion::align
