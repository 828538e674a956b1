#include "serve/live/view/palette.h"

#include <cstddef>
#include <vector>

#include "core/status_macros.h"

namespace seafusion::serve {
namespace {

struct Stop {
  double at;  // 0..1
  std::array<double, 3> rgb;
};

std::vector<Stop> StopsOf(ViewPalette palette) {
  switch (palette) {
    case ViewPalette::kGray:
      break;
    case ViewPalette::kIron:
      return {{0, {0, 0, 12}},       {0.18, {45, 0, 120}},  {0.38, {150, 10, 140}},
              {0.58, {225, 75, 40}}, {0.78, {255, 165, 0}}, {0.92, {255, 230, 100}},
              {1, {255, 255, 240}}};
    case ViewPalette::kRainbow:
      return {{0, {20, 0, 90}},     {0.2, {0, 60, 230}},    {0.4, {0, 190, 190}},
              {0.6, {60, 210, 40}}, {0.75, {250, 230, 20}}, {0.9, {240, 60, 20}},
              {1, {255, 220, 230}}};
    case ViewPalette::kArctic:
      return {{0, {4, 10, 40}},
              {0.35, {20, 70, 160}},
              {0.6, {90, 160, 200}},
              {0.8, {235, 190, 90}},
              {1, {255, 245, 215}}};
    case ViewPalette::kLava:
      return {{0, {0, 0, 0}},         {0.3, {70, 10, 20}},     {0.55, {190, 30, 10}},
              {0.78, {250, 130, 20}}, {0.92, {255, 220, 110}}, {1, {255, 255, 255}}};
  }
  return {{0, {0, 0, 0}}, {1, {255, 255, 255}}};
}

using Table = std::array<std::array<std::uint8_t, 3>, 256>;

Table TableOf(ViewPalette palette) {
  const std::vector<Stop> stops = StopsOf(palette);
  Table table{};
  std::size_t next = 1;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double at = static_cast<double>(i) / 255;
    while (next + 1 < stops.size() && at > stops[next].at) ++next;
    const Stop& a = stops[next - 1];
    const Stop& b = stops[next];
    const double share = (at - a.at) / (b.at - a.at);
    for (std::size_t c = 0; c < 3; ++c) {
      table[i][c] = static_cast<std::uint8_t>(a.rgb[c] + share * (b.rgb[c] - a.rgb[c]) + 0.5);
    }
  }
  return table;
}

}  // namespace

StatusOr<ImageBuffer> Coloured(const ImageView& levels, ViewPalette palette) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer out,
                             ImageBuffer::Create(levels.width, levels.height, PixelFormat::kRgb8));
  const Table table = TableOf(palette);
  for (int y = 0; y < levels.height; ++y) {
    const auto* from = levels.Row<std::uint8_t>(y);
    auto* to = out.view().Row<std::uint8_t>(y);
    for (int x = 0; x < levels.width; ++x, to += 3) {
      const auto& colour = table[from[x]];
      to[0] = colour[0];
      to[1] = colour[1];
      to[2] = colour[2];
    }
  }
  return out;
}

}  // namespace seafusion::serve
