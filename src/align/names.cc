// What the choices of this layer are called. Apart, so that the command can read its options
// without OpenCV.
#include "align/registration.h"
#include "align/rig.h"
#include "align/warper.h"

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

}  // namespace seafusion::align
