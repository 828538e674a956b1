#include "nn/plan/prune.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "nn/plan/plan.h"
#include "nn/test_weights.h"

namespace seafusion::nn::plan {
namespace {

// As learn::FusionNet::RemoveGradientStream leaves them.
model::TensorArchive WithoutGradientStream() {
  model::TensorArchive archive = RandomFusionWeights(1);
  for (auto& [name, tensor] : archive.tensors) {
    if (name.find(".convup.") != std::string::npos) {
      std::fill(tensor.values.begin(), tensor.values.end(), 0.0f);
    }
  }
  return archive;
}

TEST(Pruned, KeepsAGraphThatNeedsEverything) {
  EXPECT_EQ(Pruned(model::FusionGraph(), RandomFusionWeights(1)).size(),
            model::FusionGraph().size());
}

TEST(Pruned, WithoutItsGradientStreamSeAFusionHasNoGradients) {
  const model::Graph graph = Pruned(model::FusionGraph(), WithoutGradientStream());
  EXPECT_EQ(graph.size(), model::FusionGraph().size() - 4 * 2);
  for (const model::Node& node : graph) {
    EXPECT_NE(node.op, model::Op::kGradient) << node.name;
    if (node.name == "vis_rgbd1.convdown") {
      EXPECT_EQ(node.activation, model::Activation::kLeakyRelu);
      EXPECT_EQ(node.slope, 0.1f);
    }
  }
  const auto plan = Compile(graph);
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  EXPECT_EQ(plan->steps.size(), 14u);
  const std::string listing = Listing(*plan);
  EXPECT_NE(listing.find("point inf_rgbd1.convdown: inf_rgbd1.dense.conv1 +-1, "
                         "inf_rgbd1.dense.conv2 so far, inf_conv, inside it "
                         "inf_rgbd1.dense.conv2 -> inf_rgbd1.convdown; grain 4, margin 24"),
            std::string::npos)
      << listing;
}

TEST(Pruned, WhatElseIsReadStays) {
  // The added node has another reader: it may not take the activation.
  model::Graph graph = model::FusionGraph();
  const auto index = [&](const std::string& name) {
    return static_cast<int>(std::find_if(graph.begin(), graph.end(),
                                         [&](const model::Node& n) { return n.name == name; }) -
                            graph.begin());
  };
  graph[index("decode4")].inputs.push_back(index("vis_rgbd2.convdown"));
  model::TensorArchive archive = WithoutGradientStream();
  const model::Graph pruned = Pruned(graph, archive);
  EXPECT_EQ(pruned.size(), graph.size() - 3 * 2);
}

}  // namespace
}  // namespace seafusion::nn::plan
