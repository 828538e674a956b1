// The fast engine against the readable one, on every CPU target this machine has.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "nn/depth_first/tile_run.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

// With ranges as random planes fill them.
model::TensorArchive CalibratedWeights(std::uint64_t seed) {
  model::TensorArchive archive = RandomFusionWeights(seed);
  const auto program =
      Program::Make(model::FusionGraph(), archive, Precision::kFp32, SupportedCpuTargets().front());
  EXPECT_TRUE(program.ok()) << program.status().message();
  const plan::Plan& plan = (*program)->plan();
  TileMemory memory(plan, 64, 64, (*program)->ScratchBytes());
  ProductRanges ranges(plan);
  const auto vis = RandomPlane(64, 64, 20), inf = RandomPlane(64, 64, 21);
  std::vector<float> out(vis.size());
  RunTile(**program,
          {InputsInOrder(plan, {vis.data(), 64}, {inf.data(), 64}),
           64,
           64,
           {0, 0, 64, 64},
           {out.data(), 64},
           nullptr},
          memory, &ranges);
  StoreRanges(ranges, archive);
  return archive;
}

class DepthFirstEngineTest : public testing::TestWithParam<CpuTarget> {
 protected:
  static std::unique_ptr<Engine> Make(std::uint64_t seed, Precision precision = Precision::kFp32) {
    auto engine =
        MakeDepthFirstEngine(model::FusionGraph(), CalibratedWeights(seed), precision, GetParam());
    EXPECT_TRUE(engine.ok()) << engine.status().message();
    return *std::move(engine);
  }

