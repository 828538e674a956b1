#include "tasks/detection/detector_settings.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <nlohmann/json.hpp>

#include "core/printable.h"
#include "core/status_macros.h"

namespace seafusion::tasks {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostClasses = 10000;
constexpr int kLargestInput = 8192;

Status NotThat(const char* name, const char* wanted) {
  return InvalidArgument(Quoted(name) + " is not " + wanted);
}

Status TakeWhole(const Json& object, const char* name, int least, int most, int& value) {
  const Json& found = object[name];
  if (!found.is_number_integer() || found < least || found > most) {
    return InvalidArgument(Quoted(name) + " is not a whole number in " + std::to_string(least) +
                           ".." + std::to_string(most));
  }
  value = found.get<int>();
  return OkStatus();
}

Status TakeTruth(const Json& object, const char* name, bool& value) {
  if (!object.contains(name)) return OkStatus();
  if (!object[name].is_boolean()) return NotThat(name, "true or false");
  value = object[name].get<bool>();
  return OkStatus();
}

Status CheckMembers(const Json& object, std::initializer_list<const char*> required,
                    std::initializer_list<const char*> optional) {
  if (!object.is_object()) return InvalidArgument("not a JSON object");
  for (const char* name : required) {
    if (!object.contains(name)) return InvalidArgument(Quoted(name) + " is missing");
  }
  for (const auto& [name, value] : object.items()) {
    const auto is = [&n = name](const char* known) { return n == known; };
    if (std::none_of(required.begin(), required.end(), is) &&
        std::none_of(optional.begin(), optional.end(), is)) {
      return InvalidArgument(Quoted(name) + " is no setting of a detector");
    }
  }
  return OkStatus();
}

StatusOr<std::vector<std::string>> Names(const Json& object, const char* name) {
  std::vector<std::string> names;
  const Json& array = object[name];
  if (!array.is_array() || array.empty()) return NotThat(name, "a list of names");
  for (const Json& element : array) {
    if (!element.is_string()) return NotThat(name, "a list of names");
    names.push_back(element.get<std::string>());
    if (std::count(names.begin(), names.end(), names.back()) > 1) {
      return InvalidArgument(Quoted(name) + " holds " + Quoted(names.back()) + " twice");
    }
  }
  return names;
}

StatusOr<int> LabelNumber(const DetectorSettings& settings, const std::string& label,
                          const char* where) {
  const auto found = std::find(settings.labels.begin(), settings.labels.end(), label);
  if (found == settings.labels.end()) {
    return InvalidArgument(Quoted(where) + " names " + Quoted(label) +
                           ", which is not in \"labels\"");
  }
  return static_cast<int>(found - settings.labels.begin());
}

Status TakeLabelList(const Json& object, const char* name, const DetectorSettings& settings,
                     std::vector<int>& numbers) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(object, name));
  for (const std::string& label : names) {
    SEAFUSION_ASSIGN_OR_RETURN(const int number, LabelNumber(settings, label, name));
    numbers.push_back(number);
  }
  return OkStatus();
}

// "map": {"0": "person", "2": "car", "7": "car"}
Status TakeMap(const Json& object, DetectorSettings& settings) {
  settings.label_of_class.assign(static_cast<std::size_t>(settings.classes), -1);
  const Json& map = object["map"];
  if (!map.is_object() || map.empty()) return NotThat("map", "an object of class: label");
  for (const auto& [key, value] : map.items()) {
    const bool digits =
        !key.empty() && key.size() < 6 &&
        std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(key) >= settings.classes) {
      return InvalidArgument(Quoted("map") + ": " + Quoted(key) +
                             " is no class of the network, which has " +
                             std::to_string(settings.classes));
    }
    if (!value.is_string()) return NotThat("map", "an object of class: label");
    SEAFUSION_ASSIGN_OR_RETURN(settings.label_of_class[std::stoul(key)],
                               LabelNumber(settings, value.get<std::string>(), "map"));
  }
  return OkStatus();
}

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
  if (object.contains("scale")) {
    if (!object["scale"].is_number()) return NotThat("scale", "a number");
    settings.scale = object["scale"].get<double>();
    if (!(settings.scale > 0) || !std::isfinite(settings.scale)) {
      return NotThat("scale", "above 0");
    }
  }
  return OkStatus();
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
  SEAFUSION_ASSIGN_OR_RETURN(settings.labels, Names(object, "labels"));
  SEAFUSION_RETURN_IF_ERROR(TakeMap(object, settings));
  if (object.contains("ignored")) {
    SEAFUSION_RETURN_IF_ERROR(TakeLabelList(object, "ignored", settings, settings.ignored));
  }
  if (object.contains("evaluated")) {
    SEAFUSION_RETURN_IF_ERROR(TakeLabelList(object, "evaluated", settings, settings.evaluated));
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
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false,
                                  /*ignore_comments=*/true);
  if (object.is_discarded()) return InvalidArgument("not JSON");
  try {
    return FromJson(object);
  } catch (const Json::exception& e) {
    return InvalidArgument(e.what());
  }
}

}  // namespace seafusion::tasks
