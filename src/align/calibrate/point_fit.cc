#include "align/calibrate/point_fit.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <new>
#include <string_view>

#include <opencv2/calib3d.hpp>

#include "core/files/file.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::align {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
constexpr double kMostCoordinate = 1e6;  // px

std::vector<cv::Point2d> Side(std::span<const PointPair> pairs, const std::vector<bool>& used,
                              Point PointPair::*side) {
  std::vector<cv::Point2d> v;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (used[i]) v.emplace_back((pairs[i].*side).x, (pairs[i].*side).y);
  }
  return v;
}

// From a 2x3 or 3x3 matrix; nothing where OpenCV found none.
std::optional<Homography> FromMat(const cv::Mat& m) {
  if (m.empty()) return std::nullopt;
  Homography h;
  for (int y = 0; y < m.rows; ++y) {
    for (int x = 0; x < 3; ++x) {
      h.m[static_cast<std::size_t>(3 * y + x)] = m.at<double>(y, x);
    }
  }
  if (!h.Inverse()) return std::nullopt;
  return h;
}

// Least squares.
std::optional<Homography> FitAll(const std::vector<cv::Point2d>& from,
                                 const std::vector<cv::Point2d>& to, bool similarity) {
  if (!similarity) return FromMat(cv::findHomography(from, to, 0));
  cv::Point2d a, b;
  const auto n = static_cast<double>(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    a += from[i] / n;
    b += to[i] / n;
  }
  double dot = 0, cross = 0, norm = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const cv::Point2d p = from[i] - a, q = to[i] - b;
    dot += p.dot(q);
    cross += p.cross(q);
    norm += p.dot(p);
  }
  if (!(norm > 0)) return std::nullopt;
  const double c = dot / norm, s = cross / norm;
  const Homography h{{c, -s, b.x - c * a.x + s * a.y, s, c, b.y - s * a.x - c * a.y, 0, 0, 1}};
  if (!h.Inverse()) return std::nullopt;
  return h;
}

StatusOr<PointFit> Fit(std::span<const PointPair> pairs, bool similarity, double tolerance) {
  const std::size_t least = similarity ? 2 : 4;
  if (pairs.size() < least) {
    return InvalidArgument(std::string("a ") + (similarity ? "similarity" : "homography") +
                           " needs at least " + std::to_string(least) +
                           " pairs of points, these are " + std::to_string(pairs.size()));
  }
  for (const PointPair& p : pairs) {
    for (const double v : {p.infrared.x, p.infrared.y, p.visible.x, p.visible.y}) {
      if (!(std::abs(v) <= kMostCoordinate)) {
        return InvalidArgument("points must be within a million pixels");
      }
    }
  }
  const Status degenerate =
      InvalidArgument("the points lie on each other or on a line; no map can be told from them");
  PointFit fit;
  fit.used.assign(pairs.size(), true);
  const auto visible = Side(pairs, fit.used, &PointPair::visible);
  const auto infrared = Side(pairs, fit.used, &PointPair::infrared);
  if (pairs.size() > least) {
    cv::Mat mask;
    const cv::Mat found =
        similarity ? cv::estimateAffinePartial2D(visible, infrared, mask, cv::RANSAC, tolerance)
                   : cv::findHomography(visible, infrared, cv::USAC_MAGSAC, tolerance, mask);
    if (!FromMat(found)) return degenerate;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      fit.used[i] = mask.at<std::uint8_t>(static_cast<int>(i)) != 0;
    }
  }
  // Twice: pairs near the tolerance change sides once all good ones have their say.
  std::size_t count = 0;
  for (int round = 0; round < 2; ++round) {
    count = static_cast<std::size_t>(std::count(fit.used.begin(), fit.used.end(), true));
    if (count < least || 2 * count < pairs.size()) {
      return InvalidArgument("only " + std::to_string(count) + " of " +
                             std::to_string(pairs.size()) + " pairs of points agree within " +
                             std::to_string(tolerance) + " infrared pixels");
    }
    const std::optional<Homography> h =
        FitAll(Side(pairs, fit.used, &PointPair::visible),
               Side(pairs, fit.used, &PointPair::infrared), similarity);
    if (!h) return degenerate;
    fit.visible_to_infrared = h->Normalised();
    fit.residuals.clear();
    for (const PointPair& p : pairs) {
      fit.residuals.push_back(Distance(h->Apply(p.visible), p.infrared));
    }
    if (round == 0 && pairs.size() > least) {
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        fit.used[i] = fit.residuals[i] <= 1.5 * tolerance;
      }
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (fit.used[i]) sum += fit.residuals[i] * fit.residuals[i];
  }
  const double freedom = 2.0 * static_cast<double>(count) - (similarity ? 4 : 8);
  fit.deviation = freedom > 0 ? std::sqrt(2 * sum / freedom) : 0;
  return fit;
}

}  // namespace

StatusOr<PointFit> FitPoints(std::span<const PointPair> pairs, TransformModel model,
                             double tolerance) {
  if (!(tolerance > 0 && std::isfinite(tolerance))) {
    return InvalidArgument("the tolerance must be above 0 pixels");
  }
  if (model != TransformModel::kSimilarity && model != TransformModel::kHomography) {
    return InvalidArgument("points give a similarity or a homography, not " +
                           std::string(TransformModelName(model)));
  }
  try {
    return Fit(pairs, model == TransformModel::kSimilarity, tolerance);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to fit points");
  } catch (const cv::Exception& e) {
    return InvalidArgument("no map can be told from these points: " + e.err);
  }
}

StatusOr<std::vector<PointPair>> ReadPoints(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMostBytes));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<PointPair> pairs;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (const std::size_t comment = line.find('#'); comment != std::string::npos) {
      line.resize(comment);
    }
    for (char& c : line) {
      if (c == ',' || c == ';' || c == '\t' || c == '\r') c = ' ';
    }
    if (line.find_first_not_of(' ') == std::string::npos) continue;
    std::vector<double> numbers;
    const char *at = line.data(), *const last = line.data() + line.size();
    while (at != last) {
      if (*at == ' ') {
        ++at;
        continue;
      }
      double v = 0;
      const auto [after, error] = std::from_chars(at, last, v);
      if (error != std::errc() || (after != last && *after != ' ')) break;
      numbers.push_back(v);
      at = after;
    }
    const bool finite = std::all_of(numbers.begin(), numbers.end(),
                                    [](double v) { return std::abs(v) <= kMostCoordinate; });
    if (at != last || numbers.size() != 4 || !finite) {
      return CorruptData(path + ": line " + std::to_string(line_number) +
                         " must be four numbers, ir_x ir_y vis_x vis_y; it is " + Quoted(line));
    }
    pairs.push_back({{numbers[0], numbers[1]}, {numbers[2], numbers[3]}});
  }
  if (pairs.empty()) return CorruptData(path + ": holds no points");
  return pairs;
}

}  // namespace seafusion::align
