// Segmentations and labels as tensors, counted.
#ifndef SEAFUSION_LEARN_SEGMENTATION_CONFUSION_MATRIX_H_
#define SEAFUSION_LEARN_SEGMENTATION_CONFUSION_MATRIX_H_

#include <torch/types.h>

#include "metrics/sets/confusion_matrix.h"

namespace seafusion::learn {

using metrics::ConfusionMatrix;

/// Both any shape of as many pixels, int64; pixels labelled 255 do not count. Predictions and the
/// other labels must lie in 0..classes-1.
void AddPixels(ConfusionMatrix& matrix, const torch::Tensor& predicted,
               const torch::Tensor& labels);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_CONFUSION_MATRIX_H_
