#include "fuse/range/range_text.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "core/text/text_value.h"

namespace seafusion {
namespace {

std::optional<double> FiniteNumberIn(std::string_view text) {
  const auto value = NumberIn<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// "LO,HI"
std::optional<std::pair<double, double>> ParseInterval(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::optional<double> lo = FiniteNumberIn(text.substr(0, comma));
  const std::optional<double> hi = FiniteNumberIn(text.substr(comma + 1));
  if (!lo || !hi || *lo >= *hi) return std::nullopt;
  return std::pair(*lo, *hi);
}

// What follows `prefix`, where the text begins with it.
std::optional<std::string_view> After(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

}  // namespace

StatusOr<OutputRange> ParseOutputRange(std::string_view text) {
  using Kind = OutputRange::Kind;
  if (text == "gentle") return OutputRange{.kind = Kind::kGentle};
  if (text == "none") return OutputRange{.kind = Kind::kNone};
  if (text == "image") return OutputRange{.kind = Kind::kImage};
  if (text == "reference") return OutputRange{.kind = Kind::kReference};
  if (const auto rest = After("fixed:", text)) {
    if (const auto interval = ParseInterval(*rest)) {
      return OutputRange{.kind = Kind::kFixed, .lo = interval->first, .hi = interval->second};
    }
    return IsNot(text, "fixed:LO,HI with LO < HI");
  }
  return IsNot(text, "one of gentle, none, image, reference, fixed:LO,HI");
}

std::optional<std::pair<double, double>> ParseCelsius(std::string_view text) {
  const std::size_t dots = text.find("C..");
  if (dots == std::string_view::npos || !text.ends_with('C')) return std::nullopt;
  const std::optional<double> lo = FiniteNumberIn(text.substr(0, dots));
  const std::string_view rest = text.substr(dots + 3);
  const std::optional<double> hi = FiniteNumberIn(rest.substr(0, rest.size() - 1));
  if (!lo || !hi || *lo >= *hi) return std::nullopt;
  return std::pair(*lo, *hi);
}

std::optional<double> ParseSeconds(std::string_view text) {
  return FiniteNumberIn(text);
}

StatusOr<InfraredRange> ParseInfraredRange(std::string_view text) {
  using Kind = InfraredRange::Kind;
  if (text == "auto") return InfraredRange{.kind = Kind::kAuto};
  if (text == "full") return InfraredRange{.kind = Kind::kFull};
  if (text == "minmax") return InfraredRange{.kind = Kind::kMinMax};
  if (text == "percentile") return InfraredRange{.kind = Kind::kPercentile};
  if (const auto rest = After("percentile:", text)) {
    if (const auto interval = ParseInterval(*rest)) {
      if (interval->first >= 0 && interval->second <= 100) {
        return InfraredRange{.kind = Kind::kPercentile,
                             .percentile = interval->first,
                             .upper_percentile = interval->second};
      }
    }
    const std::optional<double> p = FiniteNumberIn(*rest);
    if (p && *p >= 0 && *p < 50) {
      return InfraredRange{.kind = Kind::kPercentile, .percentile = *p};
    }
    return IsNot(text,
                 "percentile:P with 0 <= P < 50, or percentile:LO,HI with 0 <= LO < HI <= 100");
  }
  if (const auto rest = After("fixed:", text)) {
    if (const auto interval = ParseInterval(*rest)) {
      return InfraredRange{.kind = Kind::kFixed, .lo = interval->first, .hi = interval->second};
    }
    return IsNot(text, "fixed:LO,HI with LO < HI");
  }
  return IsNot(text, "one of auto, full, minmax, percentile:P, fixed:LO,HI, with LO below HI");
}

}  // namespace seafusion
