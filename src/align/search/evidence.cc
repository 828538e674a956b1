#include "align/search/evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "align/search/fit/surface_fit.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr float kStructured = 0.2f;    // blocks of less weight have no say
constexpr double kInlierRadius = 1.5;  // px of the level
constexpr double kFarRadius = 4;       // px of the level
constexpr int kFieldColumns = 4, kFieldRows = 3;
constexpr double kFieldShare = 0.25;

void MeasureJointPeak(const BlockSurfaces& s, Evidence& e) {
  const int n = s.side();
  double peak = -1, far_sum = 0, far_square = 0, far_count = 0, far_most = -1;
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      const double v = s.mean_surface[static_cast<std::size_t>(y * n + x)];
      const int dx = x - s.radius, dy = y - s.radius;
      if (std::abs(dx) <= 1 && std::abs(dy) <= 1) peak = std::max(peak, v);
      if (std::hypot(dx, dy) > kFarRadius) {
        far_sum += v;
        far_square += v * v;
        far_most = std::max(far_most, v);
        ++far_count;
      }
    }
  }
  const double mean = far_sum / far_count;
  const double deviation = std::sqrt(std::max(far_square / far_count - mean * mean, 0.0));
  e.peak = (peak - mean) / (deviation + 1e-4);
  e.margin = peak - far_most;
}

void MeasureInliers(const BlockSurfaces& s, Evidence& e) {
  const int n = s.side();
  const auto shifts = static_cast<std::size_t>(n * n);
  std::array<double, static_cast<std::size_t>(kFieldColumns * kFieldRows)> agreeing{}, all{};
  double inliers = 0, structured = 0;
  for (std::size_t b = 0; b < s.blocks(); ++b) {
    const float* surface = s.surfaces.data() + b * shifts;
    const auto at = static_cast<int>(std::max_element(surface, surface + shifts) - surface);
    const bool has_structure = s.weights[b] > kStructured;
    const bool inlier =
        has_structure && std::hypot(at % n - s.radius, at / n - s.radius) <= kInlierRadius;
    const int column = static_cast<int>(b) % s.columns, row = static_cast<int>(b) / s.columns;
    const auto field = static_cast<std::size_t>(row * kFieldRows / s.rows * kFieldColumns +
                                                column * kFieldColumns / s.columns);
    all[field] += 1;
    agreeing[field] += inlier ? 1 : 0;
    inliers += inlier ? 1 : 0;
    structured += has_structure ? 1 : 0;
  }
  e.inliers = inliers / std::max(structured, 1.0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] > 0 && agreeing[i] / all[i] > kFieldShare) e.coverage += 1.0 / all.size();
  }
}

}  // namespace

void MeasureAgreement(const BlockSurfaces& surfaces, Evidence& evidence) {
  MeasureJointPeak(surfaces, evidence);
  MeasureInliers(surfaces, evidence);
}

double PairedT(std::span<const double> better, std::span<const double> other,
               std::span<const double> weights) {
  double mean = 0, square = 0;
  for (std::size_t b = 0; b < weights.size(); ++b) {
    mean += weights[b] * (better[b] - other[b]);
    square += weights[b] * weights[b];
  }
  double variance = 0;
  for (std::size_t b = 0; b < weights.size(); ++b) {
    const double d = better[b] - other[b] - mean;
    variance += weights[b] * d * d;
  }
  const double effective = std::max(1 / (square * 9 + 1e-12), 2.0);
  return mean / std::sqrt(variance / effective + 1e-10);
}

StatusOr<NestedMaps> MeasureEvidence(std::span<const SearchFrame* const> frames,
                                     const CameraMap& map, SurfaceLevel level, ThreadPool& pool,
                                     const RunMonitor& monitor,
                                     std::span<const InfraredLevel> known) {
  SEAFUSION_ASSIGN_OR_RETURN(const BlockSurfaces s,
                             ComputeBlockSurfaces(frames, map, level, &pool, monitor, known));
  const GrayPyramid& infrared = frames.front()->infrared;
  const GrayPyramid& visible = frames.front()->visible;
  const int width = infrared.width(), height = infrared.height();
  NestedMaps r;
  MeasureAgreement(s, r.evidence);

  const SurfaceFit fit(s, map, width, height, {});
  r.evidence.score = fit.Value(MapChange{});
  const MapChange free = fit.Climb(MapChange{}).first;
  const std::vector<double> free_values = fit.BlockValues(free);
  const SurfaceFit stiff(s, map, width, height, {.penalty = kStiffPenalty});
  const MapChange similarity = stiff.Climb(MapChange{}, 25).first;
  r.free = fit.Changed(map, free);
  r.similarity = fit.Changed(map, similarity);
  r.evidence.t_similarity = PairedT(free_values, fit.BlockValues(similarity), fit.weights());

  // The identity as a change of this map, where it lies within the surfaces.
  if (width == visible.width() && height == visible.height() && map.lens.empty()) {
    const Homography at_level = s.to_level * map.map * s.to_level.Inverse().value_or(Homography{});
    const Quad corners = PictureCorners(s.width, s.height);
    MapChange identity;
    for (std::size_t i = 0; i < 4; ++i) {
      const Point d = at_level.Apply(corners[i]) - corners[i];
      identity.values[2 * i] = d.x;
      identity.values[2 * i + 1] = d.y;
    }
    double most = 0;
    for (const Point& d : fit.Displacements(identity)) {
      most = std::max({most, std::abs(d.x), std::abs(d.y)});
    }
    if (most < s.radius - 1) {
      r.evidence.t_identity = PairedT(free_values, fit.BlockValues(identity), fit.weights());
    } else {
      r.evidence.t_identity = 99;
    }
  }

  // Without structure nothing moves anywhere: that is no agreement.
  if (r.evidence.inliers == 0) r.evidence.half_shift = r.evidence.half_spread = s.radius;

  // Fits to halves of the blocks, in chequerboards of two sizes.
  const double to_pixels = static_cast<double>(width) / s.width;
  for (const int side : {2, 3}) {
    std::array<MapChange, 2> halves;
    for (const int half : {0, 1}) {
      std::vector<bool> selected(s.blocks());
      for (std::size_t b = 0; b < selected.size(); ++b) {
        const int column = static_cast<int>(b) % s.columns, row = static_cast<int>(b) / s.columns;
        selected[b] = (row / side + column / side) % 2 == half;
      }
      const SurfaceFit part(s, map, width, height, {.selected = selected});
      const MapChange change = part.Climb(MapChange{}).first;
      r.evidence.half_shift = std::max(r.evidence.half_shift, change.Size().mean * to_pixels);
      halves[static_cast<std::size_t>(half)] = change;
    }
    MapChange difference;
    for (std::size_t i = 0; i < 8; ++i) {
      difference.values[i] = halves[0].values[i] - halves[1].values[i];
    }
    r.evidence.half_spread += difference.Size().mean * to_pixels / 2;
  }
  return r;
}

}  // namespace seafusion::align
