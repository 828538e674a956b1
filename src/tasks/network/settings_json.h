// Reading the JSON files that say how to feed a network. Messages name the member at fault.
#ifndef SEAFUSION_TASKS_NETWORK_SETTINGS_JSON_H_
#define SEAFUSION_TASKS_NETWORK_SETTINGS_JSON_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>
#include <nlohmann/json.hpp>

#include "model/json_text.h"

namespace seafusion::tasks {

using Json = nlohmann::ordered_json;

inline constexpr int kLargestInput = 8192;  ///< Side of a network's input, pixels.

Status NotThat(const char* name, const char* wanted);

/// Refuses what is no object, lacks a required member or has one of no known name.
Status CheckMembers(const Json& object, std::initializer_list<const char*> required,
                    std::initializer_list<const char*> optional);

/// A whole number in least..most.
Status TakeWhole(const Json& object, const char* name, int least, int most, int& value);

/// true or false; `value` stays where the member is missing.
Status TakeTruth(const Json& object, const char* name, bool& value);

/// "scale", above 0; `value` stays where it is missing.
Status TakeScale(const Json& object, double& value);

/// A list of different names.
StatusOr<std::vector<std::string>> TakeNames(const Json& object, const char* name);

/// The numbers of some `labels`, by name.
Status TakeLabels(const Json& object, const char* name, const std::vector<std::string>& labels,
                  std::vector<int>& numbers);

/// "map": {"0": "person", "2": "car", "7": "car"}: for each of `classes` the number of its label,
/// or -1.
Status TakeMap(const Json& object, int classes, const std::vector<std::string>& labels,
               std::vector<int>& label_of_class);

/// What `read` makes of the JSON `text`, which may hold comments.
template <typename Settings, typename Read>
StatusOr<Settings> ParseSettings(std::string_view text, const Read& read) {
  const Json object = model::ParseJson<Json>(text, /*with_comments=*/true);
  if (object.is_discarded()) return InvalidArgument("not JSON");
  try {
    return read(object);
  } catch (const Json::exception& e) {
    return InvalidArgument(e.what());
  }
}

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_NETWORK_SETTINGS_JSON_H_
