#include "fuse/calibration.h"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "fuse/infrared_range.h"
#include "fuse/picture_source.h"
#include "fuse/tile_reader.h"
#include "model/network.h"
#include "nn/depth_first/tile_run.h"
#include "nn/direct/recorder.h"

namespace seafusion {

struct Calibration::State {
  // Wide enough for the largest picture not to be split into many tiles, small enough for memory.
  static constexpr int kTile = 640;

  // What measures networks that have Winograd transforms.
  struct Streamed {
    explicit Streamed(std::unique_ptr<const nn::Program> made)
        : program(std::move(made)),
          memory(program->plan(), kTile, kTile, program->ScratchBytes()),
          ranges(program->plan()) {}

    std::unique_ptr<const nn::Program> program;
    nn::TileMemory memory;
    nn::Ranges ranges;
  };

  model::TensorArchive archive;
  std::unique_ptr<Streamed> streamed;
  std::optional<nn::direct::Recorder> direct;  // what measures the others
};

Calibration::Calibration(std::unique_ptr<State> state) : state_(std::move(state)) {}
Calibration::Calibration(Calibration&&) noexcept = default;
Calibration& Calibration::operator=(Calibration&&) noexcept = default;
Calibration::~Calibration() = default;

StatusOr<Calibration> Calibration::Create(model::TensorArchive weights) {
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(weights));
    auto state = std::make_unique<State>();
    if (network.name == model::kSeAFusionName) {
      SEAFUSION_ASSIGN_OR_RETURN(auto program,
                                 nn::Program::Make(network.graph, weights, Precision::kFp32,
                                                   SupportedCpuTargets().front()));
      state->streamed = std::make_unique<State::Streamed>(std::move(program));
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(state->direct, nn::direct::Recorder::Create(network, weights));
    }
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
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(ir, range));
    if (state_->direct.has_value()) {
      PictureSource source(ir, map, vi);
      return state_->direct->Add(source, width, height);
    }
    State::Streamed& s = *state_->streamed;
    const int halo = s.program->plan().halo, side = State::kTile + 2 * halo;
    std::vector<float> vis(static_cast<std::size_t>(side) * side), inf(vis.size());
    std::vector<float> fused(static_cast<std::size_t>(State::kTile) * State::kTile);
    for (int y = 0; y < height; y += State::kTile) {
      for (int x = 0; x < width; x += State::kTile) {
        const nn::Rect tile = {x, y, std::min(x + State::kTile, width),
                               std::min(y + State::kTile, height)};
        const nn::Rect in = nn::Grown(tile, halo, width, height);
        SEAFUSION_RETURN_IF_ERROR(ReadVisibleLuma(vi, in, {vis.data(), side}));
        SEAFUSION_RETURN_IF_ERROR(ReadInfrared(ir, map, in, {inf.data(), side}));
        RunTile(*s.program,
                {nn::InputsInOrder(s.program->plan(), {vis.data(), side}, {inf.data(), side}),
                 width,
                 height,
                 tile,
                 {fused.data(), State::kTile},
                 nullptr},
                s.memory, &s.ranges);
      }
    }
    return OkStatus();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for a tile");
  }
}

model::TensorArchive Calibration::Finish() && {
  if (state_->direct.has_value()) {
    StoreRanges(state_->direct->ranges(), state_->archive);
  } else {
    StoreRanges(state_->streamed->ranges, state_->archive);
  }
  return std::move(state_->archive);
}

}  // namespace seafusion
