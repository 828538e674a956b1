#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "model/graph/network.h"
#include "nn/direct/activation_ranges.h"
#include "nn/direct/chain.h"
#include "nn/direct/coarse.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/plane_rows.h"
#include "nn/direct/tile_run.h"
#include "nn/direct/weights.h"
#include "nn/engine.h"

namespace seafusion::nn {
namespace {

using direct::Chain;
using direct::CoarseMaps;
using direct::ConvKernels;
using direct::IntegerRule;
using direct::Weights;

template <typename T>
class DirectEngine : public Engine {
 public:
  DirectEngine(const Chain& chain, Weights<T> weights, std::string_view precision, CpuTarget target)
      : weights_(std::move(weights)),
        kernels_(direct::KernelsFor(target)),
        name_("direct " + std::string(precision) + " " + std::string(CpuTargetName(target))) {
    for (const direct::CoarsePath& path : chain.coarse) factors_.push_back(path.factor);
  }

  std::string_view name() const override { return name_; }
  // A layer sees one pixel of half the resolution further.
  int halo() const override { return 2 * static_cast<int>(weights_.layers.size()); }
  int tile_step() const override { return 2; }

  // Each layer computes up to a halo around the tile, half of it on average, and those are work
  // twice: so as few tiles as there are threads. Rows stream through whatever the height; the width
  // is bounded by memory.
  Rect PreferredTile(int width, int height, int threads) const override {
    constexpr int kMaxWidth = 2048;
    double best_cost = -1;
    Rect best;
    for (int columns = (width - 1) / kMaxWidth + 1;
         columns <= std::max(threads, 1) + width / kMaxWidth; ++columns) {
      const int rows = std::max(1, (threads + columns - 1) / columns);
      const auto side = [](int length, int parts) {
        return std::min(length, ((length - 1) / parts + 2) / 2 * 2);
      };
      const Rect tile = {0, 0, side(width, columns), side(height, rows)};
      const int tiles = columns * rows;
      const int turns = (tiles + threads - 1) / std::max(threads, 1);
      const double cost = static_cast<double>(turns) * (tile.width() + (columns > 1 ? halo() : 0)) *
                          (tile.height() + (rows > 1 ? halo() : 0));
      if (best_cost >= 0 && cost >= best_cost) continue;
      best_cost = cost;
      best = tile;
    }
    return best;
  }

  StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const override {
    try {
      return std::unique_ptr<Workspace>(std::make_unique<direct::Scratch<T>>(weights_, width));
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the feature maps of a " + std::to_string(width) +
                               "x" + std::to_string(height) + " tile");
    }
  }

  int picture_block() const override { return factors_.empty() ? 0 : 2 * factors_.back(); }

  StatusOr<std::unique_ptr<PictureMaps>> MakePictureMaps(int width, int height) const override {
    try {
      const int lanes = weights_.layers.front().out_blocks * direct::kBlock;
      return std::unique_ptr<PictureMaps>(
          std::make_unique<CoarseMaps>(factors_, lanes, width, height));
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the coarse maps of a " + std::to_string(width) + "x" +
                               std::to_string(height) + " picture");
    }
  }

  Status AddToPicture(ConstPlane vis, ConstPlane inf, const Rect& region,
                      PictureMaps& maps) const override {
    static_cast<CoarseMaps&>(maps).Add(vis, inf, region);
    return OkStatus();
  }

  Status FinishPicture(PictureMaps& maps, ThreadPool& pool) const override {
    return static_cast<CoarseMaps&>(maps).Finish(kernels_, weights_, pool);
  }

  Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
             const PictureMaps* picture, Workspace& workspace, Plane out) const override {
    direct::PlaneSource source(vis, inf, Grown(tile, halo(), width, height));
    direct::PlaneSink sink(out, tile);
    return RunRows(source, width, height, tile, picture, workspace, sink);
  }

  Status RunRows(RowSource& source, int width, int height, const Rect& tile,
                 const PictureMaps* picture, Workspace& workspace, RowSink& sink) const override {
    return direct::RunTile(kernels_, weights_,
                           {.source = source,
                            .width = width,
                            .height = height,
                            .tile = tile,
                            .coarse = static_cast<const CoarseMaps*>(picture),
                            .sink = sink},
                           static_cast<direct::Scratch<T>&>(workspace));
  }

 private:
  Weights<T> weights_;
  const direct::Kernels& kernels_;
  std::string name_;
  std::vector<int> factors_;  // of the coarse paths, ascending
};

template <typename T>
std::unique_ptr<Engine> Make(const Chain& chain, Weights<T> weights, std::string_view precision,
                             CpuTarget target) {
  return std::make_unique<DirectEngine<T>>(chain, std::move(weights), precision, target);
}

StatusOr<std::unique_ptr<Engine>> MakeInteger(const Chain& chain,
                                              const model::TensorArchive& weights, bool bytes,
                                              CpuTarget target) {
  SEAFUSION_ASSIGN_OR_RETURN(const direct::ActivationRanges ranges,
                             direct::LoadRanges(chain, weights));
  const direct::Kernels& kernels = direct::KernelsFor(target);
  const auto quantise = [&]<typename T>(const IntegerRule& rule, const ConvKernels<T>& of_type) {
    return Make(chain, direct::QuantiseWeights(chain, ranges, rule, of_type),
                bytes ? "int8" : "int16", target);
  };
  if (!bytes) return quantise(direct::kInt16, kernels.int16);
  // Without sums of four products those of two, of 16 bits: the same integers, at half the speed.
  if (kernels.int8.conv == nullptr) return quantise(direct::kInt8, kernels.int16);
  return quantise(direct::kInt8, kernels.int8);
}

// Intel's cores have instructions for products of bfloat16, but without AMX floats are faster
// there: 49 frames a second of 640x480 on one of a Xeon, against 31. AMD's do two for one of
// floats.
bool SlowBf16Products(CpuTarget target) {
  if (target >= CpuTarget::kAvx512Amx) return false;
#if defined(__x86_64__)
  return __builtin_cpu_is("intel") != 0;
#else
  return false;
#endif
}

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeDirectEngine(const model::Network& network,
                                                   const model::TensorArchive& weights,
                                                   Precision precision, CpuTarget target) {
  SEAFUSION_RETURN_IF_ERROR(network.CheckWeights(weights));
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const plan::Plan plan, plan::Compile(network.graph));
    SEAFUSION_ASSIGN_OR_RETURN(const Chain chain, direct::ChainOf(plan, weights));
    if (precision == Precision::kAuto) {
      const bool int16 = target >= CpuTarget::kAvx2 && direct::LoadRanges(chain, weights).ok();
      const bool bf16 = direct::KernelsFor(target).fast_bf16 && !SlowBf16Products(target);
      precision = int16 ? Precision::kInt16 : bf16 ? Precision::kBf16 : Precision::kFp32;
    }
    const direct::Kernels& kernels = direct::KernelsFor(target);
    switch (precision) {
      case Precision::kInt8:
      case Precision::kInt16:
        return MakeInteger(chain, weights, precision == Precision::kInt8, target);
      case Precision::kBf16:
        return Make(chain, direct::PackWeights(chain, kernels.bf16), "bf16", target);
      default:
        return Make(chain, direct::PackWeights(chain, kernels.fp32), "fp32", target);
    }
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the network's weights");
  }
}

}  // namespace seafusion::nn
