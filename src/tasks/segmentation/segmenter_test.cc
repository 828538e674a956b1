#include "tasks/segmentation/segmenter.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/onnx/onnx_graph.h"
#include "tasks/segmentation/overlay.h"

namespace seafusion::tasks {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Three scores for each pixel: red, green, blue as the network gets them.
std::vector<std::uint8_t> ColourNetwork(int width, int height) {
  model::OnnxGraph graph("colours");
  graph.AddInput("picture", {1, 3, std::int64_t{height}, std::int64_t{width}});
  graph.AddTensor("same", {.shape = {3, 3, 1, 1}, .values = {1, 0, 0, 0, 1, 0, 0, 0, 1}});
  graph.AddOperator("Conv", {"picture", "same"}, "scores",
                    {{"kernel_shape", std::vector<std::int64_t>{1, 1}}});
  graph.AddOutput("scores", {1, 3, std::int64_t{height}, std::int64_t{width}});
  return graph.Take();
}

SegmenterSettings Settings() {
  SegmenterSettings settings;
  settings.input_width = 4;
  settings.input_height = 2;
  settings.classes = 3;
  settings.labels = {"red", "blue"};
  settings.label_of_class = {0, -1, 1};
  settings.evaluated = {0, 1};
  return settings;
}

const std::vector<std::uint8_t> kPixels = {200, 0, 0, 0, 200, 0, 0, 0, 200, 90, 80, 70,
                                           200, 0, 0, 0, 200, 0, 0, 0, 200, 90, 80, 95};
const ImageView kPicture{kPixels.data(), 4, 2, 12, PixelFormat::kRgb8};

TEST(SegmenterTest, TheLargestScoreWinsAndClassesWithoutLabelAreOther) {
  auto segmenter = Segmenter::Create(ColourNetwork(4, 2), Settings());
  ASSERT_TRUE(segmenter.ok()) << segmenter.status().message();
  const auto classes = segmenter->Segment(kPicture);
  ASSERT_TRUE(classes.ok()) << classes.status().message();
  EXPECT_THAT(*classes, ElementsAre(0, 2, 1, 0, 0, 2, 1, 1));
}

TEST(SegmenterTest, MeanAndDeviationAreTakenOutRedFirst) {
  SegmenterSettings settings = Settings();
  settings.mean = {0.7, 0, 0};
  auto segmenter = Segmenter::Create(ColourNetwork(4, 2), settings);
  ASSERT_TRUE(segmenter.ok());
  // Red is 0.78 where it is alone and 0.35 elsewhere.
  EXPECT_THAT(*segmenter->Segment(kPicture), ElementsAre(0, 2, 1, 2, 0, 2, 1, 1));
  settings = Settings();
  settings.deviation = {1, 1, 0.5};
  segmenter = Segmenter::Create(ColourNetwork(4, 2), settings);
  EXPECT_THAT(*segmenter->Segment(kPicture), ElementsAre(0, 2, 1, 1, 0, 2, 1, 1));
  settings = Settings();
  settings.rgb = false;
  segmenter = Segmenter::Create(ColourNetwork(4, 2), settings);
  EXPECT_THAT(*segmenter->Segment(kPicture), ElementsAre(1, 2, 0, 1, 1, 2, 0, 0));
}

TEST(SegmenterTest, AnswersHaveThePicturesSize) {
  auto segmenter = Segmenter::Create(ColourNetwork(4, 2), Settings());
  ASSERT_TRUE(segmenter.ok());
  const std::vector<std::uint8_t> blue = [] {
    std::vector<std::uint8_t> samples;
    for (int i = 0; i < 13 * 7; ++i) samples.insert(samples.end(), {0, 0, 255});
    return samples;
  }();
  const auto classes = segmenter->Segment({blue.data(), 13, 7, 39, PixelFormat::kRgb8});
  ASSERT_TRUE(classes.ok());
  EXPECT_EQ(classes->size(), 13u * 7u);
  EXPECT_THAT(*classes, Each(1));
}

std::string Refusal(const std::vector<std::uint8_t>& onnx, const SegmenterSettings& settings) {
  const auto segmenter = Segmenter::Create(onnx, settings);
  return segmenter.ok() ? "taken" : segmenter.status().message();
}

TEST(SegmenterTest, RefusesNetworksItCannotRun) {
  EXPECT_THAT(Refusal({'n', 'o'}, Settings()), HasSubstr("network"));
  SegmenterSettings settings = Settings();
  settings.classes = 4;
  settings.label_of_class = {0, -1, 1, -1};
  EXPECT_THAT(Refusal(ColourNetwork(4, 2), settings), HasSubstr("1 x 3 x 2 x 4, not 1 x 4"));
  settings = Settings();
  settings.scores = false;
  EXPECT_THAT(Refusal(ColourNetwork(4, 2), settings), HasSubstr("1 x 3 x 2 x 4"));
}

TEST(SegmentationOverlayTest, LeavesTheBackgroundAndNamesClassesBelow) {
  const std::vector<std::uint8_t> gray(120 * 10, 100);
  std::vector<std::uint8_t> classes(120 * 10, 0);
  classes[5] = 1;
  const auto drawn = DrawSegmentation({gray.data(), 120, 10, 120, PixelFormat::kGray8}, classes,
                                      {"background", "person"});
  ASSERT_TRUE(drawn.ok());
  EXPECT_EQ(drawn->width(), 120);
  EXPECT_EQ(drawn->height(), 10 + 2 * 18);
  const auto* row = drawn->view().Row<std::uint8_t>(0);
  EXPECT_EQ(row[0], 100);
  EXPECT_EQ(row[15], (100 + ColourOf(1)[0]) / 2);
}

}  // namespace
}  // namespace seafusion::tasks
