#include "model/graph/network.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

TensorArchive Zeros(const Network& network) {
  TensorArchive archive;
  for (const TensorSpec& spec : network.tensors) {
    std::size_t count = 1;
    for (const std::int64_t side : spec.shape) count *= static_cast<std::size_t>(side);
    archive.tensors[spec.name] = {spec.shape, std::vector<float>(count, 0.0f)};
  }
  archive.metadata[std::string(kNetworkKey)] = network.name;
  return archive;
}

TEST(Network, SeAFusionHasThePublishedSize) {
  const Network network = SeAFusionNetwork();
  EXPECT_EQ(network.ParameterCount(), 166657);
  EXPECT_EQ(Halo(network.graph), kFusionHalo);
  EXPECT_EQ(TileStep(network.graph), 1);
  EXPECT_EQ(PictureBlock(network.graph), 0);
  EXPECT_EQ(MultiplyAddsPerPixel(network.graph), 166000.0);
}

// 288 + 4 x 576 + 432 multiply-adds a pixel; 1,168 + 4 x 2,320 + 1,740 parameters.
TEST(Network, LiteHasTheSizeOfItsDesign) {
  const Network network = *LiteNetwork({});
  EXPECT_EQ(MultiplyAddsPerPixel(network.graph), 3024.0);
  EXPECT_EQ(network.ParameterCount(), 12188);
  EXPECT_EQ(Halo(network.graph), 12);
  EXPECT_EQ(TileStep(network.graph), 2);
  EXPECT_EQ(PictureBlock(network.graph), 0);
}

// 9 (8 C + 2 C C) at each of two scales more: 5,760 / 64 + 5,760 / 1,024.
TEST(Network, TheCoarsePathCostsLittleAndLooksAtThePictureInBlocks) {
  const Network network = *LiteNetwork({.coarse = true});
  EXPECT_EQ(MultiplyAddsPerPixel(network.graph), 3024.0 + 90.0 + 5.625);
  EXPECT_EQ(Halo(network.graph), 12) << "what the blocks bring is not a tile's to see";
  EXPECT_EQ(PictureBlock(network.graph), 32);
  const std::vector<bool> whole = WholePictureNodes(network.graph);
  int count = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_EQ(whole[n], network.graph[n].scale > 2) << network.graph[n].name;
    count += whole[n];
  }
  EXPECT_EQ(count, 2 * 4);
}

TEST(Network, HaloGrowsByTwoPixelsALayer) {
  for (int layers = kMinLiteLayers; layers <= kMaxLiteLayers; ++layers) {
    EXPECT_EQ(Halo(LiteNetwork({.layers = layers})->graph), 2 * layers);
  }
}

TEST(Network, NodesComeAfterTheirInputsAndScalesFit) {
  for (const Network& network :
       {SeAFusionNetwork(), *LiteNetwork({.channels = 8, .layers = 3, .coarse = true})}) {
    for (std::size_t n = 0; n < network.graph.size(); ++n) {
      for (const auto* list : {&network.graph[n].inputs, &network.graph[n].add}) {
        for (const int i : *list) {
          EXPECT_GE(i, 0);
          EXPECT_LT(static_cast<std::size_t>(i), n) << network.graph[n].name;
        }
      }
      for (const int i : network.graph[n].add) {
        EXPECT_EQ(network.graph[static_cast<std::size_t>(i)].scale, network.graph[n].scale);
        EXPECT_EQ(network.graph[static_cast<std::size_t>(i)].channels, network.graph[n].channels);
      }
    }
    EXPECT_EQ(network.graph.back().scale, 1);
    EXPECT_EQ(network.graph.back().channels, 1);
  }
}

