#include "learn/segmentation/confusion_matrix.h"

#include "learn/libtorch.h"
#include "learn/segmentation/semantic_loss.h"

namespace seafusion::learn {

void AddPixels(ConfusionMatrix& matrix, const torch::Tensor& predicted,
               const torch::Tensor& labels) {
  const int classes = matrix.classes();
  const torch::Tensor flat = labels.flatten();
  const torch::Tensor cells =
      (flat * classes + predicted.flatten()).masked_select(flat != kIgnoredLabel).to(torch::kCPU);
  const torch::Tensor counts =
      torch::bincount(cells, {}, static_cast<std::int64_t>(classes) * classes);
  const auto* values = counts.data_ptr<std::int64_t>();
  for (int label = 0; label < classes; ++label) {
    for (int p = 0; p < classes; ++p) matrix.Add(label, p, *values++);
  }
}

}  // namespace seafusion::learn
