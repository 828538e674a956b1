// The direct engine against the readable one, on every CPU target this machine has.
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/network.h"
#include "nn/direct/activation_ranges.h"
#include "nn/direct/chain.h"
#include "nn/direct/equalise.h"
#include "nn/direct/plane_rows.h"
#include "nn/engine.h"
#include "nn/range_recorder.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

constexpr model::LiteParameters kShapes[] = {{16, 6, false}, {16, 6, true},  {8, 3, false},
                                             {24, 4, true},  {40, 3, false}, {64, 3, true},
                                             {10, 5, true}};

// With ranges as random planes fill them.
const model::TensorArchive& CalibratedWeights(const model::LiteParameters& shape) {
  static std::map<std::tuple<int, int, bool>, model::TensorArchive> made;
  model::TensorArchive& archive = made[{shape.channels, shape.layers, shape.coarse}];
  if (!archive.tensors.empty()) return archive;
  archive = RandomLiteWeights(shape, 11);
  auto recorder = MakeDirectRecorder(*model::IdentifyNetwork(archive), archive);
  EXPECT_TRUE(recorder.ok()) << recorder.status().message();
  constexpr int kSide = 96;
  const auto vis = RandomPlane(kSide, kSide, 20), inf = RandomPlane(kSide, kSide, 21);
  direct::PlaneSource source({vis.data(), kSide}, {inf.data(), kSide}, {0, 0, kSide, kSide});
  EXPECT_TRUE((*recorder)->Add(source, kSide, kSide).ok());
  (*recorder)->Store(archive);
  return archive;
}

