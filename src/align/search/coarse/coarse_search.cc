#include "align/search/coarse/coarse_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "align/search/features/structure_features.h"
#include "align/search/fit/corner_motions.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr int kWidth = 96;           // of the reduced infrared picture
constexpr double kScaleStep = 1.08;  // at most, from one field ratio to the next
constexpr double kShift = 0.20;      // beyond both pictures' fields, share of the width
constexpr std::array<double, 5> kRotations{-7.2, -3.6, 0, 3.6, 7.2};  // degrees
// Parts of the infrared picture, which may each be off by a few pixels: perspective, and what the
// steps above leave, would blur the correlation of the whole.
constexpr int kPartColumns = 4, kPartRows = 3;
constexpr std::size_t kParts = kPartColumns * kPartRows;
// Pixels that a part may be off. The further, the more it also finds in wrong places: both kinds of
// candidates are followed.
constexpr std::array<int, 2> kReaches{2, 5};
constexpr float kReachCost = 0.003f;  // of correlation, for the square of each pixel
constexpr MotionFit::Ridge kRidge{0.01, 0.05};
constexpr int kPeaks = 8;  // looked at of each hypothesis
// Candidates kept, and where the scale is hardly known.
constexpr std::size_t kKept = 14, kKeptOfMany = 28;
constexpr double kManyFrom = 1.8;  // largest over smallest field ratio
constexpr double kSame = 0.08;     // candidates nearer than this share of the width are one
// Of the parts' mean energy: flat parts correlate at 0, and a nearly empty visible window wins
// nothing.
constexpr double kEnergyFloor = 0.25;

struct InfraredSide {
  Features features;
  std::array<double, kParts> energy{};
  double floor = 0;
  Homography from_original;
};

cv::Rect PartOf(std::size_t part, cv::Size window) {
  const int column = static_cast<int>(part) % kPartColumns;
  const int row = static_cast<int>(part) / kPartColumns;
  const int left = window.width * column / kPartColumns, top = window.height * row / kPartRows;
  return {left, top, window.width * (column + 1) / kPartColumns - left,
          window.height * (row + 1) / kPartRows - top};
}

Point CentreOf(const cv::Rect& r) {
  return {r.x + (r.width - 1) / 2.0, r.y + (r.height - 1) / 2.0};
}

// Correlation of each part at every shift of the window.
using PartScores = std::array<cv::Mat, kParts>;

using Spectra = std::array<cv::Mat, kFeatureChannels>;

// Half spectra of all channels, zero-padded to the canvas; of the part alone, where it lies.
Spectra SpectraOf(const Features& features, const cv::Rect& part, cv::Size canvas) {
  Spectra spectra;
  for (std::size_t c = 0; c < kFeatureChannels; ++c) {
    cv::Mat padded = cv::Mat::zeros(canvas, CV_32F);
    features[c](part).copyTo(padded(part));
    cv::dft(padded, spectra[c], 0, part.y + part.height);
  }
  return spectra;
}

// Adds the parts' normalised correlation at every shift that keeps the infrared window on the
// canvas.
void AddScores(const std::array<Spectra, kParts>& parts, const InfraredSide& infrared,
               const Features& visible, PartScores& total) {
  const cv::Size canvas = visible[0].size(), window = infrared.features[0].size();
  const Spectra spectra = SpectraOf(visible, {{0, 0}, canvas}, canvas);
  cv::Mat sum, product, correlation, integral;
  cv::integral(FeatureEnergy(visible), integral, CV_64F);
  for (std::size_t p = 0; p < kParts; ++p) {
    for (std::size_t c = 0; c < kFeatureChannels; ++c) {
      cv::mulSpectrums(spectra[c], parts[p][c], product, 0, /*conjB=*/true);
      if (c == 0) {
        product.copyTo(sum);
      } else {
        sum += product;
      }
    }
    cv::dft(sum, correlation, cv::DFT_INVERSE | cv::DFT_SCALE | cv::DFT_REAL_OUTPUT, total[p].rows);
    const cv::Rect part = PartOf(p, window);
    const double own = infrared.energy[p] + infrared.floor;
    for (int y = 0; y < total[p].rows; ++y) {
      const float* num = correlation.ptr<float>(y);
      const double* top = integral.ptr<double>(y + part.y) + part.x;
      const double* bottom = integral.ptr<double>(y + part.y + part.height) + part.x;
      float* to = total[p].ptr<float>(y);
      for (int x = 0; x < total[p].cols; ++x) {
        const double energy =
            std::max(bottom[x + part.width] - top[x + part.width] - bottom[x] + top[x], 0.0);
        to[x] += static_cast<float>(num[x] / std::sqrt(own * (energy + infrared.floor)));
      }
    }
  }
}

