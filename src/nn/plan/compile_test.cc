#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "model/graph/graph_builder.h"
#include "model/graph/lite_graph.h"
#include "model/methods/method_graphs.h"
#include "nn/plan/plan.h"

namespace seafusion::nn::plan {
namespace {

// SeAFusion's two encoders are alike.
std::string Encoder(const std::string& p) {
  return "plane conv " + p + "_conv: " + p + " -> " + p +
         "_conv; grain 4, margin 32, ahead 32\n"
         "winograd " +
         p + "_rgbd1.dense.conv1: " + p + "_conv +-1 -> " + p + "_rgbd1.dense.conv1, " + p +
         "_rgbd1.dense.conv2 so far; grain 4, margin 28, ahead 28\n"
         "point " +
         p + "_rgbd1.convup: " + p + "_rgbd1.dense.conv1 +-1, " + p +
         "_rgbd1.dense.conv2 so far, " + p + "_conv +-1, inside it " + p + "_rgbd1.dense.conv2, " +
         p + "_rgbd1.sobelconv -> " + p +
         "_rgbd1.convup; grain 4, margin 24, ahead 24\n"
         "winograd " +
         p + "_rgbd2.dense.conv1: " + p + "_rgbd1.convup +-1 -> " + p + "_rgbd2.dense.conv1, " + p +
         "_rgbd2.dense.conv2 so far; grain 4, margin 20, ahead 20\n"
         "point " +
         p + "_rgbd2.convup: " + p + "_rgbd2.dense.conv1 +-1, " + p +
         "_rgbd2.dense.conv2 so far, " + p + "_rgbd1.convup +-1, inside it " + p +
         "_rgbd2.dense.conv2, " + p + "_rgbd2.sobelconv -> " + p +
         "_rgbd2.convup; grain 4, margin 16, ahead 16\n";
}

std::string EncoderMaps(const std::string& p) {
  return p + "_conv: 1/1, 16 channels, 16 rows, 9 carried columns\n" + p +
         "_rgbd1.dense.conv1: 1/1, 16 channels, 12 rows, 5 carried columns\n" + p +
         "_rgbd1.dense.conv2 so far: 1/1, 16 channels, 8 rows, 4 carried columns\n" + p +
         "_rgbd1.convup: 1/1, 32 channels, 16 rows, 9 carried columns\n" + p +
         "_rgbd2.dense.conv1: 1/1, 32 channels, 12 rows, 5 carried columns\n" + p +
         "_rgbd2.dense.conv2 so far: 1/1, 32 channels, 8 rows, 4 carried columns\n" + p +
         "_rgbd2.convup: 1/1, 48 channels, 12 rows, 5 carried columns\n";
}

TEST(Compile, SeAFusion) {
  const auto plan = Compile(model::FusionGraph());
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  EXPECT_EQ(Listing(*plan),
            "halo 33, bands of 128 columns\n" + Encoder("vis") + Encoder("inf") +
                "winograd decode4: vis_rgbd2.convup +-1, inf_rgbd2.convup +-1 -> decode4; "
                "grain 4, margin 12, ahead 12\n"
                "winograd decode3: decode4 +-1 -> decode3; grain 4, margin 8, ahead 8\n"
                "winograd decode2: decode3 +-1 -> decode2; grain 4, margin 4, ahead 4\n"
                "to plane decode1: decode2 +-1 -> the output; grain 4, margin 0, ahead 0\n" +
                EncoderMaps("vis") + EncoderMaps("inf") +
                "decode4: 1/1, 64 channels, 12 rows, 5 carried columns\n"
                "decode3: 1/1, 32 channels, 12 rows, 5 carried columns\n"
                "decode2: 1/1, 16 channels, 12 rows, 5 carried columns\n");
}

TEST(Compile, DenseBlocksTransformEachMapOnce) {
  for (const model::Graph& graph : {model::DenseFuseGraph(), model::SdNetGraph()}) {
    const auto plan = Compile(graph);
    ASSERT_TRUE(plan.ok()) << plan.status().message();
    std::vector<int> transforms(plan->maps.size());
    for (const Step& step : plan->steps) {
      if (!step.HasProduct()) continue;
      for (const int map : step.conv_inputs) ++transforms[static_cast<std::size_t>(map)];
    }
    for (const int times : transforms) EXPECT_LE(times, 1) << Listing(*plan);
  }
}

TEST(Compile, SharesThatMakeAProductTooWideStayBehind) {
  // Three blocks of outputs for each of five layers: not all fit beside the first one's.
  const auto plan = Compile(model::U2FusionGraph());
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  for (const Step& step : plan->steps) {
    if (step.product_outputs.size() > 1) {
      EXPECT_LE(plan->ProductOutBlocks(step), 7) << Listing(*plan);
    }
  }
}

TEST(Compile, NamesTheNodeThatHasNoStep) {
  const auto message = [](model::Node last) {
    model::GraphBuilder b;
    const int conv = b.Push({.name = "first",
                             .inputs = {b.Input(model::kVisibleInput)},
                             .channels = 4,
                             .kernel = 3,
                             .weights = {"first.weight", "first.bias"}});
    last.name = "last";
    last.inputs = {conv};
    b.Push(last);
    return Compile(b.Take()).status().message();
  };
  EXPECT_EQ(message({.channels = 2, .kernel = 3}), "no step for last: it does not end in a plane");
  EXPECT_EQ(message({.channels = 1, .kernel = 5}), "no step for last: it does not end in a plane");
  EXPECT_EQ(
      message(
          {.channels = 1, .kernel = 3, .activation = model::Activation::kLeakyRelu, .slope = 0.1f}),
      "no step for last: its activation is not an output's");
  EXPECT_EQ(message({.op = model::Op::kGradient, .channels = 4, .kernel = 3}),
            "no step for last: it does not end in a plane");
  EXPECT_EQ(Compile({}).status().message(),
            "no step for an empty graph: it does not end in a plane");
}

TEST(Compile, Lite) {
  const auto plan = Compile(model::LiteGraph({.channels = 24, .layers = 3, .coarse = true}));
  ASSERT_TRUE(plan.ok()) << plan.status().message();
  EXPECT_EQ(Listing(*plan),
            "halo 6, bands of 4096 columns\n"
            "phase conv conv1: inf, vis, coarse4.conv3 x4, coarse16.conv3 x16 -> conv1; "
            "grain 1, margin 2, ahead 2\n"
            "direct conv conv2: conv1 +-1 -> conv2; grain 1, margin 1, ahead 1\n"
            "blend conv conv3: inf, vis, conv2 +-1 -> the output; grain 1, margin 0, ahead 0\n"
            "conv1: 1/2, 24 channels, 3 rows, 2 carried columns\n"
            "conv2: 1/2, 24 channels, 3 rows, 2 carried columns\n");
}

}  // namespace
}  // namespace seafusion::nn::plan
