#include "tasks/detection/precision/matching.h"

#include <array>

#include <gtest/gtest.h>

namespace seafusion::tasks {
namespace {

constexpr std::array<double, 1> kHalf = {0.5};
// IoU with {0, 0, 10, 10}: 0.8.
constexpr Box kTen = {0, 0, 10, 10};
constexpr Box kEight = {0, 0, 8, 10};
constexpr Box kFar = {50, 50, 60, 60};

PictureMatches Match(const PictureBoxes& picture, std::size_t most = 100) {
  return MatchPicture(picture, 0, kHalf, most);
}

TEST(IouTest, KnownOverlaps) {
  EXPECT_DOUBLE_EQ(Iou(kTen, kTen), 1);
  EXPECT_DOUBLE_EQ(Iou(kTen, kEight), 0.8);
  EXPECT_DOUBLE_EQ(Iou(kTen, {5, 0, 15, 10}), 50.0 / 150);
  EXPECT_DOUBLE_EQ(Iou(kTen, {5, 5, 15, 15}), 25.0 / 175);
  EXPECT_DOUBLE_EQ(Iou(kTen, {2, 2, 4, 4}), 0.04);
}

TEST(IouTest, BoxesThatTouchOrHaveNoSizeDoNotOverlap) {
  EXPECT_EQ(Iou(kTen, {10, 0, 20, 10}), 0);
  EXPECT_EQ(Iou(kTen, kFar), 0);
  EXPECT_EQ(Iou(kTen, {5, 5, 5, 5}), 0);
  EXPECT_EQ(Iou({5, 5, 5, 5}, {5, 5, 5, 5}), 0);
  EXPECT_EQ(Iou(kTen, {8, 8, 2, 2}), 0);  // inside out
}

TEST(MatchingTest, NothingThereNothingFound) {
  const PictureMatches matches = Match({});
  EXPECT_EQ(matches.truths, 0U);
  EXPECT_TRUE(matches.detections.empty());
}

TEST(MatchingTest, MissedBoxesAreCounted) {
  EXPECT_EQ(Match({{{kTen, 0}, {kFar, 0}}, {}}).truths, 2U);
}

TEST(MatchingTest, ADetectionWithoutABoxIsFalse) {
  const PictureMatches matches = Match({{}, {{kTen, 0, 0.9}}});
  ASSERT_EQ(matches.detections.size(), 1U);
  EXPECT_EQ(matches.detections[0].found, 0U);
  EXPECT_EQ(matches.detections[0].ignored, 0U);
}

TEST(MatchingTest, OfDuplicatesTheSurerOneFinds) {
  const PictureMatches matches = Match({{{kTen, 0}}, {{kTen, 0, 0.5}, {kEight, 0, 0.9}}});
  ASSERT_EQ(matches.detections.size(), 2U);
  EXPECT_EQ(matches.detections[0].score, 0.9);
  EXPECT_EQ(matches.detections[0].found, 1U);
  EXPECT_EQ(matches.detections[1].found, 0U);
}

TEST(MatchingTest, OfEqualScoresTheFirstFinds) {
  const PictureMatches matches = Match({{{kTen, 0}}, {{kEight, 0, 0.7}, {kTen, 0, 0.7}}});
  EXPECT_EQ(matches.detections[0].found, 1U);
  EXPECT_EQ(matches.detections[1].found, 0U);
}

TEST(MatchingTest, ADetectionFindsTheBoxItOverlapsMost) {
  // The second box is left for the second detection, which overlaps both enough.
  const Box nine = {0, 0, 9, 10};
  const PictureMatches matches =
      Match({{{kEight, 0}, {kTen, 0}}, {{kTen, 0, 0.9}, {nine, 0, 0.8}}});
  EXPECT_EQ(matches.detections[0].found, 1U);
  EXPECT_EQ(matches.detections[1].found, 1U);
}

TEST(MatchingTest, TheThresholdItselfIsEnough) {
  constexpr std::array<double, 3> thresholds = {0.8, 0.81, 1.0};
  const PictureMatches at80 = MatchPicture({{{kTen, 0}}, {{kEight, 0, 0.9}}}, 0, thresholds);
  EXPECT_EQ(at80.detections[0].found, 1U);
  const PictureMatches same = MatchPicture({{{kTen, 0}}, {{kTen, 0, 0.9}}}, 0, thresholds);
  EXPECT_EQ(same.detections[0].found, 7U);
}

TEST(MatchingTest, ThresholdsAreIndependent) {
  // At 0.5 the surer, looser detection takes the box; at 0.9 only the other one can.
  constexpr std::array<double, 2> thresholds = {0.5, 0.9};
  const PictureMatches matches =
      MatchPicture({{{kTen, 0}}, {{kEight, 0, 0.9}, {kTen, 0, 0.5}}}, 0, thresholds);
  EXPECT_EQ(matches.detections[0].found, 1U);
  EXPECT_EQ(matches.detections[1].found, 2U);
}

TEST(MatchingTest, OtherCategoriesDoNotCount) {
  const PictureMatches matches = Match({{{kTen, 1}}, {{kTen, 0, 0.9}, {kTen, 1, 0.9}}});
  EXPECT_EQ(matches.truths, 0U);
  ASSERT_EQ(matches.detections.size(), 1U);
  EXPECT_EQ(matches.detections[0].found, 0U);
}

TEST(MatchingTest, DetectionsInIgnoredRegionsDoNotCount) {
  // Small inside large: IoU 0.04, but all of it is inside.
  const PictureMatches matches =
      Match({{{kTen, 0, true}}, {{{2, 2, 4, 4}, 0, 0.9}, {{6, 6, 8, 8}, 0, 0.8}, {kFar, 0, 0.7}}});
  EXPECT_EQ(matches.truths, 0U);
  EXPECT_EQ(matches.detections[0].ignored, 1U);
  EXPECT_EQ(matches.detections[1].ignored, 1U);  // any number of them
  EXPECT_EQ(matches.detections[2].ignored, 0U);
}

TEST(MatchingTest, ABoxComesBeforeAnIgnoredRegion) {
  const PictureMatches matches = Match({{{kTen, 0, true}, {kEight, 0}}, {{kTen, 0, 0.9}}});
  EXPECT_EQ(matches.truths, 1U);
  EXPECT_EQ(matches.detections[0].found, 1U);
  EXPECT_EQ(matches.detections[0].ignored, 0U);
}

TEST(MatchingTest, HalfInAnIgnoredRegionIsEnoughAtOneHalf) {
  const PictureMatches matches = Match({{{kTen, 0, true}}, {{{5, 0, 15, 10}, 0, 0.9}}});
  EXPECT_EQ(matches.detections[0].ignored, 1U);
}

TEST(MatchingTest, OnlyTheSurestCount) {
  const PictureMatches matches =
      Match({{{kTen, 0}}, {{kFar, 0, 0.2}, {kTen, 0, 0.1}, {kFar, 0, 0.3}}}, 2);
  ASSERT_EQ(matches.detections.size(), 2U);
  EXPECT_EQ(matches.detections[0].score, 0.3);
  EXPECT_EQ(matches.detections[1].score, 0.2);
}

}  // namespace
}  // namespace seafusion::tasks
