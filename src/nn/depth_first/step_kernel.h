// What computes a step of a plan, and what of a tile it sees.
#ifndef SEAFUSION_NN_DEPTH_FIRST_STEP_KERNEL_H_
#define SEAFUSION_NN_DEPTH_FIRST_STEP_KERNEL_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "nn/depth_first/product_ranges.h"
#include "nn/depth_first/tile_memory.h"
#include "nn/plan/plan.h"
#include "nn/plan/schedule.h"
#include "nn/plane.h"

namespace seafusion::nn {

/// A rectangle of a picture to compute, and where from and to.
struct TileJob {
  /// In the order of Plan::inputs; hold Grown(tile, Plan::halo, width, height).
  std::vector<ConstPlane> inputs;
  int width = 0, height = 0;  ///< Of the picture.
  Rect tile;
  Plane out;
  const PictureMaps* picture = nullptr;
};

/// A tile whose steps are running. Coordinates are the picture's, at the resolution of the map or
/// step.
class TileView {
 public:
  TileView(const plan::Plan& plan, const TileJob& the_job, TileMemory& memory,
           ProductRanges* ranges)
      : recorder(ranges),
        job(the_job),
        plan_(plan),
        memory_(memory),
        input_region_(Grown(the_job.tile, plan.halo, the_job.width, the_job.height)) {}

  int Width(int shift) const { return plan::Coarser(job.width, shift); }
  int Height(int shift) const { return plan::Coarser(job.height, shift); }

  /// What the band computes of this step.
  const plan::Columns& ColumnsOf(int step) const { return (*columns_)[step]; }

  /// Where a step writes from column x on.
  template <typename S>
  S* Output(int map, int y, int block, int x) const {
    return memory_.maps[map].Row<S>(y, block, x);
  }

  /// What a step reads from column x on. One row and column beyond the picture hold its border,
  /// those after it zeros.
  template <typename S>
  const S* Input(int map, int y, int block, int x) const {
    const int row = RowInside(y, Height(plan_.map(map).shift), plan_.map(map).border);
    if (row < 0) return reinterpret_cast<const S*>(memory_.zero_row);
    return memory_.maps[map].Row<S>(row, block, x);
  }

  /// Pixel (x, y) of an input plane, which is inside the picture.
  const float* InputPixel(int input, int y, int x) const {
    return job.inputs[input].Row(y - input_region_.y0) + (x - input_region_.x0);
  }
  /// Pixel (x, y) of the output plane, which is inside the tile.
  float* OutputPixel(int y, int x) const {
    return job.out.Row(y - job.tile.y0) + (x - job.tile.x0);
  }

  std::byte* scratch() const { return memory_.scratch; }

  /// The row (or column) that stands for `y`, or -1 for zeros.
  static int RowInside(int y, int height, model::Border border) {
    if (y >= 0 && y < height) return y;
    if (border == model::Border::kZero || y > height || y < -1) return -1;
    // One row reflects to itself.
    if (border == model::Border::kReflect) {
      return y < 0 ? std::min(1, height - 1) : std::max(height - 2, 0);
    }
    return y < 0 ? 0 : height - 1;
  }

  ProductRanges* const recorder;  ///< Raised to the largest values met, if not null.
  const TileJob& job;

 private:
  friend class TileRun;
  const plan::Plan& plan_;
  TileMemory& memory_;
  const Rect input_region_;
  const std::vector<plan::Columns>* columns_ = nullptr;  // the band's
};

/// Computes one step, with its weights. Immutable; shared by threads.
class StepKernel {
 public:
  virtual ~StepKernel() = default;

  /// Of TileView::scratch(); nothing in it lasts.
  virtual std::size_t ScratchBytes() const = 0;

  /// Computes rows [y0, y1) of the band's columns, which are not empty; at most the step's grain,
  /// and none outside the picture.
  virtual void Compute(const TileView& tile, int y0, int y1) const = 0;
};

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_DEPTH_FIRST_STEP_KERNEL_H_
