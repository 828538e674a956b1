// What integers are scaled by, measured on pictures.
#ifndef SEAFUSION_NN_RANGE_RECORDER_H_
#define SEAFUSION_NN_RANGE_RECORDER_H_

#include <memory>

#include <seafusion/status.h>

#include "model/graph/network.h"
#include "model/weights/safetensors.h"
#include "nn/engine.h"

namespace seafusion::nn {

/// Runs a network in 32-bit floats on whole pictures and keeps what the integers of its fast engine
/// need to know. One thread.
class RangeRecorder {
 public:
  virtual ~RangeRecorder() = default;

  /// A picture of width x height pixels. Fails as `source` does. Throws std::bad_alloc.
  virtual Status Add(RowSource& source, int width, int height) = 0;

  /// Writes the ranges of all pictures so far, or of most of them (direct/activation_ranges.h), to
  /// the metadata of the network's weights, with a hash of their tensors.
  virtual void Store(model::TensorArchive& weights) const = 0;
};

/// For the engine that MakeEngine chooses. `weights` must fit the network (kInvalidArgument);
/// kUnsupported where it has no fast engine. Throws std::bad_alloc.
StatusOr<std::unique_ptr<RangeRecorder>> MakeRangeRecorder(const model::Network& network,
                                                           const model::TensorArchive& weights);

/// For either of the fast engines.
StatusOr<std::unique_ptr<RangeRecorder>> MakeDepthFirstRecorder(
    const model::Network& network, const model::TensorArchive& weights);
StatusOr<std::unique_ptr<RangeRecorder>> MakeDirectRecorder(const model::Network& network,
                                                            const model::TensorArchive& weights);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_RANGE_RECORDER_H_
