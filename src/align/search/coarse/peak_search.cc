#include "align/search/coarse/peak_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "align/search/fit/corner_motions.h"
#include "core/seeded_noise.h"

namespace seafusion::align {
namespace {

constexpr float kLeastWeight = 0.2f;  // blocks of less structure have no say
constexpr float kLeastHeight = 0.7f;  // of a further peak, relative to the block's highest
constexpr std::size_t kPeaksOfABlock = 3;
constexpr int kDraws = 240;
constexpr std::size_t kFitted = 6;  // draws that are fitted to all blocks
constexpr int kFitRounds = 4;
constexpr double kNear = 2.5, kNearer = 1.25;  // px of the level, in the first and the last round
constexpr MotionFit::Ridge kRidge{1e-3, 1e-2};

struct Peak {
  Point at;
  double strength = 0;
};

struct BlockPeaks {
  std::array<Point, 8> motions;  // at its centre
  std::vector<Peak> peaks;       // highest first
};

double Vertex(float left, float middle, float right) {
  const float d = left - 2 * middle + right;
  return d < 0 ? std::clamp(0.5 * (left - right) / d, -0.5, 0.5) : 0.0;
}

std::vector<BlockPeaks> PeaksOf(const BlockSurfaces& s, const CornerMotions& motions) {
  const int n = s.side();
  std::vector<BlockPeaks> blocks;
  for (std::size_t b = 0; b < s.blocks(); ++b) {
    if (s.weights[b] < kLeastWeight) continue;
    const float* surface = s.surfaces.data() + b * static_cast<std::size_t>(n * n);
    BlockPeaks block{motions.At(s.centres[b]), {}};
    for (int y = 1; y + 1 < n; ++y) {
      for (int x = 1; x + 1 < n; ++x) {
        const float* v = surface + y * n + x;
        if (*v <= 0 || *v < v[-1] || *v <= v[1] || *v < v[-n] || *v <= v[n] || *v < v[-n - 1] ||
            *v < v[-n + 1] || *v <= v[n - 1] || *v <= v[n + 1]) {
          continue;
        }
        block.peaks.push_back(
            {{x - s.radius + Vertex(v[-1], *v, v[1]), y - s.radius + Vertex(v[-n], *v, v[n])},
             static_cast<double>(*v) * s.weights[b]});
      }
    }
    if (block.peaks.empty()) continue;
    std::stable_sort(
        block.peaks.begin(), block.peaks.end(),
        [](const Peak& one, const Peak& other) { return one.strength > other.strength; });
    const double least = kLeastHeight * block.peaks.front().strength;
    while (block.peaks.size() > kPeaksOfABlock || block.peaks.back().strength < least) {
      block.peaks.pop_back();
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// Of all blocks with a peak near where the amounts put them.
MotionAmounts FitAll(const std::vector<BlockPeaks>& blocks, MotionAmounts amounts) {
  for (int round = 0; round < kFitRounds; ++round) {
    const double near = kNear + (kNearer - kNear) * round / (kFitRounds - 1);
    MotionFit fit(amounts.size(), kRidge);
    for (const BlockPeaks& block : blocks) {
      const Point d = Moved(block.motions, amounts);
      const Peak* best = nullptr;
      double nearest = near;
      for (const Peak& peak : block.peaks) {
        const double distance = Distance(peak.at, d);
        if (distance < nearest) {
          nearest = distance;
          best = &peak;
        }
      }
      if (best == nullptr) continue;
      const double q = 1 - nearest * nearest / (near * near);  // Tukey's biweight
      fit.Add(block.motions, best->at, best->strength * q * q);
    }
    amounts = fit.Solve();
  }
  return amounts;
}

}  // namespace

MapChange SearchPeaks(const BlockSurfaces& surfaces, const SurfaceFit& fit, std::uint64_t seed,
                      std::uint64_t place) {
  const CornerMotions motions(PictureCorners(surfaces.width, surfaces.height));
  const std::vector<BlockPeaks> blocks = PeaksOf(surfaces, motions);
  MapChange best;
  if (blocks.size() < 2) return best;
  std::vector<double> cumulated;
  for (const BlockPeaks& block : blocks) {
    cumulated.push_back((cumulated.empty() ? 0 : cumulated.back()) + block.peaks.front().strength);
  }
  SeededNoise noise(seed, place);
  std::vector<std::pair<double, MotionAmounts>> draws;
  for (int draw = 0; draw < kDraws; ++draw) {
    const int points = 2 + draw % 3;
    MotionFit sample(static_cast<std::size_t>(2 * points), kRidge);
    for (int i = 0; i < points; ++i) {
      const auto at =
          std::lower_bound(cumulated.begin(), cumulated.end(), noise.Uniform() * cumulated.back());
      const BlockPeaks& block =
          blocks[std::min(static_cast<std::size_t>(at - cumulated.begin()), blocks.size() - 1)];
      // The highest peak three times in four.
      const std::size_t which =
          noise.Chance(0.75) ? 0 : static_cast<std::size_t>(noise.Below(block.peaks.size()));
      sample.Add(block.motions, block.peaks[which].at, 1);
    }
    const MotionAmounts amounts = sample.Solve();
    const MapChange change = motions.Change(amounts);
    if (!(change.Size().largest < 3 * surfaces.radius)) continue;
    draws.emplace_back(fit.Value(change), amounts);
  }
  std::stable_sort(draws.begin(), draws.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (draws.size() > kFitted) draws.resize(kFitted);
  double best_value = fit.Value(best);
  for (const auto& [value, amounts] : draws) {
    for (const MotionAmounts& m : {amounts, FitAll(blocks, amounts)}) {
      const MapChange change = motions.Change(m);
      if (!(change.Size().largest < 3 * surfaces.radius)) continue;
      const double v = fit.Value(change);
      if (v > best_value) {
        best_value = v;
        best = change;
      }
    }
  }
  return best;
}

}  // namespace seafusion::align
