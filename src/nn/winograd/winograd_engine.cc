#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "model/fusion_graph.h"
#include "nn/engine.h"
#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/quantise.h"
#include "nn/winograd/ranges.h"
#include "nn/winograd/tile_plan.h"
#include "nn/winograd/tile_run.h"
#include "nn/winograd/weights.h"

namespace seafusion::nn {
namespace {

template <typename T>
class WinogradEngine : public Engine {
 public:
  WinogradEngine(winograd::Weights<T> weights, std::string_view precision, CpuTarget target)
      : weights_(std::move(weights)),
        kernels_(winograd::KernelsFor(target)),
        name_("winograd " + std::string(precision) + " " + std::string(CpuTargetName(target))) {}

  std::string_view name() const override { return name_; }
  int halo() const override { return winograd::kHalo; }

  // Each layer computes up to 32 pixels around the tile, 14 on average, and those are work twice:
  // so as few and as square tiles as there are threads, bounded by memory (a tile 640 wide streams
  // through 16 MB).
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
      const double cost = (1 + 28 / tile_width) * (1 + 28 / tile_height) * (tiles + idle) / tiles;
      if (best_cost >= 0 && cost >= best_cost) continue;
      best_cost = cost;
      best_columns = columns;
      best_rows = rows;
    }
    const auto side = [](int length, int parts, int limit) {
      parts = std::max(parts, (length - 1) / limit + 1);
      const int even = (length - 1) / parts + 1;
      return std::min(length, (even + 3) / 4 * 4);
    };
    return {0, 0, side(width, best_columns, kMaxWidth), side(height, best_rows, kMaxHeight)};
  }

  StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const override {
    try {
      return std::unique_ptr<Workspace>(std::make_unique<winograd::Scratch<T>>(width, height));
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the feature maps of a " + std::to_string(width) +
                               "x" + std::to_string(height) + " tile");
    }
  }

  Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
             const PictureMaps* /*picture*/, Workspace& workspace, Plane out) const override {
    auto& scratch = static_cast<winograd::Scratch<T>&>(workspace);
    if (tile.width() > scratch.max_width || tile.height() > scratch.max_height)
      return Internal("a tile is larger than its workspace");
    winograd::RunTile(kernels_, weights_, {vis, inf, width, height, tile, out}, scratch);
    return OkStatus();
  }

 private:
  winograd::Weights<T> weights_;
  const winograd::Kernels& kernels_;
  std::string name_;
};

template <typename T>
std::unique_ptr<Engine> Make(winograd::Weights<T> weights, std::string_view precision,
                             CpuTarget target) {
  return std::make_unique<WinogradEngine<T>>(std::move(weights), precision, target);
}

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeWinogradEngine(const model::TensorArchive& weights,
                                                     Precision precision, CpuTarget target) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckFusionWeights(weights));
  if (precision == Precision::kBf16 && winograd::KernelsFor(target).bf16.product == nullptr) {
    return Unsupported("bf16 needs a CPU with AVX512-BF16; in use is " +
                       std::string(CpuTargetName(target)));
  }
  try {
    if (precision == Precision::kInt16) {
      SEAFUSION_ASSIGN_OR_RETURN(const winograd::Ranges ranges, winograd::LoadRanges(weights));
      return Make(winograd::Quantise(winograd::PackWeights(weights), ranges), "int16", target);
    }
    if (precision == Precision::kBf16) {
      return Make(winograd::RoundToBf16(winograd::PackWeights(weights)), "bf16", target);
    }
    return Make(winograd::PackWeights(weights), "fp32", target);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the network's weights");
  }
}

}  // namespace seafusion::nn
