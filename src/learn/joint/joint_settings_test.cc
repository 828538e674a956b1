#include "learn/joint/joint_settings.h"

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

TEST(JointSettings, JsonHoldsEveryMember) {
  JointSettings changed = *JointPreset("small");
  changed.strategy = "one-stage";
  changed.seed = ~std::uint64_t{0};
  changed.scales = {1, 2.5};
  changed.fusion_final_lr = 1e-5;
  JointSettings read;
  ASSERT_TRUE(OverrideJointSettings(JointSettingsToJson(changed), read).ok());
  EXPECT_EQ(JointSettingsToJson(read), JointSettingsToJson(changed));
}

TEST(JointSettings, PresetsHoldThePublishedNumbers) {
  const JointSettings paper = *JointPreset("paper");
  EXPECT_EQ(paper.fusion_steps, 2700u);
  EXPECT_EQ(paper.adam_beta2, 0.99);
  EXPECT_EQ(paper.segmentation_lambda, 0.1);
  EXPECT_FALSE(paper.hard_examples);
  const JointSettings code = *JointPreset("reference-code");
  EXPECT_FALSE(code.carry_fusion);
  EXPECT_EQ(code.segmentation_lambda, 0.75);
  EXPECT_EQ(code.head_lr_factor, 10.0);
  EXPECT_TRUE(code.hard_examples);
  for (const char* name : {"paper", "reference-code", "small"}) {
    EXPECT_TRUE(ValidateJointSettings(*JointPreset(name)).ok()) << name;
  }
  EXPECT_THAT(std::string(JointPreset("large").status().message()), HasSubstr("small"));
}

TEST(JointSettings, WrongMembersAreNamedAndChangeNothing) {
  JointSettings s;
  const std::string before = JointSettingsToJson(s);
  const auto message = [&](const char* text) {
    const Status status = OverrideJointSettings(text, s);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << text;
    return std::string(status.message());
  };
  EXPECT_EQ(message(R"({"rounds": 2, "fusion_step": 3})"), "no setting is called \"fusion_step\"");
  EXPECT_EQ(message(R"({"rounds": 2.5})"), "rounds cannot be 2.5");
  EXPECT_EQ(message(R"({"rounds": 99999999999})"), "rounds cannot be 99999999999");
  EXPECT_EQ(message(R"({"fusion_steps": -1})"), "fusion_steps cannot be -1");
  EXPECT_EQ(message(R"({"flip": 1})"), "flip cannot be 1");
  EXPECT_EQ(message(R"({"scales": [1, "a"]})"), "scales cannot be [1,\"a\"]");
  EXPECT_THAT(message(R"({"segmentation_batch": 1})"), HasSubstr("segmentation_batch"));
  EXPECT_EQ(message(R"({"strategy": "one-stage", "fusion_batch": 1})"),
            "fusion_batch is not in 2..4096, as strategy one-stage needs");
  EXPECT_THAT(message(R"({"strategy": "both"})"), HasSubstr("pretrained-vis"));
  EXPECT_THAT(message("[1]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(message("{"), HasSubstr("not a JSON object"));
  EXPECT_EQ(JointSettingsToJson(s), before);
}

// The table of docs/training.md: | `name` | paper | reference-code | small | meaning |
TEST(JointSettings, TheGuideHoldsEveryMemberOfEveryPreset) {
  std::ifstream in(SEAFUSION_SOURCE_DIR "/docs/training.md");
  std::map<std::string, std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '|');) {
      const std::size_t first = cell.find_first_not_of(" `"), last = cell.find_last_not_of(" `");
      cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
    if (cells.size() == 6) rows[cells[1]] = cells;
  }
  const std::vector<std::string> presets = {"paper", "reference-code", "small"};
  for (std::size_t p = 0; p < presets.size(); ++p) {
    const auto json = nlohmann::json::parse(JointSettingsToJson(*JointPreset(presets[p])));
    for (const auto& [name, value] : json.items()) {
      ASSERT_TRUE(rows.contains(name)) << name;
      // An empty cell: as in `paper`.
      const std::string& own = rows[name][p + 2];
      const std::string& cell = own.empty() ? rows[name][2] : own;
      const auto read = nlohmann::json::parse(value.is_array() ? "[" + cell + "]" : cell, nullptr,
                                              /*allow_exceptions=*/false);
      if (value.is_number()) {
        ASSERT_TRUE(read.is_number()) << name << ": " << cell;
        const double expected = value.get<double>();
        EXPECT_NEAR(read.get<double>(), expected, 1e-3 * expected) << name << " of " << presets[p];
      } else {
        EXPECT_EQ(value.is_string() ? nlohmann::json(cell) : read, value)
            << name << " of " << presets[p];
      }
    }
  }
}

TEST(JointSettings, SingleAssignments) {
  JointSettings s;
  EXPECT_TRUE(OverrideJointSetting("gamma=0.5", s).ok());
  EXPECT_TRUE(OverrideJointSetting("strategy=content-only", s).ok());
  EXPECT_TRUE(OverrideJointSetting("scales=[1,2]", s).ok());
  EXPECT_EQ(s.gamma, 0.5);
  EXPECT_EQ(s.strategy, "content-only");
  EXPECT_EQ(s.scales.size(), 2u);
  EXPECT_FALSE(OverrideJointSetting("gamma", s).ok());
  EXPECT_FALSE(OverrideJointSetting("=1", s).ok());
}

TEST(JointSettings, AGeometricRiseFromNothingIsRefused) {
  JointSettings s = *JointPreset("small");
  s.segmentation_warmup_lr = 0;
  EXPECT_EQ(ValidateJointSettings(s).message(),
            "segmentation_warmup_lr must be above 0 while segmentation_warmup is");
  s.segmentation_warmup = 0;
  EXPECT_TRUE(ValidateJointSettings(s).ok());
}

}  // namespace
}  // namespace seafusion::learn
