// The fusion network as an ONNX file, for runtimes other than ours.
#ifndef SEAFUSION_MODEL_ONNX_EXPORT_H_
#define SEAFUSION_MODEL_ONNX_EXPORT_H_

#include <cstdint>
#include <vector>

#include <seafusion/status.h>

#include "model/safetensors.h"

namespace seafusion::model {

/// Writes FusionGraph() with these weights: opset 13, IR version 7, one file. Inputs "vis" (luma of
/// the visible picture) and "inf" (infrared), output "fused", each float32 batch x 1 x height x
/// width with values 0..1; batch, height and width are dynamic and equal for all three. The
/// archive's metadata becomes the model's. Deterministic. Fails with kInvalidArgument when the
/// weights are not the fusion network's.
StatusOr<std::vector<std::uint8_t>> ExportOnnx(const TensorArchive& weights);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ONNX_EXPORT_H_
