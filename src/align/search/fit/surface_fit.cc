#include "align/search/fit/surface_fit.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include <opencv2/core.hpp>

#include "align/search/fit/corner_motions.h"
#include "core/seeded_noise.h"

namespace seafusion::align {
namespace {

using Complex = std::complex<double>;
using ComplexQuad = std::array<Complex, 4>;

ComplexQuad Centred(const Quad& q) {
  const Point mean = 0.25 * (q[0] + q[1] + q[2] + q[3]);
  ComplexQuad z;
  for (std::size_t i = 0; i < 4; ++i) z[i] = {q[i].x - mean.x, q[i].y - mean.y};
  return z;
}

// The complex factor (scale and rotation) that takes `from` nearest to `to`, both centred.
Complex SimilarityOf(const ComplexQuad& from, const ComplexQuad& to) {
  Complex product;
  double norm = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    product += to[i] * std::conj(from[i]);
    norm += std::norm(from[i]);
  }
  return product / norm;
}

// Mean square of what a similarity leaves of shifts at the four corners.
double BeyondSimilarity(const Quad& corners, const Quad& shifts) {
  const ComplexQuad z = Centred(corners), u = Centred(shifts);
  const Complex a = SimilarityOf(z, u);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += std::norm(u[i] - a * z[i]) / 4;
  return sum;
}

// The part of the map's inverse that is no similarity, at the infrared picture's corners, in pixels
// of a level with `share` of its width.
Quad PartBeyondSimilarity(const Homography& map, int width, int height, double share) {
  const Quad corners = PictureCorners(width, height);
  const Homography inverse = map.Inverse().value_or(Homography{});
  Quad seen;
  for (std::size_t i = 0; i < 4; ++i) seen[i] = inverse.Apply(corners[i]);
  const ComplexQuad z = Centred(corners), u = Centred(seen);
  const Complex a = SimilarityOf(z, u);
  Quad rest;
  for (std::size_t i = 0; i < 4; ++i) {
    const Complex r = (u[i] / a - z[i]) * share;
    rest[i] = {r.real(), r.imag()};
  }
  return rest;
}

// [1 4 1] / 6 along rows and columns: what cubic B-splines do to samples.
std::vector<float> Smoothed(const BlockSurfaces& s) {
  const int n = s.side();
  std::vector<float> out(s.surfaces.size()), across(static_cast<std::size_t>(n * n));
  for (std::size_t b = 0; b < s.blocks(); ++b) {
    const float* from = s.surfaces.data() + b * across.size();
    float* to = out.data() + b * across.size();
    for (int y = 0; y < n; ++y) {
      for (int x = 0; x < n; ++x) {
        const float* row = from + y * n;
        across[static_cast<std::size_t>(y * n + x)] =
            (row[std::max(x - 1, 0)] + 4 * row[x] + row[std::min(x + 1, n - 1)]) / 6;
      }
    }
    for (int y = 0; y < n; ++y) {
      const float *above = across.data() + std::max(y - 1, 0) * n, *here = across.data() + y * n;
      const float* below = across.data() + std::min(y + 1, n - 1) * n;
      for (int x = 0; x < n; ++x) to[y * n + x] = (above[x] + 4 * here[x] + below[x]) / 6;
    }
  }
  return out;
}

// Cubic B-spline without prefilter: value, gradient, second derivatives.
struct SplineReading {
  double value = 0, gx = 0, gy = 0, gxx = 0, gxy = 0, gyy = 0;
};

struct Taps {
  std::array<double, 4> w, g, c;  // weights, first and second derivative
};

Taps TapsAt(double t) {
  const double u = 1 - t;
  return {{u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6,
           t * t * t / 6},
          {-u * u / 2, (3 * t * t - 4 * t) / 2, (-3 * u * u + 4 * u) / 2, t * t / 2},
          {u, 3 * t - 2, 3 * u - 2, t}};
}

SplineReading ReadSpline(const float* surface, int radius, Point d) {
  const int n = 2 * radius + 1;
  const double qx = std::clamp(d.x + radius, 1.0, 2 * radius - 1.001);
  const double qy = std::clamp(d.y + radius, 1.0, 2 * radius - 1.001);
  const int ix = static_cast<int>(qx), iy = static_cast<int>(qy);
  const Taps tx = TapsAt(qx - ix), ty = TapsAt(qy - iy);
  SplineReading r;
  for (int j = 0; j < 4; ++j) {
    const float* row = surface + (iy - 1 + j) * n + ix - 1;
    double w = 0, g = 0, c = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      w += row[i] * tx.w[i];
      g += row[i] * tx.g[i];
      c += row[i] * tx.c[i];
    }
    const auto k = static_cast<std::size_t>(j);
    r.value += w * ty.w[k];
    r.gx += g * ty.w[k];
    r.gy += w * ty.g[k];
    r.gxx += c * ty.w[k];
    r.gxy += g * ty.g[k];
    r.gyy += w * ty.c[k];
  }
  // Beyond the surface the reading is held, so there is nothing to climb.
  if (!(std::abs(d.x) < radius - 1 && std::abs(d.y) < radius - 1)) {
    r.gx = r.gy = r.gxx = r.gxy = r.gyy = 0;
  }
  return r;
}

