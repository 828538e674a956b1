// A fusion network as an ONNX file, for runtimes other than ours.
#ifndef SEAFUSION_MODEL_ONNX_ONNX_EXPORT_H_
#define SEAFUSION_MODEL_ONNX_ONNX_EXPORT_H_

#include <cstdint>
#include <vector>

#include <seafusion/status.h>

#include "model/graph/network.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

struct OnnxSize {
  int width = 0, height = 0;  ///< 0: any size.
};

/// Writes the network that the weights are of (see IdentifyNetwork): opset 13, IR version 7, one
/// file. Inputs "vis" (luma of the visible picture) and "inf" (infrared), output "fused", each
/// float32 batch x 1 x height x width with values 0..1, equal for all three; batch is dynamic,
/// height and width are, too, unless `size` says them. The archive's metadata becomes the model's.
/// Deterministic.
///
/// Odd sides are no exception: a network at half resolution repeats the last row or column before
/// its SpaceToDepth and cuts the result. With dynamic sizes it does so by Shape, Mod, Pad and
/// Slice, which ONNX Runtime runs; OpenCV 4.6, which takes sizes apart when it reads a file, needs
/// `size` for such networks (not for SeAFusion).
///
/// Fails with kInvalidArgument when the weights fit no known network or a side is below 1 or above
/// 65536.
StatusOr<std::vector<std::uint8_t>> ExportOnnx(const TensorArchive& weights,
                                               const OnnxSize& size = {});

/// The same of a given network, for graphs of one's own. kUnsupported: a SpaceToDepth of a node of
/// several channels, whose order is another one in ONNX.
StatusOr<std::vector<std::uint8_t>> ExportOnnx(const Network& network, const TensorArchive& weights,
                                               const OnnxSize& size = {});

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ONNX_ONNX_EXPORT_H_
