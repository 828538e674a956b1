// The named tensors of a method's network, out of our files and back into them.
#ifndef SEAFUSION_METHODS_LEARNED_NETWORK_WEIGHTS_H_
#define SEAFUSION_METHODS_LEARNED_NETWORK_WEIGHTS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>

#include <seafusion/status.h>
#include <torch/types.h>

#include "model/graph/fusion_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {

/// Immutable; any number of threads may read.
class NetworkWeights {
 public:
  /// `archive` must hold exactly the tensors of `specs`, all finite, and be a file of `method`: its
  /// metadata says so under "method". Fails with kInvalidArgument or kCorruptData, naming the
  /// tensor, or the method whose file it is.
  static StatusOr<NetworkWeights> FromArchive(const model::TensorArchive& archive,
                                              std::string_view method,
                                              std::span<const model::TensorSpec> specs);

  /// float32, on the CPU, without gradients; kernels of several channels lie channels last, which
  /// makes LibTorch's convolutions do so, too: theirs are the faster ones there. Precondition:
  /// `name` is one of the specs.
  const torch::Tensor& operator[](const std::string& name) const { return tensors_.at(name); }

 private:
  NetworkWeights() = default;

  std::map<std::string, torch::Tensor> tensors_;
};

/// The archive that FromArchive takes, with copies of `tensors` (float32 on any device) and
/// "method" in its metadata.
model::TensorArchive ArchiveOf(const std::map<std::string, torch::Tensor>& tensors,
                               std::string_view method);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_NETWORK_WEIGHTS_H_
