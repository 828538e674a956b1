#include "learn/losses/content_loss.h"

#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

torch::Tensor Plane(std::vector<float> values, int height, int width) {
  return torch::tensor(values).view({1, 1, height, width});
}

TEST(SobelMagnitude, HandComputedWithZerosOutside) {
  // Centre of {1 2 3; 4 5 6; 7 8 10}: right minus left column 2*6+3+10 - (2*4+1+7) = 9, top minus
  // bottom row 1+4+3 - (7+16+10) = -25.
  const torch::Tensor m = SobelMagnitude(Plane({1, 2, 3, 4, 5, 6, 7, 8, 10}, 3, 3));
  EXPECT_EQ(m[0][0][1][1].item<float>(), 9.0f + 25.0f);
  // Corner (0, 0): horizontal 2*2+5 = 9, vertical -(2*4+5) = -13.
  EXPECT_EQ(m[0][0][0][0].item<float>(), 9.0f + 13.0f);
}

TEST(ContentLoss, HandComputed) {
  // One pixel: no neighbours, so no gradient anywhere.
  const ContentLoss one =
      ComputeContentLoss(Plane({0.2f}, 1, 1), Plane({0.5f}, 1, 1), Plane({0.9f}, 1, 1));
  EXPECT_NEAR(one.intensity.item<double>(), 0.7, 1e-6);
  EXPECT_NEAR(one.texture.item<double>(), 0.0, 1e-6);
  // Two pixels {a b}: the horizontal response is 2b and -2a, the vertical one 0.
  const ContentLoss two = ComputeContentLoss(Plane({0.1f, 0.2f}, 1, 2), Plane({0.5f, 0.1f}, 1, 2),
                                             Plane({0.3f, 0.4f}, 1, 2));
  EXPECT_NEAR(two.intensity.item<double>(), (0.4 + 0.2) / 2, 1e-6);
  // |F|: {0.4, 0.2}; largest of the sources: {max(0.2, 0.8), max(1.0, 0.6)}.
  EXPECT_NEAR(two.texture.item<double>(), (0.4 + 0.8) / 2, 1e-6);
  EXPECT_NEAR(two.content.item<double>(), 0.3 + 10 * 0.6, 1e-5);
}

TEST(ContentLoss, IsZeroForThePerfectFusionOfEqualSources) {
  torch::manual_seed(1);
  const torch::Tensor x = torch::rand({2, 1, 6, 5});
  EXPECT_EQ(ComputeContentLoss(x, x, x).content.item<double>(), 0.0);
}

TEST(ContentLoss, GradientAgreesWithDifferences) {
  torch::manual_seed(2);
  const auto options = torch::TensorOptions(torch::kFloat64);
  torch::Tensor fused = torch::rand({1, 1, 4, 5}, options).set_requires_grad(true);
  const torch::Tensor vis = torch::rand({1, 1, 4, 5}, options);
  const torch::Tensor inf = torch::rand({1, 1, 4, 5}, options);
  ComputeContentLoss(fused, vis, inf).content.backward();
  const double h = 1e-7;
  for (int i = 0; i < 20; ++i) {
    const torch::Tensor step = torch::zeros({20}, options);
    step[i] = h;
    const torch::Tensor d = step.view({1, 1, 4, 5});
    const double up = ComputeContentLoss(fused.detach() + d, vis, inf).content.item<double>();
    const double down = ComputeContentLoss(fused.detach() - d, vis, inf).content.item<double>();
    EXPECT_NEAR(fused.grad().view({20})[i].item<double>(), (up - down) / (2 * h), 1e-6) << i;
  }
}

}  // namespace
}  // namespace seafusion::learn