  static std::vector<Precision> Precisions() {
    std::vector<Precision> all = {Precision::kFp32, Precision::kInt16};
    if (GetParam() >= CpuTarget::kAvx512Bf16) all.push_back(Precision::kBf16);
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, DepthFirstEngineTest, testing::ValuesIn(SupportedCpuTargets()),
                         [](const auto& one) { return std::string(CpuTargetName(one.param)); });

TEST_P(DepthFirstEngineTest, AgreesWithTheReferenceAtManySizes) {
  auto reference = MakeReferenceEngine(RandomFusionWeights(1));
  ASSERT_TRUE(reference.ok());
  for (const Precision precision : Precisions()) {
    const auto engine = Make(1, precision);
    float tolerance = 1e-5f;
    if (precision == Precision::kInt16) tolerance = 1.0f / 255;
    if (precision == Precision::kBf16) tolerance = 16.0f / 255;
    for (const auto& [w, h] : {std::pair{1, 1},
                               {1, 9},
                               {9, 1},
                               {2, 3},
                               {4, 4},
                               {5, 8},
                               {17, 6},
                               {31, 33},
                               {70, 41},
                               {301, 9}}) {
      const auto vis = RandomPlane(w, h, 2), inf = RandomPlane(w, h, 3);
      const auto got = RunTiled(*engine, vis, inf, w, h, w, h);
      const auto expected = RunTiled(**reference, vis, inf, w, h, w, h);
      EXPECT_LE(MaxDifference(got, expected), tolerance) << engine->name() << w << "x" << h;
    }
  }
}

TEST_P(DepthFirstEngineTest, TilesGiveExactlyTheUntiledPixels) {
  // Wide and high enough that the middle of the picture is out of reach of its edges.
  const int w = 131, h = 75;
  const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
  for (const Precision precision : Precisions()) {
    const auto engine = Make(4, precision);
    const auto whole = RunTiled(*engine, vis, inf, w, h, w, h);
    for (const auto& [tw, th] : {std::pair{33, 75}, {131, 30}, {47, 64}, {128, 75}}) {
      EXPECT_EQ(RunTiled(*engine, vis, inf, w, h, tw, th), whole)
          << engine->name() << ", " << tw << "x" << th;
    }
  }
}

TEST_P(DepthFirstEngineTest, WithoutTheGradientStreamTheSamePixelsAsTheReference) {
  model::TensorArchive weights = RandomFusionWeights(8);
  for (auto& [name, tensor] : weights.tensors) {
    if (name.find(".convup.") != std::string::npos) {
      std::fill(tensor.values.begin(), tensor.values.end(), 0.0f);
    }
  }
  const auto reference = MakeReferenceEngine(weights);
  const auto engine =
      MakeDepthFirstEngine(model::FusionGraph(), weights, Precision::kFp32, GetParam());
  ASSERT_TRUE(reference.ok() && engine.ok());
  const int w = 45, h = 18;
  const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
  const auto got = RunTiled(**engine, vis, inf, w, h, w, h);
  EXPECT_LE(MaxDifference(got, RunTiled(**reference, vis, inf, w, h, w, h)), 1e-5f);
  EXPECT_EQ(RunTiled(**engine, vis, inf, w, h, 20, 11), got);
}

TEST_P(DepthFirstEngineTest, Bf16IsRefusedWhereTheMachineLacksIt) {
  const auto engine = MakeDepthFirstEngine(model::FusionGraph(), RandomFusionWeights(1),
                                           Precision::kBf16, GetParam());
  EXPECT_EQ(engine.ok(), GetParam() >= CpuTarget::kAvx512Bf16);
  if (!engine.ok()) {
    EXPECT_EQ(engine.status().code(), StatusCode::kUnsupported);
    EXPECT_NE(engine.status().message().find(CpuTargetName(GetParam())), std::string::npos);
  }
}

TEST_P(DepthFirstEngineTest, AutoIsInt16WhereThatIsFastAndFp32Elsewhere) {
  const auto name = [](const model::TensorArchive& weights) {
    auto engine = MakeEngine(weights, Precision::kAuto, GetParam());
    EXPECT_TRUE(engine.ok());
    return std::string((*engine)->name());
  };
  const std::string target(CpuTargetName(GetParam()));
  const bool fast = GetParam() >= CpuTarget::kAvx2;
  EXPECT_EQ(name(CalibratedWeights(1)),
            "winograd " + std::string(fast ? "int16 " : "fp32 ") + target);
  EXPECT_EQ(name(RandomFusionWeights(1)), "winograd fp32 " + target);
}

TEST_P(DepthFirstEngineTest, AWorkspaceCarriesNothingFromTileToTile) {
  const auto engine = Make(7);
  ExpectNothingCarriedOver(*engine);
}

TEST(DepthFirstEngine, PreferredTilesCoverThePictureOnceForEachThread) {
  auto engine = MakeDepthFirstEngine(model::FusionGraph(), RandomFusionWeights(1), Precision::kFp32,
                                     SupportedCpuTargets().front());
  ASSERT_TRUE(engine.ok());
  for (int threads : {1, 2, 3, 4, 8, 64}) {
    for (const auto& [w, h] : {std::pair{640, 480}, {1, 1}, {3, 2000}, {641, 479}}) {
      const Rect tile = (*engine)->PreferredTile(w, h, threads);
      EXPECT_GE(tile.width(), 1);
      EXPECT_GE(tile.height(), 1);
      EXPECT_LE(tile.width(), w);
      EXPECT_LE(tile.height(), h);
    }
    const Rect tile = (*engine)->PreferredTile(640, 480, threads);
    const int count = ((640 - 1) / tile.width() + 1) * ((480 - 1) / tile.height() + 1);
    EXPECT_GE(count, threads * 3 / 4);
    EXPECT_LE(count, threads * 3 / 2);
  }
  // Memory must not grow with the picture.
  const Rect tile = (*engine)->PreferredTile(12000, 9000, 1);
  EXPECT_LE(tile.width(), 640);
  EXPECT_LE(tile.height(), 960);
}

TEST(DepthFirstEngine, RefusesWeightsOfAnotherNetworkByName) {
  auto weights = RandomFusionWeights(1);
  weights.tensors.erase("decode4.conv.weight");
  EXPECT_EQ(
      MakeDepthFirstEngine(model::FusionGraph(), weights, Precision::kFp32, CpuTarget::kScalar)
          .status()
          .message(),
      "tensor decode4.conv.weight is missing");
}

}  // namespace
}  // namespace seafusion::nn
