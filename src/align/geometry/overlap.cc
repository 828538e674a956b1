#include "align/geometry/overlap.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace seafusion::align {
namespace {

// In cells of a grid, by the largest rectangle under a histogram, row by row.
PixelRectangle LargestOnGrid(const std::vector<std::uint8_t>& cells, int columns, int rows) {
  PixelRectangle best;
  std::vector<int> heights(static_cast<std::size_t>(columns), 0);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      int& h = heights[static_cast<std::size_t>(x)];
      h = cells[static_cast<std::size_t>(y * columns + x)] != 0 ? h + 1 : 0;
    }
    std::vector<int> open;  // columns of rising height
    for (int x = 0; x <= columns; ++x) {
      const int h = x < columns ? heights[static_cast<std::size_t>(x)] : 0;
      while (!open.empty() && heights[static_cast<std::size_t>(open.back())] >= h) {
        const int height = heights[static_cast<std::size_t>(open.back())];
        open.pop_back();
        const int left = open.empty() ? 0 : open.back() + 1;
        if (height * (x - left) > best.width * best.height) {
          best = {left, y - height + 1, x - left, height};
        }
      }
      open.push_back(x);
    }
  }
  return best;
}

}  // namespace

PixelRectangle LargestRectangle(int width, int height,
                                const std::function<bool(int x, int y)>& inside) {
  const int columns = std::min(width, 200), rows = std::min(height, 200);
  // Grid lines run from the first pixel to the last.
  const auto pixel = [](int i, int count, int size) {
    return count == 1 ? 0
                      : static_cast<int>(static_cast<std::int64_t>(i) * (size - 1) / (count - 1));
  };
  std::vector<std::uint8_t> cells(static_cast<std::size_t>(columns * rows));
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      cells[static_cast<std::size_t>(y * columns + x)] =
          inside(pixel(x, columns, width), pixel(y, rows, height)) ? 1 : 0;
    }
  }
  const PixelRectangle grid = LargestOnGrid(cells, columns, rows);
  if (grid.width == 0) return {};
  int x0 = pixel(grid.x, columns, width), x1 = pixel(grid.x + grid.width - 1, columns, width);
  int y0 = pixel(grid.y, rows, height), y1 = pixel(grid.y + grid.height - 1, rows, height);

  const auto row_inside = [&](int y) {
    for (int x = x0; x <= x1; ++x) {
      if (!inside(x, y)) return false;
    }
    return true;
  };
  const auto column_inside = [&](int x) {
    for (int y = y0; y <= y1; ++y) {
      if (!inside(x, y)) return false;
    }
    return true;
  };
  // Between grid lines the rim may bend in: shrink; where a whole line more fits, take it.
  while (x0 <= x1 && y0 <= y1) {
    if (!row_inside(y0)) {
      ++y0;
    } else if (!row_inside(y1)) {
      --y1;
    } else if (!column_inside(x0)) {
      ++x0;
    } else if (!column_inside(x1)) {
      --x1;
    } else {
      break;
    }
  }
  if (x0 > x1 || y0 > y1) return {};
  while (x0 > 0 && column_inside(x0 - 1)) --x0;
  while (x1 + 1 < width && column_inside(x1 + 1)) ++x1;
  while (y0 > 0 && row_inside(y0 - 1)) --y0;
  while (y1 + 1 < height && row_inside(y1 + 1)) ++y1;
  return {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

}  // namespace seafusion::align
