#include "serve/live/controls.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "serve/live/compared_method.h"

namespace seafusion::serve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(ControlsTest, TheFileGivesBackWhatWasSaved) {
  Controls controls;
  controls.model = "full";
  controls.range = "fixed:100,2000";
  controls.output_range = "none";
  controls.gain = {.kind = InfraredGain::Kind::kClahe, .clip_limit = 3.5};
  controls.invert = controls.gray = controls.hold = true;
  controls.delay = -0.25;
  controls.palette = ViewPalette::kIron;
  const auto loaded = ParseSettingsFile(SettingsFileText(controls), false);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(JsonOf(*loaded), JsonOf(controls));
  // What is as it always is, is left out.
  EXPECT_EQ(json::parse(SettingsFileText({}))["fuse"], json::object());
  // But for a range beside weights that a file does not name: without it `fuse` takes another one.
  controls = {.model = std::string(kStartModel)};
  EXPECT_EQ(json::parse(SettingsFileText(controls))["fuse"], json({{"range", "gentle"}}));
}

TEST(ControlsTest, WhatIsWrongIsNamed) {
  struct Case {
    const char* patch;
    const char* named;
  };
  for (const Case& c : {Case{R"({"agc":"loud"})", "agc: is none of"},
                        {R"({"agc-plateau":0})", "agc-plateau: is outside"},
                        {R"({"gray":1})", "gray: is neither"},
                        {R"({"ir-range":"warm"})", "ir-range: "},
                        {R"({"range":"loud"})", "range: "},
                        {R"({"precision":"fp8"})", "precision: "},
                        {R"({"model":"start"})", "no weights were named"},
                        {R"({"colour":1})", "no setting 'colour'"},
                        {R"([1])", "JSON object"}}) {
    const auto changed = Patched({}, json::parse(c.patch), false);
    ASSERT_FALSE(changed.ok()) << c.patch;
    EXPECT_THAT(std::string(changed.status().message()), HasSubstr(c.named));
  }
  for (const char* file :
       {"", "[]", "{}", R"({"seafusion-settings":2})", R"({"seafusion-settings":1,"other":{}})"}) {
    EXPECT_FALSE(ParseSettingsFile(file, false).ok()) << file;
  }
}

TEST(ComparedMethodTest, WhatCannotKeepUpSaysWhy) {
  EXPECT_TRUE(CheckComparable("average").ok());
  EXPECT_TRUE(MakeCompared("maximum").ok());
  struct Case {
    const char* name;
    StatusCode code;
    const char* said;
  };
  for (const Case& c : {Case{"gtf", StatusCode::kUnsupported, "too slow"},
                        {"mst-sr", StatusCode::kUnsupported, "weights"},
                        {"ifcnn", StatusCode::kUnsupported, "LibTorch"},
                        {"seafusion", StatusCode::kInvalidArgument, "compared with"},
                        {"gft", StatusCode::kInvalidArgument, "no method is called 'gft'"}}) {
    const Status status = CheckComparable(c.name);
    EXPECT_EQ(status.code(), c.code) << c.name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.said));
    EXPECT_EQ(MakeCompared(c.name).status().code(), c.code);
  }
}

}  // namespace
}  // namespace seafusion::serve
