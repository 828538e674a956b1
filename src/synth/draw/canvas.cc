#include "synth/draw/canvas.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace seafusion::synth {
namespace {

constexpr int kFractionBits = 4;  // sub-pixel precision of OpenCV's outlines
// OpenCV keeps outlines in 32 bits with the fraction: far-away corners are pulled in to stay clear
// of its limits.
constexpr double kFar = 20000.0;

cv::Point ToFixed(cv::Point2d p) {
  const double f = Canvas::kScale * (1 << kFractionBits);
  return {static_cast<int>(std::lround(std::clamp(p.x, -kFar, kFar) * f)),
          static_cast<int>(std::lround(std::clamp(p.y, -kFar, kFar) * f))};
}

cv::Scalar ToScalar(const Colour& c) {
  return {c.r, c.g, c.b};
}

}  // namespace

Canvas::Canvas(int w, int h) : width(w), height(h) {
  const cv::Size size(w * kScale, h * kScale);
  albedo = cv::Mat(size, CV_8UC3, cv::Scalar::all(90));
  heat = cv::Mat(size, CV_8UC1, cv::Scalar(80));
  light = cv::Mat::zeros(size, CV_8UC3);
  received = cv::Mat(size, CV_32FC3, cv::Scalar::all(0));
  labels = cv::Mat::zeros(size, CV_8UC1);
  objects = cv::Mat::zeros(size, CV_32SC1);
}

void Canvas::Fill(const Outline& outline, const Material& m, Label label, int object) {
  std::vector<cv::Point> fixed;
  for (const cv::Point2d& p : outline) fixed.push_back(ToFixed(p));
  const std::vector<std::vector<cv::Point>> one = {std::move(fixed)};
  cv::fillPoly(albedo, one, ToScalar(m.albedo), cv::LINE_AA, kFractionBits);
  cv::fillPoly(light, one, ToScalar(m.light), cv::LINE_AA, kFractionBits);
  cv::fillPoly(heat, one, cv::Scalar(m.heat), cv::LINE_AA, kFractionBits);
  cv::fillPoly(labels, one, cv::Scalar(static_cast<double>(label)), cv::LINE_8, kFractionBits);
  cv::fillPoly(objects, one, cv::Scalar(object), cv::LINE_8, kFractionBits);
}

void Canvas::Ellipse(cv::Point2d centre, double rx, double ry, const Material& m, Label label,
                     int object) {
  constexpr int kCorners = 24;
  Outline outline;
  for (int i = 0; i < kCorners; ++i) {
    const double a = 2 * CV_PI * i / kCorners;
    outline.push_back({centre.x + rx * std::cos(a), centre.y + ry * std::sin(a)});
  }
  Fill(outline, m, label, object);
}

void Canvas::Stroke(cv::Point2d a, cv::Point2d b, double thickness, const Material& m, Label label,
                    int object) {
  const cv::Point2d d = b - a;
  const double length = std::max(std::hypot(d.x, d.y), 1e-6);
  const cv::Point2d n(-d.y / length * thickness / 2, d.x / length * thickness / 2);
  Fill({a + n, b + n, b - n, a - n}, m, label, object);
  Ellipse(a, thickness / 2, thickness / 2, m, label, object);
  Ellipse(b, thickness / 2, thickness / 2, m, label, object);
}

void Canvas::Light(cv::Point2d centre, double rx, double ry, const Colour& c) {
  const double cx = centre.x * kScale, cy = centre.y * kScale;
  rx = std::max(rx * kScale, 1.0);
  ry = std::max(ry * kScale, 1.0);
  const int y0 = std::max(0, static_cast<int>(cy - ry)),
            y1 = std::min(received.rows, static_cast<int>(cy + ry) + 1);
  const int x0 = std::max(0, static_cast<int>(cx - rx)),
            x1 = std::min(received.cols, static_cast<int>(cx + rx) + 1);
  for (int y = y0; y < y1; ++y) {
    auto* row = received.ptr<cv::Vec3f>(y);
    for (int x = x0; x < x1; ++x) {
      const double u = (x - cx) / rx, v = (y - cy) / ry;
      const double q = 1.0 - u * u - v * v;
      if (q <= 0) continue;
      const auto f = static_cast<float>(q * q);
      row[x] += cv::Vec3f(static_cast<float>(c.r) * f, static_cast<float>(c.g) * f,
                          static_cast<float>(c.b) * f);
    }
  }
}

void Canvas::Roughen(const Outline& outline, double grain, double strength, SeededNoise& noise) {
  cv::Mat mask = cv::Mat::zeros(albedo.size(), CV_8UC1);
  std::vector<cv::Point> fixed;
  for (const cv::Point2d& p : outline) fixed.push_back(ToFixed(p));
  cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{fixed}, cv::Scalar(255), cv::LINE_8,
               kFractionBits);
  const double cell = std::max(1.0, grain * kScale);
  cv::Mat coarse(static_cast<int>(albedo.rows / cell) + 2, static_cast<int>(albedo.cols / cell) + 2,
                 CV_32FC1);
  for (int y = 0; y < coarse.rows; ++y) {
    for (int x = 0; x < coarse.cols; ++x) {
      coarse.at<float>(y, x) = static_cast<float>(strength * (2 * noise.Uniform() - 1));
    }
  }
  cv::Mat field;
  cv::resize(coarse, field, albedo.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < albedo.rows; ++y) {
    for (int x = 0; x < albedo.cols; ++x) {
      if (mask.at<std::uint8_t>(y, x) == 0) continue;
      const float f = 1.0f + field.at<float>(y, x);
      auto& a = albedo.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) a[c] = cv::saturate_cast<std::uint8_t>(a[c] * f);
      // The infrared sees only a trace of the texture.
      auto& t = heat.at<std::uint8_t>(y, x);
      t = cv::saturate_cast<std::uint8_t>(t * (1.0f + 0.15f * field.at<float>(y, x)));
    }
  }
}

Outline Rectangle(double x0, double y0, double x1, double y1) {
  return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

}  // namespace seafusion::synth
