// The methods whose networks the project's own engine runs, on random weights.
#include "methods/networks/network_method.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "methods/networks/scipy_range.h"
#include "methods/registry.h"
#include "methods/testing/test_picture.h"
#include "model/graph/network.h"
#include "model/methods/method_graphs.h"
#include "model/methods/method_weights.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::methods {
namespace {

using ::testing::HasSubstr;

model::TensorArchive RandomArchive(const std::string& method) {
  auto archive = nn::RandomWeights(model::SpecsOf(*model::FindPublishedNetwork(method)), 3);
  archive.metadata[model::kMethodKey] = method;
  return archive;
}

model::Graph GraphOf(const std::string& method) {
  if (method == "densefuse") return model::DenseFuseGraph();
  return method == "sdnet" ? model::SdNetGraph() : model::U2FusionGraph();
}

class NetworkMethodTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<FusionMethod> Make(int threads) const {
    auto method = BuiltInMethods().Create(GetParam(), {.threads = threads, .weights = weights_});
    EXPECT_TRUE(method.ok()) << method.status().message();
    return *std::move(method);
  }
  const std::vector<std::uint8_t> weights_ =
      *model::SerializeSafetensors(RandomArchive(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(, NetworkMethodTest, ::testing::Values("densefuse", "u2fusion", "sdnet"));

TEST_P(NetworkMethodTest, TheEngineAgreesWithTheReferenceInEveryTile) {
  const model::TensorArchive archive = RandomArchive(GetParam());
  const model::Graph graph = GraphOf(GetParam());
  // Shared tensors once; SDNet's file holds its decomposition, too.
  model::Network network = {.name = GetParam(), .graph = graph, .tensors = {}};
  model::TensorArchive needed;
  for (const model::TensorSpec& spec : model::TensorsOf(graph)) {
    if (needed.tensors.emplace(spec.name, archive.tensors.at(spec.name)).second) {
      network.tensors.push_back(spec);
    }
  }
  const auto reference = nn::MakeReferenceEngine(network, needed);
  ASSERT_TRUE(reference.ok()) << reference.status().message();
  for (const CpuTarget target : SupportedCpuTargets()) {
    const auto engine = nn::MakeDepthFirstEngine(graph, archive, Precision::kFp32, target);
    ASSERT_TRUE(engine.ok()) << engine.status().message();
    for (const auto& [w, h] : {std::pair{1, 1}, {1, 6}, {6, 1}, {2, 2}, {3, 5}, {33, 21}}) {
      const auto vis = nn::RandomPlane(w, h, 1), inf = nn::RandomPlane(w, h, 2);
      const auto expected = nn::RunTiled(**reference, vis, inf, w, h, w, h);
      const auto got = nn::RunTiled(**engine, vis, inf, w, h, w, h);
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i], expected[i], 2e-5) << w << "x" << h << " at " << i;
      }
      EXPECT_EQ(nn::RunTiled(**engine, vis, inf, w, h, 7, 5), got) << w << "x" << h;
    }
  }
}

TEST_P(NetworkMethodTest, ThreadsAndBandsChangeNothing) {
  // Wider than a band, and than a tile of two threads.
  const ImageBuffer ir = WavyPicture(700, 37, PixelFormat::kGray8, 0);
  const ImageBuffer vi = WavyPicture(700, 37, PixelFormat::kRgb8, 1);
  std::vector<std::vector<std::uint8_t>> results;
  for (const int threads : {1, 2, 3}) {
    ImageBuffer out = *ImageBuffer::Create(700, 37, PixelFormat::kRgb8);
    const Status fused =
        Make(threads)->Fuse(ir.view(), vi.view(), out.view(),
                            {.output_range = {.kind = OutputRange::Kind::kReference}});
    ASSERT_TRUE(fused.ok()) << fused.message();
    const auto* samples = out.view().Row<std::uint8_t>(0);
    results.emplace_back(samples, samples + 700 * 3);
  }
  EXPECT_EQ(results[1], results[0]);
  EXPECT_EQ(results[2], results[0]);
  EXPECT_NE(*std::max_element(results[0].begin(), results[0].end()),
            *std::min_element(results[0].begin(), results[0].end()));
}

TEST_P(NetworkMethodTest, RefusesOtherWeights) {
  const auto none = BuiltInMethods().Create(GetParam(), {});
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(none.status().message(), HasSubstr(GetParam() + " needs its network's weights"));
  const auto other =
      *model::SerializeSafetensors(RandomArchive(GetParam() == "sdnet" ? "densefuse" : "sdnet"));
  const auto made = BuiltInMethods().Create(GetParam(), {.weights = other});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.status().message(), HasSubstr("not the weights of " + GetParam()));
  const std::vector<std::uint8_t> cut(weights_.begin(), weights_.end() - 5);
  EXPECT_EQ(BuiltInMethods().Create(GetParam(), {.weights = cut}).status().code(),
            StatusCode::kCorruptData);
  auto infinite = RandomArchive(GetParam());
  infinite.tensors.begin()->second.values[0] = INFINITY;
  EXPECT_FALSE(model::SerializeSafetensors(infinite).ok() &&
               BuiltInMethods()
                   .Create(GetParam(), {.weights = *model::SerializeSafetensors(infinite)})
                   .ok());
}

TEST(StretchAsSciPy, KnownAnswers) {
  std::vector<float> levels = {-1.0f, 0.0f, 3.0f};
  StretchAsSciPy(levels, true);
  EXPECT_EQ(levels, (std::vector<float>{0.0f, 64.0f, 255.0f}));
  levels = {-1.0f, 0.0f, 3.0f};
  StretchAsSciPy(levels, false);
  EXPECT_EQ(levels, (std::vector<float>{0.0f, 63.75f, 255.0f}));
  levels = {300.0f, 300.0f};
  StretchAsSciPy(levels, true);
  EXPECT_EQ(levels, (std::vector<float>{255.0f, 255.0f}));
}

}  // namespace
}  // namespace seafusion::methods
