#include "learn/joint/content_settings.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/joint/joint_settings.h"

namespace seafusion::learn {
namespace {

const ContentSettings kOdd{
    .seed = 9, .steps = 8, .batch = 7, .crop = 6, .lr = 0.5, .final_lr = 0.25, .warmup = 3};

TEST(ContentSettings, AreKeptByTheJointSettingsThatTheyBecome) {
  const JointSettings joint = JointSettingsOf(kOdd);
  EXPECT_TRUE(ValidateJointSettings(joint).ok());
  EXPECT_EQ(ContentSettingsToJson(ContentSettingsOf(joint)), ContentSettingsToJson(kOdd));
  // And by the text that a checkpoint holds of these.
  JointSettings read;
  ASSERT_TRUE(OverrideJointSettings(JointSettingsToJson(joint), read).ok());
  EXPECT_EQ(ContentSettingsToJson(ContentSettingsOf(read)), ContentSettingsToJson(kOdd));
}

TEST(ContentSettings, JsonHoldsEveryMember) {
  const auto json = nlohmann::json::parse(ContentSettingsToJson(kOdd));
  EXPECT_EQ(json.size(), 7u);
  EXPECT_EQ(json.at("final_lr"), 0.25);
}

TEST(ContentSettings, OutOfRangeIsNamed) {
  EXPECT_TRUE(ValidateContentSettings(kOdd).ok());
  for (const auto& [change, name] : {std::pair{+[](ContentSettings& s) { s.steps = 0; }, "steps"},
                                     {+[](ContentSettings& s) { s.batch = 0; }, "batch"},
                                     {+[](ContentSettings& s) { s.crop = 1; }, "crop"},
                                     {+[](ContentSettings& s) { s.lr = 0; }, "lr"},
                                     {+[](ContentSettings& s) { s.final_lr = 1; }, "final_lr"}}) {
    ContentSettings s = kOdd;
    change(s);
    const Status status = ValidateContentSettings(s);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message().rfind(name, 0), 0u) << status.message();
  }
}

}  // namespace
}  // namespace seafusion::learn
