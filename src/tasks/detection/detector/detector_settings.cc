#include "tasks/detection/detector/detector_settings.h"

#include <algorithm>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "tasks/network/settings_json.h"

namespace seafusion::tasks {
namespace {

constexpr int kMostClasses = 10000;

Status TakeInput(const Json& object, DetectorSettings& settings) {
  SEAFUSION_RETURN_IF_ERROR(
      TakeWhole(object, "input_width", 1, kLargestInput, settings.input_width));
  SEAFUSION_RETURN_IF_ERROR(
      TakeWhole(object, "input_height", 1, kLargestInput, settings.input_height));
  SEAFUSION_RETURN_IF_ERROR(TakeTruth(object, "letterbox", settings.letterbox));
  SEAFUSION_RETURN_IF_ERROR(TakeTruth(object, "rgb", settings.rgb));
  if (object.contains("fill")) {
    SEAFUSION_RETURN_IF_ERROR(TakeWhole(object, "fill", 0, 255, settings.fill));
  }
  return TakeScale(object, settings.scale);
}

StatusOr<DetectorSettings> FromJson(const Json& object) {
  SEAFUSION_RETURN_IF_ERROR(
      CheckMembers(object, {"layout", "input_width", "input_height", "classes", "labels", "map"},
                   {"letterbox", "rgb", "fill", "scale", "evaluated", "ignored", "comment"}));
  DetectorSettings settings;
  if (object["layout"] == "yolov8") {
    settings.layout = YoloLayout::kYolov8;
  } else if (object["layout"] != "yolov5") {
    return NotThat("layout", "yolov5 or yolov8");
  }
  SEAFUSION_RETURN_IF_ERROR(TakeWhole(object, "classes", 1, kMostClasses, settings.classes));
  SEAFUSION_RETURN_IF_ERROR(TakeInput(object, settings));
  SEAFUSION_ASSIGN_OR_RETURN(settings.labels, TakeNames(object, "labels"));
  SEAFUSION_RETURN_IF_ERROR(
      TakeMap(object, settings.classes, settings.labels, settings.label_of_class));
  if (object.contains("ignored")) {
    SEAFUSION_RETURN_IF_ERROR(TakeLabels(object, "ignored", settings.labels, settings.ignored));
  }
  if (object.contains("evaluated")) {
    SEAFUSION_RETURN_IF_ERROR(TakeLabels(object, "evaluated", settings.labels, settings.evaluated));
  } else {
    for (int label = 0; label < static_cast<int>(settings.labels.size()); ++label) {
      if (std::count(settings.ignored.begin(), settings.ignored.end(), label) == 0) {
        settings.evaluated.push_back(label);
      }
    }
  }
  for (const int label : settings.evaluated) {
    const std::string& name = settings.labels[static_cast<std::size_t>(label)];
    if (std::count(settings.ignored.begin(), settings.ignored.end(), label) > 0) {
      return InvalidArgument(Quoted(name) + " is both evaluated and ignored");
    }
    if (std::count(settings.label_of_class.begin(), settings.label_of_class.end(), label) == 0) {
      return InvalidArgument(Quoted(name) +
                             " is evaluated, but no class of the network maps to it");
    }
  }
  return settings;
}

}  // namespace

StatusOr<DetectorSettings> ParseDetectorSettings(std::string_view text) {
  return ParseSettings<DetectorSettings>(text, FromJson);
}

}  // namespace seafusion::tasks