// The best that a part has within its reach of each shift, what it is off by being paid for.
cv::Mat WithinReach(const cv::Mat& scores, int furthest) {
  cv::Mat best = scores.clone();
  for (int reach = 1; reach <= furthest; ++reach) {
    // The square's rim is the nearest that a larger square adds.
    cv::Mat wider;
    const int side = 2 * reach + 1;
    cv::dilate(scores, wider, cv::Mat::ones(side, side, CV_8U));
    wider -= kReachCost * static_cast<float>(reach * reach);
    cv::max(best, wider, best);
  }
  return best;
}

// The highest score of one part within `reach` of a place, less `cost` for the square of each pixel
// from it; 0 where nothing is higher.
struct PartPlace {
  float score = 0;
  int x = 0, y = 0;
};
PartPlace BestPlace(const cv::Mat& scores, int at_x, int at_y, int reach, float cost) {
  PartPlace best{0, at_x, at_y};
  for (int y = std::max(at_y - reach, 0); y <= std::min(at_y + reach, scores.rows - 1); ++y) {
    for (int x = std::max(at_x - reach, 0); x <= std::min(at_x + reach, scores.cols - 1); ++x) {
      const int dx = x - at_x, dy = y - at_y;
      const float score =
          scores.at<float>(y, x) - cost * static_cast<float>(std::max(dx * dx, dy * dy));
      if (score > best.score) best = {score, x, y};
    }
  }
  return best;
}

struct BentWindow {
  MapChange change;
  double score = 0;  // mean over the parts, each about where the change puts it
};

// How the window's corners move when each part goes to the best place within its reach of a shift.
// Parts of the right place agree on that, those of a wrong one go where they like.
BentWindow BendByParts(const PartScores& scores, const std::array<float, kParts>& weights,
                       cv::Size window, const cv::Point& at, int furthest) {
  const CornerMotions corners(PictureCorners(window.width, window.height));
  std::array<std::array<Point, 8>, kParts> motions;
  for (std::size_t p = 0; p < kParts; ++p) motions[p] = corners.At(CentreOf(PartOf(p, window)));
  MotionAmounts amounts{};
  const auto place = [&](std::size_t p, int reach, float cost) {
    const Point d = Moved(motions[p], amounts);
    return BestPlace(scores[p], at.x + static_cast<int>(std::lround(d.x)),
                     at.y + static_cast<int>(std::lround(d.y)), reach, cost);
  };
  for (const auto& [reach, cost] : {std::pair{furthest, kReachCost}, {2, 0.0f}, {2, 0.0f}}) {
    MotionFit fit(amounts.size(), kRidge);
    for (std::size_t p = 0; p < kParts; ++p) {
      const PartPlace best = place(p, reach, cost);
      fit.Add(motions[p], {static_cast<double>(best.x - at.x), static_cast<double>(best.y - at.y)},
              static_cast<double>(best.score) * weights[p]);
    }
    amounts = fit.Solve();
  }
  BentWindow r{corners.Change(amounts), 0};
  double total = 1e-6;
  for (std::size_t p = 0; p < kParts; ++p) {
    r.score += static_cast<double>(place(p, 1, 0).score) * weights[p];
    total += weights[p];
  }
  r.score /= total;
  return r;
}

struct Peak {
  float value;
  int x, y;
};

