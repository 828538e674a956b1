#include "learn/losses/scale_loss.h"

#include <cmath>

#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

torch::Tensor Picture(std::int64_t height, std::int64_t width, std::uint64_t seed) {
  return torch::rand({1, 1, height, width}, at::detail::createCPUGenerator(seed));
}

torch::Tensor Ramp(std::int64_t side, float slope_x, float slope_y, float base = 0) {
  const torch::Tensor at = torch::arange(side, torch::kFloat32);
  return (base + slope_x * at.view({1, -1}) + slope_y * at.view({-1, 1})).view({1, 1, side, side});
}

bool Near(const torch::Tensor& a, const torch::Tensor& b) {
  return torch::allclose(a, b, 1e-5, 1e-6);
}

TEST(SobelPair, RampsByHand) {
  const torch::Tensor s = SobelPair(Ramp(6, 0.25f, -0.125f));
  ASSERT_EQ(s.sizes().vec(), (std::vector<std::int64_t>{1, 2, 4, 4}));
  EXPECT_TRUE(Near(s.select(1, 0), torch::full({1, 4, 4}, 8 * 0.25f)));
  EXPECT_TRUE(Near(s.select(1, 1), torch::full({1, 4, 4}, 8 * -0.125f)));
}

TEST(WantedGradient, TakesTheStrongerSourceWithItsSign) {
  const torch::Tensor vis = Ramp(6, -0.5f, 0, 3), inf = Ramp(6, 0.25f, 0);
  EXPECT_TRUE(Near(WantedGradient(vis, inf, 0, 1), SobelPair(vis)));
  EXPECT_TRUE(Near(WantedGradient(inf, vis, 0, 1), SobelPair(vis)));
}

// Beside a bright object in the infrared, the visible picture has a stronger edge of the other
// sign: asked for, it draws a dark rim.
TEST(WantedGradient, WithAHaloRuleAsksForTheBrighterSourcesEdge) {
  torch::Tensor inf = torch::zeros({1, 1, 5, 8}), vis = torch::zeros({1, 1, 5, 8});
  inf.narrow(3, 4, 4).fill_(0.9f);
  vis.narrow(3, 0, 4).fill_(1.0f);  // falls by 1.0 where the infrared rises by 0.9
  const torch::Tensor stronger = WantedGradient(vis, inf, 0, 1);
  EXPECT_TRUE(Near(stronger.select(3, 3), SobelPair(vis).select(3, 3)));
  // The brighter picture falls by a tenth only: less than the share, so nothing changes.
  EXPECT_TRUE(Near(WantedGradient(vis, inf, 0.8, 1), stronger));
  // Where it keeps most of the edge, it is asked for.
  vis.narrow(3, 0, 4).fill_(0.1f);
  inf.narrow(3, 4, 4).fill_(1.0f);
  vis.narrow(3, 4, 4).fill_(0.0f);
  EXPECT_TRUE(Near(WantedGradient(vis, inf, 0.8, 1).select(3, 3),
                   SobelPair(torch::max(vis, inf)).select(3, 3)));
}

TEST(WantedLevel, DecidesByTheNeighbourhoodNotByThePixel) {
  torch::Tensor vis = torch::zeros({1, 1, 7, 7}), inf = torch::full({1, 1, 7, 7}, -0.2f);
  vis[0][0][3][3] = 1.0f;  // alone: 1/9 of its neighbourhood's mean, below 0.2
  EXPECT_TRUE(Near(WantedLevel(vis, inf, torch::max(vis, inf), 1), inf));
  vis.narrow(2, 2, 3).narrow(3, 2, 3).fill_(0.5f);
  EXPECT_EQ(WantedLevel(vis, inf, torch::max(vis, inf), 1)[0][0][3][3].item<float>(), 0.5f);
}

