#include "compare/means.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::compare {
namespace {

using metrics::Convention;
using metrics::Metric;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A method whose pictures have these values of two metrics, of which the second is better when it
// is lower.
ComparedMethod Method(const CompareSettings& settings, const std::string& label,
                      const std::vector<std::pair<double, double>>& values) {
  ComparedMethod method;
  method.label = label;
  for (const auto& [first, second] : values) {
    ComparedPair& pair = method.pairs.emplace_back();
    for (const auto& [metric, value] :
         {std::pair{Metric::kSd, first}, std::pair{Metric::kMse, second}}) {
      metrics::MetricValue v{};
      v.metric = metric;
      v.convention = Convention::kF255;
      v.value = value;
      pair.record.values.push_back(v);
    }
  }
  method.means = MeansOf(settings, method);
  return method;
}

class MeansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.request = {.metrics = {Metric::kSd, Metric::kMse},
                         .conventions = {Convention::kF255}};
  }
  CompareSettings settings_;
};

TEST_F(MeansTest, HaveIntervalsThatHoldThem) {
  const ComparedMethod method =
      Method(settings_, "a", {{1, 5}, {2, 5}, {3, 5}, {6, 5}, {8, std::nan("")}});
  const MetricMean* sd = FindMean(method, Metric::kSd, Convention::kF255);
  ASSERT_NE(sd, nullptr);
  EXPECT_DOUBLE_EQ(sd->summary.mean, 4);
  ASSERT_TRUE(sd->interval);
  EXPECT_GT(sd->interval->low, 1);
  EXPECT_LT(sd->interval->low, 4);
  EXPECT_GT(sd->interval->high, 4);
  EXPECT_LT(sd->interval->high, 8);
  // What is not finite takes no part, as in the mean.
  const MetricMean* mse = FindMean(method, Metric::kMse, Convention::kF255);
  EXPECT_DOUBLE_EQ(mse->summary.mean, 5);
  EXPECT_DOUBLE_EQ(mse->interval->low, 5);
  EXPECT_DOUBLE_EQ(mse->interval->high, 5);
  EXPECT_EQ(FindMean(method, Metric::kVif, Convention::kF255), nullptr);
  settings_.bootstrap.samples = 0;
  EXPECT_FALSE(MeansOf(settings_, method)[0].interval);
}

TEST_F(MeansTest, RanksGoByDirectionShareTiesAndPutMissingOnesLast) {
  settings_.request.metrics = {Metric::kMse};
  const double none = std::numeric_limits<double>::infinity();
  const std::vector<ComparedMethod> methods = {
      Method(settings_, "a", {{0, 3}}), Method(settings_, "b", {{0, 1}}),
      Method(settings_, "c", {{0, 3}}), Method(settings_, "d", {{0, none}})};
  std::vector<const ComparedMethod*> rows;
  for (const ComparedMethod& method : methods) rows.push_back(&method);
  EXPECT_THAT(MeanRanks(settings_, rows, {Convention::kF255}), ElementsAre(2.5, 1, 2.5, 4));
}

TEST_F(MeansTest, RanksAreOverThePapersMetricsWhereThereAreSome) {
  // SD is one of them, MSE is not.
  EXPECT_THAT(PrintedMetrics(settings_.request), ElementsAre(Metric::kSd));
  const ComparedMethod a = Method(settings_, "a", {{1, 1}}), b = Method(settings_, "b", {{2, 2}});
  EXPECT_THAT(MeanRanks(settings_, {&a, &b}, {Convention::kF255}), ElementsAre(2, 1));
}

TEST_F(MeansTest, TinyOnesAreWrittenAsTheyAre) {
  Comparison comparison;
  ComparedData& data = comparison.data.emplace_back();
  data.methods = {Method(settings_, "a", {{1e-310, 5}}), Method(settings_, "b", {{2e-310, 5}})};
  EXPECT_THAT(ComparisonText(settings_, comparison),
              AllOf(HasSubstr(" 1e-310"), HasSubstr(" 2e-310")));
}

TEST_F(MeansTest, AreWrittenAsCsv) {
  Comparison comparison;
  ComparedData& data = comparison.data.emplace_back();
  data.set.name = "One";
  data.methods = {Method(settings_, "a, b", {{1, 5}, {3, 5}})};
  EXPECT_THAT(MeansCsv(comparison),
              AllOf(HasSubstr("data,method,metric,convention,pairs,mean,std,low,high\n"),
                    HasSubstr("One,\"a, b\",SD,f255,2,2,1.41421356,1,3\n"),
                    HasSubstr("One,\"a, b\",MSE,f255,2,5,0,5,5\n")));
}

}  // namespace
}  // namespace seafusion::compare
