// The networks with their published weights against numbers of an independent implementation in
// double precision.
#include "methods/learned/published_networks.h"

#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "methods/learned/network_weights.h"
#include "methods/learned/networks/densefuse_net.h"
#include "methods/learned/networks/ifcnn_net.h"
#include "methods/learned/networks/sdnet_net.h"
#include "methods/learned/networks/u2fusion_net.h"

namespace seafusion::methods {
namespace {

constexpr int kWidth = 10, kHeight = 12;

template <typename Level>
torch::Tensor Picture(Level level) {
  torch::Tensor picture = torch::empty({1, 1, kHeight, kWidth});
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) picture[0][0][y][x] = static_cast<float>(level(x, y) % 256);
  }
  return picture;
}

// Samples (y, x) = (0,0), (0,9), (5,4), (11,0), (11,9), then mean, minimum, maximum.
using Numbers = std::array<double, 8>;

void Expect(const Numbers& expected, const torch::Tensor& plane, double range) {
  const torch::Tensor p = plane.reshape({kHeight, kWidth});
  const Numbers actual = {p[0][0].item<float>(),  p[0][9].item<float>(),  p[5][4].item<float>(),
                          p[11][0].item<float>(), p[11][9].item<float>(), p.mean().item<float>(),
                          p.min().item<float>(),  p.max().item<float>()};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], 1e-4 * range) << "number " << i;
  }
}

class PublishedNetworksTest : public ::testing::Test {
 protected:
  // False: the weights are not here.
  bool Load(const std::string& method) {
    const auto archive = ReadPublished(std::string(SEAFUSION_SHARED_DIR) + "/data/weights", method);
    if (!archive.ok()) {
      EXPECT_EQ(archive.status().code(), StatusCode::kNotFound) << archive.status().message();
      return false;
    }
    const auto specs = model::SpecsOf(*model::FindPublishedNetwork(method));
    auto weights = NetworkWeights::FromArchive(*archive, method, specs);
    EXPECT_TRUE(weights.ok()) << weights.status().message();
    if (!weights.ok()) return false;
    weights_.emplace(*std::move(weights));
    return true;
  }

  std::optional<NetworkWeights> weights_;
  const TensorSource tensors_ = [this](const std::string& name) { return (*weights_)[name]; };
  const c10::InferenceMode inference_;
  const torch::Tensor vi_ = Picture([](int x, int y) { return 37 * y + 71 * x + 11 * y * x; });
  const torch::Tensor ir_ = Picture([](int x, int y) { return 29 * y * y + 53 * x + 17; });
};

TEST_F(PublishedNetworksTest, DenseFuse) {
  if (!Load("densefuse")) GTEST_SKIP() << "the published weights are not here";
  Expect({76.833000, 315.516600, 364.571710, 191.903233, 148.377666, 243.523169, 25.855244,
          454.694165},
         RunDenseFuse(tensors_, ir_, vi_), 255);
  Expect(
      {61.088426, 144.034295, 177.042233, 60.307894, 85.309755, 119.161276, 2.084620, 249.587346},
      DenseFuseDecode(tensors_, DenseFuseEncode(tensors_, vi_)), 255);
}

TEST_F(PublishedNetworksTest, U2Fusion) {
  if (!Load("u2fusion")) GTEST_SKIP() << "the published weights are not here";
  Expect({0.435194, 0.461718, 0.583795, 0.460904, 0.508112, 0.422369, 0.127153, 0.847009},
         RunU2Fusion(tensors_, ir_ / 255, vi_ / 255), 1);
  Expect({0.372369, 0.497999, 0.619364, 0.436450, 0.522064, 0.423079, 0.131521, 0.810892},
         RunU2Fusion(tensors_, vi_ / 255, ir_ / 255), 1);
}

TEST_F(PublishedNetworksTest, SdNet) {
  if (!Load("sdnet")) GTEST_SKIP() << "the published weights are not here";
  const torch::Tensor fused = RunSdNet(tensors_, (ir_ - 127.5) / 127.5, (vi_ - 127.5) / 127.5);
  Expect({-0.824947, 0.110683, 0.768994, 0.255653, -0.349233, -0.061738, -0.833668, 0.813863},
         fused, 2);
  const Decomposed parts = DecomposeSdNet(tensors_, fused);
  Expect({-0.048754, 0.022865, 0.082424, 0.020904, -0.038159, -0.010767, -0.109142, 0.082424},
         parts.ir, 2);
  Expect({-0.086435, -0.086588, -0.089047, -0.086594, -0.086463, -0.088016, -0.089047, -0.086435},
         parts.vi, 2);
}

TEST_F(PublishedNetworksTest, Ifcnn) {
  if (!Load("ifcnn")) GTEST_SKIP() << "the published weights are not here";
  const torch::Tensor mean = torch::tensor({0.485f, 0.456f, 0.406f}).view({1, 3, 1, 1});
  const torch::Tensor deviation = torch::tensor({0.229f, 0.224f, 0.225f}).view({1, 3, 1, 1});
  const torch::Tensor fused =
      RunIfcnn(tensors_, (ir_ / 255 - mean) / deviation, (vi_ / 255 - mean) / deviation) *
          deviation +
      mean;
  Expect({0.148488, 0.299417, 0.774225, 0.644977, 0.584450, 0.496368, -0.023573, 0.989258},
         fused[0][0], 1);
  Expect({0.063983, 0.304524, 0.779835, 0.973655, 0.594611, 0.475804, -0.128833, 1.095612},
         fused[0][1], 1);
  Expect({0.070376, 0.564038, 0.780092, 0.825921, 0.587251, 0.474469, -0.035569, 0.993502},
         fused[0][2], 1);
  const torch::Tensor plain =
      RunIfcnn(tensors_, (ir_ / 255).expand({1, 3, -1, -1}), (vi_ / 255).expand({1, 3, -1, -1}));
  Expect({0.086045, 0.379664, 0.775137, 0.678740, 0.579900, 0.493620, 0.018031, 1.027906},
         plain[0][0], 1);
}

}  // namespace
}  // namespace seafusion::methods
