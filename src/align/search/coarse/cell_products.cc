#include "align/search/coarse/cell_products.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "align/search/coarse/cell_products.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace seafusion::align {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Sums down the rows of a strip of cells, of kShifts neighbouring shifts at once: what is fixed is
// read once for all of them.
template <int kShifts>
HWY_INLINE void SumStrip(const PlaneSet& fixed, const PlaneSet& moving, std::size_t count,
                         int width, int rows, std::ptrdiff_t fixed_at, std::ptrdiff_t moving_at,
                         float* const* sums) {
  const hn::ScalableTag<float> wide;
  const auto strip = [&](auto d, int x) HWY_ATTR {
    using V = hn::Vec<decltype(d)>;
    V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
    for (std::size_t c = 0; c < count; ++c) {
      const float* a = fixed.planes[c] + fixed_at + x;
      const float* b = moving.planes[c] + moving_at + x;
      for (int y = 0; y < rows; ++y, a += fixed.stride, b += moving.stride) {
        const V here = hn::LoadU(d, a);
        s0 = hn::MulAdd(here, hn::LoadU(d, b), s0);
        if constexpr (kShifts > 1) {
          s1 = hn::MulAdd(here, hn::LoadU(d, b + 1), s1);
          s2 = hn::MulAdd(here, hn::LoadU(d, b + 2), s2);
          s3 = hn::MulAdd(here, hn::LoadU(d, b + 3), s3);
        }
      }
    }
    hn::StoreU(s0, d, sums[0] + x);
    if constexpr (kShifts > 1) {
      hn::StoreU(s1, d, sums[1] + x);
      hn::StoreU(s2, d, sums[2] + x);
      hn::StoreU(s3, d, sums[3] + x);
    }
  };
  const int lanes = static_cast<int>(hn::Lanes(wide));
  int x = 0;
  for (; x + lanes <= width; x += lanes) strip(wide, x);
  if (x == width) return;
  if (width >= lanes) {
    strip(wide, width - lanes);  // Some once more, with the same result.
    return;
  }
  const hn::CappedTag<float, 1> one;
  for (; x < width; ++x) strip(one, x);
}

void RowOfShifts(const PlaneSet& fixed, const PlaneSet& moving, std::size_t count,
                 const CellGrid& grid, int dy, int shifts, float* out) {
  constexpr int kTogether = 4;
  const int width = grid.columns * grid.cell;
  const float area = static_cast<float>(grid.cell) * static_cast<float>(grid.cell);
  std::vector<float> rows_of_sums(static_cast<std::size_t>(width) * kTogether);
  std::array<float*, kTogether> sums;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    sums[k] = rows_of_sums.data() + k * static_cast<std::size_t>(width);
  }
  for (int cy = 0; cy < grid.rows; ++cy) {
    const std::ptrdiff_t y = grid.top + cy * grid.cell;
    const std::ptrdiff_t fixed_at = y * fixed.stride + grid.left;
    for (int dx = 0; dx < shifts;) {
      const std::ptrdiff_t moving_at = (y + dy) * moving.stride + grid.left + dx;
      const int together = dx + kTogether <= shifts ? kTogether : 1;
      if (together == kTogether) {
        SumStrip<kTogether>(fixed, moving, count, width, grid.cell, fixed_at, moving_at,
                            sums.data());
      } else {
        SumStrip<1>(fixed, moving, count, width, grid.cell, fixed_at, moving_at, sums.data());
      }
      for (int k = 0; k < together; ++k) {
        const float* sum = sums[static_cast<std::size_t>(k)];
        float* to = out + static_cast<std::size_t>(dx + k) * grid.cells() +
                    static_cast<std::size_t>(cy * grid.columns);
        for (int cx = 0; cx < grid.columns; ++cx) {
          float s = 0;
          for (int x = cx * grid.cell; x < (cx + 1) * grid.cell; ++x) s += sum[x];
          to[cx] = s / area;
        }
      }
      dx += together;
    }
  }
}

constexpr CellProductKernels kTable = {RowOfShifts};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::align
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::align {

const CellProductKernels& CellProductKernelsFor(CpuTarget target) {
  static constexpr HighwayTables<CellProductKernels> kTables = SEAFUSION_HIGHWAY_TABLES(kTable);
  return kTables.For(target);
}

const CellProductKernels& BestCellProductKernels() {
  return CellProductKernelsFor(SupportedCpuTargets().front());
}

}  // namespace seafusion::align
#endif  // HWY_ONCE
