#include "learn/segmentation/confusion_matrix.h"

#include <torch/torch.h>

#include "learn/segmentation/semantic_loss.h"

namespace seafusion::learn {

void ConfusionMatrix::Add(const torch::Tensor& predicted, const torch::Tensor& labels) {
  const torch::Tensor flat = labels.flatten();
  const torch::Tensor counted = flat != kIgnoredLabel;
  const torch::Tensor cells =
      (flat * classes_ + predicted.flatten()).masked_select(counted).to(torch::kCPU);
  const auto size = static_cast<std::int64_t>(counts_.size());
  const torch::Tensor counts = torch::bincount(cells, {}, size);
  const auto* values = counts.data_ptr<std::int64_t>();
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += values[i];
}

std::optional<double> ConfusionMatrix::Iou(int index) const {
  std::int64_t either = -count(index, index);
  for (int other = 0; other < classes_; ++other) {
    either += count(index, other) + count(other, index);
  }
  if (either == 0) return std::nullopt;
  return static_cast<double>(count(index, index)) / static_cast<double>(either);
}

double ConfusionMatrix::MeanIou() const {
  double sum = 0;
  int present = 0;
  for (int c = 0; c < classes_; ++c) {
    if (const auto iou = Iou(c)) {
      sum += *iou;
      ++present;
    }
  }
  return present == 0 ? 0.0 : sum / present;
}

double ConfusionMatrix::Accuracy() const {
  std::int64_t right = 0, all = 0;
  for (int label = 0; label < classes_; ++label) {
    right += count(label, label);
    for (int predicted = 0; predicted < classes_; ++predicted) all += count(label, predicted);
  }
  return all == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace seafusion::learn
