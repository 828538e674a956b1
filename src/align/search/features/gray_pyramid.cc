#include "align/search/features/gray_pyramid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <opencv2/imgproc.hpp>

#include "fuse/rows/tile_reader.h"

namespace seafusion::align {
namespace {

// Stored sample = (stretched + kBelow) * kSteps; stretched is kept from -20 to 275, which fits into
// 16 bits with steps finer than the noise of any sensor.
constexpr float kBelow = GrayPyramid::kOffset, kAbove = 275, kSteps = 222;

template <typename T>
cv::Mat Luma(const ImageView& view) {
  const bool colour = ChannelCount(view.format) == 3;
  cv::Mat out(view.height, view.width, CV_32F);
  for (int y = 0; y < view.height; ++y) {
    const T* from = view.Row<T>(y);
    float* to = out.ptr<float>(y);
    for (int x = 0; x < view.width; ++x) {
      if (colour) {  // ITU-R BT.601
        to[x] = 0.299f * static_cast<float>(from[3 * x]) +
                0.587f * static_cast<float>(from[3 * x + 1]) +
                0.114f * static_cast<float>(from[3 * x + 2]);
      } else {
        to[x] = static_cast<float>(from[x]);
      }
    }
  }
  return out;
}

// Integers cannot fail to be read.
cv::Mat PackedLuma(const ImageView& view) {
  cv::Mat out(view.height, view.width, CV_32F);
  ReadVisibleLuma(view, {0, 0, view.width, view.height}, {out.ptr<float>(), view.width})
      .IgnoreError();
  out *= 255;
  return out;
}

cv::Mat LumaOf(const ImageView& view) {
  switch (view.format) {
    case PixelFormat::kGray8:
    case PixelFormat::kRgb8:
      return Luma<std::uint8_t>(view);
    case PixelFormat::kGray16:
    case PixelFormat::kRgb16:
      return Luma<std::uint16_t>(view);
    case PixelFormat::kBgr8:
    case PixelFormat::kRgba8:
    case PixelFormat::kYuyv8:
      return PackedLuma(view);
    case PixelFormat::kGrayF32:
    case PixelFormat::kRgbF32:
      break;
  }
  cv::Mat gray = Luma<float>(view);
  float least = std::numeric_limits<float>::max();
  for (int y = 0; y < gray.rows; ++y) {
    const float* row = gray.ptr<float>(y);
    for (int x = 0; x < gray.cols; ++x) {
      if (std::isfinite(row[x])) least = std::min(least, row[x]);
    }
  }
  if (least == std::numeric_limits<float>::max()) least = 0;
  // Nominal range 0..1; the least range of a picture (below) is meant in 8-bit levels.
  for (int y = 0; y < gray.rows; ++y) {
    float* row = gray.ptr<float>(y);
    for (int x = 0; x < gray.cols; ++x) row[x] = 255 * (std::isfinite(row[x]) ? row[x] : least);
  }
  return gray;
}

struct Range {
  float lo, hi;
};

Range RobustRange(const cv::Mat& gray) {
  std::vector<float> samples;
  samples.reserve(static_cast<std::size_t>(gray.rows / 4 + 1) *
                  static_cast<std::size_t>(gray.cols / 4 + 1));
  for (int y = 0; y < gray.rows; y += 4) {
    const float* row = gray.ptr<float>(y);
    for (int x = 0; x < gray.cols; x += 4) samples.push_back(row[x]);
  }
  const auto at = [&](double share) {
    const auto k =
        static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(samples.size() - 1)));
    std::nth_element(samples.begin(), samples.begin() + k, samples.end());
    return samples[static_cast<std::size_t>(k)];
  };
  const float lo = at(0.005);
  return {lo, at(0.995)};
}

}  // namespace

