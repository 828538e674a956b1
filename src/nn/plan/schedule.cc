#include "nn/plan/schedule.h"

#include <algorithm>
#include <cstddef>

namespace seafusion::nn::plan {
namespace {

// Rows of all maps of a band together, in bytes: on a Zen 4 with 32 MB of shared cache, SeAFusion
// (23.8 kB a column) was a fifth (int16) to a third (fp32) faster per pixel in bands of 128 columns
// than of 640.
constexpr double kBandBytes = 3.1e6;
constexpr int kBandUnit = 32;
constexpr int kWidestBand = 4096;

int RoundUp(int v, int unit) {
  return (v + unit - 1) / unit * unit;
}

// Grown to the grid, inside the picture.
Rect OnGrid(const Rect& r, int grain, int width, int height) {
  return {r.x0 / grain * grain, r.y0 / grain * grain, std::min(RoundUp(r.x1, grain), width),
          std::min(RoundUp(r.y1, grain), height)};
}

Rect Scaled(const Rect& r, int from, int to) {
  return {ScaledBegin(r.x0, from, to), ScaledBegin(r.y0, from, to), ScaledEnd(r.x1, from, to),
          ScaledEnd(r.y1, from, to)};
}

Rect Around(const Rect& a, const Rect& b) {
  if (a.x0 == a.x1) return b;
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

// Steps before their readers' needs are known.
void FindAhead(Plan& plan) {
  for (std::size_t s = plan.steps.size(); s-- > 0;) {
    const Step& step = plan.steps[s];
    for (const Read& read : step.reads) {
      const Map& map = plan.maps[read.map];
      Step& writer = plan.steps[map.step];
      const int ahead = ScaledEnd(step.ahead, step.shift, map.shift) + read.reach;
      writer.ahead = std::max(writer.ahead, RoundUp(ahead, writer.grain));
    }
  }
  for (const Step& step : plan.steps) {
    for (const Read& read : step.reads) {
      Map& map = plan.maps[read.map];
      const int from = ScaledBegin(step.ahead, step.shift, map.shift) - read.reach;
      map.carried_columns = std::max(map.carried_columns, plan.steps[map.step].ahead - from);
    }
  }
}

// Far from the picture's borders, for every position of a tile on the grid: the margins, and by
// running through the rows, how many of them are alive.
void FindMarginsAndRings(Plan& plan) {
  const int unit = GridUnit(plan);
  const int reach = 64 * unit;  // more than any margin
  const int rows = 8 * unit;    // of a tile: the schedule has settled
  const int side = 2 * reach + rows + unit;
  const int step_of_tiles = model::TileStep(plan.graph);
  for (int phase = 0; phase < unit; phase += step_of_tiles) {
    const int at = reach + phase;
    const Rect tile = {at, at, at + step_of_tiles, at + rows};
    const std::vector<Rect> regions = Regions(plan, tile, side, side);
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
      Step& step = plan.steps[s];
      const Rect own = Scaled(tile, 0, step.shift);
      step.margin = std::max({step.margin, own.x0 - regions[s].x0, regions[s].x1 - own.x1});
      if (step.planes.empty()) continue;
      const Rect read = Scaled(regions[s], step.shift, 0);
      plan.halo = std::max(
          {plan.halo, tile.x0 - read.x0 + step.plane_reach, read.x1 - tile.x1 + step.plane_reach});
    }
    std::vector<int> done;
    const auto record = [&](int s, int y0, int /*y1*/) {
      const Step& step = plan.steps[s];
      for (const Read& read : step.reads) {
        Map& map = plan.maps[read.map];
        const int first =
            std::max(ScaledBegin(y0, step.shift, map.shift) - read.reach, regions[map.step].y0);
        map.ring_rows = std::max(map.ring_rows, done[map.step] - first);
      }
    };
    RowSchedule(plan, regions, done, record).Run();
  }
  for (Map& map : plan.maps) map.ring_rows = RoundUp(map.ring_rows, plan.steps[map.step].grain);
}

void FindBandWidth(Plan& plan) {
  double bytes = 0;  // a column of the picture
  int widest_carried = 0;
  for (const Map& map : plan.maps) {
    bytes += static_cast<double>(SampleBytes(map.storage)) * 16 * map.blocks * map.ring_rows /
             (1 << map.shift);
    widest_carried = std::max(widest_carried, map.carried_columns << map.shift);
  }
  const int unit = std::max(kBandUnit, GridUnit(plan));
  const int fit =
      bytes > 0 ? static_cast<int>(std::min(kBandBytes / bytes, 1.0 * kWidestBand)) : kWidestBand;
  // Even bands may be half as wide; what is carried must be part of them.
  plan.band_width = std::max(fit / unit * unit, RoundUp(2 * widest_carried + 2 * unit, unit));
}

}  // namespace

std::size_t SampleBytes(Storage storage) {
  switch (storage) {
    case Storage::kFloat32:
      return 4;
    case Storage::kBf16:
      return 2;
    case Storage::kInt8:
      return 1;
  }
  return 0;
}

int GridUnit(const Plan& plan) {
  int unit = 1;
  for (const Step& step : plan.steps) unit = std::max(unit, step.grain << step.shift);
  return unit;
}

void Schedule(Plan& plan) {
  FindAhead(plan);
  FindMarginsAndRings(plan);
  FindBandWidth(plan);
}

double MeanMargin(const Plan& plan) {
  double work = 0, margins = 0;
  for (const Step& step : plan.steps) {
    // Products of 16 by 16 channels; a Winograd product takes 36 for 16 pixels.
    double own = plan.ConvInBlocks(step) * plan.ProductOutBlocks(step) * 36.0 / 16;
    for (const PointInput& input : step.point_inputs) {
      own += input.blocks * BlocksFor(plan.node(step.node).channels);
    }
    if (step.kind == StepKind::kDirectConv || step.kind == StepKind::kPhaseConv ||
        step.kind == StepKind::kBlendConv) {
      own += 9;
    }
    own /= 1 << (2 * step.shift);
    work += own;
    margins += own * (step.margin << step.shift);
  }
  return work > 0 ? margins / work : plan.halo;
}

std::vector<Rect> Regions(const Plan& plan, const Rect& tile, int width, int height) {
  std::vector<Rect> regions(plan.steps.size());
  regions.back() = Scaled(tile, 0, plan.steps.back().shift);
  for (std::size_t s = plan.steps.size(); s-- > 0;) {
    const Step& step = plan.steps[s];
    for (const Read& read : step.reads) {
      const Map& map = plan.maps[read.map];
      const int map_width = Coarser(width, map.shift), map_height = Coarser(height, map.shift);
      const Rect needed =
          Grown(Scaled(regions[s], step.shift, map.shift), read.reach, map_width, map_height);
      Rect& made = regions[map.step];
      made = Around(made, OnGrid(needed, plan.steps[map.step].grain, map_width, map_height));
    }
  }
  return regions;
}

std::vector<Band> Bands(const Plan& plan, const std::vector<Rect>& regions) {
  const Step& last_step = plan.steps.back();
  const int unit = std::max(GridUnit(plan) >> last_step.shift, 1);
  const Rect& tile = regions.back();
  const int start = tile.x0 / unit * unit;
  const int count = (tile.width() - 1) / (plan.band_width >> last_step.shift) + 1;
  const int even = (tile.x1 - start - 1) / count + 1;
  const int width = RoundUp(even, unit);
  std::vector<Band> bands;
  for (int edge = start; edge < tile.x1; edge += width) {
    Band band;
    band.first = bands.empty();
    band.last = edge + width >= tile.x1;
    band.steps.resize(plan.steps.size());
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
      const Step& step = plan.steps[s];
      const int end = ScaledBegin(edge + width, last_step.shift, step.shift) + step.ahead;
      Columns& columns = band.steps[s];
      columns.x0 = band.first ? regions[s].x0 : bands.back().steps[s].x1;
      columns.x1 = band.last ? regions[s].x1 : std::min(end, regions[s].x1);
      int left = kLeftColumns;
      if (!band.first) {
        for (const int map : step.writes) left = std::max(left, plan.maps[map].carried_columns);
      }
      columns.origin = columns.x0 - left;
    }
    bands.push_back(std::move(band));
  }
  return bands;
}

std::vector<int> RowColumns(const Plan& plan, int tile_width) {
  std::vector<int> columns;
  for (const Step& step : plan.steps) {
    int left = kLeftColumns + step.margin;
    for (const int map : step.writes) left = std::max(left, plan.maps[map].carried_columns);
    // A tile may start and end inside a unit of the grid.
    const int band =
        Coarser(std::min(tile_width, plan.band_width) + 2 * GridUnit(plan), step.shift);
    columns.push_back(left + band + std::max(step.margin, step.ahead));
  }
  return columns;
}

}  // namespace seafusion::nn::plan
