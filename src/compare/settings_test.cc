#include "compare/settings.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::compare {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "LABEL=MODEL", or "LABEL (SKIP)".
std::vector<std::string> Rows(const std::vector<std::string>& names,
                              const std::vector<GivenWeights>& given, const MethodSupply& supply) {
  std::vector<std::string> rows;
  const auto methods = MethodsOf(names, given, supply);
  if (!methods.ok()) return {methods.status().message()};
  for (const CompareSettings::Method& m : *methods) {
    rows.push_back(m.skip.empty() ? m.label + "=" + m.model : m.label + " (" + m.skip + ")");
  }
  return rows;
}

TEST(CompareSettingsTest, MethodsGetTheirWeightsAndOneMoreRowForEachLabel) {
  const MethodSupply supply = {
      .weights = [](const std::string& m) { return m == "densefuse" ? "installed" : ""; },
      .libtorch = true};
  EXPECT_THAT(Rows({"seafusion", "densefuse", "average"},
                   {{"seafusion", "", "ours"}, {"seafusion", "Published", "theirs"}}, supply),
              ElementsAre("SeAFusion=ours", "Published=theirs", "DenseFuse=installed", "Average="));
  // The labelled row is all there is to run.
  EXPECT_THAT(Rows({"mst-sr"}, {{"mst-sr", "One", "a"}}, supply), ElementsAre("One=a"));
  EXPECT_THAT(Rows({"mst-sr"}, {{"mst-sr", "", "a"}, {"mst-sr", "", "b"}}, supply),
              ElementsAre(HasSubstr("mst-sr has two")));
  EXPECT_THAT(Rows({"gft"}, {}, supply), ElementsAre(HasSubstr("no method is called 'gft'")));
}

TEST(CompareSettingsTest, WhatCannotRunIsSkippedWithTheReason) {
  EXPECT_THAT(Rows({"mst-sr", "ifcnn"}, {{"ifcnn", "", "x"}}, {}),
              ElementsAre("MST-SR (it needs weights: --model mst-sr=FILE)",
                          HasSubstr("IFCNN (it runs on LibTorch")));
}

TEST(CompareSettingsTest, NamesBecomeFoldersOfTheirOwn) {
  CompareSettings settings;
  EXPECT_FALSE(CheckNames(settings).ok());
  settings.data = {{.name = "", .infrared = "ir", .visible = "vi"}};
  settings.methods = {{.label = "Average", .name = "average"}};
  settings.pictures = {{.data = "", .label = "Other (2021)", .source = "other"}};
  EXPECT_TRUE(CheckNames(settings).ok());
  for (const char* label : {"", "../up", ".hidden", "a:b", "a\nb", "Average", kVisibleLabel}) {
    settings.pictures[0].label = label;
    EXPECT_EQ(CheckNames(settings).code(), StatusCode::kInvalidArgument) << label;
  }
  settings.pictures = {{.data = "TNO", .label = "Other", .source = "other"}};
  EXPECT_THAT(CheckNames(settings).message(), HasSubstr("no data set is called 'TNO'"));
  settings.data.push_back(settings.data[0]);
  EXPECT_FALSE(CheckNames(settings).ok());
}

TEST(CompareSettingsTest, DataSetsAreFolders) {
  const ScratchFolder scratch;
  scratch.WriteFile("Label/a.png", "x");
  const auto set = DataSetOf("MSRS", scratch.path().string());
  EXPECT_EQ(set.visible, scratch / "vi");
  EXPECT_EQ(set.boxes, "");
  EXPECT_EQ(set.labels, scratch / "Label");
}

}  // namespace
}  // namespace seafusion::compare
