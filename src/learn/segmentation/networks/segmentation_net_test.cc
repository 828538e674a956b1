#include "learn/segmentation/networks/segmentation_net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

constexpr SegmentationShape kSmall = {.classes = 9, .width = 8};

SegmentationNet Make(const SegmentationShape& shape, std::uint64_t seed = 1) {
  auto net = SegmentationNet::Initialized(shape, seed);
  EXPECT_TRUE(net.ok()) << net.status().message();
  return *std::move(net);
}

torch::Tensor Pictures(int count, int height, int width) {
  torch::manual_seed(5);
  return torch::rand({count, 3, height, width});
}

std::size_t Values(const model::TensorArchive& archive) {
  std::size_t count = 0;
  for (const auto& [name, tensor] : archive.tensors) count += tensor.values.size();
  return count;
}

TEST(SegmentationNet, HasThePublishedTensors) {
  const model::TensorArchive archive = Make({}).ToArchive();
  const auto shape = [&](const char* name) {
    const auto it = archive.tensors.find(name);
    return it == archive.tensors.end() ? "none" : model::ShapeName(it->second.shape);
  };
  EXPECT_EQ(shape("cp.resnet.conv1.weight"), "64x3x7x7");
  EXPECT_EQ(shape("cp.resnet.layer1.1.bn2.running_var"), "64");
  EXPECT_EQ(shape("cp.resnet.layer1.0.downsample.0.weight"), "none");
  EXPECT_EQ(shape("cp.resnet.layer4.0.downsample.0.weight"), "512x256x1x1");
  EXPECT_EQ(shape("cp.arm32.conv.conv.weight"), "128x512x3x3");
  EXPECT_EQ(shape("cp.arm8.bn_atten.bias"), "128");
  EXPECT_EQ(shape("cp.sp16.conv.weight"), "128x256x1x1");
  EXPECT_EQ(shape("cp.conv_head16.conv.weight"), "128x128x3x3");
  EXPECT_EQ(shape("cp.conv_fuse.conv.weight"), "128x128x1x1");
  EXPECT_EQ(shape("conv_out.conv_out.weight"), "9x128x1x1");
  EXPECT_EQ(shape("conv_out16.conv.conv.weight"), "64x128x3x3");
  EXPECT_EQ(shape("conv_out16.conv_out.weight"), "9x64x1x1");
  // ResNet-18 without its classifier: 11,176,512 weights and 9,600 running statistics.
  std::size_t backbone = 0;
  for (const auto& [name, tensor] : archive.tensors) {
    if (name.starts_with("cp.resnet.")) backbone += tensor.values.size();
  }
  EXPECT_EQ(backbone, 11176512u + 9600u);
}

TEST(SegmentationNet, TheSlimNetworkIsSmall) {
  EXPECT_LT(Values(Make({.classes = 9, .width = 16}).ToArchive()) * sizeof(float), 4'000'000u);
}

TEST(SegmentationNet, ScoresEveryPixelOfAnySize) {
  SegmentationNet net = Make(kSmall);
  net.SetTraining(false);
  const torch::NoGradGuard no_grad;
  for (const auto& [h, w] : {std::pair{1, 1}, {1, 70}, {33, 47}, {64, 96}}) {
    const SegmentationScores scores = net.Forward(Pictures(2, h, w));
    const std::vector<std::int64_t> expected = {2, 9, h, w};
    EXPECT_EQ(scores.main.sizes().vec(), expected);
    EXPECT_EQ(scores.auxiliary.sizes().vec(), expected);
    EXPECT_TRUE(scores.main.isfinite().all().item<bool>());
  }
}

TEST(SegmentationNet, TheSeedDecides) {
  EXPECT_EQ(Make(kSmall, 3).ToArchive().tensors.at("cp.arm16.conv.conv.weight").values,
            Make(kSmall, 3).ToArchive().tensors.at("cp.arm16.conv.conv.weight").values);
  EXPECT_NE(Make(kSmall, 3).ToArchive().tensors.at("cp.arm16.conv.conv.weight").values,
            Make(kSmall, 4).ToArchive().tensors.at("cp.arm16.conv.conv.weight").values);
}

TEST(SegmentationNet, FreshConvolutionsKeepTheVariance) {
  const auto archive = Make({.classes = 9, .width = 16}).ToArchive();
  const auto variance = [&](const char* name) {
    const std::vector<float>& v = archive.tensors.at(name).values;
    double sum = 0, squares = 0;
    for (double x : v) sum += x, squares += x * x;
    const double n = static_cast<double>(v.size());
    return squares / n - (sum / n) * (sum / n);
  };
  EXPECT_NEAR(variance("cp.arm32.conv.conv.weight") * 128 * 9, 1.0, 0.05);
  EXPECT_NEAR(variance("cp.resnet.layer4.1.conv1.weight") * 128 * 9, 2.0, 0.05);
}

