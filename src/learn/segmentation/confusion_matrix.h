// How well a segmentation agrees with its labels.
#ifndef SEAFUSION_LEARN_SEGMENTATION_CONFUSION_MATRIX_H_
#define SEAFUSION_LEARN_SEGMENTATION_CONFUSION_MATRIX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <torch/types.h>

namespace seafusion::learn {

/// Pixel counts by labelled and predicted class, in 64 bits: the public code's 32-bit floats lose
/// counts above 2^24.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int classes)
      : classes_(classes), counts_(static_cast<std::size_t>(classes) * classes) {}

  /// Both any shape of as many pixels, int64; pixels labelled 255 do not count. Predictions and the
  /// other labels must lie in 0..classes-1.
  void Add(const torch::Tensor& predicted, const torch::Tensor& labels);

  int classes() const { return classes_; }
  std::int64_t count(int labelled, int predicted) const {
    return counts_[static_cast<std::size_t>(labelled) * classes_ + predicted];
  }

  /// Intersection over union, 0..1; none for a class that is neither labelled nor predicted.
  std::optional<double> Iou(int index) const;
  /// Mean over the classes that have one; 0 where nothing was added.
  double MeanIou() const;
  /// Share of the counted pixels that are predicted as labelled.
  double Accuracy() const;

 private:
  int classes_;
  std::vector<std::int64_t> counts_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_CONFUSION_MATRIX_H_
