#include "align/search/coarse/cell_products.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/seeded_noise.h"

namespace seafusion::align {
namespace {

TEST(CellProductsTest, EveryTargetSumsWhatPlainLoopsDo) {
  struct Case {
    int cell, columns, rows, left, top, shifts;
  };
  for (const Case& c :
       {Case{10, 16, 3, 0, 0, 19}, {7, 3, 2, 2, 1, 5}, {16, 5, 1, 3, 2, 4}, {3, 1, 1, 1, 0, 1}}) {
    const CellGrid grid{c.cell, c.columns, c.rows, c.left, c.top};
    const int width = grid.left + grid.columns * grid.cell,
              height = grid.top + grid.rows * grid.cell;
    const int wide = width + c.shifts - 1, dy = 2, high = height + dy;
    constexpr std::size_t kPlanes = 3;
    SeededNoise noise(1);
    const auto plane = [&](int w, int h) {
      std::vector<float> v(static_cast<std::size_t>(w * h));
      for (float& x : v) x = static_cast<float>(noise.Between(-1, 1));
      return v;
    };
    std::vector<std::vector<float>> a, b;
    std::vector<const float*> at, bt;
    for (std::size_t i = 0; i < kPlanes; ++i) {
      a.push_back(plane(width, height));
      b.push_back(plane(wide, high));
    }
    for (std::size_t i = 0; i < kPlanes; ++i) {
      at.push_back(a[i].data());
      bt.push_back(b[i].data());
    }
    std::vector<float> expected;
    for (int dx = 0; dx < c.shifts; ++dx) {
      for (int cy = 0; cy < grid.rows; ++cy) {
        for (int cx = 0; cx < grid.columns; ++cx) {
          double sum = 0;
          for (int y = grid.top + cy * grid.cell; y < grid.top + (cy + 1) * grid.cell; ++y) {
            for (int x = grid.left + cx * grid.cell; x < grid.left + (cx + 1) * grid.cell; ++x) {
              for (std::size_t i = 0; i < kPlanes; ++i) {
                sum += static_cast<double>(a[i][static_cast<std::size_t>(y * width + x)]) *
                       b[i][static_cast<std::size_t>((y + dy) * wide + x + dx)];
              }
            }
          }
          expected.push_back(static_cast<float>(sum / (grid.cell * grid.cell)));
        }
      }
    }
    for (const CpuTarget target : SupportedCpuTargets()) {
      std::vector<float> out(expected.size());
      CellProductKernelsFor(target).row_of_shifts({at.data(), width}, {bt.data(), wide}, kPlanes,
                                                  grid, dy, c.shifts, out.data());
      for (std::size_t i = 0; i < out.size(); ++i) {
        ASSERT_NEAR(out[i], expected[i], 1e-5)
            << CpuTargetName(target) << ", cells of " << c.cell << ", number " << i;
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::align
