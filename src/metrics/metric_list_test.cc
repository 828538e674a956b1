#include "metrics/metric_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::metrics {
namespace {

TEST(MetricListTest, NamesAndTheTwoSets) {
  EXPECT_THAT(*ParseMetricList("VIF, en,ms-ssim"),
              testing::ElementsAre(Metric::kVif, Metric::kEn, Metric::kMsSsim));
  EXPECT_THAT(*ParseMetricList("six"), testing::ElementsAreArray(PaperMetrics()));
  EXPECT_EQ(ParseMetricList("all")->size(), AllMetrics().size());
  EXPECT_EQ(ParseMetricList("six,AG")->size(), PaperMetrics().size() + 1);
}

TEST(MetricListTest, WhatIsNoMetricIsNamed) {
  for (const char* text : {"", "EN,", ",EN", "EN,,MI", "EN;MI", "ENTROPY"}) {
    EXPECT_EQ(ParseMetricList(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_THAT(ParseMetricList("EN,PSNRR").status().message(),
              testing::StartsWith("there is no metric 'PSNRR'; there are all, six, EN MI VIF"));
}

TEST(MetricListTest, Conventions) {
  EXPECT_EQ(*ParseConvention("paper"), Convention::kPaper);
  EXPECT_EQ(*ParseConvention("f255"), Convention::kF255);
  EXPECT_EQ(ParseConvention("Paper").status().message(),
            "convention 'Paper' is neither paper nor f255");
}

}  // namespace
}  // namespace seafusion::metrics
