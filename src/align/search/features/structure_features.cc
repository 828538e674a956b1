#include "align/search/features/structure_features.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace seafusion::align {
namespace {

constexpr double kDerivativeSigma = 1.0;   // px
constexpr double kChannelSigma = 0.8;      // px
constexpr double kNormaliserShare = 0.06;  // half window / width
constexpr float kGlobalShare = 0.25f;      // of the global energy: flat regions stay flat
constexpr float kLeastEnergy = 0.01f;      // (levels / px)^2
constexpr float kLargestMagnitude = 2.5f;  // a single strong edge must not outvote the rest
constexpr float kMagnitudeWeight = 0.5f, kDoubleAngleWeight = 1.0f, kFourfoldWeight = 0.7f;

}  // namespace

Features StructureFeatures(const cv::Mat& gray, const cv::Mat& mask) {
  cv::Mat smooth, gx, gy;
  cv::GaussianBlur(gray, smooth, {0, 0}, kDerivativeSigma);
  cv::Sobel(smooth, gx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(smooth, gy, CV_32F, 0, 1, 3, 1.0 / 8);

  cv::Mat inside(gray.size(), CV_32F, cv::Scalar(1));
  if (!mask.empty()) {
    cv::Mat eroded;
    cv::erode(mask, eroded, cv::Mat::ones(5, 5, CV_8U), {-1, -1}, 1, cv::BORDER_CONSTANT, 0);
    eroded.convertTo(inside, CV_32F);
  }
  cv::Mat energy = (gx.mul(gx) + gy.mul(gy)).mul(inside);
  const int side = 2 * static_cast<int>(std::lround(kNormaliserShare * gray.cols)) + 1;
  cv::Mat coverage, local;
  cv::blur(inside, coverage, {side, side});
  coverage += 1e-3;
  cv::blur(energy, local, {side, side});
  const double area = std::max(cv::sum(inside)[0], 1.0);
  const auto global = static_cast<float>(cv::sum(energy)[0] / area);

  cv::Mat magnitude(gray.size(), CV_32F);
  for (int y = 0; y < gray.rows; ++y) {
    const float *e = energy.ptr<float>(y), *l = local.ptr<float>(y), *c = coverage.ptr<float>(y);
    float* m = magnitude.ptr<float>(y);
    for (int x = 0; x < gray.cols; ++x) {
      m[x] = std::min(std::sqrt(e[x] / (l[x] / c[x] + kGlobalShare * global + kLeastEnergy)),
                      kLargestMagnitude);
    }
  }
  cv::Mat local_magnitude;
  cv::blur(magnitude, local_magnitude, {side, side});

  Features f;
  for (cv::Mat& channel : f) channel.create(gray.size(), CV_32F);
  for (int y = 0; y < gray.rows; ++y) {
    const float *px = gx.ptr<float>(y), *py = gy.ptr<float>(y), *e = energy.ptr<float>(y);
    const float *m = magnitude.ptr<float>(y), *lm = local_magnitude.ptr<float>(y);
    const float *c = coverage.ptr<float>(y), *in = inside.ptr<float>(y);
    std::array<float*, kFeatureChannels> out;
    for (std::size_t k = 0; k < kFeatureChannels; ++k) out[k] = f[k].ptr<float>(y);
    for (int x = 0; x < gray.cols; ++x) {
      const float inverse = in[x] / (e[x] + 1e-6f);
      const float c2 = (px[x] * px[x] - py[x] * py[x]) * inverse;
      const float s2 = 2 * px[x] * py[x] * inverse;
      out[0][x] = kMagnitudeWeight * (m[x] - lm[x] / c[x]) * in[x];
      out[1][x] = kDoubleAngleWeight * m[x] * c2;
      out[2][x] = kDoubleAngleWeight * m[x] * s2;
      out[3][x] = kFourfoldWeight * m[x] * (c2 * c2 - s2 * s2);
      out[4][x] = kFourfoldWeight * m[x] * (2 * c2 * s2);
    }
  }
  for (cv::Mat& channel : f) cv::GaussianBlur(channel, channel, {0, 0}, kChannelSigma);
  return f;
}

cv::Mat FeatureEnergy(const Features& features) {
  cv::Mat energy = cv::Mat::zeros(features[0].size(), CV_32F);
  for (const cv::Mat& channel : features) cv::accumulateSquare(channel, energy);
  return energy;
}

}  // namespace seafusion::align
