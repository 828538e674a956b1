#include "tasks/network/settings_json.h"

#include <algorithm>
#include <cmath>

#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::tasks {
namespace {

StatusOr<int> LabelNumber(const std::vector<std::string>& labels, const std::string& label,
                          const char* where) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found == labels.end()) {
    return InvalidArgument(Quoted(where) + " names " + Quoted(label) +
                           ", which is not in \"labels\"");
  }
  return static_cast<int>(found - labels.begin());
}

}  // namespace

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
      return InvalidArgument(Quoted(name) + " is no setting");
    }
  }
  return OkStatus();
}

StatusOr<std::vector<std::string>> TakeNames(const Json& object, const char* name) {
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

Status TakeScale(const Json& object, double& value) {
  if (!object.contains("scale")) return OkStatus();
  if (!object["scale"].is_number()) return NotThat("scale", "a number");
  value = object["scale"].get<double>();
  if (!(value > 0) || !std::isfinite(value)) return NotThat("scale", "above 0");
  return OkStatus();
}

Status TakeLabels(const Json& object, const char* name, const std::vector<std::string>& labels,
                  std::vector<int>& numbers) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::string> names, TakeNames(object, name));
  for (const std::string& label : names) {
    SEAFUSION_ASSIGN_OR_RETURN(const int number, LabelNumber(labels, label, name));
    numbers.push_back(number);
  }
  return OkStatus();
}

Status TakeMap(const Json& object, int classes, const std::vector<std::string>& labels,
               std::vector<int>& label_of_class) {
  label_of_class.assign(static_cast<std::size_t>(classes), -1);
  const Json& map = object["map"];
  if (!map.is_object() || map.empty()) return NotThat("map", "an object of class: label");
  for (const auto& [key, value] : map.items()) {
    const bool digits =
        !key.empty() && key.size() < 6 &&
        std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(key) >= classes) {
      return InvalidArgument(Quoted("map") + ": " + Quoted(key) +
                             " is no class of the network, which has " + std::to_string(classes));
    }
    if (!value.is_string()) return NotThat("map", "an object of class: label");
    SEAFUSION_ASSIGN_OR_RETURN(label_of_class[std::stoul(key)],
                               LabelNumber(labels, value.get<std::string>(), "map"));
  }
  return OkStatus();
}

}  // namespace seafusion::tasks
