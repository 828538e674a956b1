#include "learn/networks/graph_net.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "learn/networks/fusion_net.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::learn {
namespace {

model::Network Lite(const model::LiteParameters& p) {
  return *model::LiteNetwork(p);
}

// The largest difference between the net in LibTorch and the reference engine on its archive.
float Difference(const GraphNet& net, int w, int h) {
  auto engine = nn::MakeReferenceEngine(net.ToArchive());
  EXPECT_TRUE(engine.ok()) << engine.status().message();
  std::vector<float> vis = nn::RandomPlane(w, h, 1), inf = nn::RandomPlane(w, h, 2);
  const int even_w = w + w % 2, even_h = h + h % 2;
  std::vector<float> expected = nn::RunTiled(**engine, vis, inf, w, h, even_w, even_h);
  const torch::NoGradGuard no_grad;
  const torch::Tensor fused = net.Forward(torch::from_blob(vis.data(), {1, 1, h, w}),
                                          torch::from_blob(inf.data(), {1, 1, h, w}));
  return (fused - torch::from_blob(expected.data(), {1, 1, h, w})).abs().max().item<float>();
}

TEST(GraphNet, EqualsTheInferenceEngineAtAnySize) {
  for (const bool coarse : {false, true}) {
    auto net = GraphNet::FromArchive(
        nn::RandomLiteWeights({.channels = 12, .layers = 4, .coarse = coarse}, 3));
    ASSERT_TRUE(net.ok()) << net.status().message();
    for (const bool channels_last : {false, true}) {
      net->SetChannelsLast(channels_last);
      for (const auto& [w, h] : {std::pair{1, 1}, {2, 5}, {33, 40}, {71, 66}, {64, 64}}) {
        EXPECT_LT(Difference(*net, w, h), 4e-6f) << w << "x" << h << " coarse " << coarse;
      }
    }
  }
}

TEST(GraphNet, PartsAddUpToTheArchive) {
  for (const bool coarse : {false, true}) {
    const GraphNet net = GraphNet::Initialized(Lite({.coarse = coarse}), 5, true);
    EXPECT_LT(Difference(net, 45, 38), 4e-6f);
  }
  const GraphNet full = GraphNet::Initialized(model::SeAFusionNetwork(), 5, true);
  EXPECT_LT(Difference(full, 21, 18), 4e-6f);
}

TEST(GraphNet, SeAFusionStartsAsFusionNet) {
  const auto ours = GraphNet::Initialized(model::SeAFusionNetwork(), 5, true).ToArchive();
  const auto theirs = FusionNet::Initialized(5).ToArchive();
  for (const auto& [name, tensor] : theirs.tensors) {
    EXPECT_EQ(ours.tensors.at(name).values, tensor.values) << name;
  }
}

TEST(GraphNet, TheArchiveSaysWhatItIsAndComesBack) {
  const GraphNet net = GraphNet::Initialized(Lite({.channels = 24, .layers = 3}), 5, true);
  const model::TensorArchive archive = net.ToArchive();
  EXPECT_EQ(archive.metadata.at("network"), "lite");
  const auto back = GraphNet::FromArchive(archive);
  ASSERT_TRUE(back.ok()) << back.status().message();
  EXPECT_EQ(back->network().lite->channels, 24);
  for (const auto& [name, tensor] : back->ToArchive().tensors) {
    EXPECT_EQ(tensor.values, archive.tensors.at(name).values) << name;
  }
}

TEST(GraphNet, WeightsWithPartsBesideThemAreTheSameNetwork) {
  const auto archive = nn::RandomLiteWeights({.channels = 12, .layers = 4}, 3);
  const auto net = GraphNet::FromArchive(archive, true);
  ASSERT_TRUE(net.ok()) << net.status().message();
  EXPECT_GT(net->parameter_tensors().size(),
            GraphNet::FromArchive(archive)->parameter_tensors().size());
  for (const auto& [name, tensor] : net->ToArchive().tensors) {
    EXPECT_EQ(tensor.values, archive.tensors.at(name).values) << name;
  }
}

TEST(GraphNet, TheSeedDecides) {
  const auto values = [](std::uint64_t seed) {
    return GraphNet::Initialized(Lite({}), seed, true)
        .ToArchive()
        .tensors.at("conv3.weight")
        .values;
  };
  EXPECT_EQ(values(1), values(1));
  EXPECT_NE(values(1), values(2));
}

// Untrained, it is near the mean of the sources, and its layers neither die nor explode.
TEST(GraphNet, StartsNearTheSourcesMean) {
  for (const bool parts : {false, true}) {
    const GraphNet net = GraphNet::Initialized(Lite({.coarse = true}), 3, parts);
    const torch::NoGradGuard no_grad;
    const torch::Tensor vis = torch::rand({1, 1, 64, 64}), inf = torch::rand({1, 1, 64, 64});
    const torch::Tensor off = net.Unclamped(vis, inf) - (vis + inf) / 2;
    EXPECT_LT(off.abs().mean().item<float>(), 0.5f);
    EXPECT_GT(off.std().item<float>(), 1e-3f);
  }
}

TEST(GraphNet, EveryPartLearns) {
  const GraphNet net = GraphNet::Initialized(Lite({.coarse = true}), 3, true);
  net.Unclamped(torch::rand({2, 1, 64, 64}), torch::rand({2, 1, 64, 64}))
      .square()
      .mean()
      .backward();
  // 6 and 2 x 3 layers of kernel, bias and 1x1; a factor where channels agree: 4 and 2 x 2.
  EXPECT_EQ(net.parameter_tensors().size(), 12u * 3 + 8);
  for (const torch::Tensor& t : net.parameter_tensors()) {
    EXPECT_GT(t.grad().abs().sum().item<float>(), 0) << t.sizes();
  }
}

TEST(GraphNet, UnclampedGoesBeyondTheRange) {
  auto archive = nn::RandomLiteWeights({}, 3);
  for (float& v : archive.tensors.at("conv6.bias").values) v = 2;
  const auto net = GraphNet::FromArchive(archive);
  const torch::Tensor half = torch::full({1, 1, 8, 8}, 0.5f);
  EXPECT_GT(net->Unclamped(half, half).max().item<float>(), 1.5f);
  EXPECT_LE(net->Forward(half, half).max().item<float>(), 1.0f);
}

}  // namespace
}  // namespace seafusion::learn
