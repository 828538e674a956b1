#include "align/warp/picture_sampler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "align/warp/sampling_kernels.h"

namespace seafusion::align {
namespace {

// Linear interpolation reads two pixels a side: at less than this scale it would skip some.
constexpr double kLeastScale = 0.75;
// Down to this scale means of 2x2 neighbours, read linearly, reach far enough.
constexpr double kLeastSmoothedScale = 0.57;
constexpr int kMargin = 3;  // px that interpolation reads around a place

int FactorFor(double scale) {
  if (scale >= kLeastSmoothedScale) return 1;
  return std::clamp(static_cast<int>(std::ceil(kLeastScale / scale - 1e-9)), 2,
                    CellRow::kMostFactor);
}

// The part of a picture that is read, of whole cells where the picture ends in whole ones.
cv::Rect Seen(const cv::Mat& at, cv::Size size, int factor) {
  auto left = static_cast<float>(size.width), top = static_cast<float>(size.height);
  float right = 0, bottom = 0;
  for (int y = 0; y < at.rows; ++y) {
    const auto* row = at.ptr<cv::Vec2f>(y);
    for (int x = 0; x < at.cols; ++x) {
      left = std::min(left, row[x][0]);
      right = std::max(right, row[x][0]);
      top = std::min(top, row[x][1]);
      bottom = std::max(bottom, row[x][1]);
    }
  }
  const auto range = [&](float from, float to, int length, int& begin, int& end) {
    const int margin = kMargin * factor;
    begin = std::clamp(static_cast<int>(from) - margin, 0, length - 1) / factor * factor;
    end = std::clamp((static_cast<int>(to) + margin) / factor * factor + factor, begin + 1, length);
  };
  int x0 = 0, x1 = 0, y0 = 0, y1 = 0;
  range(left, right, size.width, x0, x1);
  range(top, bottom, size.height, y0, y1);
  return {x0, y0, x1 - x0, y1 - y0};
}

int Cells(int length, int factor) {
  return (length + factor - 1) / factor;
}

// A picture behind whose last row there are kSpareRows more, so that readers need not ask.
constexpr int kSpareRows = 2;
cv::Mat WithSpareRows(cv::Size size, int type) {
  return cv::Mat(size.height + kSpareRows, size.width, type).rowRange(0, size.height);
}
// They repeat the last one.
void FillSpareRows(cv::Mat& picture) {
  const std::uint8_t* last = picture.ptr(picture.rows - 1);
  for (int k = 1; k <= kSpareRows; ++k) {
    std::memcpy(picture.data + static_cast<std::size_t>(picture.rows - 1 + k) * picture.step[0],
                last, static_cast<std::size_t>(picture.cols) * picture.elemSize());
  }
}

// Means of cells of `factor` pixels a side; beyond the last pixel it is repeated.
void CellMeans8(const cv::Mat& picture, int factor, cv::Mat& out) {
  std::array<const std::uint8_t*, CellRow::kMostFactor> rows{};
  CellRow row{.rows = rows.data(),
              .factor = factor,
              .channels = picture.channels(),
              .width = picture.cols,
              .cells = out.cols};
  std::vector<std::uint16_t> sums(row.SumsOf());
  row.sums = sums.data();
  const SamplingKernels& kernels = BestSamplingKernels();
  for (int y = 0; y < out.rows; ++y) {
    for (int k = 0; k < factor; ++k) {
      rows[static_cast<std::size_t>(k)] = picture.ptr(std::min(y * factor + k, picture.rows - 1));
    }
    kernels.cells8(row, out.ptr(y));
  }
}

void CellMeans16(const cv::Mat& picture, int factor, cv::Mat& out) {
  const int channels = picture.channels();
  const auto samples = static_cast<std::size_t>(picture.cols * channels);
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(out.cols * factor * channels));
  const float share = 1.0f / static_cast<float>(factor * factor);
  for (int cy = 0; cy < out.rows; ++cy) {
    std::fill(sums.begin(), sums.end(), 0u);
    for (int k = 0; k < factor; ++k) {
      const auto* from = picture.ptr<std::uint16_t>(std::min(cy * factor + k, picture.rows - 1));
      for (std::size_t i = 0; i < samples; ++i) sums[i] += from[i];
    }
    for (std::size_t i = samples; i < sums.size(); ++i) {
      sums[i] = sums[i - static_cast<std::size_t>(channels)];
    }
    auto* to = out.ptr<std::uint16_t>(cy);
    const std::uint32_t* cell = sums.data();
    for (int cx = 0; cx < out.cols; ++cx, cell += factor * channels) {
      for (int c = 0; c < channels; ++c) {
        std::uint32_t sum = 0;
        for (int k = 0; k < factor; ++k) sum += cell[k * channels + c];
        *to++ = static_cast<std::uint16_t>(static_cast<float>(sum) * share + 0.5f);
      }
    }
  }
}

// Each pixel with its right, lower and lower right neighbour; at the edges with itself.
template <typename T, typename Kernel>
void NeighbourMeans(const cv::Mat& picture, Kernel average, cv::Mat& out) {
  const auto channels = static_cast<std::size_t>(picture.channels());
  const std::size_t samples = static_cast<std::size_t>(picture.cols) * channels;
  for (int y = 0; y < picture.rows; ++y) {
    const T *above = picture.ptr<T>(y), *below = picture.ptr<T>(std::min(y + 1, picture.rows - 1));
    T* to = out.ptr<T>(y);
    average(above, below, channels, samples - channels, to);
    for (std::size_t i = samples - channels; i < samples; ++i) {
      to[i] = static_cast<T>((above[i] + below[i] + 1) / 2);
    }
  }
}

}  // namespace

