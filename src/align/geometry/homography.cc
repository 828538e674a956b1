#include "align/geometry/homography.h"

#include <algorithm>
#include <cmath>

namespace seafusion::align {

double Distance(Point a, Point b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

Quad PictureCorners(int width, int height) {
  const double w = width - 1, h = height - 1;
  return {Point{0, 0}, Point{w, 0}, Point{w, h}, Point{0, h}};
}

std::optional<Homography> Homography::Inverse() const {
  const double c0 = m[4] * m[8] - m[5] * m[7];
  const double c1 = m[5] * m[6] - m[3] * m[8];
  const double c2 = m[3] * m[7] - m[4] * m[6];
  const double det = m[0] * c0 + m[1] * c1 + m[2] * c2;
  double largest = 0;
  for (double v : m) largest = std::max(largest, std::abs(v));
  if (!std::isfinite(det) || std::abs(det) <= 1e-15 * largest * largest * largest) {
    return std::nullopt;
  }
  Homography r;
  r.m = {c0 / det, (m[2] * m[7] - m[1] * m[8]) / det, (m[1] * m[5] - m[2] * m[4]) / det,
         c1 / det, (m[0] * m[8] - m[2] * m[6]) / det, (m[2] * m[3] - m[0] * m[5]) / det,
         c2 / det, (m[1] * m[6] - m[0] * m[7]) / det, (m[0] * m[4] - m[1] * m[3]) / det};
  return r;
}

Homography Homography::Normalised() const {
  Homography r = *this;
  if (m[8] != 0) {
    for (double& v : r.m) v /= m[8];
  }
  return r;
}

double Homography::ScaleAt(Point p) const {
  const double w = m[6] * p.x + m[7] * p.y + m[8];
  const Point q = Apply(p);
  const double a = (m[0] - m[6] * q.x) / w, b = (m[1] - m[7] * q.x) / w;
  const double c = (m[3] - m[6] * q.y) / w, d = (m[4] - m[7] * q.y) / w;
  return std::sqrt(std::abs(a * d - b * c));
}

bool Homography::TameOn(int width, int height) const {
  for (double v : m) {
    if (!std::isfinite(v)) return false;
  }
  double least = 0, most = 0;
  bool first = true;
  for (const Point& c : PictureCorners(width, height)) {
    const double w = m[6] * c.x + m[7] * c.y + m[8];
    least = first ? w : std::min(least, w);
    most = first ? w : std::max(most, w);
    first = false;
  }
  if (most < 0) {
    std::swap(least, most);
    least = -least;
    most = -most;
  }
  return least > 0.1 * most && most > 0;
}

Homography operator*(const Homography& a, const Homography& b) {
  Homography r;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      r.m[3 * i + j] =
          a.m[3 * i] * b.m[j] + a.m[3 * i + 1] * b.m[3 + j] + a.m[3 * i + 2] * b.m[6 + j];
    }
  }
  return r;
}

Homography ScalingOfPixels(double sx, double sy) {
  return {{sx, 0, 0.5 * sx - 0.5, 0, sy, 0.5 * sy - 0.5, 0, 0, 1}};
}

Homography RectangleToQuad(const Quad& rectangle, const Quad& to) {
  const auto [p0, p1, p2, p3] = to;
  const Point d1 = p1 - p2, d2 = p3 - p2, s = p0 - p1 + p2 - p3;
  const double det = d1.x * d2.y - d2.x * d1.y;
  const double g = (s.x * d2.y - d2.x * s.y) / det;
  const double h = (d1.x * s.y - s.x * d1.y) / det;
  const Homography from_unit{{p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x,
                              p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y, g, h, 1}};
  const Point origin = rectangle[0], extent = rectangle[2] - rectangle[0];
  const Homography to_unit{
      {1 / extent.x, 0, -origin.x / extent.x, 0, 1 / extent.y, -origin.y / extent.y, 0, 0, 1}};
  return from_unit * to_unit;
}

LensFrame LensFrame::Of(int width, int height) {
  const Point c{(width - 1) / 2.0, (height - 1) / 2.0};
  return {c, std::max(std::hypot(c.x, c.y), 0.5)};
}

LensFrame LensFrame::Reduced(double share) const {
  return {ScalingOfPixels(share, share).Apply(centre), half_diagonal * share};
}

Point RadialLens::Apply(Point x, const LensFrame& frame) const {
  const Point d = x - frame.centre;
  const double q = (d.x * d.x + d.y * d.y) / (frame.half_diagonal * frame.half_diagonal);
  return frame.centre + (1 + k1 * q + k2 * q * q) * d;
}

Point RadialLens::Invert(Point y, const LensFrame& frame) const {
  if (empty()) return y;
  const Point d = y - frame.centre;
  const double target = std::hypot(d.x, d.y) / frame.half_diagonal;
  if (target == 0) return y;
  double r = target;
  for (int i = 0; i < 30; ++i) {
    const double q = r * r;
    const double slope = 1 + 3 * k1 * q + 5 * k2 * q * q;
    if (slope <= 1e-3) break;
    const double step = (r * (1 + k1 * q + k2 * q * q) - target) / slope;
    r -= step;
    if (std::abs(step) < 1e-13) break;
  }
  return frame.centre + (r / target) * d;
}

bool RadialLens::Monotone() const {
  for (double r = 0; r <= 1.2; r += 0.02) {
    if (1 + 3 * k1 * r * r + 5 * k2 * r * r * r * r <= 0.05) return false;
  }
  return std::isfinite(k1) && std::isfinite(k2);
}

CornerDistance DistanceOfCorners(const Homography& a, const Homography& b, int width, int height) {
  CornerDistance r;
  for (const Point& c : PictureCorners(width, height)) {
    const double d = Distance(a.Apply(c), b.Apply(c));
    r.mean += d / 4;
    r.largest = std::max(r.largest, d);
  }
  return r;
}

double MeanMove(const Homography& map, int width, int height) {
  double sum = 0;
  for (int j = 0; j < 7; ++j) {
    for (int i = 0; i < 9; ++i) {
      const Point p{(width - 1) * i / 8.0, (height - 1) * j / 6.0};
      sum += Distance(map.Apply(p), p);
    }
  }
  return sum / 63;
}

}  // namespace seafusion::align
