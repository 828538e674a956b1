#include "align/search/coarse_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "align/search/corner_motions.h"
#include "align/search/structure_features.h"
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
constexpr int kReach = 5;             // px a part may be off
constexpr float kReachCost = 0.003f;  // of correlation, for the square of each pixel
constexpr MotionFit::Ridge kRidge{1e-3, 0.05};
constexpr int kPeaks = 6;  // kept of each hypothesis
constexpr std::size_t kKept = 14;
constexpr double kSame = 0.04;  // candidates nearer than this share of the width are one
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
cv::Mat WithinReach(const cv::Mat& scores) {
  cv::Mat best = scores.clone();
  for (int reach = 1; reach <= kReach; ++reach) {
    // The square's rim is the nearest that a larger square adds.
    cv::Mat wider;
    const int side = 2 * reach + 1;
    cv::dilate(scores, wider, cv::Mat::ones(side, side, CV_8U));
    wider -= kReachCost * static_cast<float>(reach * reach);
    cv::max(best, wider, best);
  }
  return best;
}

// How the picture's corners move when each part goes to the best place within its reach.
MapChange ChangeByParts(const PartScores& scores, const std::array<float, kParts>& weights,
                        cv::Size window, int at_x, int at_y) {
  const CornerMotions motions(PictureCorners(window.width, window.height));
  MotionFit fit(8, kRidge);
  for (std::size_t p = 0; p < kParts; ++p) {
    float best = 0;
    Point to;
    for (int y = std::max(at_y - kReach, 0); y <= std::min(at_y + kReach, scores[p].rows - 1);
         ++y) {
      for (int x = std::max(at_x - kReach, 0); x <= std::min(at_x + kReach, scores[p].cols - 1);
           ++x) {
        const int dx = x - at_x, dy = y - at_y;
        const float reach = static_cast<float>(std::max(dx * dx, dy * dy));
        const float score = scores[p].at<float>(y, x) - kReachCost * reach;
        if (score > best) {
          best = score;
          to = {static_cast<double>(dx), static_cast<double>(dy)};
        }
      }
    }
    fit.Add(motions.At(CentreOf(PartOf(p, window))), to, static_cast<double>(best) * weights[p]);
  }
  return motions.Change(fit.Solve());
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

// All rotations at one field ratio.
std::vector<CoarseCandidate> Try(double ratio, std::span<const SearchFrame* const> frames,
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
  std::vector<CoarseCandidate> candidates;
  const Homography to_original = infrared.front().from_original.Inverse().value_or(Homography{});
  for (std::size_t i = 0; i < kRotations.size(); ++i) {
    cv::Mat scores = cv::Mat::zeros(totals[i][0].size(), CV_32F);
    for (std::size_t p = 0; p < kParts; ++p) {
      totals[i][p] /= static_cast<double>(frames.size());
      cv::scaleAdd(WithinReach(totals[i][p]), weights[p] / all_weights, scores, scores);
    }
    for (const Peak& peak : HighestPeaks(scores)) {
      const Homography shift{{1, 0, -1.0 * peak.x, 0, 1, -1.0 * peak.y, 0, 0, 1}};
      const MapChange change = ChangeByParts(totals[i], weights, window, peak.x, peak.y);
      const Homography bent = RectangleToQuad(PictureCorners(window.width, window.height),
                                              change.MovedCorners(window.width, window.height));
      const Homography map = to_original * bent.Inverse().value_or(Homography{}) * shift * maps[i];
      candidates.push_back({peak.value, map.Normalised()});
    }
  }
  return candidates;
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
  std::vector<std::vector<CoarseCandidate>> found(static_cast<std::size_t>(steps) + 1);
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(found.size(), [&](std::size_t i, int) -> Status {
    if (monitor.Stopped()) return Cancelled("stopped during the coarse search");
    const double share = steps == 0 ? 0.5 : static_cast<double>(i) / steps;
    found[i] = Try(ratio.least * std::exp(range * share), frames, infrared);
    return OkStatus();
  }));

  std::vector<CoarseCandidate> all;
  for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
  std::stable_sort(all.begin(), all.end(), [](const CoarseCandidate& a, const CoarseCandidate& b) {
    return a.score > b.score;
  });

  // The infrared picture's corners, carried into the visible picture.
  const int width = frames.front()->infrared.width(), height = frames.front()->infrared.height();
  std::vector<CoarseCandidate> kept;
  std::vector<Homography> inverses;
  for (const CoarseCandidate& c : all) {
    const std::optional<Homography> inverse = c.map.Inverse();
    if (!inverse) continue;
    const double scale = c.map.ScaleAt({0, 0});
    const bool known = std::any_of(inverses.begin(), inverses.end(), [&](const Homography& other) {
      return DistanceOfCorners(*inverse, other, width, height).largest * scale <= kSame * width;
    });
    if (known) continue;
    kept.push_back(c);
    inverses.push_back(*inverse);
    if (kept.size() == kKept) break;
  }
  return kept;
}

}  // namespace seafusion::align
