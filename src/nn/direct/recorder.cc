#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/cpu/cpu_target.h"
#include "core/status_macros.h"
#include "nn/direct/activation_ranges.h"
#include "nn/direct/chain.h"
#include "nn/direct/coarse.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/tile_run.h"
#include "nn/direct/weights.h"
#include "nn/range_recorder.h"

namespace seafusion::nn {
namespace direct {
namespace {

class NoSink : public RowSink {
 public:
  void Write(int /*y*/, int /*x0*/, int /*x1*/, const float* /*fused*/) override {}
};

class DirectRecorder : public RangeRecorder {
 public:
  explicit DirectRecorder(const Chain& chain)
      : kernels_(KernelsFor(SupportedCpuTargets().front())),
        weights_(PackWeights(chain, kernels_.fp32)),
        empty_(EmptyRanges(chain)) {
    for (const CoarsePath& path : chain.coarse) factors_.push_back(path.factor);
  }

  Status Add(RowSource& source, int width, int height) override {
    ActivationRanges ranges = empty_;
    CoarseMaps coarse(factors_, weights_.layers.front().out_blocks * kBlock, width, height);
    if (!factors_.empty()) {
      const int block = 2 * factors_.back();
      std::vector<float> vis(static_cast<std::size_t>(width) * block), inf(vis.size());
      for (int y0 = 0; y0 < height; y0 += block) {
        const Rect stripe = {0, y0, width, std::min(y0 + block, height)};
        for (int y = y0; y < stripe.y1; ++y) {
          const std::ptrdiff_t at = std::ptrdiff_t{y - y0} * width;
          SEAFUSION_RETURN_IF_ERROR(source.Read(y, 0, width, vis.data() + at, inf.data() + at));
        }
        coarse.Add({vis.data(), width}, {inf.data(), width}, stripe);
      }
      SEAFUSION_RETURN_IF_ERROR(coarse.FinishAndRecord(kernels_, weights_, ranges));
    }
    NoSink sink;
    Scratch<float> scratch(weights_, width);
    SEAFUSION_RETURN_IF_ERROR(RunTile(kernels_, weights_,
                                      {.source = source,
                                       .width = width,
                                       .height = height,
                                       .tile = {0, 0, width, height},
                                       .coarse = factors_.empty() ? nullptr : &coarse,
                                       .sink = sink,
                                       .record = &ranges},
                                      scratch));
    pictures_.push_back(std::move(ranges));
    return OkStatus();
  }

  void Store(model::TensorArchive& weights) const override {
    StoreRanges(pictures_.empty() ? empty_ : RangesOfMost(pictures_), weights);
  }

 private:
  const Kernels& kernels_;
  const Weights<float> weights_;
  std::vector<int> factors_;
  const ActivationRanges empty_;
  std::vector<ActivationRanges> pictures_;
};

}  // namespace
}  // namespace direct

StatusOr<std::unique_ptr<RangeRecorder>> MakeDirectRecorder(const model::Network& network,
                                                            const model::TensorArchive& weights) {
  SEAFUSION_RETURN_IF_ERROR(network.CheckWeights(weights));
  SEAFUSION_ASSIGN_OR_RETURN(const plan::Plan plan, plan::Compile(network.graph));
  SEAFUSION_ASSIGN_OR_RETURN(const direct::Chain chain, direct::ChainOf(plan, weights));
  return std::unique_ptr<RangeRecorder>(std::make_unique<direct::DirectRecorder>(chain));
}

}  // namespace seafusion::nn
