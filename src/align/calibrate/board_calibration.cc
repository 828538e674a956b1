#include "align/calibrate/board_calibration.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <utility>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "align/search/features/gray_pyramid.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr double kNew = 0.03;         // of the width: views nearer to each other are one
constexpr double kOutlier = 3;        // times the median residual
constexpr double kLeastSpread = 0.2;  // of the picture's area that all points together must span
constexpr int kCalibrationFlags = cv::CALIB_FIX_K3;

using Points = std::vector<cv::Point2f>;

struct SeenBoard {
  std::size_t view;  // in State::views
  Points infrared, visible;
};

std::string SizeText(const cv::Size& s) {
  return std::to_string(s.width) + "x" + std::to_string(s.height);
}

// 8 bits, stretched between the percentiles that registration takes.
cv::Mat Stretched(const ImageView& view) {
  const ReducedPicture gray = GrayPyramid(view).Reduce(1);
  cv::Mat out;
  // A picture so large that it is kept reduced is brought back: points are in its own pixels.
  cv::Mat samples = gray.samples - GrayPyramid::kOffset;
  samples.convertTo(out, CV_8U);
  if (out.cols != view.width || out.rows != view.height) {
    cv::resize(out, out, {view.width, view.height}, 0, 0, cv::INTER_LINEAR);
  }
  return out;
}

bool FindPoints(const cv::Mat& gray, const BoardPattern& pattern, Points& points) {
  const cv::Size size(pattern.columns, pattern.rows);
  if (pattern.kind == BoardPattern::Kind::kCircles) {
    return cv::findCirclesGrid(gray, size, points, cv::CALIB_CB_SYMMETRIC_GRID);
  }
  return cv::findChessboardCornersSB(
      gray, size, points,
      cv::CALIB_CB_NORMALIZE_IMAGE | cv::CALIB_CB_EXHAUSTIVE | cv::CALIB_CB_ACCURACY);
}

// Both cameras are upright to within 90 degrees: the second list begins at the end that lies in the
// first one's direction.
void TurnLike(const Points& model, Points& points) {
  const cv::Point2f a = model.back() - model.front(), b = points.back() - points.front();
  if (a.dot(b) < 0) std::reverse(points.begin(), points.end());
}

double MeanDistance(const Points& a, const Points& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += cv::norm(a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

CameraCalibration CalibrationOf(const cv::Mat& matrix, const cv::Mat& distortion) {
  CameraCalibration c;
  c.focal_x = matrix.at<double>(0, 0);
  c.focal_y = matrix.at<double>(1, 1);
  c.centre_x = matrix.at<double>(0, 2);
  c.centre_y = matrix.at<double>(1, 2);
  for (int i = 0; i < 4; ++i) c.distortion.push_back(distortion.at<double>(i));
  return c;
}

// Of both cameras together.
struct Solution {
  cv::Mat matrix_i, distortion_i, matrix_v, distortion_v, rotation, translation;
  cv::Mat residuals;  // a row a view: infrared, visible
};

Solution Solve(const std::vector<SeenBoard>& boards, const std::vector<cv::Point3f>& model,
               cv::Size infrared_size, cv::Size visible_size) {
  const std::vector<std::vector<cv::Point3f>> models(boards.size(), model);
  std::vector<Points> infrared, visible;
  for (const SeenBoard& b : boards) {
    infrared.push_back(b.infrared);
    visible.push_back(b.visible);
  }
  Solution s;
  std::vector<cv::Mat> turns, shifts;
  cv::calibrateCamera(models, infrared, infrared_size, s.matrix_i, s.distortion_i, turns, shifts,
                      kCalibrationFlags);
  cv::calibrateCamera(models, visible, visible_size, s.matrix_v, s.distortion_v, turns, shifts,
                      kCalibrationFlags);
  cv::Mat essential, fundamental;
  cv::stereoCalibrate(models, visible, infrared, s.matrix_v, s.distortion_v, s.matrix_i,
                      s.distortion_i, infrared_size, s.rotation, s.translation, essential,
                      fundamental, s.residuals, cv::CALIB_USE_INTRINSIC_GUESS | kCalibrationFlags,
                      {cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 100, 1e-8});
  return s;
}

// Share of the picture inside the hull of all points.
double SpreadOf(const std::vector<SeenBoard>& boards, Points SeenBoard::*side, cv::Size size) {
  Points all, hull;
  for (const SeenBoard& b : boards) all.insert(all.end(), (b.*side).begin(), (b.*side).end());
  cv::convexHull(all, hull);
  return cv::contourArea(hull) / size.area();
}

}  // namespace

StatusOr<std::optional<std::vector<Point>>> FindBoard(const ImageView& picture,
                                                      const BoardPattern& pattern) {
  SEAFUSION_RETURN_IF_ERROR(pattern.Validate());
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(picture, "picture"));
  try {
    const cv::Mat gray = Stretched(picture);
    Points points;
    if (!FindPoints(gray, pattern, points) && !FindPoints(255 - gray, pattern, points)) {
      return std::optional<std::vector<Point>>();
    }
    std::vector<Point> r;
    for (const cv::Point2f& p : points) r.push_back({p.x, p.y});
    return std::optional(std::move(r));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to look for a board");
  } catch (const cv::Exception& e) {
    return Internal("looking for a board: " + e.err);
  }
}

