#include "core/text/duration_text.h"

#include <cmath>
#include <cstdint>
#include <cstdio>

namespace seafusion {

std::string DurationText(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return "?";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  char text[32];
  const int minutes = static_cast<int>(whole / 60 % 60), rest = static_cast<int>(whole % 60);
  if (whole < 3600) {
    std::snprintf(text, sizeof(text), "%d:%02d", minutes, rest);
  } else {
    std::snprintf(text, sizeof(text), "%lld:%02d:%02d", static_cast<long long>(whole / 3600),
                  minutes, rest);
  }
  return text;
}

}  // namespace seafusion
