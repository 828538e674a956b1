#include "placement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "align/rig/rig.h"
#include "core/status_macros.h"

namespace seafusion::web {
namespace {

// Fields that meet in less than this are no pair.
constexpr int kLeastSide = 16;

std::string SizeText(const ImageView& view) {
  return std::to_string(view.width) + "x" + std::to_string(view.height);
}

// Two samples to interpolate between.
struct Tap {
  int first = 0, second = 0;
  float share = 0;  // of the second one
};

std::vector<Tap> Taps(int count, double scale, double offset, int size) {
  std::vector<Tap> taps(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const double at = std::clamp(scale * i + offset, 0.0, size - 1.0);
    const int first = static_cast<int>(at);
    taps[static_cast<std::size_t>(i)] = {first, std::min(first + 1, size - 1),
                                         static_cast<float>(at - first)};
  }
  return taps;
}

template <typename T>
void Interpolate(const ImageView& from, const std::vector<Tap>& columns,
                 const std::vector<Tap>& rows, const MutableImageView& to) {
  const int channels = ChannelCount(from.format);
  for (int y = 0; y < to.height; ++y) {
    const Tap row = rows[static_cast<std::size_t>(y)];
    const T* upper = from.Row<T>(row.first);
    const T* lower = from.Row<T>(row.second);
    T* out = to.Row<T>(y);
    for (const Tap column : columns) {
      for (int c = 0; c < channels; ++c) {
        const int left = column.first * channels + c, right = column.second * channels + c;
        const float above = static_cast<float>(upper[left]) * (1 - column.share) +
                            static_cast<float>(upper[right]) * column.share;
        const float below = static_cast<float>(lower[left]) * (1 - column.share) +
                            static_cast<float>(lower[right]) * column.share;
        *out++ = static_cast<T>(above * (1 - row.share) + below * row.share + 0.5f);
      }
    }
  }
}

}  // namespace

StatusOr<Placement> Place(const ImageView& infrared, const ImageView& visible,
                          const std::optional<io::FlirPlacement>& flir) {
  Placement p{.width = visible.width, .height = visible.height};
  if (flir) {
    SEAFUSION_ASSIGN_OR_RETURN(
        const align::Rig rig,
        align::RigFromFlir(infrared.width, infrared.height, visible.width, visible.height,
                           flir->real_to_ir, flir->x, flir->y));
    const auto& m = rig.map.map.m;  // a scale and a shift
    const auto first = [](double offset, double scale, int size) {
      return std::clamp(static_cast<int>(std::ceil(-offset / scale)), 0, size - 1);
    };
    const auto last = [](double offset, double scale, int infrared_size, int size) {
      return std::clamp(static_cast<int>(std::floor((infrared_size - 1 - offset) / scale)), 0,
                        size - 1);
    };
    p.x = first(m[2], m[0], visible.width);
    p.y = first(m[5], m[4], visible.height);
    p.width = last(m[2], m[0], infrared.width, visible.width) - p.x + 1;
    p.height = last(m[5], m[4], infrared.height, visible.height) - p.y + 1;
    if (p.width < kLeastSide || p.height < kLeastSide) {
      return InvalidArgument("by the numbers in the file the two cameras see different things");
    }
    p.scale_x = m[0];
    p.scale_y = m[4];
    p.offset_x = m[2] + m[0] * p.x;
    p.offset_y = m[5] + m[4] * p.y;
    return p;
  }
  const double stretch_x = static_cast<double>(infrared.width) / visible.width;
  const double stretch_y = static_cast<double>(infrared.height) / visible.height;
  constexpr double kMostDifference = 0.02;
  if (std::abs(stretch_x / stretch_y - 1) > kMostDifference) {
    return InvalidArgument(
        "the infrared picture is " + SizeText(infrared) + ", the visible one " + SizeText(visible) +
        ": they do not show the same view. The command seafusion align finds how "
        "two cameras map onto each other");
  }
  p.scale_x = stretch_x;
  p.scale_y = stretch_y;
  p.offset_x = (stretch_x - 1) / 2;
  p.offset_y = (stretch_y - 1) / 2;
  return p;
}

StatusOr<ImageBuffer> OnCanvas(const ImageView& infrared, const Placement& placement) {
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer out, ImageBuffer::Create(placement.width, placement.height, infrared.format));
  const std::vector<Tap> columns =
      Taps(placement.width, placement.scale_x, placement.offset_x, infrared.width);
  const std::vector<Tap> rows =
      Taps(placement.height, placement.scale_y, placement.offset_y, infrared.height);
  if (BytesPerSample(infrared.format) == 2) {
    Interpolate<std::uint16_t>(infrared, columns, rows, out.view());
  } else {
    Interpolate<std::uint8_t>(infrared, columns, rows, out.view());
  }
  return out;
}

ImageView Cut(const ImageView& visible, const Placement& placement) {
  ImageView cut = visible;
  cut.data = visible.Row<std::uint8_t>(placement.y) + placement.x * BytesPerPixel(visible.format);
  cut.width = placement.width;
  cut.height = placement.height;
  return cut;
}

}  // namespace seafusion::web
