#include "learn/ablation/ablation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/run/test_run.h"

namespace seafusion::learn {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AblationTest : public RunTest {
 protected:
  AblationSettings Settings() const {
    return {.data = folder(),
            .out = Path("out"),
            .val = folder(),
            .choice = TinyChoice(),
            .rows = {"infrared", "joint"},
            .threads = 1};
  }
};

TEST_F(AblationTest, TrainsAndMeasuresEachRowAndGoesOnAfterAStop) {
  // The second report of that label is of the row "joint", whose fusion network learns first.
  RecordingMonitor stop("round 1: fusion", 1);
  const Status stopped = RunAblation(Settings(), stop.monitor()).status();
  EXPECT_EQ(stopped.message(), "stopped in joint; the same command goes on from there");
  EXPECT_THAT(Text("out/table.csv"), AllOf(HasSubstr("\ninfrared,3,"), Not(HasSubstr("joint"))));

  RecordingMonitor record;
  const auto ablation = RunAblation(Settings(), record.monitor());
  ASSERT_TRUE(ablation.ok()) << ablation.status().message();
  EXPECT_THAT(record.messages, Contains("  done before"));
  EXPECT_THAT(record.messages, Contains("strategy 2 of 2: joint (Algorithm 1)"));
  ASSERT_EQ(ablation->results.size(), 2u);
  EXPECT_EQ(ablation->val, folder());
  for (const AblationResult& result : ablation->results) {
    EXPECT_EQ(result.pictures, 3u);
    EXPECT_EQ(result.iou.size(), 9u);
    EXPECT_GT(result.mean_iou, 0);
  }
  EXPECT_EQ(Text("out/table.csv"), AblationCsv(ablation->results));
  EXPECT_EQ(Text("out/table.json"), AblationJson(ablation->results));

  AblationSettings other = Settings();
  other.choice.set.emplace_back("seed=2");
  EXPECT_THAT(std::string(RunAblation(other, {}).status().message()),
              HasSubstr("was begun with other data or settings"));
}

TEST_F(AblationTest, SeedsAreAddedToWhatIsDone) {
  AblationSettings s = Settings();
  s.rows = {"infrared"};
  const auto one = RunAblation(s, {});
  ASSERT_TRUE(one.ok()) << one.status().message();
  s.seeds = 2;
  RecordingMonitor record;
  const auto two = RunAblation(s, record.monitor());
  ASSERT_TRUE(two.ok()) << two.status().message();
  EXPECT_THAT(record.messages, Contains("  done before"));
  EXPECT_EQ(two->results.front().seeds, 2);
  const auto second = AblationResultFromJson(Text("out/infrared/seed-2/result.json"));
  ASSERT_TRUE(second.ok());
  EXPECT_NEAR(two->results.front().mean_iou, (one->results.front().mean_iou + second->mean_iou) / 2,
              1e-12);
  EXPECT_THAT(Text("out/infrared/seed-2/segmentation/settings.json"), HasSubstr("\"seed\": 2"));
}

TEST_F(AblationTest, OfALiteNetworkBeginsWithItsWeights) {
  AblationSettings s = Settings();
  s.rows = {"content-only"};
  s.init = "lite";
  s.choice.set.emplace_back("network=lite");
  s.choice.set.emplace_back("content_loss=scales");
  s.choice.set.emplace_back("fusion_crop=36");
  const auto ablation = RunAblation(s, {});
  ASSERT_TRUE(ablation.ok()) << ablation.status().message();
  s.rows = {"no-gradient"};
  EXPECT_EQ(RunAblation(s, {}).status().message(),
            "strategy no-gradient: the network lite has no gradient stream");
}

TEST_F(AblationTest, EverySegmentationNetworkBeginsWithTheOneThatIsNamed) {
  AblationSettings s = Settings();
  s.rows = {"infrared"};
  ASSERT_TRUE(RunAblation(s, {}).ok());
  s.out = Path("again");
  s.rows = {"content-only", "joint"};
  s.init_segmentation = Path("out/infrared/segmentation/segmentation.safetensors");
  const auto ablation = RunAblation(s, {});
  ASSERT_TRUE(ablation.ok()) << ablation.status().message();
  // The fusion network of content alone has none beside it.
  const auto told = [&](const std::string& run) {
    return nlohmann::json::parse(
        Text("again/" + run + "/settings.json"))["run"]["init_segmentation"];
  };
  EXPECT_EQ(told("content-only/fusion"), nlohmann::json(""));
  for (const char* run : {"content-only/segmentation", "joint/fusion", "joint/segmentation"}) {
    EXPECT_EQ(told(run), s.init_segmentation) << run;
  }

  s.out = Path("other");
  s.init_segmentation = Path("absent.safetensors");
  EXPECT_THAT(std::string(RunAblation(s, {}).status().message()), HasSubstr("absent.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(Path("other")));
}

TEST_F(AblationTest, WeightsThatAreTrainedAlreadyAreRows) {
  AblationSettings s = Settings();
  s.rows = {"infrared"};
  s.weights = {{"ours", "lite"}, {"paper", "full"}};
  s.seeds = 2;
  RecordingMonitor record;
  const auto ablation = RunAblation(s, record.monitor());
  ASSERT_TRUE(ablation.ok()) << ablation.status().message();
  EXPECT_THAT(record.messages, Contains("strategy 3 of 3: paper (full)"));
  ASSERT_EQ(ablation->results.size(), 3u);
  EXPECT_EQ(ablation->results[1].name, "ours");
  EXPECT_EQ(ablation->results[2].seeds, 2);
  // Nothing but a segmentation network learnt, on what each of them fuses.
  EXPECT_FALSE(std::filesystem::exists(Path("out/ours/fusion")));
  const auto settings = nlohmann::json::parse(Text("out/paper/seed-2/segmentation/settings.json"));
  EXPECT_EQ(settings["run"]["init"], "full");
  EXPECT_EQ(settings["segmentation_source"], "fused");
  EXPECT_NE(Text("out/ours/result.json"), Text("out/paper/result.json"));
  // The bytes count, not the name; a setting that only other networks have is no matter.
  s.choice.set.emplace_back("gradient_stream=false");
  s.out = Path("without");
  s.seeds = 1;
  EXPECT_TRUE(RunAblation(s, {}).ok());
  s = Settings();
  s.rows = {"infrared"};

  s.weights = {{"ours", "full"}};
  EXPECT_THAT(std::string(RunAblation(s, {}).status().message()),
              HasSubstr("ours/weights.json: was begun with other weights"));
  s.out = Path("other");
  s.weights = {{"absent", Path("absent.safetensors")}};
  EXPECT_THAT(std::string(RunAblation(s, {}).status().message()), HasSubstr("absent.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(Path("other")));
}

TEST_F(AblationTest, WithoutAnythingToMeasureOnNothingIsTrained) {
  AblationSettings s = Settings();
  s.val.clear();
  EXPECT_THAT(std::string(RunAblation(s, {}).status().message()),
              StartsWith(folder() + ": has neither val nor test in it"));
  EXPECT_FALSE(std::filesystem::exists(Path("out")));
}

}  // namespace
}  // namespace seafusion::learn