// A tree, bright in the infrared and dark in the visible picture, before a sky that is black in the
// infrared: the infrared has the stronger edge, and asked for it blackens the sky beside the tree.
TEST(Wanted, FollowsTheBrighterSourceWhereTheSourcesAreOpposed) {
  torch::Tensor vis = torch::full({1, 1, 5, 8}, 0.95f), inf = torch::full({1, 1, 5, 8}, 0.05f);
  vis.narrow(3, 4, 4).fill_(0.4f);
  inf.narrow(3, 4, 4).fill_(0.7f);
  EXPECT_TRUE(Near(WantedGradient(vis, inf, 0, 1), SobelPair(inf)));
  EXPECT_TRUE(Near(WantedGradient(vis, inf, 0, 0), SobelPair(vis)));
  const torch::Tensor brighter = torch::max(vis, inf);
  const torch::Tensor v = vis - vis.mean(), i = inf - inf.mean(), b = brighter - brighter.mean();
  EXPECT_TRUE(Near(WantedLevel(v, i, b, 1), i));
  EXPECT_TRUE(Near(WantedLevel(v, i, b, 0.5), v));
  // Where they agree, the stronger one is asked for as ever.
  EXPECT_TRUE(Near(WantedLevel(v, -i, b, 0), -i));
  EXPECT_TRUE(Near(WantedGradient(vis, 1 - inf, 0, 0), SobelPair(1 - inf)));
}

TEST(ScaleLoss, OfIdenticalPicturesIsWhatTheGainAsksFor) {
  LiteSettings s;
  s.texture_gain = s.levels_gain = 1.0;
  const torch::Tensor p = Picture(32, 32, 1), ones = torch::ones_like(p);
  const ScaleLoss zero = ComputeScaleLoss(p, p, p, ones, s);
  EXPECT_NEAR(zero.total.item<float>(), 0, 1e-6);
  s.texture_gain = 1.5;
  const ScaleLoss gained = ComputeScaleLoss(p, p, p, ones, s);
  EXPECT_NEAR(gained.texture.item<float>(), 0.5f * SobelPair(p).abs().sum(1).mean().item<float>(),
              1e-5);
}

// The pyramid once more, by a convolution with the kernel written out.
TEST(ScaleLoss, LevelsAreALaplacianPyramid) {
  namespace F = torch::nn::functional;
  const torch::Tensor row = torch::tensor({1.f, 4.f, 6.f, 4.f, 1.f}) / 16;
  const torch::Tensor kernel = torch::outer(row, row).view({1, 1, 5, 5});
  const auto blur = [&](const torch::Tensor& t) {
    return torch::conv2d(F::pad(t, F::PadFuncOptions({2, 2, 2, 2}).mode(torch::kReplicate)),
                         kernel);
  };
  torch::Tensor fused = Picture(24, 20, 1), vis = Picture(24, 20, 2), inf = Picture(24, 20, 3);
  LiteSettings s;
  s.levels = 3;
  s.levels_gain = 1.2;
  const double got =
      ComputeScaleLoss(fused, vis, inf, torch::ones_like(fused), s).levels.item<double>();
  double expected = 0;
  torch::Tensor brighter = torch::max(vis, inf);
  for (int level = 0; level < 3; ++level) {
    const torch::Tensor f = blur(fused), v = blur(vis), i = blur(inf), b = blur(brighter);
    const torch::Tensor wanted = 1.2 * WantedLevel(vis - v, inf - i, brighter - b, s.opposed_share);
    expected += (fused - f - wanted).abs().mean().item<double>();
    const auto half = [](const torch::Tensor& t) {
      return t.slice(2, 0, t.size(2), 2).slice(3, 0, t.size(3), 2);
    };
    fused = half(f);
    vis = half(v);
    inf = half(i);
    brighter = half(b);
  }
  EXPECT_NEAR(got, expected, 1e-5);
}

TEST(ScaleLoss, IsAMeanOverCountedPixelsOnly) {
  const LiteSettings s;
  const torch::Tensor vis = Picture(32, 32, 1), inf = Picture(32, 32, 2);
  torch::Tensor fused = Picture(32, 32, 3);
  torch::Tensor counted = torch::zeros_like(vis);
  counted.narrow(2, 0, 16).fill_(1);
  const double before = ComputeScaleLoss(fused, vis, inf, counted, s).intensity.item<double>();
  fused.narrow(2, 16, 16).fill_(5);
  EXPECT_EQ(ComputeScaleLoss(fused, vis, inf, counted, s).intensity.item<double>(), before);
  EXPECT_NEAR(before, (fused - torch::max(vis, inf)).narrow(2, 0, 16).abs().mean().item<double>(),
              1e-6);
}

TEST(LocalDeviation, IsThatOfAWindow) {
  const torch::Tensor p = Picture(12, 11, 4), d = LocalDeviation(p);
  ASSERT_EQ(d.sizes().vec(), (std::vector<std::int64_t>{1, 1, 4, 3}));
  EXPECT_NEAR(d[0][0][1][2].item<float>(),
              p.narrow(2, 1, 9).narrow(3, 2, 9).std(false).item<float>(), 1e-4);
  EXPECT_LT(LocalDeviation(torch::full({1, 1, 9, 9}, 0.7f)).item<float>(), 1e-3);
}