TEST(IdentifyNetwork, FindsEveryParameterInTheFile) {
  for (const LiteParameters p : {LiteParameters{},
                                 {.channels = 8, .layers = 3},
                                 {.channels = 64, .layers = 8, .coarse = true},
                                 {.channels = 24, .layers = 4, .coarse = true}}) {
    const auto found = IdentifyNetwork(Zeros(*LiteNetwork(p)));
    ASSERT_TRUE(found.ok()) << found.status().message();
    EXPECT_EQ(found->name, kLiteName);
    ASSERT_TRUE(found->lite.has_value());
    EXPECT_EQ(*found->lite, p);
  }
}

TEST(IdentifyNetwork, WithoutANameItIsSeAFusion) {
  TensorArchive archive = Zeros(SeAFusionNetwork());
  EXPECT_EQ(IdentifyNetwork(archive)->name, kSeAFusionName);
  archive.metadata.clear();
  const auto found = IdentifyNetwork(archive);
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(found->name, kSeAFusionName);
  EXPECT_FALSE(found->lite.has_value());
}

std::string Refusal(const TensorArchive& archive) {
  const auto found = IdentifyNetwork(archive);
  EXPECT_EQ(found.status().code(), StatusCode::kInvalidArgument);
  return std::string(found.status().message());
}

TEST(IdentifyNetwork, SaysWhoseWeightsOtherNetworksAre) {
  TensorArchive archive;
  archive.tensors["encoder.weight"] = {{1}, {0.0f}};
  archive.metadata["method"] = "ifcnn";
  EXPECT_EQ(OtherNetworkOf(archive), "ifcnn");
  EXPECT_EQ(Refusal(archive),
            "the weights are of \"ifcnn\", not of a fusion network of this project");
  archive.metadata.clear();
  archive.tensors["cp.resnet.conv1.weight"] = {{1}, {0.0f}};
  EXPECT_EQ(OtherNetworkOf(archive), "segmentation");
}

TEST(IdentifyNetwork, RefusesWhatDoesNotFitAndSaysWhat) {
  const TensorArchive lite = Zeros(*LiteNetwork({.coarse = true}));
  TensorArchive a = lite;
  a.metadata["network"] = "huge\n";
  EXPECT_EQ(OtherNetworkOf(a), "");
  EXPECT_EQ(Refusal(a),
            "the weights are of a network \"huge\\x0a\", which this version does not know");
  a = lite;
  a.tensors.erase("conv1.weight");
  EXPECT_EQ(Refusal(a), "tensor conv1.weight is missing");
  a = lite;
  a.tensors.erase("coarse16.conv2.bias");
  EXPECT_EQ(Refusal(a), "tensor coarse16.conv2.bias is missing");
  a = lite;
  a.tensors.erase("conv4.weight");  // then it has three layers, and the third is the last
  EXPECT_EQ(Refusal(a), "tensor conv3.weight is 16x16x3x3, expected 12x16x3x3");
  a = lite;
  a.tensors["conv1.weight"] = {{7, 8, 3, 3}, std::vector<float>(504)};
  EXPECT_EQ(Refusal(a), "a lite network of 7 channels; it has 8 to 64");
  a = lite;
  a.tensors["conv1.weight"] = {{}, {1.0f}};
  EXPECT_THAT(Refusal(a), HasSubstr("tensor conv1.weight is scalar, expected 8 to 64"));
  a = lite;
  a.metadata.clear();
  EXPECT_EQ(Refusal(a), "tensor vis_conv.conv.weight is missing");
  a = Zeros(SeAFusionNetwork());
  a.metadata["network"] = "lite";
  EXPECT_EQ(Refusal(a), "tensor conv1.weight is missing");
}

TEST(LiteNetwork, RefusesParametersOutOfRange) {
  EXPECT_EQ(LiteNetwork({.channels = 65}).status().message(),
            "a lite network of 65 channels; it has 8 to 64");
  EXPECT_EQ(LiteNetwork({.layers = 2}).status().message(),
            "a lite network of 2 layers; it has 3 to 8");
}

}  // namespace
}  // namespace seafusion::model
