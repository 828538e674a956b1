// What the choices of this layer are called. Apart, so that the command can read its options
// without OpenCV.
#include <cmath>
#include <cstdio>
#include <string>

#include "align/calibrate/board_calibration.h"
#include "align/registration.h"
#include "align/rig/rig.h"
#include "align/warp/warper.h"

namespace seafusion::align {

std::string_view TransformModelName(TransformModel model) {
  switch (model) {
    case TransformModel::kIdentity:
      return "identity";
    case TransformModel::kSimilarity:
      return "similarity";
    case TransformModel::kHomography:
      return "homography";
    case TransformModel::kHomographyLens:
      return "homography+lens";
  }
  return "";
}

std::optional<TransformModel> TransformModelNamed(std::string_view name) {
  for (const TransformModel m : {TransformModel::kIdentity, TransformModel::kSimilarity,
                                 TransformModel::kHomography, TransformModel::kHomographyLens}) {
    if (name == TransformModelName(m)) return m;
  }
  return std::nullopt;
}

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kUnsure:
      return "unsure";
    case Verdict::kRefuse:
      return "refused";
  }
  return "";
}

std::string_view RigMethodName(RigMethod method) {
  switch (method) {
    case RigMethod::kRegistration:
      return "registration";
    case RigMethod::kPoints:
      return "points";
    case RigMethod::kCalibration:
      return "calibration";
    case RigMethod::kMaker:
      return "maker";
  }
  return "";
}

std::string_view CanvasName(Canvas canvas) {
  switch (canvas) {
    case Canvas::kOverlap:
      return "overlap";
    case Canvas::kVisible:
      return "visible";
    case Canvas::kInfrared:
      return "infrared";
  }
  return "";
}

std::optional<Canvas> CanvasNamed(std::string_view name) {
  for (const Canvas c : {Canvas::kOverlap, Canvas::kVisible, Canvas::kInfrared}) {
    if (name == CanvasName(c)) return c;
  }
  return std::nullopt;
}

Status BoardPattern::Validate() const {
  if (columns < 3 || rows < 3 || columns > 40 || rows > 40) {
    return InvalidArgument("a board of " + std::to_string(columns) + "x" + std::to_string(rows) +
                           " points: 3 to 40 each way");
  }
  if (columns == rows) {
    return InvalidArgument(
        "a board of " + std::to_string(columns) + "x" + std::to_string(rows) +
        " points looks the same from all sides; one with unequal sides is needed");
  }
  if (!(square > 0 && std::isfinite(square))) {
    return InvalidArgument("the squares must be wider than 0");
  }
  return OkStatus();
}

std::optional<BoardPattern> BoardNamed(std::string_view text) {
  BoardPattern p;
  int used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%3dx%3d%n", &p.columns, &p.rows, &used) != 2 ||
      static_cast<std::size_t>(used) != copy.size()) {
    return std::nullopt;
  }
  return p;
}

}  // namespace seafusion::align
