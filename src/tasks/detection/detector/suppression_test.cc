#include "tasks/detection/detector/suppression.h"

#include <gtest/gtest.h>

namespace seafusion::tasks {
namespace {

constexpr Box kTen = {0, 0, 10, 10};
constexpr Box kEight = {0, 0, 8, 10};  // IoU 0.8 with kTen

std::vector<double> Scores(const std::vector<Detection>& detections) {
  std::vector<double> scores;
  for (const Detection& d : detections) scores.push_back(d.score);
  return scores;
}

TEST(SuppressionTest, TheSurerOfTwoStays) {
  EXPECT_EQ(Scores(SuppressNonMaxima({{kTen, 0, 0.5}, {kEight, 0, 0.7}}, 0.6, 10)),
            std::vector<double>{0.7});
}

TEST(SuppressionTest, OverlapAtTheThresholdStays) {
  EXPECT_EQ(SuppressNonMaxima({{kTen, 0, 0.5}, {kEight, 0, 0.7}}, 0.8, 10).size(), 2U);
  EXPECT_EQ(SuppressNonMaxima({{kTen, 0, 0.5}, {kEight, 0, 0.7}}, 0.79, 10).size(), 1U);
}

TEST(SuppressionTest, CategoriesDoNotSuppressEachOther) {
  EXPECT_EQ(SuppressNonMaxima({{kTen, 0, 0.5}, {kTen, 1, 0.7}}, 0.5, 10).size(), 2U);
}

TEST(SuppressionTest, WhatIsDroppedSuppressesNothing) {
  // The middle one goes because of the first; the last overlaps only the middle one.
  const std::vector<Detection> chain = {
      {{0, 0, 10, 10}, 0, 0.9}, {{4, 0, 14, 10}, 0, 0.8}, {{8, 0, 18, 10}, 0, 0.7}};
  EXPECT_EQ(Scores(SuppressNonMaxima(chain, 0.4, 10)), (std::vector<double>{0.9, 0.7}));
}

TEST(SuppressionTest, KeepsTheSurestOnly) {
  const std::vector<Detection> apart = {
      {{0, 0, 1, 1}, 0, 0.1}, {{5, 0, 6, 1}, 0, 0.3}, {{9, 0, 10, 1}, 0, 0.2}};
  EXPECT_EQ(Scores(SuppressNonMaxima(apart, 0.5, 2)), (std::vector<double>{0.3, 0.2}));
  EXPECT_TRUE(SuppressNonMaxima({}, 0.5, 2).empty());
}

}  // namespace
}  // namespace seafusion::tasks
