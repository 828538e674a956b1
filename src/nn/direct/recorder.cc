#include "nn/direct/recorder.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/cpu_target.h"
#include "core/status_macros.h"
#include "nn/direct/chain.h"
#include "nn/direct/coarse.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/tile_run.h"
#include "nn/direct/weights.h"

namespace seafusion::nn::direct {
namespace {

class NoSink : public RowSink {
 public:
  void Write(int /*y*/, int /*x0*/, int /*x1*/, const float* /*fused*/) override {}
};

}  // namespace

struct Recorder::State {
  const Kernels& kernels = KernelsFor(SupportedCpuTargets().front());
  Weights<float> weights;
  std::vector<int> factors;
  Ranges ranges;
};

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
Recorder::~Recorder() = default;

StatusOr<Recorder> Recorder::Create(const model::Network& network,
                                    const model::TensorArchive& weights) {
  SEAFUSION_RETURN_IF_ERROR(network.CheckWeights(weights));
  SEAFUSION_ASSIGN_OR_RETURN(const Chain chain, FindChain(network.graph, weights));
  auto state = std::make_unique<State>();
  state->weights = PackWeights(chain, state->kernels.fp32);
  for (const CoarsePath& path : chain.coarse) state->factors.push_back(path.factor);
  state->ranges = EmptyRanges(chain);
  return Recorder(std::move(state));
}

Status Recorder::Add(RowSource& source, int width, int height) {
  State& s = *state_;
  CoarseMaps coarse(s.factors, s.weights.layers.front().out_blocks * kBlock, width, height);
  if (!s.factors.empty()) {
    const int block = 2 * s.factors.back();
    std::vector<float> vis(static_cast<std::size_t>(width) * block), inf(vis.size());
    for (int y0 = 0; y0 < height; y0 += block) {
      const Rect stripe = {0, y0, width, std::min(y0 + block, height)};
      for (int y = y0; y < stripe.y1; ++y) {
        const std::ptrdiff_t at = std::ptrdiff_t{y - y0} * width;
        SEAFUSION_RETURN_IF_ERROR(source.Read(y, 0, width, vis.data() + at, inf.data() + at));
      }
      coarse.Add({vis.data(), width}, {inf.data(), width}, stripe);
    }
    SEAFUSION_RETURN_IF_ERROR(coarse.FinishAndRecord(s.kernels, s.weights, s.ranges));
  }
  NoSink sink;
  Scratch<float> scratch(s.weights, width);
  return RunTile(s.kernels, s.weights,
                 {.source = source,
                  .width = width,
                  .height = height,
                  .tile = {0, 0, width, height},
                  .coarse = s.factors.empty() ? nullptr : &coarse,
                  .sink = sink,
                  .record = &s.ranges},
                 scratch);
}

const Ranges& Recorder::ranges() const {
  return state_->ranges;
}

}  // namespace seafusion::nn::direct
