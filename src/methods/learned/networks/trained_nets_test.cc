// The networks of the three methods that have no public weights at hand.
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "methods/learned/networks/fusiongan_net.h"
#include "methods/learned/networks/gan_generator.h"
#include "methods/learned/networks/ganmcc_net.h"
#include "methods/learned/networks/rfn_nest_net.h"

namespace seafusion::methods {
namespace {

using Tensors = std::map<std::string, torch::Tensor>;

Tensors Random(const std::vector<model::TensorSpec>& specs, double deviation = 0.1) {
  torch::manual_seed(7);
  Tensors tensors;
  for (const model::TensorSpec& spec : specs) {
    tensors[spec.name] = deviation * torch::randn(spec.shape);
  }
  return tensors;
}
TensorSource Source(const Tensors& tensors) {
  return [&tensors](const std::string& name) { return tensors.at(name); };
}
std::int64_t Values(const std::vector<model::TensorSpec>& specs) {
  std::int64_t count = 0;
  for (const model::TensorSpec& spec : specs) {
    count +=
        std::accumulate(spec.shape.begin(), spec.shape.end(), std::int64_t{1}, std::multiplies<>());
  }
  return count;
}
torch::Tensor Picture(int height, int width) {
  return 255 * torch::rand({1, 1, height, width});
}

// Counted in the publications' code.
TEST(TrainedNets, HaveThePublishedNumberOfWeights) {
  EXPECT_EQ(Values(FusionGanTensors()), 924673);
  EXPECT_EQ(Values(GanMcCTensors()), 1862209);
  EXPECT_EQ(Values(NestFuseTensors(kRfnNestPublishedWidth)), 2732761);
  EXPECT_EQ(Values(RfnTensors(kRfnNestPublishedWidth)), 4791488);
  EXPECT_EQ(FusionGanTensors()[0].name, "fusion_model/layer1/w1");
  EXPECT_EQ(GanMcCTensors()[8].name, "fusion_model/layer1_vi/w1_vi");
}

const GanGeneratorShape kNarrow{.channels = {4, 4, 4, 4}};
const GanGeneratorShape kNarrowTwoPaths{.two_paths = true, .channels = {4, 4, 4, 4}};

TEST(GanGenerator, OfOddSizesKeepsTheSizeAndTheRange) {
  for (const GanGeneratorShape& shape : {kNarrow, kNarrowTwoPaths}) {
    const Tensors tensors = Random(GanGeneratorTensors(shape));
    const torch::Tensor fused =
        FuseWithGan(shape, Source(tensors), Picture(17, 23), Picture(17, 23));
    EXPECT_EQ(fused.sizes(), (std::vector<std::int64_t>{1, 1, 17, 23}));
    EXPECT_GE(fused.min().item<double>(), 0);
    EXPECT_LE(fused.max().item<double>(), 255);
  }
}

// Normalisation by the picture's own moments takes out biases and scale of what comes before it.
TEST(GanGenerator, BiasesAndScaleOfTheFirstLayersCancel) {
  Tensors tensors = Random(GanGeneratorTensors(kNarrow), 1.0);
  const torch::Tensor ir = Picture(16, 16), vi = Picture(16, 16);
  const torch::Tensor before = FuseWithGan(kNarrow, Source(tensors), ir, vi);
  tensors["fusion_model/layer2/b2"] += 3;
  tensors["fusion_model/layer3/w3"] *= 2;
  const torch::Tensor after = FuseWithGan(kNarrow, Source(tensors), ir, vi);
  EXPECT_LT((after - before).abs().max().item<double>(), 0.05);
}

TEST(GanGenerator, TheTwoPathsSeeTheSourcesInTheirOrder) {
  Tensors tensors = Random(GanGeneratorTensors(kNarrowTwoPaths), 1.0);
  const torch::Tensor ir = Picture(16, 16), vi = Picture(16, 16);
  const torch::Tensor fused = FuseWithGan(kNarrowTwoPaths, Source(tensors), ir, vi);
  // Exchanging sources, paths and the last layer's channels at once changes nothing.
  Tensors exchanged = tensors;
  for (const auto& [name, tensor] : tensors) {
    if (name.find("_vi") == std::string::npos) continue;
    std::string other = name;
    for (std::size_t at; (at = other.find("_vi")) != std::string::npos;) other.erase(at, 3);
    exchanged[name] = tensors.at(other);
    exchanged[other] = tensor;
  }
  const torch::Tensor last = tensors.at("fusion_model/layer5/w5");
  exchanged["fusion_model/layer5/w5"] = torch::cat(
      {last.slice(1, 4, 8), last.slice(1, 0, 4), last.slice(1, 12, 16), last.slice(1, 8, 12)}, 1);
  const torch::Tensor same = FuseWithGan(kNarrowTwoPaths, Source(exchanged), vi, ir);
  EXPECT_LT((same - fused).abs().max().item<double>(), 0.01);
}

class RfnNest : public ::testing::Test {
 protected:
  RfnNest() {
    tensors_ = Random(NestFuseTensors(8));
    const Tensors fusion = Random(RfnTensors(8));
    tensors_.insert(fusion.begin(), fusion.end());
    // Alive, although every layer ends in a ReLU.
    tensors_["conv_out.conv2d.bias"].fill_(5);
  }
  Tensors tensors_;
};

TEST_F(RfnNest, OfAnySizeKeepsTheSize) {
  for (const auto& [height, width] : {std::pair{16, 16}, {17, 31}, {45, 22}, {5, 40}, {1, 1}}) {
    const torch::Tensor fused =
        FuseRfnNest(Source(tensors_), Picture(height, width), Picture(height, width));
    EXPECT_EQ(fused.sizes(), (std::vector<std::int64_t>{1, 1, height, width}));
    EXPECT_GE(fused.min().item<double>(), 0);
  }
}

TEST_F(RfnNest, PartsAreThePublishedOnesAndTheirOverlapIsTheMean) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor ir = Picture(33, 520), vi = Picture(33, 520);
  const torch::Tensor fused = FuseRfnNest(Source(tensors_), ir, vi);
  const auto alone = [&](int top, int bottom, int left, int right) {
    const auto cut = [&](const torch::Tensor& x) {
      return x.slice(2, top, bottom).slice(3, left, right).contiguous();
    };
    return FuseRfnNest(Source(tensors_), cut(ir), cut(vi));
  };
  // Rows 0..18 and 14..32, columns 0..262 and 258..519.
  const torch::Tensor a = alone(0, 19, 0, 263), b = alone(0, 19, 258, 520);
  EXPECT_FLOAT_EQ(fused[0][0][3][7].item<float>(), a[0][0][3][7].item<float>());
  EXPECT_NEAR(fused[0][0][3][260].item<double>(),
              (a[0][0][3][260].item<double>() + b[0][0][3][2].item<double>()) / 2, 1e-4);
  EXPECT_FLOAT_EQ(fused[0][0][3][519].item<float>(), b[0][0][3][261].item<float>());
  EXPECT_GT((FuseRfnNest(Source(tensors_), ir, vi, false) - fused).abs().max().item<double>(), 0);
}

TEST_F(RfnNest, StretchSpansTheWholeRangeAndSurvivesAConstant) {
  const torch::Tensor stretched = StretchRfnNest(torch::tensor({3.0f, 4.0f, 5.0f}));
  EXPECT_NEAR(stretched[0].item<double>(), 0, 1e-6);
  EXPECT_NEAR(stretched[1].item<double>(), 127.5, 1e-2);
  EXPECT_NEAR(stretched[2].item<double>(), 255, 1e-2);
  EXPECT_EQ(StretchRfnNest(torch::full({4}, 7.0f)).max().item<float>(), 0.0f);
}

}  // namespace
}  // namespace seafusion::methods
