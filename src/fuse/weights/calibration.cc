#include "fuse/weights/calibration.h"

#include <memory>
#include <new>
#include <utility>

#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/rows/picture_source.h"
#include "model/graph/network.h"
#include "nn/range_recorder.h"

namespace seafusion {

struct Calibration::State {
  model::TensorArchive archive;
  std::unique_ptr<nn::RangeRecorder> recorder;
};

Calibration::Calibration(std::unique_ptr<State> state) : state_(std::move(state)) {}
Calibration::Calibration(Calibration&&) noexcept = default;
Calibration& Calibration::operator=(Calibration&&) noexcept = default;
Calibration::~Calibration() = default;

StatusOr<Calibration> Calibration::Create(model::TensorArchive weights) {
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(weights));
    auto state = std::make_unique<State>();
    SEAFUSION_ASSIGN_OR_RETURN(state->recorder, nn::MakeRangeRecorder(network, weights));
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
    PictureSource source(ir, map, vi);
    return state_->recorder->Add(source, width, height);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for a tile");
  }
}

model::TensorArchive Calibration::Finish() && {
  state_->recorder->Store(state_->archive);
  return std::move(state_->archive);
}

}  // namespace seafusion
