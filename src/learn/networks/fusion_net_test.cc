#include "learn/networks/fusion_net.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "model/graph/fusion_graph.h"
#include "nn/engine.h"
#include "nn/test_weights.h"

namespace seafusion::learn {
namespace {

TEST(FusionNet, EqualsTheInferenceEngine) {
  const model::TensorArchive weights = nn::RandomFusionWeights(21);
  auto net = FusionNet::FromArchive(weights);
  auto engine = nn::MakeReferenceEngine(weights);
  ASSERT_TRUE(net.ok() && engine.ok());
  for (const auto& [w, h] : {std::pair{1, 1}, {9, 4}, {23, 17}}) {
    std::vector<float> vis = nn::RandomPlane(w, h, 1), inf = nn::RandomPlane(w, h, 2);
    std::vector<float> expected(vis.size());
    auto workspace = (*engine)->MakeWorkspace(w, h);
    ASSERT_TRUE((*engine)
                    ->Run({vis.data(), w}, {inf.data(), w}, w, h, {0, 0, w, h}, nullptr,
                          **workspace, {expected.data(), w})
                    .ok());
    const torch::NoGradGuard no_grad;
    const torch::Tensor fused = net->Forward(torch::from_blob(vis.data(), {1, 1, h, w}),
                                             torch::from_blob(inf.data(), {1, 1, h, w}));
    const torch::Tensor difference =
        (fused - torch::from_blob(expected.data(), {1, 1, h, w})).abs().max();
    EXPECT_LT(difference.item<float>(), 2e-6f) << w << "x" << h;
  }
}

TEST(FusionNet, StartsAsDocumented) {
  const FusionNet net = FusionNet::Initialized(5);
  std::int64_t count = 0;
  for (const FusionNet::Parameter& p : net.parameters()) {
    count += p.value.numel();
    EXPECT_TRUE(p.value.requires_grad()) << p.name;
    if (p.name == "inf_rgbd2.sobelconv.convx.weight") {
      EXPECT_EQ(p.value[31][0][1][0].item<float>(), 2.0f);
      EXPECT_EQ(p.value[31][0][1][2].item<float>(), -2.0f);
    }
    if (p.name == "decode4.conv.weight" || p.name == "decode4.conv.bias") {
      const float bound = 1.0f / std::sqrt(96.0f * 9.0f);
      EXPECT_LE(p.value.abs().max().item<float>(), bound);
      EXPECT_GT(p.value.abs().max().item<float>(), 0.9f * bound);
      EXPECT_LT(std::fabs(p.value.mean().item<float>()), 0.2f * bound);
    }
  }
  EXPECT_EQ(count, 166657);
}

TEST(FusionNet, TheSeedDecidesTheWeights) {
  const auto a = FusionNet::Initialized(5).ToArchive(), b = FusionNet::Initialized(5).ToArchive(),
             c = FusionNet::Initialized(6).ToArchive();
  EXPECT_TRUE(model::CheckFusionWeights(a).ok());
  const char* name = "decode3.conv.weight";
  EXPECT_EQ(a.tensors.at(name).values, b.tensors.at(name).values);
  EXPECT_NE(a.tensors.at(name).values, c.tensors.at(name).values);
}

TEST(FusionNet, EveryParameterGetsAGradient) {
  torch::manual_seed(3);
  const FusionNet net = FusionNet::Initialized(7);
  net.Forward(torch::rand({1, 1, 8, 8}), torch::rand({1, 1, 8, 8})).sum().backward();
  for (const FusionNet::Parameter& p : net.parameters()) {
    ASSERT_TRUE(p.value.grad().defined()) << p.name;
    EXPECT_GT(p.value.grad().abs().max().item<float>(), 0.0f) << p.name;
  }
}

}  // namespace
}  // namespace seafusion::learn
