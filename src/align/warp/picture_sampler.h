// A picture read at places between its pixels, prepared once for all pictures of a camera.
#ifndef SEAFUSION_ALIGN_WARP_PICTURE_SAMPLER_H_
#define SEAFUSION_ALIGN_WARP_PICTURE_SAMPLER_H_

#include <vector>

#include <opencv2/core.hpp>

namespace seafusion::align {

/// The right filter for the scale: cubic where pixels are spread out, linear at about the same
/// scale, where the picture shrinks averaged first. Immutable; what OpenCV and allocation throw
/// reaches the caller.
class PictureSampler {
 public:
  PictureSampler() = default;
  /// `at`: CV_32FC2, a place of a picture of `size` for each pixel that comes out; places outside
  /// read as the edge. `scale`: pixels that come out for one of the picture. `cubic`: whether to
  /// read by cubic interpolation where nothing shrinks.
  PictureSampler(const cv::Mat& at, cv::Size size, double scale, bool cubic);

  /// Any depth and up to four channels; `out` is there and of `at`'s size.
  void Read(const cv::Mat& picture, cv::Mat& out) const;

 private:
  cv::Mat Shrunk(const cv::Mat& seen) const;
  bool ReadFast(const cv::Mat& picture, cv::Mat& out) const;

  cv::Rect seen_;          // of the picture, nothing else is read
  int factor_ = 1;         // that many pixels a side are averaged into one
  bool smoothed_ = false;  // means of 2x2 neighbours in place of pixels
  int interpolation_ = 0;
  cv::Mat places_, fractions_;  // of cv::remap
  std::vector<bool> inner_;     // LinearRow's, of each row
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WARP_PICTURE_SAMPLER_H_