class DirectEngineTest : public testing::TestWithParam<CpuTarget> {
 protected:
  static std::unique_ptr<Engine> Make(const model::LiteParameters& shape, Precision precision) {
    auto engine = MakeEngine(CalibratedWeights(shape), precision, GetParam());
    EXPECT_TRUE(engine.ok()) << engine.status().message();
    return *std::move(engine);
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, DirectEngineTest, testing::ValuesIn(SupportedCpuTargets()),
                         [](const auto& one) { return std::string(CpuTargetName(one.param)); });

constexpr std::pair<Precision, float> kPrecisions[] = {{Precision::kFp32, 1e-5f},
                                                       {Precision::kInt16, 1.0f / 255},
                                                       {Precision::kBf16, 8.0f / 255},
                                                       {Precision::kInt8, 16.0f / 255}};

TEST_P(DirectEngineTest, AgreesWithTheReferenceAtManySizes) {
  for (const model::LiteParameters& shape : kShapes) {
    auto reference = MakeReferenceEngine(RandomLiteWeights(shape, 11));
    ASSERT_TRUE(reference.ok());
    for (const auto& [w, h] :
         {std::pair{1, 1}, {1, 9}, {9, 1}, {2, 3}, {17, 6}, {31, 33}, {95, 41}}) {
      const auto vis = RandomPlane(w, h, 2), inf = RandomPlane(w, h, 3);
      const auto expected = RunTiled(**reference, vis, inf, w, h, w, h);
      for (const auto& [precision, tolerance] : kPrecisions) {
        const auto engine = Make(shape, precision);
        EXPECT_LE(MaxDifference(RunTiled(*engine, vis, inf, w, h, w, h), expected), tolerance)
            << engine->name() << ", " << shape.channels << "x" << shape.layers << " "
            << shape.coarse << ", " << w << "x" << h;
      }
    }
  }
}

TEST_P(DirectEngineTest, TilesGiveExactlyTheUntiledPixels) {
  struct Case {
    int w, h, tile_w, tile_h;
  };
  // Tiles of one step, each computed with its whole halo: of a small picture.
  const Case cases[] = {{131, 75, 34, 75}, {131, 75, 131, 30}, {131, 75, 46, 64}, {45, 37, 2, 2}};
  for (const bool coarse : {false, true}) {
    for (const auto& [precision, tolerance] : kPrecisions) {
      const auto engine = Make({16, 6, coarse}, precision);
      for (const auto& [w, h, tile_w, tile_h] : cases) {
        const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
        EXPECT_EQ(RunTiled(*engine, vis, inf, w, h, tile_w, tile_h),
                  RunTiled(*engine, vis, inf, w, h, w, h))
            << engine->name() << ", " << tile_w << "x" << tile_h;
      }
    }
  }
}

TEST_P(DirectEngineTest, CoarseMapsAreTheSameWithAnyThreadsAndParts) {
  const int w = 37, h = 300;  // high enough for two bands of coarse rows
  const auto vis = RandomPlane(w, h, 9), inf = RandomPlane(w, h, 10);
  for (const auto& [precision, tolerance] : kPrecisions) {
    const auto engine = Make({16, 3, true}, precision);
    const auto run = [&](int blocks) {  // an odd number: two threads
      const auto maps = ReadPicture(*engine, vis, inf, w, h, blocks);
      auto workspace = engine->MakeWorkspace(w, h);
      EXPECT_TRUE(workspace.ok());
      std::vector<float> out(vis.size());
      EXPECT_TRUE(engine
                      ->Run({vis.data(), w}, {inf.data(), w}, w, h, {0, 0, w, h}, maps.get(),
                            **workspace, {out.data(), w})
                      .ok());
      return out;
    };
    EXPECT_EQ(run(1), run(2)) << engine->name();
  }
}

TEST_P(DirectEngineTest, IntegersAreTheSameOnEveryTarget) {
  const int w = 67, h = 45;
  const auto vis = RandomPlane(w, h, 7), inf = RandomPlane(w, h, 8);
  for (const Precision precision : {Precision::kInt8, Precision::kInt16}) {
    for (const bool coarse : {false, true}) {
      const auto archive = CalibratedWeights({16, 4, coarse});
      const auto run = [&](CpuTarget target) {
        auto engine = MakeEngine(archive, precision, target);
        EXPECT_TRUE(engine.ok());
        return RunTiled(**engine, vis, inf, w, h, w, h);
      };
      EXPECT_EQ(run(GetParam()), run(CpuTarget::kScalar));
    }
  }
}

TEST_P(DirectEngineTest, AWorkspaceCarriesNothingFromTileToTile) {
  const auto engine = Make({16, 6, false}, Precision::kInt8);
  ExpectNothingCarriedOver(*engine);
}

TEST_P(DirectEngineTest, AutoIsTheFastestOfTheAccurateOnes) {
  const auto name = [](const model::TensorArchive& weights) {
    auto engine = MakeEngine(weights, Precision::kAuto, GetParam());
    EXPECT_TRUE(engine.ok());
    return std::string((*engine)->name());
  };
  const model::LiteParameters shape = {16, 3, false};
  const std::string target(CpuTargetName(GetParam()));
  const std::string floats = "direct fp32 " + target;
  const bool int16 = GetParam() >= CpuTarget::kAvx2;
  EXPECT_EQ(name(CalibratedWeights(shape)), int16 ? "direct int16 " + target : floats);
  // Which of the two is a matter of the processor's make.
  const bool bf16 = GetParam() >= CpuTarget::kAvx512Bf16;
  const std::string uncalibrated = name(RandomLiteWeights(shape, 11));
  EXPECT_TRUE(uncalibrated == floats || (bf16 && uncalibrated == "direct bf16 " + target))
      << uncalibrated;
}

TEST(DirectEngine, OneRangeALayerIsThatOfItsChannels) {
  // As files have it from before there was one for each.
  const model::LiteParameters shape = {16, 3, false};
  auto weights = CalibratedWeights(shape);
  std::string& text = weights.metadata.at("activation_ranges");
  text = text.substr(0, text.find(' ')) + " conv1 -0.5 4 conv2 -1 2.5";
  const auto chain =
      direct::ChainOf(*plan::Compile(model::IdentifyNetwork(weights)->graph), weights);
  ASSERT_TRUE(chain.ok()) << chain.status().message();
  const auto ranges = direct::LoadRanges(*chain, weights);
  ASSERT_TRUE(ranges.ok()) << ranges.status().message();
  ASSERT_EQ(ranges->at("conv2").size(), 16u);
  EXPECT_EQ(ranges->at("conv2")[15].lo, -1.0f);
  EXPECT_EQ(ranges->at("conv1")[3].hi, 4.0f);
}

// The weights of an equalised chain, under the names of a network.
model::TensorArchive ArchiveOf(const direct::Chain& chain, model::TensorArchive archive) {
  const auto put = [&](const std::vector<direct::Layer>& layers) {
    for (const direct::Layer& layer : layers) {
      archive.tensors.at(layer.name + ".weight").values = layer.weights;
      archive.tensors.at(layer.name + ".bias").values = layer.bias;
    }
  };
  put(chain.layers);
  for (const direct::CoarsePath& path : chain.coarse) put(path.layers);
  return archive;
}

TEST(DirectEngine, EqualisedChannelsMakeTheSameNetwork) {
  const model::LiteParameters shape = {16, 6, true};
  const model::TensorArchive& weights = CalibratedWeights(shape);
  const auto chain =
      direct::ChainOf(*plan::Compile(model::IdentifyNetwork(weights)->graph), weights);
  ASSERT_TRUE(chain.ok()) << chain.status().message();
  const auto equal = direct::EqualiseChannels(*chain, *direct::LoadRanges(*chain, weights));
  const model::TensorArchive other = ArchiveOf(equal.chain, weights);
  EXPECT_NE(other.tensors.at("conv3.weight").values, weights.tensors.at("conv3.weight").values);
  constexpr int kWidth = 61, kHeight = 44;
  const auto vis = RandomPlane(kWidth, kHeight, 2), inf = RandomPlane(kWidth, kHeight, 3);
  const auto a = MakeReferenceEngine(weights), b = MakeReferenceEngine(other);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_LT(MaxDifference(RunTiled(**a, vis, inf, kWidth, kHeight, kWidth, kHeight),
                          RunTiled(**b, vis, inf, kWidth, kHeight, kWidth, kHeight)),
            1e-5f);
}

TEST_P(DirectEngineTest, AWeakChannelKeepsItsBitsBesideStrongOnes) {
  if (!MakeEngine(CalibratedWeights({16, 3, false}), Precision::kInt8, GetParam()).ok()) {
    GTEST_SKIP() << "no bytes on this target";
  }
  // The same network, of which half the channels between the layers are 1/30 of what they were:
  // with one scale for all, eight levels would be left of these.
  constexpr float kWeak = 1.0f / 30;
  model::TensorArchive archive = RandomLiteWeights({16, 3, false}, 11);
  for (const auto& [layer, reader] : {std::pair("conv1", "conv2"), {"conv2", "conv3"}}) {
    auto& w = archive.tensors.at(std::string(layer) + ".weight").values;
    auto& b = archive.tensors.at(std::string(layer) + ".bias").values;
    auto& r = archive.tensors.at(std::string(reader) + ".weight").values;
    const std::size_t per_output = w.size() / b.size();
    for (std::size_t c = 0; c < b.size(); c += 2) {
      b[c] *= kWeak;
      for (std::size_t i = 0; i < per_output; ++i) w[c * per_output + i] *= kWeak;
      for (std::size_t i = 0; i < r.size(); ++i) r[i] /= i / 9 % b.size() == c ? kWeak : 1.0f;
    }
  }
  constexpr int kSide = 96;
  const auto vis = RandomPlane(kSide, kSide, 20), inf = RandomPlane(kSide, kSide, 21);
  auto recorder = MakeDirectRecorder(*model::IdentifyNetwork(archive), archive);
  ASSERT_TRUE(recorder.ok());
  direct::PlaneSource source({vis.data(), kSide}, {inf.data(), kSide}, {0, 0, kSide, kSide});
  ASSERT_TRUE((*recorder)->Add(source, kSide, kSide).ok());
  (*recorder)->Store(archive);
  const auto exact = MakeEngine(archive, Precision::kFp32, GetParam());
  const auto weak = MakeEngine(archive, Precision::kInt8, GetParam());
  const auto even = MakeEngine(CalibratedWeights({16, 3, false}), Precision::kInt8, GetParam());
  ASSERT_TRUE(exact.ok() && weak.ok() && even.ok());
  const auto expected = RunTiled(**exact, vis, inf, kSide, kSide, kSide, kSide);
  const auto error = [&](const Engine& engine) {
    const auto fused = RunTiled(engine, vis, inf, kSide, kSide, kSide, kSide);
    double sum = 0;
    for (std::size_t i = 0; i < fused.size(); ++i) sum += std::abs(fused[i] - expected[i]);
    return sum / static_cast<double>(fused.size());
  };
  EXPECT_LT(error(**weak), 1.5 * error(**even));
}

TEST(DirectEngine, IntegersNeedRangesOfTheseWeights) {
  const CpuTarget target = SupportedCpuTargets().front();
  const model::LiteParameters shape = {16, 3, false};
  const auto status = [&](const model::TensorArchive& weights) {
    return MakeEngine(weights, Precision::kInt8, target).status();
  };
  EXPECT_EQ(status(RandomLiteWeights(shape, 11)).code(), StatusCode::kNotFound);
  auto weights = CalibratedWeights(shape);
  weights.tensors.at("conv2.bias").values[3] += 1.0f;
  EXPECT_EQ(status(weights).code(), StatusCode::kCorruptData);
  EXPECT_NE(status(weights).message().find("other weights"), std::string::npos);
  for (const char* damage :
       {" conv1 nan 1", " conv1 1 2", " conv1 -1", " conv1 -1 2x", " conv1 -1 1 -1 1"}) {
    weights = CalibratedWeights(shape);
    weights.metadata.at("activation_ranges") += damage;
    EXPECT_EQ(status(weights).code(), StatusCode::kCorruptData) << damage;
  }
}

TEST(DirectEngine, RefusesOtherNetworks) {
  const auto weights = RandomFusionWeights(1);
  const auto status = MakeDirectEngine(*model::IdentifyNetwork(weights), weights, Precision::kFp32,
                                       SupportedCpuTargets().front())
                          .status();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_EQ(status.message(), "the direct engine needs direct convolutions one after another");
}

TEST(DirectEngine, PreferredTilesCoverThePictureOnceForEachThread) {
  auto engine = MakeEngine(RandomLiteWeights({16, 6, false}, 1), Precision::kFp32,
                           SupportedCpuTargets().front());
  ASSERT_TRUE(engine.ok());
  for (int threads : {1, 2, 3, 4, 8, 64}) {
    for (const auto& [w, h] : {std::pair{640, 480}, {1, 1}, {3, 2000}, {641, 479}, {12000, 90}}) {
      const Rect tile = (*engine)->PreferredTile(w, h, threads);
      EXPECT_GE(tile.width(), 1);
      EXPECT_GE(tile.height(), 1);
      EXPECT_LE(tile.width(), w);
      EXPECT_LE(tile.height(), h);
      EXPECT_TRUE(tile.width() % 2 == 0 || tile.width() == w);
      EXPECT_TRUE(tile.height() % 2 == 0 || tile.height() == h);
      EXPECT_LE(tile.width(), 2048 + 2);  // memory must not grow with the picture
    }
    const Rect tile = (*engine)->PreferredTile(640, 480, threads);
    const int count = ((640 - 1) / tile.width() + 1) * ((480 - 1) / tile.height() + 1);
    EXPECT_GE(count, threads * 3 / 4);
    EXPECT_LE(count, threads * 3 / 2);
  }
}

}  // namespace
}  // namespace seafusion::nn
