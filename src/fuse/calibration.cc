#include "fuse/calibration.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "fuse/infrared_range.h"
#include "fuse/tile_reader.h"
#include "model/fusion_graph.h"
#include "nn/winograd/ranges.h"
#include "nn/winograd/tile_plan.h"
#include "nn/winograd/tile_run.h"

namespace seafusion {

using nn::winograd::kHalo;

struct Calibration::State {
  // Wide enough for the largest picture not to be split into many tiles, small enough for memory.
  static constexpr int kTile = 640;

  model::TensorArchive archive;
  nn::winograd::Weights<float> weights;
  nn::winograd::Scratch<float> scratch{kTile, kTile};
  nn::winograd::Ranges ranges;
};

Calibration::Calibration(std::unique_ptr<State> state) : state_(std::move(state)) {}
Calibration::Calibration(Calibration&&) noexcept = default;
Calibration& Calibration::operator=(Calibration&&) noexcept = default;
Calibration::~Calibration() = default;

StatusOr<Calibration> Calibration::Create(model::TensorArchive weights) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckFusionWeights(weights));
  try {
    auto state = std::make_unique<State>();
    state->weights = nn::winograd::PackWeights(weights);
    state->archive = std::move(weights);
    return Calibration(std::move(state));
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the network");
  }
}

Status Calibration::Add(const ImageView& ir, const ImageView& vi, const InfraredRange& range) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(ir, "ir"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(vi, "vi"));
  const int width = vi.width, height = vi.height;
  if (ir.width != width || ir.height != height) {
    return InvalidArgument("the pictures differ in size");
  }
  SEAFUSION_RETURN_IF_ERROR(ValidateInfraredRange(range));
  State& s = *state_;
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(ir, range));
    const int side = State::kTile + 2 * kHalo;
    std::vector<float> vis(static_cast<std::size_t>(side) * side), inf(vis.size());
    std::vector<float> fused(static_cast<std::size_t>(State::kTile) * State::kTile);
    for (int y = 0; y < height; y += State::kTile) {
      for (int x = 0; x < width; x += State::kTile) {
        const nn::Rect tile = {x, y, std::min(x + State::kTile, width),
                               std::min(y + State::kTile, height)};
        const nn::Rect in = nn::Grown(tile, kHalo, width, height);
        SEAFUSION_RETURN_IF_ERROR(ReadVisibleLuma(vi, in, {vis.data(), side}));
        SEAFUSION_RETURN_IF_ERROR(ReadInfrared(ir, map, in, {inf.data(), side}));
        RunTileAndRecord(nn::winograd::KernelsFor(SupportedCpuTargets().front()), s.weights,
                         {{vis.data(), side},
                          {inf.data(), side},
                          width,
                          height,
                          tile,
                          {fused.data(), State::kTile}},
                         s.scratch, s.ranges);
      }
    }
    return OkStatus();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for a tile");
  }
}

model::TensorArchive Calibration::Finish() && {
  StoreRanges(state_->ranges, state_->archive);
  return std::move(state_->archive);
}

}  // namespace seafusion
