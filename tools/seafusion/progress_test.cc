#include "progress.h"

#include <gtest/gtest.h>

namespace seafusion::tools {
namespace {

TEST(ProgressTest, ALogGetsALineForEachHundredthButNeitherAFloodNorSilence) {
  // Seconds and steps since the last line, steps in all.
  EXPECT_FALSE(LogLineDue(29.9, 1000, 1000));
  EXPECT_TRUE(LogLineDue(30, 10, 1000));
  EXPECT_FALSE(LogLineDue(30, 9, 1000));
  EXPECT_FALSE(LogLineDue(299, 9, 1000));
  EXPECT_TRUE(LogLineDue(300, 1, 1000));
  EXPECT_TRUE(LogLineDue(30, 1, 0)) << "a total that is not known";
}

TEST(ProgressTest, AShortRunLeavesNothingInALog) {
  ::testing::internal::CaptureStderr();
  {
    Progress log("train", "steps", 3, ProgressMode::kLong);
    for (std::uint64_t step = 1; step <= 3; ++step) log.Update(step, "content 0.5");
    log.Message("step 3: val");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "step 3: val\n");
}

TEST(ProgressTest, LineHasCountShareRateAndTimeLeft) {
  const ProgressState state = {
      .label = "fuse", .unit = "pairs", .done = 12, .total = 361, .seconds = 8, .detail = "a.png"};
  EXPECT_EQ(ProgressLine(state, 200), "fuse  12/361 pairs    3%  1.5 pairs/s  ETA 3:53  a.png");
  EXPECT_EQ(ProgressLine(state, 10), "fuse  12/3");
}

TEST(ProgressTest, NoRateBeforeTheFirstStepAndNoTimeLeftAfterTheLast) {
  ProgressState state = {.label = "fuse", .unit = "pairs", .total = 4, .seconds = 3};
  EXPECT_EQ(ProgressLine(state, 200), "fuse 0/4 pairs    0%");
  state.done = 4;
  state.seconds = 8;
  EXPECT_EQ(ProgressLine(state, 200), "fuse 4/4 pairs  100%  0.5 pairs/s  in 8 s");
}

TEST(ProgressTest, AnUnknownTotalShowsCountAndRate) {
  const ProgressState state = {.label = "fuse", .unit = "frames", .done = 300, .seconds = 2};
  EXPECT_EQ(ProgressLine(state, 200), "fuse 300 frames  150 frames/s  in 2 s");
}

TEST(ProgressTest, StepsOfAnEarlierRunDoNotCountForTheRate) {
  const ProgressState state = {
      .label = "train", .unit = "steps", .done = 110, .total = 200, .skipped = 100, .seconds = 20};
  EXPECT_EQ(ProgressLine(state, 200), "train 110/200 steps   55%  0.5 steps/s  ETA 3:00");
}

TEST(ProgressTest, MessagesAreAlwaysPrintedAndLinesOnlyWhenAsked) {
  ::testing::internal::CaptureStderr();
  {
    Progress quiet("fuse", "pairs", 2, ProgressMode::kNever);
    quiet.Update(1);
    quiet.Message("a.png: broken");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "a.png: broken\n");

  ::testing::internal::CaptureStderr();
  {
    Progress loud("fuse", "pairs", 2, ProgressMode::kAlways);
    loud.Update(2);
  }
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("fuse 2/2 pairs"), std::string::npos);
}

}  // namespace
}  // namespace seafusion::tools
