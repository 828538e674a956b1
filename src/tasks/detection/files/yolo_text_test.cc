#include "tasks/detection/files/yolo_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::tasks {
namespace {

using testing::HasSubstr;

std::string ErrorOf(const std::string& text) {
  const auto boxes = ParseYoloLabels(text, 640, 480, 3);
  EXPECT_FALSE(boxes.ok()) << text;
  EXPECT_EQ(boxes.status().code(), StatusCode::kCorruptData);
  return boxes.status().message();
}

TEST(YoloTextTest, ReadsBoxesInPixels) {
  const auto boxes = ParseYoloLabels("2 0.5 0.25 0.5 0.1\n\n0\t0.1 0.1 0.1 0.1\r\n", 640, 480, 3);
  ASSERT_TRUE(boxes.ok()) << boxes.status().message();
  ASSERT_EQ(boxes->size(), 2U);
  EXPECT_EQ((*boxes)[0].category, 2);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.left, 160);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.right, 480);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.top, 96);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.bottom, 144);
  EXPECT_FALSE((*boxes)[0].ignored);
}

TEST(YoloTextTest, AnEmptyFileHasNoBoxes) {
  EXPECT_TRUE(ParseYoloLabels("", 640, 480, 3)->empty());
  EXPECT_TRUE(ParseYoloLabels(" \n\n", 640, 480, 3)->empty());
}

TEST(YoloTextTest, CutsAtTheEdges) {
  const auto boxes = ParseYoloLabels("0 0 1 0.5 0.5", 100, 100, 1);
  ASSERT_TRUE(boxes.ok());
  EXPECT_DOUBLE_EQ((*boxes)[0].box.left, 0);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.right, 25);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.top, 75);
  EXPECT_DOUBLE_EQ((*boxes)[0].box.bottom, 100);
}

TEST(YoloTextTest, NamesTheLineAndTheFault) {
  EXPECT_THAT(ErrorOf("0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.1"), HasSubstr("line 2: 4 values, not 5"));
  EXPECT_THAT(ErrorOf("0 0.5 0.5 0.1 0.1 0.9"), HasSubstr("line 1: 6 values"));
  EXPECT_THAT(ErrorOf("\n\n3 0.5 0.5 0.1 0.1"), HasSubstr("line 3: class 3: there are 3"));
  EXPECT_THAT(ErrorOf("-1 0.5 0.5 0.1 0.1"), HasSubstr("\"-1\" is not a class number"));
  EXPECT_THAT(ErrorOf("0.5 0.5 0.5 0.1 0.1"), HasSubstr("\"0.5\" is not a class number"));
  EXPECT_THAT(ErrorOf("0 nan 0.5 0.1 0.1"), HasSubstr("\"nan\" is not finite"));
  EXPECT_THAT(ErrorOf("0 0.5 inf 0.1 0.1"), HasSubstr("\"inf\" is not finite"));
  EXPECT_THAT(ErrorOf("0 0.5 0.5 0.1x 0.1"), HasSubstr("\"0.1x\" is not a number"));
  EXPECT_THAT(ErrorOf("0 0.5 0.5 0 0.1"), HasSubstr("a box of no size"));
  EXPECT_THAT(ErrorOf("0 0.5 0.5 0.1 -0.1"), HasSubstr("a box of no size"));
  EXPECT_THAT(ErrorOf("0 1.5 0.5 0.1 0.1"), HasSubstr("a box outside of the picture"));
  EXPECT_THAT(ErrorOf("0 1e999 0.5 0.1 0.1"), HasSubstr("is not a number"));
  EXPECT_THAT(ErrorOf("99999999999 0.5 0.5 0.1 0.1"), HasSubstr("is not a class number"));
  EXPECT_THAT(ErrorOf("\x1b[2J 0.5 0.5 0.1 0.1"), HasSubstr("\\x1b"));
}

TEST(YoloTextTest, DetectionsComeBackAsWritten) {
  const std::vector<Detection> detections = {{{10, 20, 110, 220}, 1, 0.75},
                                             {{0, 0, 640, 480}, 0, 0.001}};
  const auto read = ParseYoloDetections(YoloDetectionsText(detections, 640, 480), 640, 480, 2);
  ASSERT_TRUE(read.ok()) << read.status().message();
  ASSERT_EQ(read->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ((*read)[i].category, detections[i].category);
    EXPECT_NEAR((*read)[i].score, detections[i].score, 1e-6);
    EXPECT_NEAR((*read)[i].box.left, detections[i].box.left, 1e-3);
    EXPECT_NEAR((*read)[i].box.bottom, detections[i].box.bottom, 1e-3);
  }
}

TEST(YoloTextTest, ScoresAreWithinZeroAndOne) {
  EXPECT_FALSE(ParseYoloDetections("0 0.5 0.5 0.1 0.1 1.5", 64, 64, 1).ok());
  EXPECT_FALSE(ParseYoloDetections("0 0.5 0.5 0.1 0.1 -0.5", 64, 64, 1).ok());
  EXPECT_FALSE(ParseYoloDetections("0 0.5 0.5 0.1 0.1", 64, 64, 1).ok());
}

}  // namespace
}  // namespace seafusion::tasks
