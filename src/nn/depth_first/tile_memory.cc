#include "nn/depth_first/tile_memory.h"

#include <algorithm>

#include "nn/plan/schedule.h"

namespace seafusion::nn {

TileMemory::TileMemory(const plan::Plan& plan, int width, int height, std::size_t scratch_bytes)
    : max_width(width), max_height(height), maps(plan.maps.size()), carried(plan.maps.size()) {
  constexpr std::size_t kLine = 64;
  std::vector<int> columns = plan::RowColumns(plan, width);
  // An odd number of pixels keeps the rows of a map from falling into the same cache sets.
  for (int& c : columns) c = (c + kColumnsPast) | 1;
  const bool several_bands = width > plan.band_width;
  std::size_t total = 0;
  // First all sizes, then all pointers: the same lines for both.
  for (const bool measure : {true, false}) {
    std::byte* next = measure ? nullptr : memory_.data();
    const auto take = [&](std::size_t bytes) {
      const std::size_t rounded = (bytes + kLine - 1) / kLine * kLine;
      if (measure) {
        total += rounded;
        return next;
      }
      std::byte* p = next;
      next += rounded;
      return p;
    };
    std::size_t longest = 0;
    for (std::size_t m = 0; m < maps.size(); ++m) {
      const plan::Map& map = plan.maps[m];
      const plan::Step& step = plan.steps[map.step];
      const std::size_t sample = plan::SampleBytes(map.storage);
      if (several_bands) {
        const int rows = plan::Coarser(height, map.shift) + 2 * step.margin + step.grain + 1;
        carried[m] = take(MapRows::SizeInBytes(map.blocks, rows, map.carried_columns, sample));
      }
      const int pitch = columns[map.step];
      maps[m] = MapRows(take(MapRows::SizeInBytes(map.blocks, map.ring_rows, pitch, sample)),
                        map.blocks, map.ring_rows, pitch, sample);
      longest = std::max(longest, MapRows::SizeInBytes(1, 1, pitch, sample));
    }
    zero_row = take(longest);
    scratch = take(scratch_bytes);
    if (measure) memory_ = Buffer<std::byte>(total);
  }
}

}  // namespace seafusion::nn
