// How well a segmentation agrees with its labels.
#ifndef SEAFUSION_METRICS_SETS_CONFUSION_MATRIX_H_
#define SEAFUSION_METRICS_SETS_CONFUSION_MATRIX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace seafusion::metrics {

/// Pixel counts by labelled and predicted class, in 64 bits: the public code's 32-bit floats lose
/// counts above 2^24.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int classes)
      : classes_(classes), counts_(static_cast<std::size_t>(classes) * classes) {}

  /// Preconditions: both in 0..classes - 1.
  void Add(int labelled, int predicted, std::int64_t pixels = 1) {
    counts_[Cell(labelled, predicted)] += pixels;
  }
  /// All pixels of another one, `times` as often. Precondition: as many classes.
  void Add(const ConfusionMatrix& other, std::int64_t times = 1);

  int classes() const { return classes_; }
  std::int64_t count(int labelled, int predicted) const {
    return counts_[Cell(labelled, predicted)];
  }

  /// Intersection over union, 0..1; none for a class that is neither labelled nor predicted.
  std::optional<double> Iou(int index) const;
  /// Mean over the classes that have one; 0 where nothing was added.
  double MeanIou() const;
  /// The same over some classes; none where none of them has one.
  std::optional<double> MeanIou(std::span<const int> classes) const;
  /// Share of the counted pixels that are predicted as labelled.
  double Accuracy() const;

 private:
  std::size_t Cell(int labelled, int predicted) const {
    return static_cast<std::size_t>(labelled) * static_cast<std::size_t>(classes_) +
           static_cast<std::size_t>(predicted);
  }
  int classes_;
  std::vector<std::int64_t> counts_;
};

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_SETS_CONFUSION_MATRIX_H_
