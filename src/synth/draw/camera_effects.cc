#include "synth/draw/camera_effects.h"

#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace seafusion::synth {
namespace {

// Close to normal with deviation 1: the sum of four uniform numbers, scaled. The same on every
// machine, which std::normal_distribution is not.
float Gaussian(SeededNoise& noise) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += noise.Uniform();
  return static_cast<float>((sum - 2.0) * 1.7320508);
}

cv::Mat ToFloat(const cv::Mat& bytes) {
  cv::Mat f;
  bytes.convertTo(f, CV_MAKETYPE(CV_32F, bytes.channels()), 1.0 / 255);
  return f;
}

}  // namespace

cv::Mat DevelopVisible(const Canvas& canvas, const Ambience& ambience, SeededNoise& noise) {
  const cv::Size size(canvas.width, canvas.height);
  cv::Mat received;
  cv::GaussianBlur(canvas.received, received, {}, Canvas::kScale * 1.5);
  const cv::Scalar base = ambience.night ? cv::Scalar(0.045, 0.05, 0.065) : cv::Scalar::all(0.95);
  received += base;
  cv::max(received, ambience.night ? 0.02 : 0.25, received);
  const cv::Mat lights = ToFloat(canvas.light);
  cv::Mat scene = ToFloat(canvas.albedo).mul(received) + lights;
  cv::Mat picture;
  cv::resize(scene, picture, size, 0, 0, cv::INTER_AREA);
  if (ambience.night) {
    // Glare: what scatters in the lens around lights, near and far.
    cv::Mat small_lights, near_glow, far_glow;
    cv::resize(lights, small_lights, size, 0, 0, cv::INTER_AREA);
    cv::GaussianBlur(small_lights, near_glow, {}, 0.006 * canvas.width + 0.5);
    cv::GaussianBlur(small_lights, far_glow, {}, 0.03 * canvas.width + 1.0);
    picture += 0.7 * near_glow + 0.9 * far_glow;
  }
  const float exposure = ambience.night ? 1.15f : 0.98f;
  const float noise_level = ambience.night ? 0.016f : 0.007f;
  cv::Mat out(size, CV_8UC3);
  for (int y = 0; y < out.rows; ++y) {
    const auto* in = picture.ptr<cv::Vec3f>(y);
    auto* row = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < out.cols; ++x) {
      const float grain = 0.7f * Gaussian(noise);
      for (int c = 0; c < 3; ++c) {
        // A soft shoulder instead of a hard clip at white.
        const float v = exposure * in[x][c];
        const float tone = v < 0.8f ? v : 1.0f - 0.2f * std::exp(-(v - 0.8f) / 0.2f);
        row[x][c] = cv::saturate_cast<std::uint8_t>(
            255.0f * (tone + noise_level * (grain + 0.7f * Gaussian(noise))));
      }
    }
  }
  return out;
}

cv::Mat HeatSeen(const Canvas& canvas) {
  cv::Mat heat, picture;
  canvas.heat.convertTo(heat, CV_32F);
  cv::resize(heat, picture, {canvas.width, canvas.height}, 0, 0, cv::INTER_AREA);
  return picture;
}

cv::Mat DevelopInfrared(const cv::Mat& heat, SeededNoise& noise) {
  const cv::Size size = heat.size();
  cv::Mat picture;
  cv::GaussianBlur(heat, picture, {}, 0.0014 * size.width + 0.15);
  std::vector<float> column_offset;
  for (int x = 0; x < size.width; ++x) column_offset.push_back(0.8f * Gaussian(noise));
  cv::Mat out(size, CV_8UC1);
  for (int y = 0; y < out.rows; ++y) {
    for (int x = 0; x < out.cols; ++x) {
      const double u = (x + 0.5) / size.width - 0.5, v = (y + 0.5) / size.height - 0.5;
      const auto vignette = static_cast<float>(1.0 - 0.22 * (u * u + v * v));
      const float value = picture.at<float>(y, x) * vignette +
                          column_offset[static_cast<std::size_t>(x)] + 1.3f * Gaussian(noise);
      out.at<std::uint8_t>(y, x) = cv::saturate_cast<std::uint8_t>(value);
    }
  }
  return out;
}

}  // namespace seafusion::synth
