#include "tasks/detection/precision/average_precision.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace seafusion::tasks {
namespace {

// Recall and precision after each detection that changes recall, or only precision.
struct Point {
  double recall = 0;
  double precision = 0;
};

void MakePrecisionFall(std::vector<Point>& curve) {
  double highest = 0;
  for (auto point = curve.rbegin(); point != curve.rend(); ++point) {
    highest = std::max(highest, point->precision);
    point->precision = highest;
  }
}

double MeanAt101Recalls(const std::vector<Point>& falling) {
  constexpr int kSteps = 100;
  double sum = 0;
  auto point = falling.begin();
  for (int i = 0; i <= kSteps; ++i) {
    // Not i / 100: the public evaluator's steps, whose last digits decide at recalls like 57/100.
    const double recall = i == kSteps ? 1.0 : i * 0.01;
    point = std::find_if(point, falling.end(), [&](const Point& p) { return p.recall >= recall; });
    if (point == falling.end()) break;
    sum += point->precision;
  }
  return sum / (kSteps + 1);
}

double Area(const std::vector<Point>& falling) {
  double area = 0;
  double recall = 0;
  for (const Point& point : falling) {
    area += (point.recall - recall) * point.precision;
    recall = point.recall;
  }
  return area;
}

}  // namespace

std::string_view ApRuleName(ApRule rule) {
  return rule == ApRule::kCoco101 ? "coco" : "voc";
}

std::span<const double> CocoThresholds() {
  static constexpr std::array<double, 10> kThresholds = {0.5,  0.55, 0.6,  0.65, 0.7,
                                                         0.75, 0.8,  0.85, 0.9,  0.95};
  return kThresholds;
}

CategoryMatches::CategoryMatches(std::vector<PictureMatches> pictures)
    : pictures_(pictures.size()) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    truths_.push_back(pictures[i].truths);
    for (const MatchedDetection& detection : pictures[i].detections) {
      ranked_.push_back({detection, static_cast<std::uint32_t>(i)});
    }
  }
  std::stable_sort(ranked_.begin(), ranked_.end(), [](const Ranked& a, const Ranked& b) {
    return a.detection.score > b.detection.score;
  });
}

std::size_t CategoryMatches::truths() const {
  return std::accumulate(truths_.begin(), truths_.end(), std::size_t{0});
}

std::optional<double> CategoryMatches::AveragePrecision(
    std::size_t threshold, ApRule rule, std::span<const std::uint32_t> times) const {
  double truths = 0;
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    truths += static_cast<double>(truths_[i]) * (times.empty() ? 1 : times[i]);
  }
  if (truths == 0) return std::nullopt;
  std::vector<Point> curve;
  curve.reserve(ranked_.size());
  double found = 0;
  double counted = 0;
  const std::uint32_t bit = std::uint32_t{1} << threshold;
  for (const auto& [detection, picture] : ranked_) {
    if ((detection.ignored & bit) != 0) continue;
    // One by one, as copies of a picture in a set would come.
    const std::uint32_t copies = times.empty() ? 1 : times[picture];
    for (std::uint32_t c = 0; c < copies; ++c) {
      counted += 1;
      if ((detection.found & bit) != 0) found += 1;
      curve.push_back({found / truths, found / counted});
    }
  }
  MakePrecisionFall(curve);
  return rule == ApRule::kCoco101 ? MeanAt101Recalls(curve) : Area(curve);
}

PrecisionRecall CategoryMatches::Curve(std::size_t threshold) const {
  PrecisionRecall curve;
  const auto all = static_cast<double>(truths());
  if (all == 0) return curve;
  double found = 0;
  double counted = 0;
  const std::uint32_t bit = std::uint32_t{1} << threshold;
  for (const Ranked& ranked : ranked_) {
    if ((ranked.detection.ignored & bit) != 0) continue;
    counted += 1;
    if ((ranked.detection.found & bit) != 0) found += 1;
    curve.score.push_back(ranked.detection.score);
    curve.recall.push_back(found / all);
    curve.precision.push_back(found / counted);
  }
  return curve;
}

std::optional<double> MeanAveragePrecision(std::span<const CategoryMatches> categories,
                                           std::span<const std::size_t> thresholds, ApRule rule,
                                           std::span<const std::uint32_t> times) {
  double sum = 0;
  std::size_t count = 0;
  for (const CategoryMatches& category : categories) {
    for (const std::size_t threshold : thresholds) {
      if (const auto ap = category.AveragePrecision(threshold, rule, times)) {
        sum += *ap;
        ++count;
      }
    }
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

}  // namespace seafusion::tasks