// The auxiliary head reads the features at 1/16, so the backbone's last stage, at 1/32, and what
// the main head alone uses, do not see its gradient.
TEST(SegmentationNet, TheAuxiliaryHeadBranchesOffAtASixteenth) {
  SegmentationNet net = Make(kSmall);
  net.Forward(Pictures(2, 64, 64)).auxiliary.square().sum().backward();
  const auto groups = net.parameter_groups();
  const auto count_with_gradient = [&](bool head, bool convolution) {
    int count = 0;
    for (const auto& g : groups) {
      if (g.head != head || g.convolution != convolution) continue;
      for (const torch::Tensor& t : g.tensors) {
        count += t.grad().defined() && t.grad().abs().sum().item<double>() > 0;
      }
    }
    return count;
  };
  EXPECT_EQ(count_with_gradient(true, true), 2);  // of four
  // conv1; two stages of 4 + 5 convolutions less those of layer 4; layer3 with its shortcut 5;
  // arm16: 2.
  EXPECT_EQ(count_with_gradient(false, true), 1 + 4 + 5 + 5 + 2);
}

TEST(SegmentationNet, FrozenItPassesGradientsToItsInputAlone) {
  SegmentationNet net = Make(kSmall);
  net.SetTraining(false);
  net.SetFrozen(true);
  torch::Tensor rgb = Pictures(1, 64, 64).set_requires_grad(true);
  net.Forward(rgb).main.square().sum().backward();
  EXPECT_GT(rgb.grad().abs().sum().item<double>(), 0.0);
  for (const auto& group : net.parameter_groups()) {
    for (const torch::Tensor& t : group.tensors) EXPECT_FALSE(t.grad().defined());
  }
}

TEST(SegmentationNet, AnArchiveHoldsEverything) {
  SegmentationNet net = Make(kSmall);
  net.Forward(Pictures(3, 64, 64));  // moves the running statistics
  net.SetTraining(false);
  auto again = SegmentationNet::FromArchive(net.ToArchive());
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(again->shape().width, 8);
  again->SetTraining(false);
  const torch::Tensor picture = Pictures(1, 40, 56);
  EXPECT_TRUE(torch::equal(net.Forward(picture).main, again->Forward(picture).main));
  EXPECT_TRUE(torch::equal(net.Forward(picture).auxiliary, again->Forward(picture).auxiliary));
}

TEST(SegmentationNet, OtherArchivesAreRefusedByTensor) {
  const model::TensorArchive good = Make(kSmall).ToArchive();
  const auto message = [](const model::TensorArchive& archive) {
    const auto net = SegmentationNet::FromArchive(archive);
    return net.ok() ? "accepted" : std::string(net.status().message());
  };
  EXPECT_EQ(message(good), "accepted");
  EXPECT_THAT(message({}), HasSubstr("cp.resnet.conv1.weight"));

  model::TensorArchive missing = good;
  missing.tensors.erase("cp.sp8.bn.running_mean");
  EXPECT_THAT(message(missing), HasSubstr("cp.sp8.bn.running_mean"));

  model::TensorArchive reshaped = good;
  reshaped.tensors["cp.sp8.conv.weight"].shape = {16, 32, 1, 2};
  EXPECT_THAT(message(reshaped), HasSubstr("cp.sp8.conv.weight"));

  model::TensorArchive unknown = good;
  unknown.tensors["cp.extra.weight"] = {{1}, {0.0f}};
  EXPECT_THAT(message(unknown), HasSubstr("cp.extra.weight"));

  model::TensorArchive counted = good;
  counted.tensors["cp.sp8.bn.num_batches_tracked"] = {{}, {3.0f}};
  EXPECT_EQ(message(counted), "accepted");

  model::TensorArchive broken = good;
  broken.tensors["conv_out.conv.bn.weight"].values[0] = NAN;
  EXPECT_THAT(message(broken), HasSubstr("conv_out.conv.bn.weight"));
}

TEST(SegmentationNet, ImpossibleShapesAreRefused) {
  for (const SegmentationShape& shape :
       {SegmentationShape{1, 64}, {256, 64}, {9, 0}, {9, 12}, {9, 264}}) {
    EXPECT_FALSE(SegmentationNet::Initialized(shape, 1).ok())
        << shape.classes << " " << shape.width;
  }
}

}  // namespace
}  // namespace seafusion::learn
