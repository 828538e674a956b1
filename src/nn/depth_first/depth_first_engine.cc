// Engine on top of a program.
#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "nn/depth_first/tile_run.h"
#include "nn/engine.h"
#include "nn/plan/schedule.h"

namespace seafusion::nn {
namespace {

std::string_view PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kInt16:
      return "int16";
    case Precision::kBf16:
      return "bf16";
    default:
      return "fp32";
  }
}

class DepthFirstEngine : public Engine {
 public:
  DepthFirstEngine(std::unique_ptr<const Program> program, Precision precision, CpuTarget target)
      : program_(std::move(program)),
        mean_margin_(plan::MeanMargin(program_->plan())),
        name_("winograd " + std::string(PrecisionName(precision)) + " " +
              std::string(CpuTargetName(target))) {}

  std::string_view name() const override { return name_; }
  int halo() const override { return program_->plan().halo; }
  int tile_step() const override { return model::TileStep(program_->plan().graph); }

  // What steps compute around the tile is work twice: so as few and as square tiles as there are
  // threads, bounded by memory (SeAFusion streams a tile 640 wide through 16 MB).
  Rect PreferredTile(int width, int height, int threads) const override {
    constexpr int kMaxWidth = 640, kMaxHeight = 960;
    int best_columns = 1, best_rows = 1;
    double best_cost = -1;
    for (int columns = 1; columns <= threads; ++columns) {
      const int rows = (threads + columns - 1) / columns;
      const double tile_width = std::min(kMaxWidth, (width - 1) / columns + 1);
      const double tile_height = std::min(kMaxHeight, (height - 1) / rows + 1);
      const int tiles = columns * rows;
      const int idle = (threads - tiles % threads) % threads;
      const double cost = (1 + 2 * mean_margin_ / tile_width) *
                          (1 + 2 * mean_margin_ / tile_height) * (tiles + idle) / tiles;
      if (best_cost >= 0 && cost >= best_cost) continue;
      best_cost = cost;
      best_columns = columns;
      best_rows = rows;
    }
    const int unit = plan::GridUnit(program_->plan());
    const auto side = [unit](int length, int parts, int limit) {
      parts = std::max(parts, (length - 1) / limit + 1);
      const int even = (length - 1) / parts + 1;
      return std::min(length, (even + unit - 1) / unit * unit);
    };
    return {0, 0, side(width, best_columns, kMaxWidth), side(height, best_rows, kMaxHeight)};
  }

  StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const override {
    try {
      return std::unique_ptr<Workspace>(
          std::make_unique<TileMemory>(program_->plan(), width, height, program_->ScratchBytes()));
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the feature maps of a " + std::to_string(width) +
                               "x" + std::to_string(height) + " tile");
    }
  }

  Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
             const PictureMaps* picture, Workspace& workspace, Plane out) const override {
    auto& memory = static_cast<TileMemory&>(workspace);
    if (tile.width() > memory.max_width || tile.height() > memory.max_height) {
      return Internal("a tile is larger than its workspace");
    }
    const plan::Plan& plan = program_->plan();
    try {
      RunTile(*program_, {InputsInOrder(plan, vis, inf), width, height, tile, out, picture},
              memory);
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for a tile");
    }
    return OkStatus();
  }

 private:
  const std::unique_ptr<const Program> program_;
  const double mean_margin_;
  const std::string name_;
};

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeDepthFirstEngine(const model::Graph& graph,
                                                       const model::TensorArchive& weights,
                                                       Precision precision, CpuTarget target) {
  try {
    SEAFUSION_ASSIGN_OR_RETURN(auto program, Program::Make(graph, weights, precision, target));
    return std::unique_ptr<Engine>(
        std::make_unique<DepthFirstEngine>(std::move(program), precision, target));
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the network's weights");
  }
}

}  // namespace seafusion::nn