TEST(ScaleLoss, ContrastIsWhatIsMissingOfTheLargerOne) {
  LiteSettings s;
  s.contrast_weight = 1;
  const torch::Tensor vis = Picture(24, 24, 1) * 0.2, inf = Picture(24, 24, 2);
  const torch::Tensor ones = torch::ones_like(vis);
  const auto contrast = [&](const torch::Tensor& fused) {
    return ComputeScaleLoss(fused, vis, inf, ones, s).contrast.item<double>();
  };
  EXPECT_NEAR(contrast(inf), 0, 1e-6);
  EXPECT_NEAR(contrast(inf * 2), 0, 1e-6) << "more costs nothing";
  EXPECT_NEAR(contrast(inf * 0.5), 0.5 * LocalDeviation(inf).mean().item<double>(), 1e-4);
  s.contrast_gain = 1.5;
  EXPECT_NEAR(contrast(inf), 0.5 * LocalDeviation(inf).mean().item<double>(), 1e-4);
}

TEST(ScaleLoss, StructureIsThatOfTheSourceThatVariesMore) {
  torch::Tensor vis = Picture(32, 64, 1), inf = Picture(32, 64, 2);
  vis.narrow(3, 32, 32).mul_(0.1);
  inf.narrow(3, 0, 32).mul_(0.1);
  torch::Tensor best = torch::cat({vis.narrow(3, 0, 32), inf.narrow(3, 32, 32)}, 3);
  const torch::Tensor map = StructureOfStronger(best, vis, inf);
  ASSERT_EQ(map.sizes().vec(), (std::vector<std::int64_t>{1, 1, 22, 54}));
  // Away from the seam.
  EXPECT_GT(map.narrow(3, 0, 20).min().item<float>(), 0.999f);
  EXPECT_GT(map.narrow(3, 34, 20).min().item<float>(), 0.999f);
  LiteSettings s;
  s.structure_weight = 1;
  const auto structure = [&](const torch::Tensor& fused) {
    return ComputeScaleLoss(fused, vis, inf, torch::ones_like(vis), s).structure.item<double>();
  };
  EXPECT_LT(structure(best), structure(vis));
  EXPECT_LT(structure(best), structure(inf));
  EXPECT_GT(structure(Picture(32, 64, 9)), 0.5);
}

// Runs of before there were these terms give the same weights.
TEST(ScaleLoss, TermsThatAreOffChangeNothing) {
  const LiteSettings s;
  const torch::Tensor vis = Picture(32, 32, 1), inf = Picture(32, 32, 2);
  const ScaleLoss loss = ComputeScaleLoss(Picture(32, 32, 3), vis, inf, torch::ones_like(vis), s);
  EXPECT_EQ(loss.contrast.item<float>(), 0);
  EXPECT_EQ(loss.structure.item<float>(), 0);
  EXPECT_EQ(loss.total.item<float>(),
            (loss.intensity * 1.0 + loss.texture * 1.0 + loss.levels * 1.0).item<float>());
}

TEST(ScaleLoss, TotalIsTheWeightedSumAndHasAGradient) {
  LiteSettings s;
  s.intensity_weight = 0.5;
  s.texture_weight = 2;
  s.levels_weight = 3;
  s.contrast_weight = 4;
  s.structure_weight = 5;
  const torch::Tensor vis = Picture(32, 32, 1), inf = Picture(32, 32, 2);
  torch::Tensor fused = Picture(32, 32, 3).set_requires_grad(true);
  const ScaleLoss loss = ComputeScaleLoss(fused, vis, inf, torch::ones_like(vis), s);
  EXPECT_NEAR(loss.total.item<float>(),
              0.5f * loss.intensity.item<float>() + 2 * loss.texture.item<float>() +
                  3 * loss.levels.item<float>() + 4 * loss.contrast.item<float>() +
                  5 * loss.structure.item<float>(),
              1e-4);
  EXPECT_GT(loss.contrast.item<float>(), 0);
  loss.total.backward();
  EXPECT_GT(fused.grad().abs().sum().item<float>(), 0);
  EXPECT_TRUE(torch::isfinite(fused.grad()).all().item<bool>());
}

}  // namespace
}  // namespace seafusion::learn