PictureSampler::PictureSampler(const cv::Mat& at, cv::Size size, double scale, bool cubic)
    : factor_(FactorFor(scale)), smoothed_(factor_ == 1 && scale < kLeastScale) {
  seen_ = Seen(at, size, factor_);
  const cv::Size cells(Cells(seen_.width, factor_), Cells(seen_.height, factor_));
  interpolation_ = cubic && factor_ == 1 && !smoothed_ ? cv::INTER_CUBIC : cv::INTER_LINEAR;
  const auto corner_x = static_cast<float>(seen_.x), corner_y = static_cast<float>(seen_.y);
  const auto cell = static_cast<float>(factor_);
  // A cell's centre lies half a cell less half a pixel into it; a mean of 2x2 half a pixel.
  const float inwards = smoothed_ ? 0.5f : 0.5f * (cell - 1);
  cv::Mat here = at.clone();
  for (int y = 0; y < here.rows; ++y) {
    auto* row = here.ptr<cv::Vec2f>(y);
    for (int x = 0; x < here.cols; ++x) {
      row[x] = {std::clamp((row[x][0] - corner_x - inwards) / cell, 0.0f,
                           static_cast<float>(cells.width - 1)),
                std::clamp((row[x][1] - corner_y - inwards) / cell, 0.0f,
                           static_cast<float>(cells.height - 1))};
    }
  }
  cv::convertMaps(here, {}, places_, fractions_, CV_16SC2);
  const int rows = cells.height + (smoothed_ || factor_ > 1 ? kSpareRows : 0);
  for (int y = 0; y < places_.rows; ++y) {
    const auto* row = places_.ptr<cv::Vec2s>(y);
    inner_.push_back(
        std::all_of(row, row + places_.cols, [&](const cv::Vec2s& p) { return p[1] + 3 <= rows; }));
  }
}

cv::Mat PictureSampler::Shrunk(const cv::Mat& seen) const {
  if (!smoothed_ && factor_ == 1) return seen;
  const int depth = seen.depth();
  cv::Mat means =
      WithSpareRows({Cells(seen.cols, factor_), Cells(seen.rows, factor_)}, seen.type());
  if (smoothed_) {
    const SamplingKernels& kernels = BestSamplingKernels();
    if (depth == CV_8U) {
      NeighbourMeans<std::uint8_t>(seen, kernels.average8, means);
    } else if (depth == CV_16U) {
      NeighbourMeans<std::uint16_t>(seen, kernels.average16, means);
    } else {
      cv::blur(seen, means, {2, 2}, {0, 0}, cv::BORDER_REPLICATE);
    }
  } else if (depth == CV_32F || (factor_ == 2 && seen.cols % 2 == 0 && seen.rows % 2 == 0)) {
    // OpenCV is fast at halves, and exact where cells are whole.
    cv::resize(seen, means, means.size(), 0, 0, cv::INTER_AREA);
  } else if (depth == CV_8U) {
    CellMeans8(seen, factor_, means);
  } else {
    CellMeans16(seen, factor_, means);
  }
  FillSpareRows(means);
  return means;
}

bool PictureSampler::ReadFast(const cv::Mat& picture, cv::Mat& out) const {
  if (interpolation_ != cv::INTER_LINEAR) return false;
  const SamplingKernels& kernels = BestSamplingKernels();
  const int type = picture.type();
  const auto bytes = type == CV_8UC1   ? kernels.gray8
                     : type == CV_8UC3 ? kernels.rgb8
                     : type == CV_8UC4 ? kernels.rgba8
                                       : nullptr;
  if (bytes == nullptr && type != CV_16UC1) return false;
  LinearRow row{.pixels = picture.ptr(),
                .stride = static_cast<std::ptrdiff_t>(picture.step),
                .width = picture.cols,
                .height = picture.rows,
                .count = out.cols};
  for (int y = 0; y < out.rows; ++y) {
    row.places = places_.ptr<std::int16_t>(y);
    row.fractions = fractions_.ptr<std::uint16_t>(y);
    row.inner = inner_[static_cast<std::size_t>(y)];
    if (bytes != nullptr) {
      bytes(row, out.ptr(y));
    } else {
      kernels.gray16(row, out.ptr<std::uint16_t>(y));
    }
  }
  return true;
}

void PictureSampler::Read(const cv::Mat& picture, cv::Mat& out) const {
  const cv::Mat shrunk = Shrunk(picture(seen_));
  if (ReadFast(shrunk, out)) return;
  cv::remap(shrunk, out, places_, fractions_, interpolation_, cv::BORDER_REPLICATE);
}

}  // namespace seafusion::align
