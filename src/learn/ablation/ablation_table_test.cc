#include "learn/ablation/ablation_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace seafusion::learn {
namespace {

std::vector<AblationResult> TwoRows() {
  // Background, car, person, bike, and a fifth class that only the first row saw.
  return {{"infrared", 30, {0.97, 0.5, 0.625, std::nullopt, 0.25}, 0.5862, 0.96},
          {"joint", 30, {0.98, 0.75, 0.5, 0.125, std::nullopt}, 0.58875, 0.97}};
}

TEST(AblationTable, TextHasTheColumnsOfThePaperAndMarksTheBest) {
  EXPECT_EQ(AblationText(TwoRows(), "MSRS/test"),
            "IoU in percent over 30 pictures and the labels of MSRS/test; a segmentation network "
            "trained for each row\n"
            "strategy          person      car     bike     mIoU\n"
            "infrared           62.50*   50.00        -    58.62\n"
            "joint              50.00    75.00*   12.50*   58.88*\n");
}

TEST(AblationTable, CsvHasAllClasses) {
  EXPECT_EQ(AblationCsv(TwoRows()),
            "strategy,pictures,accuracy,miou,background,car,person,bike,curve\n"
            "infrared,30,0.960000,0.586200,0.970000,0.500000,0.625000,,0.250000\n"
            "joint,30,0.970000,0.588750,0.980000,0.750000,0.500000,0.125000,\n");
}

TEST(AblationTable, JsonHoldsTheSame) {
  const auto json = nlohmann::json::parse(AblationJson(TwoRows()));
  EXPECT_EQ(json.at("classes").size(), 5u);
  EXPECT_EQ(json.at("strategies").at(1).at("name"), "joint");
  EXPECT_EQ(json.at("strategies").at(1).at("iou").at(1), 0.75);
  EXPECT_TRUE(json.at("strategies").at(0).at("iou").at(3).is_null());
}

TEST(AblationTable, AResultIsReadBackAsItWas) {
  for (const AblationResult& r : TwoRows()) {
    const auto read = AblationResultFromJson(AblationResultToJson(r));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->name, r.name);
    EXPECT_EQ(read->pictures, r.pictures);
    EXPECT_EQ(read->iou, r.iou);
    EXPECT_EQ(read->mean_iou, r.mean_iou);
    EXPECT_EQ(read->accuracy, r.accuracy);
  }
  for (const char* broken :
       {"", "[]", "{}", R"({"name": "joint", "iou": 3})",
        R"({"name": "j", "pictures": 1e300, "iou": [], "miou": 0, "accuracy": 0})"}) {
    EXPECT_EQ(AblationResultFromJson(broken).status().code(), StatusCode::kCorruptData) << broken;
  }
}

AblationResult OneSeed(std::vector<std::optional<double>> iou, double mean_iou) {
  return {.name = "joint",
          .pictures = 30,
          .iou = std::move(iou),
          .mean_iou = mean_iou,
          .accuracy = mean_iou / 2};
}

TEST(AblationTable, SeedsHaveMeanAndDeviation) {
  const AblationResult mean =
      MeanOverSeeds({OneSeed({0.5, 0.25, std::nullopt}, 0.25), OneSeed({0.5, 0.5, 0.75}, 0.5),
                     OneSeed({0.5, 0.75, std::nullopt}, 0.75)});
  EXPECT_EQ(mean.seeds, 3);
  EXPECT_EQ(mean.iou, (std::vector<std::optional<double>>{0.5, 0.5, 0.75}));
  EXPECT_EQ(mean.iou_deviation, (std::vector<std::optional<double>>{0.0, 0.25, std::nullopt}));
  EXPECT_EQ(mean.mean_iou, 0.5);
  EXPECT_EQ(mean.mean_iou_deviation, 0.25);
  EXPECT_EQ(mean.accuracy, 0.25);
  EXPECT_EQ(AblationText({mean}, "MSRS/test"),
            "IoU in percent over 30 pictures and the labels of MSRS/test; a segmentation network "
            "trained for each row, mean +- deviation over 3 seeds\n"
            "strategy          person               car              bike              mIoU\n"
            "joint              75.00*            50.00*+- 25.00        -             50.00*+- "
            "25.00\n");
  EXPECT_EQ(
      AblationCsv({mean}),
      "strategy,pictures,accuracy,miou,background,car,person,seeds,miou_deviation,"
      "background_deviation,car_deviation,person_deviation\n"
      "joint,30,0.250000,0.500000,0.500000,0.500000,0.750000,3,0.250000,0.000000,0.250000,\n");
  const auto json = nlohmann::json::parse(AblationJson({mean}));
  EXPECT_EQ(json.at("strategies").at(0).at("seeds"), 3);
  EXPECT_EQ(json.at("strategies").at(0).at("iou_deviation").at(1), 0.25);
}

TEST(AblationTable, OfOneSeedTheMeanIsIt) {
  const AblationResult one = MeanOverSeeds({TwoRows().front()});
  EXPECT_EQ(one.iou, TwoRows().front().iou);
  EXPECT_EQ(one.seeds, 1);
  EXPECT_TRUE(one.iou_deviation.empty());
}

}  // namespace
}  // namespace seafusion::learn
