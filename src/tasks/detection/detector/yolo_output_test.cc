#include "tasks/detection/detector/yolo_output.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::tasks {
namespace {

using testing::HasSubstr;

DetectorSettings TwoClasses(YoloLayout layout) {
  DetectorSettings settings;
  settings.layout = layout;
  settings.input_width = 100;
  settings.input_height = 80;
  settings.classes = 2;
  settings.labels = {"car", "person"};
  settings.label_of_class = {1, 0};
  return settings;
}

using Shape = std::vector<std::int64_t>;

StatusOr<std::vector<Detection>> Read(const std::vector<float>& values, const Shape& shape,
                                      const DetectorSettings& settings, double confidence = 0.1) {
  return ReadYoloOutput(values, shape, settings, PlaceInInput(200, 160, settings), 200, 160,
                        confidence);
}

TEST(PlaceInInputTest, APictureOfTheInputsSizeStays) {
  const InputPlacement place = PlaceInInput(100, 80, TwoClasses(YoloLayout::kYolov5));
  EXPECT_EQ(place.scale_x, 1);
  EXPECT_EQ(place.left, 0);
  EXPECT_EQ(place.top, 0);
  EXPECT_EQ(place.width, 100);
  EXPECT_EQ(place.height, 80);
}

TEST(PlaceInInputTest, LetterboxKeepsTheShape) {
  const InputPlacement wide = PlaceInInput(200, 100, TwoClasses(YoloLayout::kYolov5));
  EXPECT_EQ(wide.scale_x, 0.5);
  EXPECT_EQ(wide.scale_y, 0.5);
  EXPECT_EQ(wide.width, 100);
  EXPECT_EQ(wide.height, 50);
  EXPECT_EQ(wide.top, 15);
  const InputPlacement tall = PlaceInInput(53, 80, TwoClasses(YoloLayout::kYolov5));
  EXPECT_EQ(tall.width, 53);
  EXPECT_EQ(tall.left, 23);  // 23 to the left, 24 to the right
}

TEST(PlaceInInputTest, StretchingFillsTheInput) {
  DetectorSettings settings = TwoClasses(YoloLayout::kYolov5);
  settings.letterbox = false;
  const InputPlacement place = PlaceInInput(200, 40, settings);
  EXPECT_EQ(place.scale_x, 0.5);
  EXPECT_EQ(place.scale_y, 2);
  EXPECT_EQ(place.width, 100);
  EXPECT_EQ(place.height, 80);
}

TEST(PlaceInInputTest, AVeryThinPictureStillHasAPixel) {
  const InputPlacement place = PlaceInInput(100000, 1, TwoClasses(YoloLayout::kYolov5));
  EXPECT_EQ(place.width, 100);
  EXPECT_EQ(place.height, 1);
}

TEST(YoloOutputTest, ReadsYolov5) {
  // Half the picture's size: input pixel 50 is the picture's 100.
  const auto detections =
      Read({50, 40, 20, 10, 0.5, 0.8, 0.1}, {1, 1, 7}, TwoClasses(YoloLayout::kYolov5));
  ASSERT_TRUE(detections.ok()) << detections.status().message();
  ASSERT_EQ(detections->size(), 1U);
  EXPECT_EQ((*detections)[0].category, 1);
  EXPECT_NEAR((*detections)[0].score, 0.4, 1e-6);
  EXPECT_DOUBLE_EQ((*detections)[0].box.left, 80);
  EXPECT_DOUBLE_EQ((*detections)[0].box.right, 120);
  EXPECT_DOUBLE_EQ((*detections)[0].box.top, 70);
  EXPECT_DOUBLE_EQ((*detections)[0].box.bottom, 90);
}

TEST(YoloOutputTest, ReadsYolov8WhichLiesTheOtherWay) {
  // Two anchors; fields first.
  const auto detections = Read({50, 10, 40, 10, 20, 4, 10, 4, 0.8F, 0, 0, 0.6F}, {1, 6, 2},
                               TwoClasses(YoloLayout::kYolov8));
  ASSERT_TRUE(detections.ok()) << detections.status().message();
  ASSERT_EQ(detections->size(), 2U);
  EXPECT_EQ((*detections)[0].category, 1);
  EXPECT_NEAR((*detections)[0].score, 0.8, 1e-6);
  EXPECT_DOUBLE_EQ((*detections)[0].box.left, 80);
  EXPECT_EQ((*detections)[1].category, 0);
  EXPECT_DOUBLE_EQ((*detections)[1].box.right, 24);
}

TEST(YoloOutputTest, OneAnchorMayAnswerForTwoClasses) {
  const auto detections =
      Read({50, 40, 20, 10, 1, 0.8, 0.5}, {1, 1, 7}, TwoClasses(YoloLayout::kYolov5));
  EXPECT_EQ(detections->size(), 2U);
}

TEST(YoloOutputTest, ClassesWithoutALabelAreLeftOut) {
  DetectorSettings settings = TwoClasses(YoloLayout::kYolov5);
  settings.label_of_class = {-1, 0};
  const auto detections = Read({50, 40, 20, 10, 1, 0.8, 0.5}, {1, 1, 7}, settings);
  ASSERT_EQ(detections->size(), 1U);
  EXPECT_EQ((*detections)[0].category, 0);
}

TEST(YoloOutputTest, CutsAtTheEdgesAndDropsWhatIsOutside) {
  const auto detections = Read({0, 0, 20, 20, 1, 1, 0, 300, 40, 20, 20, 1, 1, 0}, {1, 2, 7},
                               TwoClasses(YoloLayout::kYolov5));
  ASSERT_EQ(detections->size(), 1U);
  EXPECT_DOUBLE_EQ((*detections)[0].box.left, 0);
  EXPECT_DOUBLE_EQ((*detections)[0].box.right, 20);
}

TEST(YoloOutputTest, WhatLiesInTheMarginOfTheLetterboxIsOutside) {
  const DetectorSettings settings = TwoClasses(YoloLayout::kYolov5);
  // 200 x 100 lies in rows 15 to 65.
  const std::vector<float> values = {50, 5, 10, 10, 1, 1, 0, 50, 40, 10, 50, 1, 1, 0};
  const Shape shape = {1, 2, 7};
  const auto detections =
      ReadYoloOutput(values, shape, settings, PlaceInInput(200, 100, settings), 200, 100, 0.1);
  ASSERT_EQ(detections->size(), 1U);
  EXPECT_DOUBLE_EQ((*detections)[0].box.top, 0);
  EXPECT_DOUBLE_EQ((*detections)[0].box.bottom, 100);
}

TEST(YoloOutputTest, AnotherShapeIsRefusedWithBoth) {
  const DetectorSettings settings = TwoClasses(YoloLayout::kYolov5);
  for (const Shape& shape : {Shape{1, 7, 1}, Shape{7}, Shape{}, Shape{1, 1, 8}, Shape{2, 1, 7},
                             Shape{1, 0, 7}, Shape{1, 2, 7}, Shape{1, 1, 1, 7}}) {
    const auto detections = Read(std::vector<float>(7), shape, settings);
    ASSERT_FALSE(detections.ok());
    EXPECT_EQ(detections.status().code(), StatusCode::kUnsupported);
    EXPECT_THAT(detections.status().message(), HasSubstr("1 x N x 7"));
  }
  const auto v8 = Read(std::vector<float>(7), {1, 7, 1}, TwoClasses(YoloLayout::kYolov8));
  EXPECT_THAT(v8.status().message(), HasSubstr("1 x 7 x 1"));
  EXPECT_THAT(v8.status().message(), HasSubstr("1 x 6 x N"));
}

TEST(YoloOutputTest, ValuesThatAreNotFiniteAreRefused) {
  for (const float bad : {NAN, std::numeric_limits<float>::infinity()}) {
    const auto detections =
        Read({bad, 40, 20, 10, 1, 0.8, 0.5}, {1, 1, 7}, TwoClasses(YoloLayout::kYolov5));
    ASSERT_FALSE(detections.ok());
    EXPECT_EQ(detections.status().code(), StatusCode::kCorruptData);
  }
}

}  // namespace
}  // namespace seafusion::tasks
