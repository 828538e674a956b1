#include "tasks/segmentation/segmenter_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kGood = R"({
  // as published
  "input_width": 64, "input_height": 32, "classes": 3, "labels": ["background", "person"],
  "map": {"0": "background", "2": "person"},
  "mean": [0.1, 0.2, 0.3], "deviation": [0.5, 1, 2], "output": "classes"
})";

// The text with one piece of it replaced.
std::string With(const std::string& piece, const std::string& other) {
  std::string text = kGood;
  return text.replace(text.find(piece), piece.size(), other);
}

std::string Refusal(const std::string& text) {
  const auto settings = ParseSegmenterSettings(text);
  return settings.ok() ? "taken" : settings.status().message();
}

TEST(SegmenterSettingsTest, ReadsEveryMember) {
  const auto settings = ParseSegmenterSettings(kGood);
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_EQ(settings->input_width, 64);
  EXPECT_THAT(settings->label_of_class, ElementsAre(0, -1, 1));
  EXPECT_THAT(settings->evaluated, ElementsAre(0, 1));
  EXPECT_THAT(settings->mean, ElementsAre(0.1, 0.2, 0.3));
  EXPECT_THAT(settings->deviation, ElementsAre(0.5, 1, 2));
  EXPECT_FALSE(settings->scores);
  EXPECT_TRUE(settings->rgb);
  EXPECT_DOUBLE_EQ(settings->scale, 1.0 / 255);
}

TEST(SegmenterSettingsTest, IgnoresLabels) {
  const std::string members = "\"output\": \"classes\"";
  const auto settings =
      ParseSegmenterSettings(With(members, members + ", \"ignored\": [\"background\"]"));
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_THAT(settings->ignored, ElementsAre(0));
  EXPECT_THAT(settings->evaluated, ElementsAre(1));
  EXPECT_THAT(Refusal(With(members, members + ", \"ignored\": [\"tree\"]")), HasSubstr("\"tree\""));
  EXPECT_THAT(
      Refusal(With(members, members + ", \"ignored\": [\"person\"], \"evaluated\": [\"person\"]")),
      HasSubstr("\"person\" is evaluated and ignored"));
}

TEST(SegmenterSettingsTest, NamesWhatIsWrong) {
  EXPECT_THAT(Refusal("{"), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(Refusal(With("\"classes\": 3", "\"classes\": 1")), HasSubstr("\"classes\""));
  EXPECT_THAT(Refusal(With("\"2\": \"person\"", "\"3\": \"person\"")), HasSubstr("\"map\""));
  EXPECT_THAT(Refusal(With("\"2\": \"person\"", "\"2\": \"car\"")), HasSubstr("\"car\""));
  EXPECT_THAT(Refusal(With(", \"2\": \"person\"", "")), HasSubstr("\"person\" is evaluated"));
  EXPECT_THAT(Refusal(With("[0.5, 1, 2]", "[0.5, 0, 2]")), HasSubstr("\"deviation\""));
  EXPECT_THAT(Refusal(With("[0.1, 0.2, 0.3]", "[0.1, 0.2]")), HasSubstr("\"mean\""));
  EXPECT_THAT(Refusal(With("\"output\": \"classes\"", "\"output\": \"map\"")),
              HasSubstr("\"output\""));
  EXPECT_THAT(Refusal(With("\"output\"", "\"outputs\"")), HasSubstr("\"outputs\""));
  EXPECT_THAT(Refusal(With("\"input_width\": 64, ", "")), HasSubstr("\"input_width\" is missing"));
}

}  // namespace
}  // namespace seafusion::tasks
