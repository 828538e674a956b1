// JSON that others wrote: how deep it nests, and which numbers in it are whole.
#ifndef SEAFUSION_MODEL_JSON_TEXT_H_
#define SEAFUSION_MODEL_JSON_TEXT_H_

#include <cstdint>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace seafusion::model {

/// What `text` says; discarded where it is no JSON, or nests deeper than anything that is read
/// here. nlohmann::json parses any depth without recursion, but copies and writes with it: a copy
/// of 30000 lists within each other overflows a thread's stack.
template <typename Json>
Json ParseJson(std::string_view text, bool with_comments = false) {
  constexpr int kDeepest = 64;
  bool too_deep = false;
  Json json = Json::parse(
      text.begin(), text.end(),
      [&](int depth, typename Json::parse_event_t, const Json&) {
        too_deep = too_deep || depth > kDeepest;
        return !too_deep;
      },
      /*allow_exceptions=*/false, with_comments);
  if (too_deep) return Json(Json::value_t::discarded);
  return json;
}

/// Takes the whole number that `json` is; false where it is another value, or one that T cannot
/// hold. get<T>() makes some number even of 1e300.
template <typename Json, typename T>
bool TakeWhole(const Json& json, T& number) {
  if (json.is_number_unsigned()) {
    const auto value = json.template get<std::uint64_t>();
    if (!std::in_range<T>(value)) return false;
    number = static_cast<T>(value);
    return true;
  }
  if (!json.is_number_integer()) return false;
  const auto value = json.template get<std::int64_t>();
  if (!std::in_range<T>(value)) return false;
  number = static_cast<T>(value);
  return true;
}

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_JSON_TEXT_H_
