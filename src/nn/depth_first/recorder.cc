#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/cpu/cpu_target.h"
#include "core/status_macros.h"
#include "nn/depth_first/product_ranges.h"
#include "nn/depth_first/tile_run.h"
#include "nn/range_recorder.h"

namespace seafusion::nn {
namespace {

class DepthFirstRecorder : public RangeRecorder {
 public:
  explicit DepthFirstRecorder(std::unique_ptr<const Program> program)
      : program_(std::move(program)),
        memory_(program_->plan(), kTile, kTile, program_->ScratchBytes()),
        ranges_(program_->plan()) {}

  Status Add(RowSource& source, int width, int height) override {
    const plan::Plan& plan = program_->plan();
    const int side = kTile + 2 * plan.halo;
    std::vector<float> vis(static_cast<std::size_t>(side) * side), inf(vis.size());
    std::vector<float> fused(static_cast<std::size_t>(kTile) * kTile);
    for (int y = 0; y < height; y += kTile) {
      for (int x = 0; x < width; x += kTile) {
        const Rect tile = {x, y, std::min(x + kTile, width), std::min(y + kTile, height)};
        const Rect in = Grown(tile, plan.halo, width, height);
        for (int row = in.y0; row < in.y1; ++row) {
          const std::ptrdiff_t at = std::ptrdiff_t{row - in.y0} * side;
          SEAFUSION_RETURN_IF_ERROR(
              source.Read(row, in.x0, in.x1, vis.data() + at, inf.data() + at));
        }
        RunTile(*program_,
                {InputsInOrder(plan, {vis.data(), side}, {inf.data(), side}),
                 width,
                 height,
                 tile,
                 {fused.data(), kTile},
                 nullptr},
                memory_, &ranges_);
      }
    }
    return OkStatus();
  }

  void Store(model::TensorArchive& weights) const override { StoreRanges(ranges_, weights); }

 private:
  // Wide enough for the largest picture not to be split into many tiles, small enough for memory.
  static constexpr int kTile = 640;

  const std::unique_ptr<const Program> program_;
  TileMemory memory_;
  ProductRanges ranges_;
};

}  // namespace

StatusOr<std::unique_ptr<RangeRecorder>> MakeDepthFirstRecorder(
    const model::Network& network, const model::TensorArchive& weights) {
  SEAFUSION_ASSIGN_OR_RETURN(auto program, Program::Make(network.graph, weights, Precision::kFp32,
                                                         SupportedCpuTargets().front()));
  return std::unique_ptr<RangeRecorder>(std::make_unique<DepthFirstRecorder>(std::move(program)));
}

}  // namespace seafusion::nn
