#include "tasks/detection/files/coco_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion::tasks {
namespace {

using nlohmann::json;

const std::vector<NamedPicture> kPictures = {
    {"a.png", 64, 48, {{}, {{{1, 2, 4, 6}, 1, 0.5}}}},
    {"b\xff.png", 32, 32, {{{{0, 0, 10, 20}, 0}, {{5, 5, 6, 7}, 1, true}}, {}}}};

TEST(CocoJsonTest, GroundTruthHasWhatTheEvaluatorReads) {
  const json object = json::parse(CocoGroundTruth(kPictures, {"person", "car"}));
  EXPECT_EQ(object["images"].size(), 2U);
  EXPECT_EQ(object["images"][1]["id"], 2);
  EXPECT_EQ(object["images"][0]["width"], 64);
  ASSERT_EQ(object["annotations"].size(), 2U);
  const json& first = object["annotations"][0];
  EXPECT_EQ(first["id"], 1);
  EXPECT_EQ(first["image_id"], 2);
  EXPECT_EQ(first["category_id"], 1);
  EXPECT_EQ(first["bbox"], json({0.0, 0.0, 10.0, 20.0}));
  EXPECT_EQ(first["area"], 200.0);
  EXPECT_EQ(first["iscrowd"], 0);
  EXPECT_EQ(object["annotations"][1]["iscrowd"], 1);
  EXPECT_EQ(object["categories"][1], json({{"id", 2}, {"name", "car"}}));
}

TEST(CocoJsonTest, ResultsUseTheSameIds) {
  const json results = json::parse(CocoResults(kPictures));
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0]["image_id"], 1);
  EXPECT_EQ(results[0]["category_id"], 2);
  EXPECT_EQ(results[0]["bbox"], json({1.0, 2.0, 3.0, 4.0}));
  EXPECT_EQ(results[0]["score"], 0.5);
}

}  // namespace
}  // namespace seafusion::tasks