std::vector<Peak> HighestPeaks(const cv::Mat& scores) {
  cv::Mat largest;
  cv::dilate(scores, largest, cv::Mat::ones(7, 7, CV_8U));
  std::vector<Peak> peaks;
  for (int y = 0; y < scores.rows; ++y) {
    const float *s = scores.ptr<float>(y), *l = largest.ptr<float>(y);
    for (int x = 0; x < scores.cols; ++x) {
      if (s[x] >= l[x]) peaks.push_back({s[x], x, y});
    }
  }
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const Peak& a, const Peak& b) { return a.value > b.value; });
  if (peaks.size() > kPeaks) peaks.resize(kPeaks);
  return peaks;
}

// Candidates of each reach.
using Found = std::array<std::vector<CoarseCandidate>, kReaches.size()>;

// All rotations at one field ratio.
Found Try(double ratio, std::span<const SearchFrame* const> frames,
          std::span<const InfraredSide> infrared) {
  const GrayPyramid& visible = frames.front()->visible;
  const cv::Size window = infrared.front().features[0].size();
  const double scale = ratio * window.width / visible.width();
  const double margin = 2 * kShift * window.width;
  const cv::Size canvas(cv::getOptimalDFTSize(static_cast<int>(
                            std::max(ratio * window.width, 1.0 * window.width) + margin)),
                        cv::getOptimalDFTSize(static_cast<int>(
                            std::max(visible.height() * scale, 1.0 * window.height) + margin)));

  std::array<Homography, kRotations.size()> maps;
  std::array<PartScores, kRotations.size()> totals;
  for (std::size_t i = 0; i < kRotations.size(); ++i) {
    const double angle = kRotations[i] * std::numbers::pi / 180;
    const double c = scale * std::cos(angle), s = scale * std::sin(angle);
    const double vx = (visible.width() - 1) / 2.0, vy = (visible.height() - 1) / 2.0;
    maps[i].m = {c, -s, (canvas.width - 1) / 2.0 - c * vx + s * vy,
                 s, c,  (canvas.height - 1) / 2.0 - s * vx - c * vy,
                 0, 0,  1};
    for (cv::Mat& part : totals[i]) {
      part = cv::Mat::zeros(canvas.height - window.height + 1, canvas.width - window.width + 1,
                            CV_32F);
    }
  }
  std::array<float, kParts> weights{};
  float all_weights = 1e-6f;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    std::array<Spectra, kParts> parts;
    for (std::size_t p = 0; p < kParts; ++p) {
      parts[p] = SpectraOf(infrared[k].features, PartOf(p, window), canvas);
      const auto weight =
          static_cast<float>(infrared[k].energy[p] / (infrared[k].energy[p] + infrared[k].floor));
      weights[p] += weight;
      all_weights += weight;
    }
    const ReducedPicture reduced = frames[k]->visible.Reduce(ShareForScale(scale));
    for (std::size_t i = 0; i < kRotations.size(); ++i) {
      const WarpedPicture warped = WarpReduced(reduced, maps[i], canvas);
      AddScores(parts, infrared[k], StructureFeatures(warped.samples, warped.mask), totals[i]);
    }
  }
  for (auto& of_rotation : totals) {
    for (cv::Mat& part : of_rotation) part /= static_cast<double>(frames.size());
  }
  Found found;
  const Homography to_original = infrared.front().from_original.Inverse().value_or(Homography{});
  const Quad corners = PictureCorners(window.width, window.height);
  for (std::size_t r = 0; r < kReaches.size(); ++r) {
    std::vector<double> levels;
    for (std::size_t i = 0; i < kRotations.size(); ++i) {
      cv::Mat scores = cv::Mat::zeros(totals[i][0].size(), CV_32F);
      for (std::size_t p = 0; p < kParts; ++p) {
        cv::scaleAdd(WithinReach(totals[i][p], kReaches[r]), weights[p] / all_weights, scores,
                     scores);
      }
      for (const Peak& peak : HighestPeaks(scores)) {
        const Homography shift{{1, 0, -1.0 * peak.x, 0, 1, -1.0 * peak.y, 0, 0, 1}};
        const auto [change, score] =
            BendByParts(totals[i], weights, window, {peak.x, peak.y}, kReaches[r]);
        const Homography bent =
            RectangleToQuad(corners, change.MovedCorners(window.width, window.height));
        const Homography map =
            to_original * bent.Inverse().value_or(Homography{}) * shift * maps[i];
        found[r].push_back({score, map.Normalised()});
        levels.push_back(score);
      }
    }
    // Most peaks are wrong. The smoother the visible picture is at this scale, the higher they are.
    const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
    std::nth_element(levels.begin(), middle, levels.end());
    for (CoarseCandidate& c : found[r]) c.score /= *middle + 1e-6;
  }
  return found;
}

}  // namespace

