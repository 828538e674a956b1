#include "learn/segmentation/confusion_matrix.h"

#include <vector>

#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

torch::Tensor Pixels(const std::vector<std::int64_t>& values) {
  return torch::tensor(values, torch::kInt64);
}

TEST(ConfusionMatrix, KnownAnswer) {
  ConfusionMatrix matrix(3);
  AddPixels(matrix, Pixels({0, 0, 1, 1, 0}), Pixels({0, 1, 1, 1, 0}));
  EXPECT_EQ(matrix.count(1, 0), 1);
  EXPECT_DOUBLE_EQ(*matrix.Iou(0), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*matrix.Iou(1), 2.0 / 3);
  EXPECT_DOUBLE_EQ(matrix.Accuracy(), 0.8);
}

TEST(ConfusionMatrix, AClassThatIsNowhereHasNoIouAndNoShareInTheMean) {
  ConfusionMatrix matrix(3);
  AddPixels(matrix, Pixels({0, 1}), Pixels({0, 0}));
  EXPECT_FALSE(matrix.Iou(2).has_value());
  // Predicted but never labelled: wrong, not absent.
  EXPECT_DOUBLE_EQ(*matrix.Iou(1), 0.0);
  EXPECT_DOUBLE_EQ(matrix.MeanIou(), 0.25);
}

TEST(ConfusionMatrix, IgnoredPixelsDoNotCount) {
  ConfusionMatrix matrix(2);
  AddPixels(matrix, Pixels({1, 0, 1}), Pixels({255, 255, 1}));
  EXPECT_DOUBLE_EQ(matrix.MeanIou(), 1.0);
  EXPECT_EQ(matrix.count(1, 1), 1);
}

TEST(ConfusionMatrix, NothingAddedIsZeroNotNan) {
  const ConfusionMatrix matrix(2);
  EXPECT_EQ(matrix.MeanIou(), 0.0);
  EXPECT_EQ(matrix.Accuracy(), 0.0);
}

TEST(ConfusionMatrix, CountsAddUpOverBatches) {
  ConfusionMatrix once(2), twice(2);
  const auto predicted = torch::randint(2, {4, 5, 6}, torch::kInt64);
  const auto labels = torch::randint(2, {4, 5, 6}, torch::kInt64);
  AddPixels(once, predicted, labels);
  AddPixels(twice, predicted.slice(0, 0, 2), labels.slice(0, 0, 2));
  AddPixels(twice, predicted.slice(0, 2), labels.slice(0, 2));
  for (int l = 0; l < 2; ++l) {
    for (int p = 0; p < 2; ++p) EXPECT_EQ(once.count(l, p), twice.count(l, p));
  }
}

}  // namespace
}  // namespace seafusion::learn
