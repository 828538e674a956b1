#include "nn/winograd/tile_plan.h"

#include <algorithm>

#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {
namespace {

// Grown by the 3x3 neighbourhood and then to whole tiles.
Rect TilesAround(const Rect& r, int width, int height) {
  const Rect g = Grown(r, 1, width, height);
  const auto down = [](int v) { return v / kTileSide * kTileSide; };
  const auto up = [](int v) { return (v + kTileSide - 1) / kTileSide * kTileSide; };
  return {down(g.x0), down(g.y0), std::min(up(g.x1), width), std::min(up(g.y1), height)};
}

}  // namespace

std::array<Rect, kSteps> PlanRegions(const Rect& tile, int width, int height) {
  std::array<Rect, kSteps> regions;
  regions[kLast] = tile;
  for (int s = kLast - 1; s >= kFirst; --s) {
    regions[s] = TilesAround(regions[s + 1], width, height);
  }
  return regions;
}

std::vector<Band> PlanBands(const std::array<Rect, kSteps>& regions) {
  const Rect& tile = regions[kLast];
  const int start = tile.x0 / kTileSide * kTileSide;
  const int count = (tile.width() - 1) / kBandWidth + 1;
  const int even = (tile.x1 - start - 1) / count + 1;
  const int width = (even + kTileSide - 1) / kTileSide * kTileSide;
  std::vector<Band> bands;
  for (int edge = start; edge < tile.x1; edge += width) {
    Band band;
    band.first = bands.empty();
    band.last = edge + width >= tile.x1;
    band.origin = band.first ? regions[kFirst].x0 - kLeftColumns : edge - kCarriedInput;
    for (int s = 0; s < kSteps; ++s) {
      const int ahead = kTileSide * (kLast - s);
      band.steps[s] = {band.first ? regions[s].x0 : bands.back().steps[s].x1,
                       band.last ? regions[s].x1 : std::min(edge + width + ahead, regions[s].x1)};
    }
    bands.push_back(band);
  }
  return bands;
}

std::size_t RowRing::SizeInFloats(int blocks, int rows, int pitch) {
  return static_cast<std::size_t>(blocks) * rows * pitch * kBlock;
}

int RowPitch(int band_width) {
  // 32 pixels a side; a tile may start and end inside a 4x4 tile.
  const int widest = band_width + 2 * (kHalo - 1) + 2 * (kTileSide - 1);
  return kLeftColumns + widest + kPatchSide + kRowGroup;
}

}  // namespace seafusion::nn::winograd
