#include "nn/engine.h"

namespace seafusion::nn {

StatusOr<std::unique_ptr<Engine>> MakeEngine(const model::TensorArchive& weights,
                                             Precision precision) {
  if (precision == Precision::kReference) return MakeReferenceEngine(weights);
  return MakeWinogradEngine(weights, SupportedCpuTargets().front());
}

}  // namespace seafusion::nn
