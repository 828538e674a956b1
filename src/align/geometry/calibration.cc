#include "align/geometry/calibration.h"

#include <cmath>
#include <limits>
#include <string>

namespace seafusion::align {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double At(const std::vector<double>& v, std::size_t i) {
  return i < v.size() ? v[i] : 0.0;
}

// The radial factor at r^2 and its derivative by r^2.
struct Radial {
  double factor, slope;
};

Radial RadialAt(const std::vector<double>& k, double q) {
  const double num = 1 + q * (At(k, 0) + q * (At(k, 1) + q * At(k, 4)));
  const double den = 1 + q * (At(k, 5) + q * (At(k, 6) + q * At(k, 7)));
  const double num_slope = At(k, 0) + q * (2 * At(k, 1) + 3 * q * At(k, 4));
  const double den_slope = At(k, 5) + q * (2 * At(k, 6) + 3 * q * At(k, 7));
  return {num / den, (num_slope * den - num * den_slope) / (den * den)};
}

// True where the distorted radius has grown all the way from the centre.
bool BeforeFold(const std::vector<double>& k, double q) {
  constexpr int kSteps = 16;
  for (int i = 1; i <= kSteps; ++i) {
    const double at = q * i / kSteps;
    const Radial r = RadialAt(k, at);
    // d(r f(r^2)) / dr = f + 2 r^2 f'
    if (!(r.factor + 2 * at * r.slope > 0)) return false;
  }
  return true;
}

Point Distorted(const std::vector<double>& k, Point p) {
  const double q = p.x * p.x + p.y * p.y;
  const double factor = RadialAt(k, q).factor;
  const double p1 = At(k, 2), p2 = At(k, 3);
  return {p.x * factor + 2 * p1 * p.x * p.y + p2 * (q + 2 * p.x * p.x),
          p.y * factor + p1 * (q + 2 * p.y * p.y) + 2 * p2 * p.x * p.y};
}

}  // namespace

Status CameraCalibration::Validate() const {
  for (const double v : {focal_x, focal_y, centre_x, centre_y}) {
    if (!std::isfinite(v) || std::abs(v) > 1e6) {
      return InvalidArgument("focal length and centre must be finite numbers of pixels");
    }
  }
  if (!(focal_x > 0 && focal_y > 0)) {
    return InvalidArgument("focal lengths " + std::to_string(focal_x) + ", " +
                           std::to_string(focal_y) + " must be above 0");
  }
  const std::size_t n = distortion.size();
  if (n != 0 && n != 4 && n != 5 && n != 8) {
    return InvalidArgument(std::to_string(n) + " distortion coefficients; 0, 4, 5 or 8 are known");
  }
  for (const double v : distortion) {
    if (!std::isfinite(v)) return InvalidArgument("distortion coefficients must be finite");
  }
  return OkStatus();
}

Point CameraCalibration::Project(Point direction) const {
  Point p = direction;
  if (!distortion.empty()) {
    if (!BeforeFold(distortion, p.x * p.x + p.y * p.y)) return {kNan, kNan};
    p = Distorted(distortion, p);
  }
  return {centre_x + focal_x * p.x, centre_y + focal_y * p.y};
}

Point CameraCalibration::Direction(Point pixel) const {
  const Point target{(pixel.x - centre_x) / focal_x, (pixel.y - centre_y) / focal_y};
  if (distortion.empty()) return target;
  constexpr double kStep = 1e-6;
  Point p = target;
  for (int i = 0; i < 40; ++i) {
    const Point miss = Distorted(distortion, p) - target;
    if (!std::isfinite(miss.x) || !std::isfinite(miss.y)) break;
    if (std::hypot(miss.x, miss.y) < 1e-12) break;
    const Point dx = (0.5 / kStep) * (Distorted(distortion, p + Point{kStep, 0}) -
                                      Distorted(distortion, p - Point{kStep, 0}));
    const Point dy = (0.5 / kStep) * (Distorted(distortion, p + Point{0, kStep}) -
                                      Distorted(distortion, p - Point{0, kStep}));
    const double det = dx.x * dy.y - dx.y * dy.x;
    if (std::abs(det) < 1e-9) break;
    Point step{(miss.x * dy.y - miss.y * dy.x) / det, (dx.x * miss.y - dx.y * miss.x) / det};
    const double length = std::hypot(step.x, step.y);
    if (length > 0.3) step = (0.3 / length) * step;
    p = p - step;
  }
  const Point miss = Distorted(distortion, p) - target;
  if (!(std::hypot(miss.x, miss.y) < 1e-8) || !BeforeFold(distortion, p.x * p.x + p.y * p.y)) {
    return {kNan, kNan};
  }
  return p;
}

Status Extrinsics::Validate() const {
  for (const double v : rotation) {
    if (!std::isfinite(v)) return InvalidArgument("the rotation must be finite");
  }
  for (const double v : translation) {
    if (!std::isfinite(v)) return InvalidArgument("the translation must be finite");
  }
  const auto& r = rotation;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double dot = 0;
      for (std::size_t k = 0; k < 3; ++k) dot += r[3 * i + k] * r[3 * j + k];
      if (std::abs(dot - (i == j ? 1 : 0)) > 1e-3) {
        return InvalidArgument("the rotation's rows are not orthonormal");
      }
    }
  }
  const double det = r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) +
                     r[2] * (r[3] * r[7] - r[4] * r[6]);
  if (det < 0) return InvalidArgument("the rotation mirrors");
  return OkStatus();
}

Extrinsics Extrinsics::Inverse() const {
  Extrinsics e;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) e.rotation[3 * i + j] = rotation[3 * j + i];
  }
  for (std::size_t i = 0; i < 3; ++i) {
    e.translation[i] = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      e.translation[i] -= e.rotation[3 * i + j] * translation[j];
    }
  }
  return e;
}

}  // namespace seafusion::align
