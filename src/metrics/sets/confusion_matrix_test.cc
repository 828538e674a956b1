#include "metrics/sets/confusion_matrix.h"

#include <array>

#include <gtest/gtest.h>

namespace seafusion::metrics {
namespace {

TEST(ConfusionMatrixTest, KnownAnswer) {
  ConfusionMatrix matrix(3);
  matrix.Add(0, 0, 4);
  matrix.Add(0, 1);
  matrix.Add(1, 1, 2);
  EXPECT_DOUBLE_EQ(*matrix.Iou(0), 0.8);
  EXPECT_DOUBLE_EQ(*matrix.Iou(1), 2.0 / 3);
  EXPECT_FALSE(matrix.Iou(2).has_value());
  EXPECT_DOUBLE_EQ(matrix.MeanIou(), (0.8 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(*matrix.MeanIou(std::array{0, 2}), 0.8);
  EXPECT_FALSE(matrix.MeanIou(std::array{2}).has_value());
  EXPECT_DOUBLE_EQ(matrix.Accuracy(), 6.0 / 7);
}

TEST(ConfusionMatrixTest, AddsOthersAsOftenAsAsked) {
  ConfusionMatrix one(2), sum(2);
  one.Add(0, 1, 3);
  one.Add(1, 1, 2);
  sum.Add(one, 2);
  sum.Add(one, 0);
  EXPECT_EQ(sum.count(0, 1), 6);
  EXPECT_EQ(sum.count(1, 1), 4);
}

// More pixels than a float can count.
TEST(ConfusionMatrixTest, CountsBeyondFloats) {
  ConfusionMatrix matrix(2);
  matrix.Add(0, 0, (std::int64_t{1} << 53) + 1);
  matrix.Add(0, 0, 1);
  EXPECT_EQ(matrix.count(0, 0), (std::int64_t{1} << 53) + 2);
}

TEST(ConfusionMatrixTest, NothingIsZeroNotNan) {
  EXPECT_EQ(ConfusionMatrix(2).MeanIou(), 0.0);
  EXPECT_EQ(ConfusionMatrix(2).Accuracy(), 0.0);
}

}  // namespace
}  // namespace seafusion::metrics
