// ESPNetv2 as ONNX, without LibTorch.
#ifndef SEAFUSION_MODEL_ESPNETV2_ESPNETV2_ONNX_H_
#define SEAFUSION_MODEL_ESPNETV2_ESPNETV2_ONNX_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

/// A network of input "picture", 1 x 3 x height x width, RGB, normalised by kImageNetMean and
/// kImageNetDeviation, and output "scores", 1 x classes x height x width. Batch normalisation is
/// folded into convolutions; what ONNX has no operator for, or runtimes read in two ways, is made
/// of others: means that count their border are convolutions, adaptive means pools, convolutions or
/// products with constant matrices. Fails as CheckEspnetv2Weights
/// and Espnetv2Graph; how many classes there are the weights say (Espnetv2ClassesOf).
StatusOr<std::vector<std::uint8_t>> ExportEspnetv2Onnx(const TensorArchive& weights, int width,
                                                       int height);

/// The settings that `seafusion segment` wants beside the exported file: JSON text. Cityscapes'
/// classes as background, car, person and bike of MSRS; its other labels do not count.
std::string Espnetv2OnnxSettings(int width, int height);

/// The same of weights that WithEspnetv2Head began: their classes are the labels themselves, named
/// as SegmentationOnnxSettings does.
std::string FineTunedEspnetv2OnnxSettings(const TensorArchive& weights, int width, int height);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ESPNETV2_ESPNETV2_ONNX_H_
