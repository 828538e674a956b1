// Settings as one flat set of named numbers and words, from JSON text and from NAME=VALUE. A
// settings struct takes part by a function VisitMembers(settings, visit) that calls visit(name,
// member) for each member, found by argument-dependent lookup: the one list of names.
#ifndef SEAFUSION_LEARN_NAMED_SETTINGS_H_
#define SEAFUSION_LEARN_NAMED_SETTINGS_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include <seafusion/status.h>

#include "model/json_text.h"

namespace seafusion::learn {

using SettingsJson = nlohmann::ordered_json;

/// Takes `value` without the conversions that nlohmann::json makes silently (1.5 to 1, true to 1).
/// False when it is of another kind or does not fit.
template <typename T>
bool TakeSetting(const SettingsJson& value, T& member) {
  if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_boolean()) return false;
  } else if constexpr (std::is_integral_v<T>) {
    if (!value.is_number_integer()) return false;
    if (std::is_unsigned_v<T> && !value.is_number_unsigned()) return false;
  } else if constexpr (std::is_same_v<T, double>) {
    if (!value.is_number()) return false;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!value.is_string()) return false;
  } else {
    if (!value.is_array()) return false;
    for (const SettingsJson& v : value) {
      if (!v.is_number()) return false;
    }
  }
  member = value.get<T>();
  // A number that does not fit comes back as another one.
  return !value.is_number_integer() || SettingsJson(member) == value;
}

/// All members as a JSON object, in their order.
template <typename Settings>
SettingsJson NamedSettingsAsJson(const Settings& settings) {
  SettingsJson json;
  VisitMembers(settings, [&](const char* name, const auto& member) { json[name] = member; });
  return json;
}

/// Replaces the members that the JSON object `text` names, in `settings`, whose ranges are not
/// checked here. kInvalidArgument for unknown names, other types and numbers that do not fit.
template <typename Settings>
Status OverrideNamedSettings(const std::string& text, Settings& settings) {
  const SettingsJson json = model::ParseJson<SettingsJson>(text, /*with_comments=*/true);
  if (!json.is_object()) return InvalidArgument("settings are not a JSON object");
  Settings changed = settings;
  std::size_t known = 0;
  std::string wrong;
  VisitMembers(changed, [&](const char* name, auto& member) {
    const auto it = json.find(name);
    if (it == json.end()) return;
    ++known;
    if (!TakeSetting(*it, member) && wrong.empty()) {
      wrong = std::string(name) + " cannot be " + it->dump();
    }
  });
  if (!wrong.empty()) return InvalidArgument(wrong);
  if (known != json.size()) {
    for (const auto& item : json.items()) {
      bool found = false;
      VisitMembers(changed, [&](const char* name, auto&) { found = found || item.key() == name; });
      if (!found) return InvalidArgument("no setting is called \"" + item.key() + "\"");
    }
    return InvalidArgument("a setting is given twice");
  }
  settings = std::move(changed);
  return OkStatus();
}

/// "steps=100" as the JSON object {"steps": 100}; the value as JSON or a bare word.
inline StatusOr<std::string> SettingAsJson(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return InvalidArgument("\"" + assignment + "\" is not NAME=VALUE");
  }
  SettingsJson value = model::ParseJson<SettingsJson>(assignment.substr(equals + 1));
  if (value.is_discarded()) value = assignment.substr(equals + 1);
  SettingsJson object;
  object[assignment.substr(0, equals)] = value;
  return object.dump(-1, ' ', false, SettingsJson::error_handler_t::replace);
}

/// "NAME is not in RANGE"
inline Status SettingOutOfRange(const char* name, const char* range) {
  return InvalidArgument(std::string(name) + " is not in " + range);
}

/// kInvalidArgument unless `value` is one of `all`.
inline Status CheckOneOf(const char* name, const std::string& value,
                         std::initializer_list<const char*> all) {
  std::string text;
  for (const char* one : all) {
    if (value == one) return OkStatus();
    text += std::string(text.empty() ? "" : ", ") + one;
  }
  return InvalidArgument(std::string(name) + " \"" + value + "\" is none of " + text);
}

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_NAMED_SETTINGS_H_
