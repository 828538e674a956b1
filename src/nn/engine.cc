#include "nn/engine.h"

#include <string>

#include "core/status_macros.h"
#include "nn/depth_first/program.h"

namespace seafusion::nn {

StatusOr<std::unique_ptr<PictureMaps>> Engine::MakePictureMaps(int /*width*/,
                                                               int /*height*/) const {
  return Internal("this network has no maps of whole pictures");
}

Status Engine::AddToPicture(ConstPlane /*vis*/, ConstPlane /*inf*/, const Rect& /*region*/,
                            PictureMaps& /*maps*/) const {
  return Internal("this network has no maps of whole pictures");
}

Status Engine::FinishPicture(PictureMaps& /*maps*/) const {
  return Internal("this network has no maps of whole pictures");
}

StatusOr<std::unique_ptr<Engine>> MakeEngine(const model::TensorArchive& weights,
                                             Precision precision, CpuTarget target) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(weights));
  if (precision == Precision::kReference) return MakeReferenceEngine(network, weights);
  if (network.name != model::kSeAFusionName) {
    if (precision == Precision::kInt16 || precision == Precision::kBf16) {
      return Unsupported("the network " + network.name + " runs in fp32 only");
    }
    return MakeReferenceEngine(network, weights);
  }
  if (precision == Precision::kAuto) {
    // Without vectors of at least 16 integers the conversions cost what the products save.
    const bool int16 = target >= CpuTarget::kAvx2 && HasRanges(network.graph, weights);
    precision = int16 ? Precision::kInt16 : Precision::kFp32;
  }
  return MakeDepthFirstEngine(network.graph, weights, precision, target);
}

}  // namespace seafusion::nn
