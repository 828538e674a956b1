// What the library uses and Emscripten's standard library (3.1.6) lacks. Included before every
// source.
#if defined(__cplusplus)
#include <version>
#if !defined(__cpp_lib_bit_cast)
namespace std {
template <typename To, typename From>
constexpr To bit_cast(const From& from) noexcept {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, from);
}
}  // namespace std
#endif

#if !defined(__cpp_lib_to_chars)
#include <charconv>
#include <cstdlib>
#include <string>
#include <type_traits>
namespace std {
// The "general" format, which knows neither blanks nor a plus sign before the number, nor
// hexadecimal digits.
template <typename T, enable_if_t<is_floating_point_v<T>, int> = 0>
from_chars_result from_chars(const char* first, const char* last, T& value) {
  const string text(first, last);
  const bool plain =
      text.find_first_of(" \t\n\v\f\r+") != 0 && text.find_first_of("xX") == string::npos;
  char* end = nullptr;
  const T number = !plain ? T{}
                          : static_cast<T>(sizeof(T) == sizeof(float) ? strtof(text.c_str(), &end)
                                                                      : strtod(text.c_str(), &end));
  if (!plain || end == text.c_str()) return {first, errc::invalid_argument};
  value = number;
  return {first + (end - text.c_str()), errc()};
}
}  // namespace std
#endif
#endif
