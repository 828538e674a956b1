#include "tasks/detection/detector/detector.h"

#include <array>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/detection/detector/test_network.h"

namespace seafusion::tasks {
namespace {

using ::testing::HasSubstr;

DetectorSettings Settings() {
  DetectorSettings settings;
  settings.input_width = 64;
  settings.input_height = 32;
  settings.classes = 2;
  settings.labels = {"person", "car"};
  settings.label_of_class = {0, 1};
  settings.evaluated = {0, 1};
  return settings;
}

// A person in the middle, a car at the left, and the person once more, less sure.
const std::vector<TestAnswer> kAnswers = {{32, 16, 8, 16, 1, {0.9f, 0.1f}},
                                          {10, 20, 12, 8, 0.5f, {0.0f, 0.8f}},
                                          {32, 16, 9, 16, 0.7f, {0.9f, 0.1f}}};

ImageView Gray(const std::vector<std::uint8_t>& samples, int width) {
  return {samples.data(), width, static_cast<int>(samples.size()) / width, width,
          PixelFormat::kGray8};
}

TEST(DetectorTest, GivesBoxesOfThePictureSurestFirst) {
  auto detector = Detector::Create(TestDetector(kAnswers, 64, 32), Settings());
  ASSERT_TRUE(detector.ok()) << detector.status().message();
  // Twice the network's input: everything is twice as large.
  const std::vector<std::uint8_t> samples(128 * 64, 100);
  const auto found = detector->Detect(Gray(samples, 128), {.confidence = 0.2});
  ASSERT_TRUE(found.ok()) << found.status().message();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].category, 0);
  EXPECT_NEAR((*found)[0].score, 0.9, 1e-5);
  EXPECT_NEAR((*found)[0].box.left, 56, 1e-3);
  EXPECT_NEAR((*found)[0].box.top, 16, 1e-3);
  EXPECT_NEAR((*found)[0].box.right, 72, 1e-3);
  EXPECT_NEAR((*found)[0].box.bottom, 48, 1e-3);
  EXPECT_EQ((*found)[1].category, 1);
  EXPECT_NEAR((*found)[1].score, 0.4, 1e-5);
}

// A square picture in the wide input stands in the middle, between bars of 16 pixels.
TEST(DetectorTest, LetterboxIsTakenOffTheAnswers) {
  auto detector = Detector::Create(TestDetector(kAnswers, 64, 32), Settings());
  ASSERT_TRUE(detector.ok());
  const std::vector<std::uint8_t> samples(32 * 32, 100);
  const auto found = detector->Detect(Gray(samples, 32), {.confidence = 0.5});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_NEAR((*found)[0].box.left, 12, 1e-3);
  EXPECT_NEAR((*found)[0].box.right, 20, 1e-3);
}

// The mean of the red samples is added to the objectness: colours come in their order, scaled.
TEST(DetectorTest, FeedsSamplesAsTheSettingsSay) {
  const std::vector<TestAnswer> answers = {{32, 16, 8, 16, 0, {1.0f, 0.0f}}};
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 64 * 32; ++i) pixels.insert(pixels.end(), {204, 51, 0});
  const ImageView picture{pixels.data(), 64, 32, 192, PixelFormat::kRgb8};
  DetectorSettings settings = Settings();
  const auto score = [&] {
    auto detector = Detector::Create(TestDetector(answers, 64, 32, 1), settings);
    EXPECT_TRUE(detector.ok());
    const auto found = detector->Detect(picture, {.confidence = 0});
    return found.ok() && !found->empty() ? (*found)[0].score : -1.0;
  };
  EXPECT_NEAR(score(), 0.8, 1e-4);
  settings.rgb = false;
  EXPECT_NEAR(score(), 0, 1e-4);
  settings.rgb = true;
  settings.scale = 1.0 / 408;
  EXPECT_NEAR(score(), 0.5, 1e-4);
}

std::string Refusal(const std::vector<std::uint8_t>& onnx, const DetectorSettings& settings) {
  const auto detector = Detector::Create(onnx, settings);
  return detector.ok() ? "taken" : detector.status().message();
}

TEST(DetectorTest, RefusesNetworksItCannotRun) {
  const std::vector<std::uint8_t> good = TestDetector(kAnswers, 64, 32);
  EXPECT_THAT(Refusal({'n', 'o', ' ', 'n', 'e', 't'}, Settings()), HasSubstr("network"));
  EXPECT_THAT(Refusal({}, Settings()), HasSubstr("network"));
  EXPECT_NE(Refusal({good.begin(), good.begin() + 40}, Settings()), "taken");
  DetectorSettings settings = Settings();
  settings.classes = 3;
  settings.label_of_class = {0, 1, -1};
  EXPECT_THAT(Refusal(good, settings), HasSubstr("1 x 3 x 7"));
  settings = Settings();
  settings.layout = YoloLayout::kYolov8;
  EXPECT_THAT(Refusal(good, settings), HasSubstr("1 x 3 x 7"));
}

TEST(DetectorTest, RefusesPicturesOfOtherFormats) {
  auto detector = Detector::Create(TestDetector(kAnswers, 64, 32), Settings());
  ASSERT_TRUE(detector.ok());
  const std::array<std::uint16_t, 4> samples{};
  const ImageView deep{samples.data(), 2, 2, 4, PixelFormat::kGray16};
  EXPECT_EQ(detector->Detect(deep, {}).status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace seafusion::tasks
