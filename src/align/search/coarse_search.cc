#include "align/search/coarse_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "align/search/structure_features.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr int kWidth = 96;           // of the reduced infrared picture
constexpr double kScaleStep = 1.05;  // at most, from one field ratio to the next
constexpr double kShift = 0.20;      // beyond both pictures' fields, share of the width
constexpr std::array<double, 7> kRotations{-7.5, -5, -2.5, 0, 2.5, 5, 7.5};  // degrees
constexpr int kPeaks = 6;  // kept of each hypothesis
constexpr std::size_t kKept = 14;
constexpr double kSame = 0.04;  // candidates nearer than this share of the width are one
// Share of the infrared energy in the normaliser: a nearly empty visible window wins nothing.
constexpr double kEnergyFloor = 0.35;

struct InfraredSide {
  Features features;
  double energy = 0;
  Homography from_original;
};

// Half spectra of all channels, zero-padded to the canvas.
std::array<cv::Mat, kFeatureChannels> Spectra(const Features& features, cv::Size canvas) {
  std::array<cv::Mat, kFeatureChannels> spectra;
  for (std::size_t c = 0; c < kFeatureChannels; ++c) {
    cv::Mat padded = cv::Mat::zeros(canvas, CV_32F);
    features[c].copyTo(padded({0, 0, features[c].cols, features[c].rows}));
    cv::dft(padded, spectra[c], 0, features[c].rows);
  }
  return spectra;
}

// Adds the normalised correlation at every shift that keeps the infrared window on the canvas.
void AddScores(const std::array<cv::Mat, kFeatureChannels>& infrared, double infrared_energy,
               cv::Size window, const Features& visible, cv::Mat& total) {
  const cv::Size canvas = visible[0].size();
  const auto spectra = Spectra(visible, canvas);
  cv::Mat sum, product, correlation, integral;
  for (std::size_t c = 0; c < kFeatureChannels; ++c) {
    cv::mulSpectrums(spectra[c], infrared[c], product, 0, /*conjB=*/true);
    if (c == 0) {
      product.copyTo(sum);
    } else {
      sum += product;
    }
  }
  cv::dft(sum, correlation, cv::DFT_INVERSE | cv::DFT_SCALE | cv::DFT_REAL_OUTPUT);
  cv::integral(FeatureEnergy(visible), integral, CV_64F);
  for (int y = 0; y < total.rows; ++y) {
    const float* num = correlation.ptr<float>(y);
    const double *top = integral.ptr<double>(y), *bottom = integral.ptr<double>(y + window.height);
    float* to = total.ptr<float>(y);
    for (int x = 0; x < total.cols; ++x) {
      const double energy =
          std::max(bottom[x + window.width] - top[x + window.width] - bottom[x] + top[x], 0.0);
      to[x] += static_cast<float>(
          num[x] / std::sqrt(infrared_energy * (energy + kEnergyFloor * infrared_energy) + 1e-12));
    }
  }
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
  std::array<cv::Mat, kRotations.size()> totals;
  for (std::size_t i = 0; i < kRotations.size(); ++i) {
    const double angle = kRotations[i] * std::numbers::pi / 180;
    const double c = scale * std::cos(angle), s = scale * std::sin(angle);
    const double vx = (visible.width() - 1) / 2.0, vy = (visible.height() - 1) / 2.0;
    maps[i].m = {c, -s, (canvas.width - 1) / 2.0 - c * vx + s * vy,
                 s, c,  (canvas.height - 1) / 2.0 - s * vx - c * vy,
                 0, 0,  1};
    totals[i] =
        cv::Mat::zeros(canvas.height - window.height + 1, canvas.width - window.width + 1, CV_32F);
  }
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const auto spectra = Spectra(infrared[k].features, canvas);
    const ReducedPicture reduced = frames[k]->visible.Reduce(ShareForScale(scale));
    for (std::size_t i = 0; i < kRotations.size(); ++i) {
      const WarpedPicture warped = WarpReduced(reduced, maps[i], canvas);
      AddScores(spectra, infrared[k].energy, window, StructureFeatures(warped.samples, warped.mask),
                totals[i]);
    }
  }
  std::vector<CoarseCandidate> candidates;
  const Homography to_original = infrared.front().from_original.Inverse().value_or(Homography{});
  for (std::size_t i = 0; i < kRotations.size(); ++i) {
    for (const Peak& peak : HighestPeaks(totals[i])) {
      const Homography shift{{1, 0, -1.0 * peak.x, 0, 1, -1.0 * peak.y, 0, 0, 1}};
      candidates.push_back({peak.value / static_cast<double>(frames.size()),
                            (to_original * shift * maps[i]).Normalised()});
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
    infrared[k].energy = cv::sum(FeatureEnergy(infrared[k].features))[0];
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
