// A homography's eight freedoms as motions of a picture's corners.
#ifndef SEAFUSION_ALIGN_SEARCH_FIT_CORNER_MOTIONS_H_
#define SEAFUSION_ALIGN_SEARCH_FIT_CORNER_MOTIONS_H_

#include <array>
#include <cstddef>

#include <opencv2/core.hpp>

#include "align/geometry/homography.h"
#include "align/search/fit/surface_fit.h"

namespace seafusion::align {

/// How much there is of each motion: two translations, zoom, rotation, two affine ones, two
/// projective ones.
using MotionAmounts = std::array<double, 8>;

/// The first four motions are a similarity's.
inline constexpr std::size_t kSimilarityMotions = 4, kAffineMotions = 6;

/// Each motion of amount 1 shifts the corners by 1 pixel in the root mean square.
class CornerMotions {
 public:
  explicit CornerMotions(const Quad& corners);

  MapChange Change(const MotionAmounts& amounts) const;
  /// Where each motion of amount 1 takes a point, less where it is: exactly so at the corners, to
  /// the first order between them.
  std::array<Point, 8> At(Point p) const;

 private:
  Point centre_;
  double unit_;
  MotionAmounts norm_{};
  std::array<std::array<double, 8>, 8> at_corners_{};
};

/// Where a point goes, less where it is, `motions` being CornerMotions::At of it.
Point Moved(const std::array<Point, 8>& motions, const MotionAmounts& amounts);

/// Weighted least squares of the first `count` motions, the others being 0.
class MotionFit {
 public:
  /// Stiffness, relative to the weights' sum, for each pixel that similarity motions and the others
  /// move the corners: few points in one place then say nothing about the rest of the picture.
  struct Ridge {
    double similarity = 1e-3, others = 1e-2;
  };

  MotionFit(std::size_t count, const Ridge& ridge) : count_(count), ridge_(ridge) {}
  /// A point goes to where it is plus `to`.
  void Add(const std::array<Point, 8>& motions, Point to, double weight);
  MotionAmounts Solve() const;

 private:
  std::size_t count_;
  Ridge ridge_;
  cv::Matx<double, 8, 8> left_ = cv::Matx<double, 8, 8>::zeros();
  cv::Vec<double, 8> right_ = cv::Vec<double, 8>::all(0);
  double total_ = 1e-9;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FIT_CORNER_MOTIONS_H_