// The nearest concave second derivatives: eigenvalues above 0 become 0.
void MakeConcave(SplineReading& r) {
  const double mean = (r.gxx + r.gyy) / 2;
  const double half = (r.gxx - r.gyy) / 2;
  const double spread = std::hypot(half, r.gxy);
  const double high = std::min(mean + spread, 0.0), low = std::min(mean - spread, 0.0);
  const double k = spread > 1e-9 ? (high - low) / (2 * spread) : 0;
  const double m = (high + low) / 2;
  r.gxx = m + k * half;
  r.gyy = m - k * half;
  r.gxy *= k;
}

double NormalDeviate(SeededNoise& noise) {  // Box and Muller
  const double u = 1 - noise.Uniform(), v = noise.Uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

}  // namespace

Quad MapChange::MovedCorners(int width, int height) const {
  Quad q = PictureCorners(width, height);
  for (std::size_t i = 0; i < 4; ++i) q[i] = q[i] + Point{values[2 * i], values[2 * i + 1]};
  return q;
}

CornerDistance MapChange::Size() const {
  CornerDistance r;
  for (std::size_t i = 0; i < 4; ++i) {
    const double d = std::hypot(values[2 * i], values[2 * i + 1]);
    r.mean += d / 4;
    r.largest = std::max(r.largest, d);
  }
  return r;
}

SurfaceFit::SurfaceFit(const BlockSurfaces& surfaces, const CameraMap& map, int infrared_width,
                       int infrared_height, const Options& options)
    : surfaces_(surfaces),
      smoothed_(Smoothed(surfaces)),
      weights_(surfaces.weights.begin(), surfaces.weights.end()),
      corners_(PictureCorners(surfaces.width, surfaces.height)),
      penalty_(options.penalty),
      fit_lens_(options.fit_lens),
      lens_(map.lens) {
  const double share = static_cast<double>(surfaces.width) / infrared_width;
  base_ = PartBeyondSimilarity(map.map, infrared_width, infrared_height, share);
  frame_ = LensFrame::Of(infrared_width, infrared_height).Reduced(share);
  double total = 1e-6;
  for (std::size_t b = 0; b < weights_.size(); ++b) {
    if (!options.selected.empty() && !options.selected[b]) weights_[b] = 0;
    total += weights_[b];
  }
  for (double& w : weights_) w /= total;
}

// Calls visit(block, displacement) for every block.
template <typename Visit>
void SurfaceFit::ForEachDisplacement(const MapChange& change, Visit visit) const {
  const Homography h =
      RectangleToQuad(corners_, change.MovedCorners(surfaces_.width, surfaces_.height));
  const RadialLens changed{lens_.k1 + change.values[8], lens_.k2 + change.values[9]};
  const bool plain = lens_.empty() && changed.empty();
  for (std::size_t b = 0; b < surfaces_.blocks(); ++b) {
    const Point x = surfaces_.centres[b];
    visit(b, (plain ? h.Apply(x) : lens_.Invert(h.Apply(changed.Apply(x, frame_)), frame_)) - x);
  }
}

std::vector<Point> SurfaceFit::Displacements(const MapChange& change) const {
  std::vector<Point> d(surfaces_.blocks());
  ForEachDisplacement(change, [&](std::size_t b, Point p) { d[b] = p; });
  return d;
}

double SurfaceFit::Penalty(const MapChange& change) const {
  Quad shifts = base_;
  for (std::size_t i = 0; i < 4; ++i) {
    shifts[i] = shifts[i] + Point{change.values[2 * i], change.values[2 * i + 1]};
  }
  const double unit = 0.05 * surfaces_.width;
  return penalty_ * BeyondSimilarity(corners_, shifts) / (unit * unit);
}

