#include "synth/second_camera.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "core/seeded_noise.h"
#include "core/status_macros.h"

namespace seafusion::synth {
namespace {

constexpr int kMinSide = 64, kMaxSide = 4096;
constexpr std::uint64_t kRigPlace = 0x716a;

using Matrix = std::array<double, 9>;

Matrix Times(const Matrix& a, const Matrix& b) {
  Matrix r{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t k = 0; k < 3; ++k) r[3 * i + j] += a[3 * i + k] * b[3 * k + j];
    }
  }
  return r;
}

// From the visible camera's axes (x to the right, y down, z ahead) to those of a camera that is
// turned: what lies ahead moves to the left for one that looks to the right.
Matrix TurnOf(const InfraredCamera& c) {
  const auto rad = [](double degrees) { return degrees * std::numbers::pi / 180; };
  const double cy = std::cos(rad(c.yaw)), sy = std::sin(rad(c.yaw));
  const double cp = std::cos(rad(c.pitch)), sp = std::sin(rad(c.pitch));
  const double cr = std::cos(rad(c.roll)), sr = std::sin(rad(c.roll));
  const Matrix yaw{cy, 0, -sy, 0, 1, 0, sy, 0, cy};
  const Matrix pitch{1, 0, 0, 0, cp, sp, 0, -sp, cp};
  const Matrix roll{cr, sr, 0, -sr, cr, 0, 0, 0, 1};
  return Times(roll, Times(pitch, yaw));
}

// Where on the canvas lies what an infrared pixel sees.
cv::Point2d OnCanvas(const Camera& visible, const align::Rig& rig, align::Point pixel) {
  const align::Point d = rig.infrared.calibration->Direction(pixel);
  const Matrix& r = rig.visible_to_infrared->rotation;  // its inverse is its transpose
  const double x = r[0] * d.x + r[3] * d.y + r[6];
  const double y = r[1] * d.x + r[4] * d.y + r[7];
  const double z = r[2] * d.x + r[5] * d.y + r[8];
  return {visible.centre_x + visible.focal * x / z, visible.horizon_y + visible.focal * y / z};
}

Status CheckRange(double value, double lo, double hi, const char* name) {
  if (value >= lo && value <= hi) return OkStatus();
  return InvalidArgument(std::string("an infrared camera's ") + name + " of " +
                         std::to_string(value) + ": must be in " + std::to_string(lo) + ".." +
                         std::to_string(hi));
}

}  // namespace

Status CheckSides(const std::string& what, int width, int height) {
  if (std::min(width, height) >= kMinSide && std::max(width, height) <= kMaxSide) return OkStatus();
  return InvalidArgument(what + " of " + std::to_string(width) + "x" + std::to_string(height) +
                         ": each side must be in " + std::to_string(kMinSide) + ".." +
                         std::to_string(kMaxSide));
}

Camera VisibleCamera(const SceneOptions& options) {
  SeededNoise noise(options.seed, kRigPlace);
  Camera c;
  c.focal = noise.Between(0.85, 1.05) * options.width;
  c.centre_x = noise.Between(0.48, 0.52) * options.width;
  c.horizon_y = 0.5 * options.height;
  return c;
}