struct BoardCalibrator::State {
  BoardPattern pattern;
  cv::Size infrared_size, visible_size;
  std::vector<BoardView> views;
  std::vector<SeenBoard> boards;  // good ones
};

BoardCalibrator::BoardCalibrator(std::unique_ptr<State> state) : state_(std::move(state)) {}
BoardCalibrator::BoardCalibrator(BoardCalibrator&&) noexcept = default;
BoardCalibrator& BoardCalibrator::operator=(BoardCalibrator&&) noexcept = default;
BoardCalibrator::~BoardCalibrator() = default;

StatusOr<BoardCalibrator> BoardCalibrator::Create(const BoardPattern& pattern) {
  SEAFUSION_RETURN_IF_ERROR(pattern.Validate());
  auto state = std::make_unique<State>();
  state->pattern = pattern;
  return BoardCalibrator(std::move(state));
}

const std::vector<BoardView>& BoardCalibrator::views() const {
  return state_->views;
}

int BoardCalibrator::good() const {
  return static_cast<int>(state_->boards.size());
}

Status BoardCalibrator::Add(const std::string& name, const ImageView& infrared,
                            const ImageView& visible) {
  State& s = *state_;
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(infrared, "infrared"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(visible, "visible"));
  const cv::Size infrared_size(infrared.width, infrared.height);
  const cv::Size visible_size(visible.width, visible.height);
  if (s.views.empty()) {
    s.infrared_size = infrared_size;
    s.visible_size = visible_size;
  }
  for (const auto& [size, first, camera] : {std::tuple{infrared_size, s.infrared_size, "infrared"},
                                            {visible_size, s.visible_size, "visible"}}) {
    if (size != first) {
      return InvalidArgument(name + ": " + camera + " is " + SizeText(size) +
                             ", in the first pair it is " + SizeText(first));
    }
  }
  if (good() >= kMostViews) {
    return ResourceExhausted("a calibration takes at most " + std::to_string(kMostViews) +
                             " views of the board");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto in_infrared, FindBoard(infrared, s.pattern));
  SEAFUSION_ASSIGN_OR_RETURN(const auto in_visible, FindBoard(visible, s.pattern));
  s.views.push_back(
      {.name = name, .in_infrared = in_infrared.has_value(), .in_visible = in_visible.has_value()});
  if (!in_infrared || !in_visible) return OkStatus();
  SeenBoard board{.view = s.views.size() - 1, .infrared = {}, .visible = {}};
  for (const Point& p : *in_infrared) board.infrared.emplace_back(p.x, p.y);
  for (const Point& p : *in_visible) board.visible.emplace_back(p.x, p.y);
  TurnLike(board.visible, board.infrared);
  const bool known = std::any_of(s.boards.begin(), s.boards.end(), [&](const SeenBoard& other) {
    return MeanDistance(board.visible, other.visible) < kNew * visible.width;
  });
  if (!known) s.boards.push_back(std::move(board));
  return OkStatus();
}

