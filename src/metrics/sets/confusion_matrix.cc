#include "metrics/sets/confusion_matrix.h"

#include <numeric>

namespace seafusion::metrics {

void ConfusionMatrix::Add(const ConfusionMatrix& other, std::int64_t times) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += times * other.counts_[i];
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
  std::vector<int> all(static_cast<std::size_t>(classes_));
  std::iota(all.begin(), all.end(), 0);
  return MeanIou(all).value_or(0.0);
}

std::optional<double> ConfusionMatrix::MeanIou(std::span<const int> classes) const {
  double sum = 0;
  int present = 0;
  for (const int c : classes) {
    if (const auto iou = Iou(c)) {
      sum += *iou;
      ++present;
    }
  }
  if (present == 0) return std::nullopt;
  return sum / present;
}

double ConfusionMatrix::Accuracy() const {
  std::int64_t right = 0, all = 0;
  for (int label = 0; label < classes_; ++label) {
    right += count(label, label);
    for (int predicted = 0; predicted < classes_; ++predicted) all += count(label, predicted);
  }
  return all == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace seafusion::metrics