double SurfaceFit::Value(const MapChange& change) const {
  const int n = surfaces_.side();
  const auto shifts = static_cast<std::size_t>(n * n);
  double sum = 0;
  ForEachDisplacement(change, [&](std::size_t b, Point d) {
    // A NaN, of a map gone wild, reads as the surface's corner.
    const double qx = std::max(0.0, std::min(d.x + surfaces_.radius, n - 1.001));
    const double qy = std::max(0.0, std::min(d.y + surfaces_.radius, n - 1.001));
    const int ix = static_cast<int>(qx), iy = static_cast<int>(qy);
    const double ax = qx - ix, ay = qy - iy;
    const float* s = smoothed_.data() + b * shifts + iy * n + ix;
    sum += weights_[b] *
           ((s[0] * (1 - ax) + s[1] * ax) * (1 - ay) + (s[n] * (1 - ax) + s[n + 1] * ax) * ay);
  });
  return sum - Penalty(change);
}

std::vector<double> SurfaceFit::BlockValues(const MapChange& change) const {
  const auto shifts = static_cast<std::size_t>(surfaces_.side() * surfaces_.side());
  const std::vector<Point> d = Displacements(change);
  std::vector<double> values(d.size());
  for (std::size_t b = 0; b < d.size(); ++b) {
    if (!std::isfinite(d[b].x) || !std::isfinite(d[b].y)) continue;
    values[b] = ReadSpline(surfaces_.surfaces.data() + b * shifts, surfaces_.radius, d[b]).value;
  }
  return values;
}

double SurfaceFit::SmoothValue(const MapChange& change) const {
  const std::vector<double> values = BlockValues(change);
  return std::inner_product(values.begin(), values.end(), weights_.begin(), 0.0) - Penalty(change);
}

MapChange SurfaceFit::Search(double similarity_spread, double other_spread, std::uint64_t seed,
                             std::uint64_t place) const {
  constexpr int kSamples = 150, kRounds = 8;
  constexpr std::size_t kElite = 18;
  constexpr double kLeastSpread = 0.02;
  const CornerMotions motions(corners_);
  SeededNoise noise(seed, place);
  MotionAmounts mean{}, spread{}, best{};
  for (std::size_t m = 0; m < 8; ++m) spread[m] = m < 4 ? similarity_spread : other_spread;
  double best_value = Value(MapChange{});
  struct Sample {
    double value;
    MotionAmounts amounts;
  };
  std::vector<Sample> samples(kSamples);
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      for (std::size_t m = 0; m < 8; ++m) {
        samples[i].amounts[m] = mean[m] + spread[m] * NormalDeviate(noise);
      }
      if (i == 0) samples[i].amounts = best;
      if (i == 1) samples[i].amounts = mean;
      samples[i].value = Value(motions.Change(samples[i].amounts));
    }
    std::stable_sort(samples.begin(), samples.end(),
                     [](const Sample& a, const Sample& b) { return a.value > b.value; });
    if (samples[0].value > best_value) {
      best_value = samples[0].value;
      best = samples[0].amounts;
    }
    for (std::size_t m = 0; m < 8; ++m) {
      double sum = 0, square = 0;
      for (std::size_t i = 0; i < kElite; ++i) {
        sum += samples[i].amounts[m];
        square += samples[i].amounts[m] * samples[i].amounts[m];
      }
      mean[m] = sum / kElite;
      spread[m] =
          std::max(std::sqrt(std::max(square / kElite - mean[m] * mean[m], 0.0)), kLeastSpread);
    }
  }
  return motions.Change(best);
}

