#include "methods/networks/luma_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/rows/tile_reader.h"

namespace seafusion::methods {
namespace {

// Pillow's tables: 6 bits after the point, each product rounded by itself.
constexpr int Scaled(double coefficient, int v) {
  const double product = 64.0 * coefficient * v + 0.5;
  const int whole = static_cast<int>(product);
  return whole > product ? whole - 1 : whole;
}

int Clip(int v) {
  return std::clamp(v, 0, 255);
}

std::array<int, 3> ThroughYCbCr(const std::uint8_t* rgb) {
  const int r = rgb[0], g = rgb[1], b = rgb[2];
  const int y = (Scaled(0.29900, r) + Scaled(0.58700, g) + Scaled(0.11400, b)) >> 6;
  const int cb = ((Scaled(-0.16874, r) + Scaled(-0.33126, g) + Scaled(0.50000, b)) >> 6) + 128;
  const int cr = ((Scaled(0.50000, r) + Scaled(-0.41869, g) + Scaled(-0.08131, b)) >> 6) + 128;
  const int u = Clip(cb) - 128, v = Clip(cr) - 128, l = Clip(y);
  return {Clip(l + (Scaled(1.40200, v) >> 6)),
          Clip(l + ((Scaled(-0.34414, u) + Scaled(-0.71414, v)) >> 6)),
          Clip(l + (Scaled(1.77200, u) >> 6))};
}

// The rows of 8-bit colour.
std::vector<float> ReadColour(const ImageView& view, LumaRule rule) {
  std::vector<float> levels;
  levels.reserve(static_cast<std::size_t>(view.width) * static_cast<std::size_t>(view.height));
  for (int y = 0; y < view.height; ++y) {
    const auto* rgb = view.Row<std::uint8_t>(y);
    for (int x = 0; x < view.width; ++x, rgb += 3) levels.push_back(LevelOf(rule, rgb));
  }
  return levels;
}

}  // namespace

float LevelOf(LumaRule rule, const std::uint8_t* rgb) {
  const int r = rgb[0], g = rgb[1], b = rgb[2];
  switch (rule) {
    case LumaRule::kRounded:
      return static_cast<float>((19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16);
    case LumaRule::kOpenCv:
      return static_cast<float>((4899 * r + 9617 * g + 1868 * b + 8192) >> 14);
    case LumaRule::kThroughYCbCr:
      break;
  }
  const auto [red, green, blue] = ThroughYCbCr(rgb);
  return static_cast<float>(299 * red + 587 * green + 114 * blue) / 1000.0f;
}

StatusOr<std::vector<float>> ReadInfraredLevels(const ImageView& ir, const InfraredRange& range,
                                                LumaRule rule) {
  using Kind = InfraredRange::Kind;
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(ir, range));
  const bool as_stored =
      BytesPerSample(ir.format) == 1 && (range.kind == Kind::kAuto || range.kind == Kind::kFull);
  if (as_stored && ir.format == PixelFormat::kRgb8) return ReadColour(ir, rule);
  const auto width = static_cast<std::size_t>(ir.width);
  std::vector<float> levels(width * static_cast<std::size_t>(ir.height));
  for (int y = 0; y < ir.height; ++y) {
    float* row = levels.data() + static_cast<std::size_t>(y) * width;
    SEAFUSION_RETURN_IF_ERROR(ReadInfraredSamples(ir, y, 0, ir.width, row));
    if (as_stored) continue;
    std::transform(row, row + width, row, [&](float v) {
      return kWhite * std::clamp((v - map.lo) * map.scale, 0.f, 1.f);
    });
  }
  return levels;
}

StatusOr<std::vector<float>> ReadVisibleLevels(const ImageView& vi, LumaRule rule) {
  if (vi.format == PixelFormat::kRgb8) return ReadColour(vi, rule);
  const auto width = static_cast<std::size_t>(vi.width);
  std::vector<float> levels(width * static_cast<std::size_t>(vi.height));
  for (int y = 0; y < vi.height; ++y) {
    float* row = levels.data() + static_cast<std::size_t>(y) * width;
    if (vi.format == PixelFormat::kGray8) {
      std::copy_n(vi.Row<std::uint8_t>(y), width, row);
      continue;
    }
    SEAFUSION_RETURN_IF_ERROR(ReadVisibleLuma(vi, {0, y, vi.width, y + 1}, {row, vi.width}));
    std::transform(row, row + width, row, [](float v) { return kWhite * v; });
  }
  return levels;
}

}  // namespace seafusion::methods
