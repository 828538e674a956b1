// The map that lets the most blocks sit on a peak of their surface.
#ifndef SEAFUSION_ALIGN_SEARCH_FIT_SURFACE_FIT_H_
#define SEAFUSION_ALIGN_SEARCH_FIT_SURFACE_FIT_H_

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "align/geometry/homography.h"
#include "align/search/fit/block_surfaces.h"

namespace seafusion::align {

/// SurfaceFit's penalty that leaves a similarity only.
inline constexpr double kStiffPenalty = 100;

/// A change of the map: shifts of the level's four corners (x0, y0, ..., in pixels of the level)
/// and of the lens' k1 and k2.
struct MapChange {
  std::array<double, 10> values{};

  Quad MovedCorners(int width, int height) const;
  /// Mean and largest length of the four shifts.
  CornerDistance Size() const;
};

/// The objective over surfaces that outlive it:
///   J(D) = sum_b w_b S_b(d_b) / sum_b w_b - penalty(D),
/// with d_b the way that block b's centre goes under D. The penalty keeps the whole map (what is
/// found so far and the change) near a similarity: two cameras side by side are. Immutable.
class SurfaceFit {
 public:
  struct Options {
    double penalty = 0.03;
    /// Blocks to use, one flag a block; empty: all.
    std::vector<bool> selected;
    /// k1 and k2 change too.
    bool fit_lens = false;
  };

  /// `map` is the one the surfaces were computed at, `infrared` its picture's size.
  SurfaceFit(const BlockSurfaces& surfaces, const CameraMap& map, int infrared_width,
             int infrared_height, const Options& options);

  /// J, read from smoothed surfaces by linear interpolation.
  double Value(const MapChange& change) const;
  /// The same by cubic B-splines: smooth, so that its maximum lies between whole pixels.
  double SmoothValue(const MapChange& change) const;
  /// Every block's S_b(d_b), by cubic B-splines.
  std::vector<double> BlockValues(const MapChange& change) const;
  /// w_b / sum of w.
  std::span<const double> weights() const { return weights_; }

  /// The best change found by the cross-entropy method over the eight motions of a homography.
  /// `spread`: standard deviations to begin with, of similarity motions and of the others, px.
  MapChange Search(double similarity_spread, double other_spread, std::uint64_t seed,
                   std::uint64_t place) const;
  /// Climbs from `start` by Levenberg-Marquardt. Returns where it ends and J there.
  std::pair<MapChange, double> Climb(const MapChange& start, int rounds = 12) const;

  /// The map with the change in it.
  CameraMap Changed(const CameraMap& map, const MapChange& change) const;
  /// Where block centres go, less where they are.
  std::vector<Point> Displacements(const MapChange& change) const;

 private:
  template <typename Visit>
  void ForEachDisplacement(const MapChange& change, Visit visit) const;
  double Penalty(const MapChange& change) const;
  std::size_t parameters() const { return fit_lens_ ? 10 : 8; }

  const BlockSurfaces& surfaces_;
  std::vector<float> smoothed_;
  std::vector<double> weights_;
  Quad corners_;
  Quad base_{};  // what is not similarity in the map so far, at the corners, px of the level
  double penalty_;
  bool fit_lens_;
  RadialLens lens_;
  LensFrame frame_;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FIT_SURFACE_FIT_H_
