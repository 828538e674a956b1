#include "nn/depth_first/tile_run.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace seafusion::nn {

using plan::Band;
using plan::Columns;

class TileRun {
 public:
  TileRun(const Program& program, const TileJob& job, TileMemory& memory, ProductRanges* recorder)
      : program_(program),
        plan_(program.plan()),
        memory_(memory),
        view_(plan_, job, memory, recorder),
        regions_(plan::Regions(plan_, job.tile, job.width, job.height)) {}

  void Run() {
    std::vector<int> done;
    for (const Band& band : plan::Bands(plan_, regions_)) {
      band_ = &band;
      view_.columns_ = &band.steps;
      for (std::size_t m = 0; m < plan_.maps.size(); ++m) {
        memory_.maps[m].set_origin(ColumnsOf(plan_.maps[m]).origin);
      }
      ClearPadding();
      const auto rows = [&](int step, int y0, int y1) { ComputeRows(step, y0, y1); };
      plan::RowSchedule(plan_, regions_, done, rows).Run();
    }
  }

 private:
  const Columns& ColumnsOf(const plan::Map& map) const { return band_->steps[map.step]; }

  void ComputeRows(int s, int y0, int y1) {
    const plan::Step& step = plan_.steps[s];
    const Columns& columns = band_->steps[s];
    if (!band_->first) {
      ForCarried(step, y0, y1, columns.x0, [](std::byte* row, std::byte* carried, std::size_t n) {
        std::memcpy(row, carried, n);
      });
    }
    if (columns.x0 < columns.x1) program_.kernel(s).Compute(view_, y0, y1);
    for (const int m : step.writes) {
      if (plan_.maps[m].border != model::Border::kZero) FillBorderColumns(m, y0, y1);
    }
    if (!band_->last) {
      ForCarried(step, y0, y1, columns.x1, [](std::byte* row, std::byte* carried, std::size_t n) {
        std::memcpy(carried, row, n);
      });
    }
  }

  // Calls body(row's columns left of x, their place in the memory for carried columns, bytes) for
  // rows [y0, y1) of each map that a step writes.
  template <typename Body>
  void ForCarried(const plan::Step& step, int y0, int y1, int x, const Body& body) {
    for (const int m : step.writes) {
      const MapRows& rows = memory_.maps[m];
      const int columns = plan_.maps[m].carried_columns;
      const std::ptrdiff_t bytes = columns * rows.pixel_bytes();
      for (int y = y0; y < y1; ++y) {
        const std::ptrdiff_t first =
            std::ptrdiff_t{y - regions_[plan_.maps[m].step].y0} * rows.blocks();
        for (int b = 0; b < rows.blocks(); ++b) {
          body(rows.At(y, b, x - columns), memory_.carried[m] + (first + b) * bytes,
               static_cast<std::size_t>(bytes));
        }
      }
    }
  }

  // Columns left and right of the picture read as zero. Those beyond a tile or a band that ends
  // inside it are never read.
  void ClearPadding() {
    for (std::size_t m = 0; m < plan_.maps.size(); ++m) {
      const MapRows& rows = memory_.maps[m];
      const Columns& columns = ColumnsOf(plan_.maps[m]);
      const int width = view_.Width(plan_.maps[m].shift);
      for (int y = 0; y < rows.rows(); ++y) {
        for (int b = 0; b < rows.blocks(); ++b) {
          if (band_->first && columns.x0 == 0) {
            std::memset(rows.At(y, b, -plan::kLeftColumns), 0,
                        plan::kLeftColumns * rows.pixel_bytes());
          }
          if (columns.x1 == width) {
            std::memset(rows.At(y, b, width), 0, kPaddingColumns * rows.pixel_bytes());
          }
        }
      }
    }
  }

  void FillBorderColumns(int m, int y0, int y1) {
    const plan::Map& map = plan_.maps[m];
    const MapRows& rows = memory_.maps[m];
    const int width = view_.Width(map.shift);
    const auto fill = [&](int x) {
      const int from = TileView::RowInside(x, width, map.border);
      for (int y = y0; y < y1; ++y) {
        for (int b = 0; b < rows.blocks(); ++b) {
          std::memcpy(rows.At(y, b, x), rows.At(y, b, from), rows.pixel_bytes());
        }
      }
    };
    if (band_->first && ColumnsOf(map).x0 == 0) fill(-1);
    if (ColumnsOf(map).x1 == width) fill(width);
  }

  const Program& program_;
  const plan::Plan& plan_;
  TileMemory& memory_;
  TileView view_;
  const std::vector<Rect> regions_;
  const Band* band_ = nullptr;
};

std::vector<ConstPlane> InputsInOrder(const plan::Plan& plan, ConstPlane vis, ConstPlane inf) {
  std::vector<ConstPlane> inputs;
  for (const int n : plan.inputs) {
    inputs.push_back(plan.node(n).name == model::kVisibleInput ? vis : inf);
  }
  return inputs;
}

void RunTile(const Program& program, const TileJob& job, TileMemory& memory,
             ProductRanges* recorder) {
  TileRun(program, job, memory, recorder).Run();
}

}  // namespace seafusion::nn