std::pair<MapChange, double> SurfaceFit::Climb(const MapChange& start, int rounds) const {
  constexpr double kCornerStep = 0.05, kLensStep = 1e-4;  // of the differences
  constexpr double kLongest = 1.5, kEnough = 0.01;        // px
  const std::size_t count = parameters();
  const auto shifts = static_cast<std::size_t>(surfaces_.side() * surfaces_.side());
  const auto step_of = [&](std::size_t i) { return i < 8 ? kCornerStep : kLensStep; };

  // The penalty is quadratic: its second derivatives are the same everywhere.
  cv::Mat penalty_curvature = cv::Mat::zeros(8, 8, CV_64F);
  {
    const double p0 = Penalty(MapChange{});
    std::array<double, 8> alone{};
    const auto unit = [](std::size_t i) {
      MapChange c;
      c.values[i] = 1;
      return c;
    };
    for (std::size_t i = 0; i < 8; ++i) alone[i] = Penalty(unit(i));
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = 0; j < 8; ++j) {
        MapChange both = unit(i);
        both.values[j] += 1;
        penalty_curvature.at<double>(static_cast<int>(i), static_cast<int>(j)) =
            Penalty(both) - alone[i] - alone[j] + p0;
      }
    }
  }

  MapChange change = start;
  double value = SmoothValue(change), damping = 1e-2;
  cv::Mat curvature, gradient;
  for (int round = 0; round < rounds; ++round) {
    if (curvature.empty()) {
      const int n = static_cast<int>(count);
      curvature = cv::Mat::zeros(n, n, CV_64F);
      gradient = cv::Mat::zeros(n, 1, CV_64F);
      std::vector<std::vector<Point>> slopes(count);
      for (std::size_t i = 0; i < count; ++i) {
        MapChange more = change, less = change;
        more.values[i] += step_of(i);
        less.values[i] -= step_of(i);
        slopes[i] = Displacements(more);
        const std::vector<Point> other = Displacements(less);
        for (std::size_t b = 0; b < other.size(); ++b) {
          slopes[i][b] = 0.5 / step_of(i) * (slopes[i][b] - other[b]);
        }
        gradient.at<double>(static_cast<int>(i)) =
            i < 8 ? -(Penalty(more) - Penalty(less)) / (2 * step_of(i)) : 0.0;
      }
      const std::vector<Point> d = Displacements(change);
      for (std::size_t b = 0; b < d.size(); ++b) {
        if (weights_[b] == 0 || !std::isfinite(d[b].x) || !std::isfinite(d[b].y)) continue;
        SplineReading r =
            ReadSpline(surfaces_.surfaces.data() + b * shifts, surfaces_.radius, d[b]);
        MakeConcave(r);
        for (std::size_t i = 0; i < count; ++i) {
          const Point a = slopes[i][b];
          gradient.at<double>(static_cast<int>(i)) += weights_[b] * (a.x * r.gx + a.y * r.gy);
          const double hx = r.gxx * a.x + r.gxy * a.y, hy = r.gxy * a.x + r.gyy * a.y;
          for (std::size_t j = 0; j < count; ++j) {
            const Point c = slopes[j][b];
            curvature.at<double>(static_cast<int>(i), static_cast<int>(j)) -=
                weights_[b] * (hx * c.x + hy * c.y);
          }
        }
      }
      curvature(cv::Rect(0, 0, 8, 8)) += penalty_curvature;
    }
    cv::Mat damped = curvature.clone(), step;
    for (int i = 0; i < damped.rows; ++i) {
      damped.at<double>(i, i) += damping * curvature.at<double>(i, i) + 1e-9;
    }
    if (!cv::solve(damped, gradient, step, cv::DECOMP_LU)) break;
    double longest = 0;
    for (int i = 0; i < 8; ++i) longest = std::max(longest, std::abs(step.at<double>(i)));
    if (!std::isfinite(longest)) break;
    const double shrink = std::min(1.0, kLongest / (longest + 1e-9));
    MapChange next = change;
    for (std::size_t i = 0; i < count; ++i) {
      next.values[i] += shrink * step.at<double>(static_cast<int>(i));
    }
    const double next_value = SmoothValue(next);
    if (next_value > value) {
      change = next;
      value = next_value;
      damping = std::max(damping * 0.3, 1e-4);
      curvature.release();
      if (longest * shrink < kEnough) break;
    } else {
      damping *= 6;
      if (damping > 1e4) break;
    }
  }
  return {change, value};
}

CameraMap SurfaceFit::Changed(const CameraMap& map, const MapChange& change) const {
  const Homography moved =
      RectangleToQuad(corners_, change.MovedCorners(surfaces_.width, surfaces_.height));
  CameraMap r = map;
  const std::optional<Homography> back = moved.Inverse(),
                                  to_infrared = surfaces_.to_level.Inverse();
  if (!back || !to_infrared) return r;
  r.map = (*to_infrared * *back * surfaces_.to_level * map.map).Normalised();
  r.lens.k1 += change.values[8];
  r.lens.k2 += change.values[9];
  return r;
}

}  // namespace seafusion::align
