// Measures the ranges of a chain's activations on pictures.
#ifndef SEAFUSION_NN_DIRECT_RECORDER_H_
#define SEAFUSION_NN_DIRECT_RECORDER_H_

#include <memory>

#include <seafusion/status.h>

#include "model/network.h"
#include "model/safetensors.h"
#include "nn/direct/ranges.h"
#include "nn/engine.h"

namespace seafusion::nn::direct {

/// Runs the network in 32-bit floats on whole pictures. One thread.
class Recorder {
 public:
  /// Fails with kUnsupported when the network is no chain; `weights` must fit it. Throws
  /// std::bad_alloc.
  static StatusOr<Recorder> Create(const model::Network& network,
                                   const model::TensorArchive& weights);
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  /// A picture of width x height pixels. Fails as `source` does. Throws std::bad_alloc.
  Status Add(RowSource& source, int width, int height);

  const Ranges& ranges() const;

 private:
  struct State;
  explicit Recorder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_RECORDER_H_
