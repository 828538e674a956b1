#include "nn/engine.h"

#include "nn/winograd/ranges.h"

namespace seafusion::nn {

StatusOr<std::unique_ptr<Engine>> MakeEngine(const model::TensorArchive& weights,
                                             Precision precision, CpuTarget target) {
  if (precision == Precision::kReference) return MakeReferenceEngine(weights);
  if (precision == Precision::kAuto) {
    // Without vectors of at least 16 integers the conversions cost what the products save.
    const bool int16 = target >= CpuTarget::kAvx2 && winograd::LoadRanges(weights).ok();
    precision = int16 ? Precision::kInt16 : Precision::kFp32;
  }
  return MakeWinogradEngine(weights, precision, target);
}

}  // namespace seafusion::nn
