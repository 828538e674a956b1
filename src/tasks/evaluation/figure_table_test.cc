#include "tasks/evaluation/figure_table.h"

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion::tasks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

FigureTable Table() {
  FigureTable table;
  table.columns = {{"person", "IoU"}, {"car", "IoU"}, {"mean", "IoU"}};
  table.pictures = 7;
  table.facts = {{"rule", "coco"}};
  table.rows = {{.name = "a, \"b\"",
                 .figures = {{0.5, {}}, {0.25, {}}, {0.375, metrics::Interval{0.25, 0.5}}},
                 .pictures_per_second = 2},
                {.name = "c", .figures = {{0.75, {}}, {0.25, {}}, {{}, {}}}}};
  return table;
}

TEST(FigureTableTest, TheHighestHasAStarUnlessAllAreAlike) {
  const std::string text = FigureTableText(Table());
  EXPECT_THAT(text, HasSubstr("c        0.7500*   0.2500          -\n"));
  EXPECT_THAT(text, Not(HasSubstr("0.2500*")));
  EXPECT_THAT(text, HasSubstr("mean IoU, 95 % interval"));
  EXPECT_THAT(text, HasSubstr("0.2500 .. 0.5000\n"));
}

TEST(FigureTableTest, CsvQuotesNamesAndLeavesMissingValuesEmpty) {
  const std::string csv = FigureTableCsv(Table());
  EXPECT_THAT(csv, HasSubstr("\n\"a, \"\"b\"\"\",mean,IoU,0.375,0.25,0.5,all\n"));
  EXPECT_THAT(csv, HasSubstr("\nc,mean,IoU,,,,all\n"));
}

TEST(FigureTableTest, JsonHasWhatTheTableHas) {
  const auto json = nlohmann::json::parse(FigureTableJson(Table()));
  EXPECT_EQ(json["pictures"], 7);
  EXPECT_EQ(json["rule"], "coco");
  EXPECT_EQ(json["rows"][0]["pictures_per_second"], 2);
  EXPECT_FALSE(json["rows"][1].contains("pictures_per_second"));
  EXPECT_EQ(json["rows"][0]["figures"][2]["interval"], nlohmann::json({0.25, 0.5}));
  EXPECT_TRUE(json["rows"][1]["figures"][2]["value"].is_null());
}

TEST(FigureTableTest, NoSamplesNoInterval) {
  const std::vector<double> values = {1, 2, 3, 6};
  const auto mean = [&](std::span<const std::uint32_t> times) -> std::optional<double> {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double weight = times.empty() ? 1 : times[i];
      sum += weight * values[i];
      count += weight;
    }
    return sum / count;
  };
  const TaskFigure bare = MeasureFigure(values.size(), {.samples = 0}, mean);
  EXPECT_EQ(bare.value, 3.0);
  EXPECT_FALSE(bare.interval);
  const TaskFigure figure = MeasureFigure(values.size(), {.samples = 200}, mean);
  EXPECT_EQ(figure.value, 3.0);
  ASSERT_TRUE(figure.interval);
  EXPECT_LT(figure.interval->low, 3.0);
  EXPECT_GT(figure.interval->high, 3.0);
}

}  // namespace
}  // namespace seafusion::tasks
