// The segmentation network as ONNX, without LibTorch.
#ifndef SEAFUSION_MODEL_ONNX_SEGMENTATION_ONNX_H_
#define SEAFUSION_MODEL_ONNX_SEGMENTATION_ONNX_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Weights of the segmentation network (learn/segmentation/networks/segmentation_net.h), of any
/// width and number of classes, as a network of input "picture", 1 x 3 x height x width, RGB in
/// 0..1, and output "scores", 1 x classes x height x width: the main head alone, batch
/// normalisation folded into the convolutions. Fails with kInvalidArgument, naming the tensor,
/// where one is missing, of another shape or unknown, and for sides that are not a multiple of 32
/// in 32..8192.
StatusOr<std::vector<std::uint8_t>> ExportSegmentationOnnx(const TensorArchive& weights, int width,
                                                           int height);

/// Whether the weights are whole, as ExportSegmentationOnnx would find them, without writing it.
Status CheckSegmentationWeights(const TensorArchive& weights);

/// Whether the names are those of that network.
bool IsSegmentationNetwork(const TensorArchive& weights);

/// The settings that `seafusion segment` wants beside the exported file: JSON text. The names are
/// those of MSRS where the network has its nine classes, else "class 0" and so on.
std::string SegmentationOnnxSettings(const TensorArchive& weights, int width, int height);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ONNX_SEGMENTATION_ONNX_H_
