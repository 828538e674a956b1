// Values in text that people or files give.
#ifndef SEAFUSION_CORE_TEXT_TEXT_VALUE_H_
#define SEAFUSION_CORE_TEXT_TEXT_VALUE_H_

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <seafusion/status.h>

namespace seafusion {

/// The number that all of `text` is, in decimal, the same in every locale; nothing when it is none
/// or T cannot hold it. Floating types take "inf" and "nan", too. Neither blanks nor a plus sign.
template <typename T>
std::optional<T> NumberIn(std::string_view text) {
  T value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last) return std::nullopt;
  return value;
}

/// kInvalidArgument: "'TEXT' is not FORM".
inline Status IsNot(std::string_view text, std::string_view form) {
  std::string message = "'";
  message.append(text).append("' is not ").append(form);
  return InvalidArgument(std::move(message));
}

}  // namespace seafusion

#endif  // SEAFUSION_CORE_TEXT_TEXT_VALUE_H_