StatusOr<BoardCalibration> BoardCalibrator::Calibrate() {
  State& s = *state_;
  for (BoardView& v : s.views) v.used = false;
  const auto too_few = [&](std::size_t count) {
    return InvalidArgument("the board is seen by both cameras in " + std::to_string(count) +
                           " different places; " + std::to_string(kLeastViews) +
                           " are needed, and 15 or more are better");
  };
  if (good() < kLeastViews) return too_few(s.boards.size());
  std::vector<cv::Point3f> model;
  for (int y = 0; y < s.pattern.rows; ++y) {
    for (int x = 0; x < s.pattern.columns; ++x) {
      model.emplace_back(static_cast<float>(x * s.pattern.square),
                         static_cast<float>(y * s.pattern.square), 0.0f);
    }
  }
  try {
    std::vector<SeenBoard> boards = s.boards;
    for (const auto& [side, size, camera] :
         {std::tuple{&SeenBoard::infrared, s.infrared_size, "infrared"},
          {&SeenBoard::visible, s.visible_size, "visible"}}) {
      if (const double spread = SpreadOf(boards, side, size); spread < kLeastSpread) {
        return InvalidArgument(
            "the board was only in " + std::to_string(static_cast<int>(100 * spread)) +
            " % of the " + camera + " picture; move it over most of it, near and far, and tilted");
      }
    }
    Solution found = Solve(boards, model, s.infrared_size, s.visible_size);
    std::vector<double> each;
    for (int i = 0; i < found.residuals.rows; ++i) {
      each.push_back(std::max(found.residuals.at<double>(i, 0), found.residuals.at<double>(i, 1)));
    }
    std::vector<double> sorted = each;
    std::nth_element(sorted.begin(),
                     sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double limit = kOutlier * sorted[sorted.size() / 2];
    std::vector<SeenBoard> kept;
    for (std::size_t i = 0; i < boards.size(); ++i) {
      if (each[i] <= limit) kept.push_back(boards[i]);
    }
    if (kept.size() < boards.size()) {
      if (kept.size() < static_cast<std::size_t>(kLeastViews)) return too_few(kept.size());
      boards = std::move(kept);
      found = Solve(boards, model, s.infrared_size, s.visible_size);
    }

    BoardCalibration r;
    for (std::size_t i = 0; i < boards.size(); ++i) {
      BoardView& view = s.views[boards[i].view];
      view.used = true;
      // stereoCalibrate was given the visible camera first.
      view.visible_residual = found.residuals.at<double>(static_cast<int>(i), 0);
      view.infrared_residual = found.residuals.at<double>(static_cast<int>(i), 1);
      r.infrared_residual += view.infrared_residual * view.infrared_residual;
      r.visible_residual += view.visible_residual * view.visible_residual;
    }
    r.used = static_cast<int>(boards.size());
    r.infrared_residual = std::sqrt(r.infrared_residual / r.used);
    r.visible_residual = std::sqrt(r.visible_residual / r.used);
    r.rig.infrared.width = s.infrared_size.width;
    r.rig.infrared.height = s.infrared_size.height;
    r.rig.infrared.calibration = CalibrationOf(found.matrix_i, found.distortion_i);
    r.rig.visible.width = s.visible_size.width;
    r.rig.visible.height = s.visible_size.height;
    r.rig.visible.calibration = CalibrationOf(found.matrix_v, found.distortion_v);
    Extrinsics e;
    for (int i = 0; i < 9; ++i) {
      e.rotation[static_cast<std::size_t>(i)] = found.rotation.at<double>(i / 3, i % 3);
    }
    for (int i = 0; i < 3; ++i) {
      e.translation[static_cast<std::size_t>(i)] = found.translation.at<double>(i);
    }
    r.baseline = cv::norm(found.translation);
    r.rig.visible_to_infrared = e;
    r.rig.origin.method = RigMethod::kCalibration;
    r.rig.origin.frames = r.used;
    r.rig.origin.expected_error_px = r.infrared_residual;
    SEAFUSION_RETURN_IF_ERROR(r.rig.Validate().Annotate("the calibration is none"));
    return r;
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to calibrate cameras");
  } catch (const cv::Exception& e) {
    return InvalidArgument("the views of the board give no calibration: " + e.err);
  }
}

}  // namespace seafusion::align