StatusOr<align::Rig> RigOfScenes(const SceneOptions& options) {
  SEAFUSION_RETURN_IF_ERROR(CheckSides("a scene", options.width, options.height));
  if (!options.infrared_camera) return InvalidArgument("scenes without an infrared camera");
  const InfraredCamera& c = *options.infrared_camera;
  SEAFUSION_RETURN_IF_ERROR(CheckSides("an infrared camera", c.width, c.height));
  SEAFUSION_RETURN_IF_ERROR(CheckRange(c.field_ratio, 1, 4, "field ratio"));
  SEAFUSION_RETURN_IF_ERROR(CheckRange(c.baseline, -1, 1, "baseline"));
  SEAFUSION_RETURN_IF_ERROR(CheckRange(c.k1, -0.5, 0.5, "k1"));
  SEAFUSION_RETURN_IF_ERROR(CheckRange(c.k2, -0.5, 0.5, "k2"));
  for (const auto& [turn, name] : {std::pair{c.yaw, "yaw"}, {c.pitch, "pitch"}, {c.roll, "roll"}}) {
    SEAFUSION_RETURN_IF_ERROR(CheckRange(turn, -10, 10, name));
  }
  const Camera visible = VisibleCamera(options);
  align::Rig rig;
  rig.visible.width = options.width;
  rig.visible.height = options.height;
  // A canvas is reduced by areas: its point x lies in the middle between two samples of the sheet,
  // half a sample beside the pixel's centre.
  constexpr double kSheetShift = 0.5 - 0.5 / Canvas::kScale;
  rig.visible.calibration = align::CameraCalibration{.focal_x = visible.focal,
                                                     .focal_y = visible.focal,
                                                     .centre_x = visible.centre_x - kSheetShift,
                                                     .centre_y = visible.horizon_y - kSheetShift,
                                                     .distortion = {}};
  rig.infrared.width = c.width;
  rig.infrared.height = c.height;
  const double focal = visible.focal * c.field_ratio * c.width / options.width;
  rig.infrared.calibration = align::CameraCalibration{.focal_x = focal,
                                                      .focal_y = focal,
                                                      .centre_x = (c.width - 1) / 2.0,
                                                      .centre_y = (c.height - 1) / 2.0,
                                                      .distortion = {c.k1, c.k2, 0, 0}};
  align::Extrinsics e;
  e.rotation = TurnOf(c);
  for (std::size_t i = 0; i < 3; ++i) e.translation[i] = -c.baseline * e.rotation[3 * i];
  rig.visible_to_infrared = e;
  rig.origin.method = align::RigMethod::kCalibration;
  rig.origin.note = "rendered";
  SEAFUSION_RETURN_IF_ERROR(rig.Validate());
  for (int i = 0; i <= 32; ++i) {
    const double x = (c.width - 1) * i / 32.0, y = (c.height - 1) * i / 32.0;
    for (const align::Point p :
         {align::Point{x, 0}, {x, c.height - 1.0}, {0, y}, {c.width - 1.0, y}}) {
      const cv::Point2d at = OnCanvas(visible, rig, p);
      if (!(at.x >= 0 && at.y >= 0 && at.x <= options.width && at.y <= options.height)) {
        return InvalidArgument(
            "the infrared camera would see beyond the visible camera's field; a larger field "
            "ratio, or less of a turn");
      }
    }
  }
  return rig;
}

cv::Mat HeatThroughLens(const Canvas& canvas, const SceneOptions& options, const align::Rig& rig) {
  const Camera visible = VisibleCamera(options);
  const int width = rig.infrared.width, height = rig.infrared.height;
  // Where the corners between pixels look; within a pixel it changes evenly enough.
  cv::Mat corners(height + 1, width + 1, CV_64FC2);
  for (int y = 0; y <= height; ++y) {
    for (int x = 0; x <= width; ++x) {
      corners.at<cv::Vec2d>(y, x) = Canvas::kScale * OnCanvas(visible, rig, {x - 0.5, y - 0.5});
    }
  }
  // Samples of the sheet a pixel, on each of which falls one ray at least.
  const double step = cv::norm(corners.at<cv::Vec2d>(height / 2, width / 2 + 1) -
                               corners.at<cv::Vec2d>(height / 2, width / 2));
  const int rays = std::clamp(static_cast<int>(std::ceil(step)), 2, 8);
  cv::Mat heat, picture(height, width, CV_32F);
  canvas.heat.convertTo(heat, CV_32F);
  cv::Mat at(rays, width * rays, CV_32FC2), seen, row;
  for (int y = 0; y < height; ++y) {
    for (int j = 0; j < rays; ++j) {
      const double v = (j + 0.5) / rays;
      for (int x = 0; x < width; ++x) {
        const cv::Vec2d left =
            (1 - v) * corners.at<cv::Vec2d>(y, x) + v * corners.at<cv::Vec2d>(y + 1, x);
        const cv::Vec2d right =
            (1 - v) * corners.at<cv::Vec2d>(y, x + 1) + v * corners.at<cv::Vec2d>(y + 1, x + 1);
        for (int i = 0; i < rays; ++i) {
          const double u = (i + 0.5) / rays;
          at.at<cv::Vec2f>(j, x * rays + i) = (1 - u) * left + u * right;
        }
      }
    }
    cv::remap(heat, seen, at, {}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::resize(seen, row, {width, 1}, 0, 0, cv::INTER_AREA);
    row.copyTo(picture.row(y));
  }
  return picture;
}

}  // namespace seafusion::synth