StatusOr<std::vector<CoarseCandidate>> CoarseSearch(std::span<const SearchFrame* const> frames,
                                                    FieldRatio ratio, ThreadPool& pool,
                                                    const RunMonitor& monitor) {
  std::vector<InfraredSide> infrared(frames.size());
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(frames.size(), [&](std::size_t k, int) {
    const ReducedPicture small = frames[k]->infrared.ToWidth(kWidth);
    infrared[k].features = StructureFeatures(small.samples);
    const cv::Mat energy = FeatureEnergy(infrared[k].features);
    for (std::size_t p = 0; p < kParts; ++p) {
      infrared[k].energy[p] = cv::sum(energy(PartOf(p, energy.size())))[0];
      infrared[k].floor += kEnergyFloor / kParts * infrared[k].energy[p];
    }
    infrared[k].floor += 1e-6;
    infrared[k].from_original = small.from_original;
    return OkStatus();
  }));

  const double range = std::log(ratio.most / ratio.least);
  const int steps = static_cast<int>(std::ceil(range / std::log(kScaleStep) - 1e-9));
  std::vector<Found> found(static_cast<std::size_t>(steps) + 1);
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(found.size(), [&](std::size_t i, int) -> Status {
    if (monitor.Stopped()) return Cancelled("stopped during the coarse search");
    const double share = steps == 0 ? 0.5 : static_cast<double>(i) / steps;
    found[i] = Try(ratio.least * std::exp(range * share), frames, infrared);
    return OkStatus();
  }));

  Found all;
  for (std::size_t r = 0; r < all.size(); ++r) {
    for (const Found& part : found) all[r].insert(all[r].end(), part[r].begin(), part[r].end());
    std::stable_sort(
        all[r].begin(), all[r].end(),
        [](const CoarseCandidate& a, const CoarseCandidate& b) { return a.score > b.score; });
  }

  // The infrared picture's corners, carried into the visible picture.
  const int width = frames.front()->infrared.width(), height = frames.front()->infrared.height();
  std::vector<CoarseCandidate> kept;
  std::vector<Homography> inverses;
  std::array<std::size_t, kReaches.size()> next{};
  const std::size_t most = ratio.most > kManyFrom * ratio.least ? kKeptOfMany : kKept;
  for (std::size_t turn = 0; kept.size() < most; ++turn) {
    const std::size_t r = turn % all.size();
    if (next[r] == all[r].size()) {
      if (std::equal(next.begin(), next.end(), all.begin(),
                     [](std::size_t n, const auto& part) { return n == part.size(); })) {
        break;
      }
      continue;
    }
    const CoarseCandidate& c = all[r][next[r]++];
    const std::optional<Homography> inverse = c.map.Inverse();
    if (!inverse) continue;
    const double scale = c.map.ScaleAt({0, 0});
    const bool known = std::any_of(inverses.begin(), inverses.end(), [&](const Homography& other) {
      return DistanceOfCorners(*inverse, other, width, height).largest * scale <= kSame * width;
    });
    if (known) continue;
    kept.push_back(c);
    inverses.push_back(*inverse);
  }
  return kept;
}

}  // namespace seafusion::align
