// The gray picture that a search looks at: contrast stretched, bounded in size, ready to be reduced
// and warped without aliasing.
#ifndef SEAFUSION_ALIGN_SEARCH_FEATURES_GRAY_PYRAMID_H_
#define SEAFUSION_ALIGN_SEARCH_FEATURES_GRAY_PYRAMID_H_

#include <vector>

#include <opencv2/core.hpp>

#include <seafusion/image.h>

#include "align/geometry/homography.h"

namespace seafusion::align {

/// A picture as floats (0..255 between its 0.5 and 99.5 percentiles, plus a constant) and the map
/// from the pixels of the picture it was made from to its own.
struct ReducedPicture {
  cv::Mat samples;  ///< CV_32F
  Homography from_original;
};

struct WarpedPicture {
  cv::Mat samples;  ///< CV_32F; beyond the picture its edge is repeated.
  cv::Mat mask;     ///< CV_8U: 1 where the picture is, else 0.
};

/// A picture and its halvings in 16 bits: a third more than 2 bytes a pixel. Immutable; OpenCV's
/// and allocation's exceptions reach the caller.
class GrayPyramid {
 public:
  /// Pictures of more than this are kept at a smaller size: 1920x1080 is just kept whole.
  static constexpr int kMostPixels = 1 << 21;
  /// The constant in ReducedPicture's samples.
  static constexpr float kOffset = 20;

  /// `view` must be valid (ValidateImage) and at least 32 pixels a side. Floats that are not finite
  /// count as the darkest.
  explicit GrayPyramid(const ImageView& view);

  int width() const { return width_; }  ///< Of the original.
  int height() const { return height_; }

  /// Reduced (by area) to the share of its sides; 1 or more: as it is kept.
  ReducedPicture Reduce(double share) const;
  /// Reduced or enlarged to this width, the height in proportion.
  ReducedPicture ToWidth(int width) const;
  /// The picture seen through `map` (pixels of the original to those of the result) on a canvas.
  /// With a lens the canvas' pixel x shows map^-1(L(x)).
  WarpedPicture Warp(const Homography& map, cv::Size size, const RadialLens& lens = {},
                     const LensFrame& frame = {}) const;

 private:
  std::vector<cv::Mat> levels_;  // CV_16U, each half the size of the one before
  int width_ = 0, height_ = 0;
};

/// The second half of GrayPyramid::Warp, for several maps of about one scale: `map` takes pixels of
/// the original.
WarpedPicture WarpReduced(const ReducedPicture& picture, const Homography& map, cv::Size size,
                          const RadialLens& lens = {}, const LensFrame& frame = {});

/// The share of its sides to which a picture is reduced before it is warped at `scale`, so that
/// linear interpolation neither skips nor blurs.
double ShareForScale(double scale);

cv::Matx33d ToMatx(const Homography& h);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FEATURES_GRAY_PYRAMID_H_