GrayPyramid::GrayPyramid(const ImageView& view) : width_(view.width), height_(view.height) {
  cv::Mat gray = LumaOf(view);
  const double pixels = static_cast<double>(view.width) * view.height;
  if (pixels > kMostPixels) {
    const double share = std::sqrt(kMostPixels / pixels);
    cv::Mat small;
    cv::resize(gray, small,
               {std::max(1, static_cast<int>(view.width * share)),
                std::max(1, static_cast<int>(view.height * share))},
               0, 0, cv::INTER_AREA);
    gray = small;
  }
  const Range range = RobustRange(gray);
  // At least 8 levels: in a picture of one level, noise would become structure.
  const float gain = 255.0f / std::max(range.hi - range.lo, 8.0f);
  cv::Mat stored(gray.size(), CV_16U);
  for (int y = 0; y < gray.rows; ++y) {
    const float* from = gray.ptr<float>(y);
    auto* to = stored.ptr<std::uint16_t>(y);
    for (int x = 0; x < gray.cols; ++x) {
      const float v = std::clamp((from[x] - range.lo) * gain, -kBelow, kAbove);
      to[x] = static_cast<std::uint16_t>(std::lround((v + kBelow) * kSteps));
    }
  }
  levels_.push_back(stored);
  while (levels_.back().cols >= 128 && levels_.back().rows >= 128) {
    cv::Mat half;
    cv::resize(levels_.back(), half, {levels_.back().cols / 2, levels_.back().rows / 2}, 0, 0,
               cv::INTER_AREA);
    levels_.push_back(half);
  }
}

ReducedPicture GrayPyramid::Reduce(double share) const {
  share = std::min(share, static_cast<double>(levels_.front().cols) / width_);
  const int w = std::max(8, static_cast<int>(std::lround(width_ * share)));
  const int h = std::max(8, static_cast<int>(std::lround(height_ * share)));
  std::size_t level = 0;
  while (level + 1 < levels_.size() && levels_[level + 1].cols >= w &&
         levels_[level + 1].rows >= h) {
    ++level;
  }
  const cv::Mat& from = levels_[level];
  cv::Mat sized = from;
  if (from.cols != w || from.rows != h) cv::resize(from, sized, {w, h}, 0, 0, cv::INTER_AREA);
  ReducedPicture r;
  sized.convertTo(r.samples, CV_32F, 1.0 / kSteps);
  r.from_original =
      ScalingOfPixels(static_cast<double>(w) / width_, static_cast<double>(h) / height_);
  return r;
}

ReducedPicture GrayPyramid::ToWidth(int width) const {
  const double share = static_cast<double>(width) / width_;
  if (share <= static_cast<double>(levels_.front().cols) / width_) return Reduce(share);
  const ReducedPicture whole = Reduce(1);
  ReducedPicture r;
  const int height = std::max(8, static_cast<int>(std::lround(height_ * share)));
  cv::resize(whole.samples, r.samples, {width, height}, 0, 0, cv::INTER_LINEAR);
  r.from_original = ScalingOfPixels(share, static_cast<double>(height) / height_);
  return r;
}

double ShareForScale(double scale) {
  return scale < 0.75 ? 1.3 * scale : 1.0;
}

WarpedPicture GrayPyramid::Warp(const Homography& map, cv::Size size, const RadialLens& lens,
                                const LensFrame& frame) const {
  const double scale = map.ScaleAt({(width_ - 1) / 2.0, (height_ - 1) / 2.0});
  return WarpReduced(Reduce(ShareForScale(scale)), map, size, lens, frame);
}

WarpedPicture WarpReduced(const ReducedPicture& picture, const Homography& map, cv::Size size,
                          const RadialLens& lens, const LensFrame& frame) {
  const cv::Mat ones(picture.samples.size(), CV_8U, cv::Scalar(1));
  const Homography full = map * picture.from_original.Inverse().value_or(Homography{});
  WarpedPicture r;
  if (lens.empty()) {
    const cv::Matx33d m = ToMatx(full);
    cv::warpPerspective(picture.samples, r.samples, m, size, cv::INTER_LINEAR,
                        cv::BORDER_REPLICATE);
    cv::warpPerspective(ones, r.mask, m, size, cv::INTER_NEAREST, cv::BORDER_CONSTANT, 0);
    return r;
  }
  const Homography back = full.Inverse().value_or(Homography{});
  cv::Mat at(size, CV_32FC2);
  for (int y = 0; y < size.height; ++y) {
    auto* row = at.ptr<cv::Vec2f>(y);
    for (int x = 0; x < size.width; ++x) {
      const Point p =
          back.Apply(lens.Apply({static_cast<double>(x), static_cast<double>(y)}, frame));
      row[x] = {static_cast<float>(p.x), static_cast<float>(p.y)};
    }
  }
  cv::remap(picture.samples, r.samples, at, {}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::remap(ones, r.mask, at, {}, cv::INTER_NEAREST, cv::BORDER_CONSTANT, 0);
  return r;
}

cv::Matx33d ToMatx(const Homography& h) {
  return cv::Matx33d(h.m.data());
}

}  // namespace seafusion::align
