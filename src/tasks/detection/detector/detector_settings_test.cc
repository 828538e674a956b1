#include "tasks/detection/detector/detector_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion::tasks {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

json Good() {
  return {{"layout", "yolov5"},
          {"input_width", 640},
          {"input_height", 480},
          {"classes", 4},
          {"labels", {"person", "bicycle", "car", "crowd"}},
          {"map", {{"0", "person"}, {"2", "car"}, {"3", "car"}}},
          {"evaluated", {"car", "person"}},
          {"ignored", {"crowd"}}};
}

std::string ErrorOf(const json& object) {
  const auto settings = ParseDetectorSettings(object.dump());
  EXPECT_FALSE(settings.ok()) << object.dump();
  return settings.ok() ? "" : settings.status().message();
}

TEST(DetectorSettingsTest, ReadsAll) {
  json object = Good();
  object["letterbox"] = false;
  object["rgb"] = false;
  object["fill"] = 0;
  object["scale"] = 1;
  const auto settings = ParseDetectorSettings(object.dump());
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_EQ(settings->layout, YoloLayout::kYolov5);
  EXPECT_EQ(settings->input_width, 640);
  EXPECT_EQ(settings->input_height, 480);
  EXPECT_FALSE(settings->letterbox);
  EXPECT_FALSE(settings->rgb);
  EXPECT_EQ(settings->fill, 0);
  EXPECT_EQ(settings->scale, 1);
  EXPECT_THAT(settings->label_of_class, ElementsAre(0, -1, 2, 2));
  EXPECT_THAT(settings->evaluated, ElementsAre(2, 0));
  EXPECT_THAT(settings->ignored, ElementsAre(3));
}

TEST(DetectorSettingsTest, DefaultsAreYolosAndCommentsAreRead) {
  const auto settings = ParseDetectorSettings(R"({
    // as exported
    "layout": "yolov8", "input_width": 64, "input_height": 32, "classes": 1,
    "labels": ["car"], "map": {"0": "car"}})");
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_EQ(settings->layout, YoloLayout::kYolov8);
  EXPECT_TRUE(settings->letterbox);
  EXPECT_TRUE(settings->rgb);
  EXPECT_EQ(settings->fill, 114);
  EXPECT_DOUBLE_EQ(settings->scale, 1.0 / 255);
  EXPECT_THAT(settings->evaluated, ElementsAre(0));
}

TEST(DetectorSettingsTest, EachMissingMemberIsNamed) {
  for (const char* name : {"layout", "input_width", "input_height", "classes", "labels", "map"}) {
    json object = Good();
    object.erase(name);
    EXPECT_THAT(ErrorOf(object), HasSubstr(std::string("\"") + name + "\" is missing"));
  }
}

TEST(DetectorSettingsTest, WrongValuesAreNamed) {
  const auto with = [](const char* name, const json& value) {
    json object = Good();
    object[name] = value;
    return ErrorOf(object);
  };
  EXPECT_THAT(with("layout", "ssd"), HasSubstr("layout"));
  EXPECT_THAT(with("input_width", 0), HasSubstr("input_width"));
  EXPECT_THAT(with("input_width", 1.5), HasSubstr("input_width"));
  EXPECT_THAT(with("input_height", 1e9), HasSubstr("input_height"));
  EXPECT_THAT(with("classes", "80"), HasSubstr("classes"));
  EXPECT_THAT(with("fill", 256), HasSubstr("fill"));
  EXPECT_THAT(with("scale", -1), HasSubstr("scale"));
  EXPECT_THAT(with("scale", "1"), HasSubstr("scale"));
  EXPECT_THAT(with("rgb", 1), HasSubstr("rgb"));
  EXPECT_THAT(with("labels", json::array()), HasSubstr("labels"));
  EXPECT_THAT(with("labels", {"car", "car"}), HasSubstr("\"car\" twice"));
  EXPECT_THAT(with("labels", {1, 2}), HasSubstr("labels"));
  EXPECT_THAT(with("map", {{"4", "car"}}), HasSubstr("\"4\" is no class of the network"));
  EXPECT_THAT(with("map", {{"x", "car"}}), HasSubstr("\"x\" is no class"));
  EXPECT_THAT(with("map", {{"-1", "car"}}), HasSubstr("\"-1\" is no class"));
  EXPECT_THAT(with("map", {{"0", "dog"}}), HasSubstr("\"dog\", which is not in \"labels\""));
  EXPECT_THAT(with("map", {{"0", 2}}), HasSubstr("map"));
  EXPECT_THAT(with("map", json::object()), HasSubstr("map"));
  EXPECT_THAT(with("evaluated", {"dog"}), HasSubstr("evaluated"));
  EXPECT_THAT(with("evaluated", {"bicycle"}), HasSubstr("no class of the network maps to it"));
  EXPECT_THAT(with("ignored", {"car"}), HasSubstr("both evaluated and ignored"));
  EXPECT_THAT(with("confidence", 1), HasSubstr("\"confidence\" is no setting"));
}

TEST(DetectorSettingsTest, WhatIsNoObjectIsRefused) {
  EXPECT_FALSE(ParseDetectorSettings("").ok());
  EXPECT_FALSE(ParseDetectorSettings("{").ok());
  EXPECT_FALSE(ParseDetectorSettings("[]").ok());
  EXPECT_FALSE(ParseDetectorSettings("7").ok());
}

}  // namespace
}  // namespace seafusion::tasks
