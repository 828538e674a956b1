#include <cmath>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "methods/learned/training/losses/gan_losses.h"
#include "methods/learned/training/losses/ms_ssim.h"
#include "methods/learned/training/losses/spectral_norm.h"
#include "methods/learned/training/recipes/rfn_nest_recipe.h"

namespace seafusion::methods {
namespace {

TEST(Laplacian, OfAPointAndOfTheBorder) {
  torch::Tensor point = torch::zeros({1, 1, 3, 3});
  point[0][0][1][1] = 2;
  const torch::Tensor expected =
      torch::tensor({0.f, 2.f, 0.f, 2.f, -8.f, 2.f, 0.f, 2.f, 0.f}).reshape({1, 1, 3, 3});
  EXPECT_TRUE(torch::equal(Laplacian(point), expected));
  // Zeros outside: a corner of ones has two neighbours.
  EXPECT_EQ(Laplacian(torch::ones({1, 1, 3, 3}))[0][0][0][0].item<float>(), -2.0f);
}

// One pixel: MSE is the squared difference, the Laplacian minus four times the pixel.
TEST(GanContent, OfOnePixelByHand) {
  const auto pixel = [](float v) { return torch::full({1, 1, 1, 1}, v); };
  const torch::Tensor fused = pixel(0.5f), ir = pixel(0.25f), vi = pixel(-0.5f);
  const GanContent fusiongan = ComputeGanContent(kFusionGanContent, fused, ir, vi);
  EXPECT_NEAR(fusiongan.intensity.item<double>(), 100 * 0.0625, 1e-4);
  EXPECT_NEAR(fusiongan.gradient.item<double>(), 100 * 5 * 16.0, 1e-2);
  const GanContent ganmcc = ComputeGanContent(kGanMcCContent, fused, ir, vi);
  EXPECT_NEAR(ganmcc.intensity.item<double>(), 100 * (0.0625 + 0.4), 1e-4);
  EXPECT_NEAR(ganmcc.gradient.item<double>(), 100 * (5 * 16.0 + 4 * 1.0), 1e-2);
}

TEST(SpectralNorm, OfADiagonalMatrixConvergesToItsLargestEntry) {
  const torch::Tensor weight = torch::diag(torch::tensor({1.0f, 3.0f, 2.0f}));
  torch::Tensor u = torch::ones({1, 3});
  for (int i = 0; i < 40; ++i) u = NormalizeSpectrum(weight, u).u;
  EXPECT_NEAR((NormalizeSpectrum(weight, u).weight * 3 - weight).abs().max().item<double>(), 0,
              1e-5);
  EXPECT_NEAR(u[0][1].abs().item<double>(), 1, 1e-5);
}

TEST(SpectralNorm, GradientsFlowThroughTheNorm) {
  // A 1x1 weight divided by its own size is 1 whatever it is.
  const torch::Tensor weight = torch::full({1, 1, 1, 1}, 0.5f).requires_grad_(true);
  const SpectralNorm norm = NormalizeSpectrum(weight, torch::ones({1, 1}));
  EXPECT_FLOAT_EQ(norm.weight.item<float>(), 1.0f);
  norm.weight.sum().backward();
  EXPECT_NEAR(weight.grad().item<double>(), 0, 1e-6);
  EXPECT_FALSE(norm.u.requires_grad());
}

TEST(MsSsim, IsOneForEqualPicturesAndLessForOthers) {
  torch::manual_seed(1);
  const torch::Tensor a = 255 * torch::rand({1, 1, 48, 40});
  EXPECT_NEAR(MsSsim(a, a).item<double>(), 1, 1e-5);
  const double near = MsSsim(a, a + 5 * torch::randn_like(a)).item<double>();
  const double far = MsSsim(a, a + 60 * torch::randn_like(a)).item<double>();
  EXPECT_LT(near, 1);
  EXPECT_LT(far, near);
}

// Constants have no contrast: cs = 1 at every level; the last ssim is the luminance term alone,
// mapped to (x + 1) / 2 and raised to 4 * 0.1333.
TEST(MsSsim, OfTwoConstantsByHand) {
  const torch::Tensor a = torch::full({1, 1, 32, 32}, 200.0f);
  const torch::Tensor b = torch::full({1, 1, 32, 32}, 100.0f);
  const double c1 = 2.55 * 2.55;
  const double luminance = (2 * 200.0 * 100.0 + c1) / (200.0 * 200 + 100 * 100 + c1);
  EXPECT_NEAR(MsSsim(a, b).item<double>(), std::pow((luminance + 1) / 2, 4 * 0.1333), 2e-3);
}

TEST(RfnFeatureLoss, WeightsTheScalesByPowersOfTen) {
  NestFeatures ir, vi, fused;
  for (std::size_t k = 0; k < 4; ++k) {
    ir[k] = torch::ones({1, 2, 3, 3});
    vi[k] = torch::ones({1, 2, 3, 3});
    fused[k] = torch::full({1, 2, 3, 3}, 9.0f);
  }
  EXPECT_EQ(RfnFeatureLoss(fused, ir, vi).item<double>(), 0);
  fused[0] = fused[0] + 1;
  fused[2] = fused[2] + 2;
  EXPECT_NEAR(RfnFeatureLoss(fused, ir, vi).item<double>(), 1 + 100 * 4, 1e-3);
}

TEST(RfnDetailLoss, DoesNotChangeWithScaleAndOffsetOfTheOutput) {
  torch::manual_seed(2);
  const torch::Tensor vi = 255 * torch::rand({1, 1, 32, 32});
  const torch::Tensor fused = 7 * torch::rand({1, 1, 32, 32});
  const double loss = RfnDetailLoss(fused, vi).item<double>();
  EXPECT_GT(loss, 0);
  EXPECT_NEAR(RfnDetailLoss(3 * fused + 100, vi).item<double>(), loss, 0.02 * loss);
}

}  // namespace
}  // namespace seafusion::methods
