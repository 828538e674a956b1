#include "tasks/segmentation/segmenter_settings.h"

#include <algorithm>
#include <cmath>

#include "core/status_macros.h"
#include "core/text/printable.h"
#include "tasks/network/settings_json.h"

namespace seafusion::tasks {
namespace {

constexpr int kMostClasses = 255;

Status TakeTriple(const Json& object, const char* name, bool positive,
                  std::array<double, 3>& value) {
  if (!object.contains(name)) return OkStatus();
  const char* wanted = positive ? "three numbers above 0" : "three numbers";
  const Json& list = object[name];
  if (!list.is_array() || list.size() != value.size()) return NotThat(name, wanted);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!list[i].is_number()) return NotThat(name, wanted);
    value[i] = list[i].get<double>();
    if (!std::isfinite(value[i]) || (positive && !(value[i] > 0))) return NotThat(name, wanted);
  }
  return OkStatus();
}

StatusOr<SegmenterSettings> FromJson(const Json& object) {
  SEAFUSION_RETURN_IF_ERROR(CheckMembers(
      object, {"input_width", "input_height", "classes", "labels", "map"},
      {"scale", "mean", "deviation", "rgb", "output", "ignored", "evaluated", "comment"}));
  SegmenterSettings s;
  SEAFUSION_RETURN_IF_ERROR(TakeWhole(object, "input_width", 1, kLargestInput, s.input_width));
  SEAFUSION_RETURN_IF_ERROR(TakeWhole(object, "input_height", 1, kLargestInput, s.input_height));
  SEAFUSION_RETURN_IF_ERROR(TakeWhole(object, "classes", 2, kMostClasses, s.classes));
  SEAFUSION_RETURN_IF_ERROR(TakeScale(object, s.scale));
  SEAFUSION_RETURN_IF_ERROR(TakeTriple(object, "mean", false, s.mean));
  SEAFUSION_RETURN_IF_ERROR(TakeTriple(object, "deviation", true, s.deviation));
  SEAFUSION_RETURN_IF_ERROR(TakeTruth(object, "rgb", s.rgb));
  if (object.contains("output")) {
    if (object["output"] != "scores" && object["output"] != "classes") {
      return NotThat("output", "scores or classes");
    }
    s.scores = object["output"] == "scores";
  }
  SEAFUSION_ASSIGN_OR_RETURN(s.labels, TakeNames(object, "labels"));
  if (s.labels.size() > kMostClasses) return NotThat("labels", "a list of at most 255 names");
  SEAFUSION_RETURN_IF_ERROR(TakeMap(object, s.classes, s.labels, s.label_of_class));
  if (object.contains("ignored")) {
    SEAFUSION_RETURN_IF_ERROR(TakeLabels(object, "ignored", s.labels, s.ignored));
  }
  const auto is_ignored = [&](int label) {
    return std::find(s.ignored.begin(), s.ignored.end(), label) != s.ignored.end();
  };
  if (object.contains("evaluated")) {
    SEAFUSION_RETURN_IF_ERROR(TakeLabels(object, "evaluated", s.labels, s.evaluated));
  } else {
    for (int label = 0; label < static_cast<int>(s.labels.size()); ++label) {
      if (!is_ignored(label)) s.evaluated.push_back(label);
    }
  }
  for (const int label : s.evaluated) {
    if (is_ignored(label)) {
      return InvalidArgument(Quoted(s.labels[static_cast<std::size_t>(label)]) +
                             " is evaluated and ignored");
    }
    if (std::count(s.label_of_class.begin(), s.label_of_class.end(), label) == 0) {
      return InvalidArgument(Quoted(s.labels[static_cast<std::size_t>(label)]) +
                             " is evaluated, but no class of the network maps to it");
    }
  }
  return s;
}

}  // namespace

StatusOr<SegmenterSettings> ParseSegmenterSettings(std::string_view text) {
  return ParseSettings<SegmenterSettings>(text, FromJson);
}

}  // namespace seafusion::tasks
