#include "io/facts/palette.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace seafusion::io {
namespace {

constexpr int kMostPixels = 1 << 18;
constexpr int kChromaBin = 8;                      // levels
constexpr int kChromaBins = 2 * 128 / kChromaBin;  // each way
constexpr int kLumaBin = 8;                        // levels
constexpr int kLumaBins = 256 / kLumaBin;
// Chroma below this is the noise of sensors and of JPEG.
constexpr double kColoured = 12;  // levels

struct Rgb8 {
  int r, g, b;
};

Rgb8 PixelAt(const ImageView& view, int y, int x) {
  if (view.format == PixelFormat::kRgb8) {
    const auto* p = view.Row<std::uint8_t>(y) + std::ptrdiff_t{3} * x;
    return {p[0], p[1], p[2]};
  }
  const auto* p = view.Row<std::uint16_t>(y) + std::ptrdiff_t{3} * x;
  return {p[0] >> 8, p[1] >> 8, p[2] >> 8};
}

template <typename Visit>
void ForPixels(const ImageView& view, const Visit& visit) {
  const double pixels = static_cast<double>(view.width) * view.height;
  const int step = std::max(1, static_cast<int>(std::sqrt(pixels / kMostPixels)));
  for (int y = 0; y < view.height; y += step) {
    for (int x = 0; x < view.width; x += step) visit(PixelAt(view, y, x));
  }
}

// Counts of 256 levels.
struct Histogram {
  std::array<std::uint32_t, 256> counts{};
  void Add(double level) { ++counts[static_cast<std::size_t>(std::clamp(level, 0.0, 255.0))]; }
  // Sum of the distances to the median, each at most `most`, and the number of counts.
  void AddDistances(double most, double& sum, double& number) const {
    double all = 0;
    for (const std::uint32_t n : counts) all += n;
    double below = 0;
    std::size_t median = 0;
    while (median < 255 && below + counts[median] < all / 2) below += counts[median++];
    for (std::size_t level = 0; level < counts.size(); ++level) {
      const double distance = std::abs(static_cast<double>(level) - static_cast<double>(median));
      sum += counts[level] * std::min(distance, most);
    }
    number += all;
  }
};

// Outliers (text, a logo) count for no more than this many levels each.
constexpr double kMostDistance = 60;

}  // namespace

std::string_view PaletteName(Palette palette) {
  switch (palette) {
    case Palette::kNone:
      return "gray";
    case Palette::kBright:
      return "iron or another that grows brighter";
    case Palette::kRainbow:
      return "rainbow";
    case Palette::kPhotograph:
      return "none; a photograph's colours";
  }
  return "unknown";
}

double ColouredShare(const ImageView& picture) {
  if (ChannelCount(picture.format) == 1) return 0;
  constexpr int kDifference = 8;
  double coloured = 0, all = 0;
  ForPixels(picture, [&](const Rgb8& p) {
    ++all;
    const auto [low, high] = std::minmax({p.r, p.g, p.b});
    if (high - low > kDifference) ++coloured;
  });
  return coloured / all;
}

Palette FindPalette(const ImageView& picture) {
  if (ChannelCount(picture.format) == 1) return Palette::kNone;
  std::vector<Histogram> luma_of_chroma(kChromaBins * kChromaBins);
  std::vector<std::array<Histogram, 2>> chroma_of_luma(kLumaBins);
  double all = 0, coloured = 0, chroma_sum = 0;
  ForPixels(picture, [&](const Rgb8& p) {
    ++all;
    const double y = 0.299 * p.r + 0.587 * p.g + 0.114 * p.b;
    const double cb = 128 + 0.564 * (p.b - y), cr = 128 + 0.713 * (p.r - y);
    const double chroma = std::hypot(cb - 128, cr - 128);
    if (chroma <= kColoured) return;
    ++coloured;
    chroma_sum += chroma;
    const auto bin = [](double v) {
      return std::clamp(static_cast<int>(v) / kChromaBin, 0, kChromaBins - 1);
    };
    luma_of_chroma[static_cast<std::size_t>(bin(cb) * kChromaBins + bin(cr))].Add(y);
    auto& both = chroma_of_luma[std::min(static_cast<std::size_t>(y) / kLumaBin,
                                         std::size_t{kLumaBins - 1})];
    both[0].Add(cb);
    both[1].Add(cr);
  });
  // Limits between real palettes (iron and rainbow of FLIR, DJI and Hikmicro cameras, with text and
  // outlines over them: 48 to 111 levels of chroma, luma within 2 to 9 levels where the chroma is
  // given) and photographs of street scenes (15 to 49, and 4 to 31, never both).
  constexpr double kLeastShare = 0.2, kLeastChroma = 40, kMostLuma = 11, kMostChroma = 10.5;
  if (coloured < 0.02 * all) return Palette::kNone;
  if (coloured < kLeastShare * all || chroma_sum < kLeastChroma * coloured) {
    return Palette::kPhotograph;
  }
  double sum = 0, number = 0;
  for (const Histogram& h : luma_of_chroma) h.AddDistances(kMostDistance, sum, number);
  if (sum > kMostLuma * number) return Palette::kPhotograph;
  sum = 0;
  number = 0;
  for (const auto& both : chroma_of_luma) {
    both[0].AddDistances(kMostDistance, sum, number);
    both[1].AddDistances(kMostDistance, sum, number);
  }
  return sum > kMostChroma * number ? Palette::kRainbow : Palette::kBright;
}

}  // namespace seafusion::io
