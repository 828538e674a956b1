#include "learn/losses/scale_loss.h"

#include "learn/libtorch.h"

#include "learn/losses/ssim.h"

namespace seafusion::learn {
namespace {

constexpr int kDeviationWindow = 9;
constexpr std::int64_t kStructureMargin = 5;  // of SSIM's windows of 11

torch::Tensor Rows(const torch::Tensor& t, std::int64_t first, std::int64_t count) {
  return t.narrow(2, first, count);
}
torch::Tensor Columns(const torch::Tensor& t, std::int64_t first, std::int64_t count) {
  return t.narrow(3, first, count);
}

torch::Tensor Strength(const torch::Tensor& gradient) {
  return gradient.abs().sum(1, /*keepdim=*/true);
}

// Mean of `error`, summed over channels, where `counted` is 1.
torch::Tensor MeanWhere(const torch::Tensor& error, const torch::Tensor& counted) {
  return (error * counted).sum() / counted.sum().clamp_min(1.0);
}

// Binomial blur of 5 in both directions, borders repeated. Separable, from slices: for one channel
// that costs less than a convolution.
torch::Tensor Blur(const torch::Tensor& t) {
  namespace F = torch::nn::functional;
  const std::int64_t h = t.size(2), w = t.size(3);
  const torch::Tensor p = F::pad(t, F::PadFuncOptions({2, 2, 2, 2}).mode(torch::kReplicate));
  const torch::Tensor v =
      Rows(p, 2, h) * 6 + (Rows(p, 1, h) + Rows(p, 3, h)) * 4 + Rows(p, 0, h) + Rows(p, 4, h);
  return (Columns(v, 2, w) * 6 + (Columns(v, 1, w) + Columns(v, 3, w)) * 4 + Columns(v, 0, w) +
          Columns(v, 4, w)) /
         256;
}

// Without `margin` rows and columns at each side.
torch::Tensor Inside(const torch::Tensor& t, std::int64_t margin) {
  return Columns(Rows(t, margin, t.size(2) - 2 * margin), margin, t.size(3) - 2 * margin);
}

torch::Tensor EverySecond(const torch::Tensor& t) {
  return t.slice(2, 0, t.size(2), 2).slice(3, 0, t.size(3), 2);
}

// The mean in 3 x 3 of (N, C, H, W), summed over channels.
torch::Tensor Near(const torch::Tensor& t) {
  return torch::avg_pool2d(t.sum(1, /*keepdim=*/true), 3, 1, 1);
}

// `stronger`, but where `vis` and `inf` are opposed the one of them that goes with `brighter`.
torch::Tensor BrighterWhereOpposed(const torch::Tensor& stronger, const torch::Tensor& vis,
                                   const torch::Tensor& inf, const torch::Tensor& brighter,
                                   double opposed_share) {
  const torch::Tensor with = torch::where(Near(inf * brighter) > Near(vis * brighter), inf, vis);
  const torch::Tensor energy = torch::max(Near(vis.square()), Near(inf.square()));
  return torch::where(Near(vis * inf) < energy * -opposed_share, with, stronger);
}

torch::Tensor LevelsLoss(torch::Tensor fused, torch::Tensor vis, torch::Tensor inf,
                         torch::Tensor counted, const LiteSettings& s) {
  torch::Tensor sum = torch::zeros({}, fused.options());
  torch::Tensor brighter = torch::max(vis, inf);
  for (int level = 0; level < s.levels; ++level) {
    const torch::Tensor f = Blur(fused), v = Blur(vis), i = Blur(inf);
    const torch::Tensor b = Blur(brighter);
    const torch::Tensor wanted =
        WantedLevel(vis - v, inf - i, brighter - b, s.opposed_share) * s.levels_gain;
    sum = sum + MeanWhere((fused - f - wanted).abs(), counted);
    fused = EverySecond(f);
    vis = EverySecond(v);
    inf = EverySecond(i);
    brighter = EverySecond(b);
    counted = EverySecond(counted);
  }
  return sum;
}

}  // namespace

torch::Tensor SobelPair(const torch::Tensor& picture) {
  const std::int64_t h = picture.size(2) - 2, w = picture.size(3) - 2;
  const torch::Tensor smooth = Rows(picture, 0, h) + Rows(picture, 1, h) * 2 + Rows(picture, 2, h);
  const torch::Tensor slope = Rows(picture, 2, h) - Rows(picture, 0, h);
  return torch::cat({Columns(smooth, 2, w) - Columns(smooth, 0, w),
                     Columns(slope, 0, w) + Columns(slope, 1, w) * 2 + Columns(slope, 2, w)},
                    1);
}

torch::Tensor WantedGradient(const torch::Tensor& vis, const torch::Tensor& inf, double halo_share,
                             double opposed_share) {
  const torch::Tensor v = SobelPair(vis), i = SobelPair(inf);
  const torch::Tensor strength_v = Strength(v), strength_i = Strength(i);
  const torch::Tensor brighter = SobelPair(torch::max(vis, inf));
  const torch::Tensor stronger = BrighterWhereOpposed(torch::where(strength_i > strength_v, i, v),
                                                      v, i, brighter, opposed_share);
  if (halo_share <= 0) return stronger;
  const torch::Tensor keeps = Strength(brighter) >= torch::max(strength_v, strength_i) * halo_share;
  return torch::where(keeps, brighter, stronger);
}

torch::Tensor WantedLevel(const torch::Tensor& vis, const torch::Tensor& inf,
                          const torch::Tensor& brighter, double opposed_share) {
  const torch::Tensor stronger = torch::where(Near(inf.abs()) > Near(vis.abs()), inf, vis);
  return BrighterWhereOpposed(stronger, vis, inf, brighter, opposed_share);
}

torch::Tensor LocalDeviation(const torch::Tensor& picture) {
  const auto mean = [](const torch::Tensor& t) {
    return torch::avg_pool2d(t, kDeviationWindow, /*stride=*/1);
  };
  const torch::Tensor variance = mean(picture.square()) - mean(picture).square();
  // Above 0 for the root's gradient; a step of an 8-bit sample has a variance of 1e-5.
  return (variance.clamp_min(0) + 1e-8).sqrt();
}

torch::Tensor StructureOfStronger(const torch::Tensor& fused, const torch::Tensor& vis,
                                  const torch::Tensor& inf) {
  constexpr double kC1 = 1e-4, kC2 = 9e-4;  // (0.01 L)^2, (0.03 L)^2 of a range L of 1
  const auto similarity = [&](const torch::Tensor& source) {
    const SimilarityMaps maps = CompareStructure(fused, source, kC1, kC2);
    return maps.luminance * maps.contrast;
  };
  constexpr std::int64_t kMore = kStructureMargin - kDeviationWindow / 2;
  const torch::Tensor stronger = Inside(LocalDeviation(inf) > LocalDeviation(vis), kMore);
  return torch::where(stronger, similarity(inf), similarity(vis));
}

ScaleLoss ComputeScaleLoss(const torch::Tensor& fused, const torch::Tensor& vis,
                           const torch::Tensor& inf, const torch::Tensor& counted,
                           const LiteSettings& s, const PerceptualLoss* perceptual) {
  ScaleLoss loss;
  loss.intensity = MeanWhere((fused - torch::max(vis, inf)).abs(), counted);
  const torch::Tensor inside = Inside(counted, 1);
  const torch::Tensor wanted =
      WantedGradient(vis, inf, s.halo_share, s.opposed_share) * s.texture_gain;
  loss.texture = MeanWhere((SobelPair(fused) - wanted).abs(), inside);
  loss.levels = LevelsLoss(fused, vis, inf, counted, s);
  loss.total = loss.intensity * s.intensity_weight + loss.texture * s.texture_weight +
               loss.levels * s.levels_weight;
  loss.contrast = torch::zeros({}, fused.options());
  loss.structure = torch::zeros({}, fused.options());
  loss.perceptual = torch::zeros({}, fused.options());
  if (s.contrast_weight > 0) {
    const torch::Tensor larger = torch::max(LocalDeviation(vis), LocalDeviation(inf));
    const torch::Tensor missing = (larger * s.contrast_gain - LocalDeviation(fused)).clamp_min(0);
    loss.contrast = MeanWhere(missing, Inside(counted, kDeviationWindow / 2));
    loss.total = loss.total + loss.contrast * s.contrast_weight;
  }
  if (s.structure_weight > 0) {
    loss.structure =
        MeanWhere(1 - StructureOfStronger(fused, vis, inf), Inside(counted, kStructureMargin));
    loss.total = loss.total + loss.structure * s.structure_weight;
  }
  if (perceptual != nullptr && s.perceptual_weight > 0) {
    loss.perceptual = perceptual->Of(fused, vis, inf, counted);
    loss.total = loss.total + loss.perceptual * s.perceptual_weight;
  }
  return loss;
}

}  // namespace seafusion::learn
