// Measures on pictures what the integer engines have to know about a network.
#ifndef SEAFUSION_FUSE_WEIGHTS_CALIBRATION_H_
#define SEAFUSION_FUSE_WEIGHTS_CALIBRATION_H_

#include <memory>

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion {

/// Runs the network in 32-bit floats and keeps how large the values become that reach its products.
/// One thread.
class Calibration {
 public:
  /// Fails with kInvalidArgument when the weights are of another network, or kResourceExhausted.
  static StatusOr<Calibration> Create(model::TensorArchive weights);

  Calibration(Calibration&&) noexcept;
  Calibration& operator=(Calibration&&) noexcept;
  ~Calibration();

  /// Pictures as for Fuser::Fuse. Errors: kInvalidArgument, kResourceExhausted.
  Status Add(const ImageView& ir, const ImageView& vi, const InfraredRange& range);

  /// The weights with what was measured in their metadata.
  model::TensorArchive Finish() &&;

 private:
  struct State;
  explicit Calibration(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_WEIGHTS_CALIBRATION_H_
