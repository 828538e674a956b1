#include "io/pairing/taken_time.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "core/text/text_value.h"
#include "io/camera/radiometric_file.h"
#include "io/metadata/picture_metadata.h"

namespace seafusion::io {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Days since 1970 of a date in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level
// date algorithms").
std::int64_t DaysOf(int year, int month, int day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int of_era = year - static_cast<int>(era) * 400;
  const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<std::int64_t> Moment(int year, int month, int day, int hour, int minute, int second) {
  constexpr int kFirst = 1970, kLast = 2200;
  if (year < kFirst || year > kLast || month < 1 || month > 12 || day < 1 || day > 31 ||
      hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  return ((DaysOf(year, month, day) * 24 + hour) * 60 + minute) * 60 * kSecond + second * kSecond;
}

// "084" is 84000 microseconds.
std::int64_t Fraction(std::string_view digits) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    value = 10 * value + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return value;
}

// Takes exactly `count` digits, if they are there.
std::optional<int> TakeDigits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    value = 10 * value + (text[i] - '0');
  }
  at += count;
  return value;
}

void SkipOne(std::string_view text, std::size_t& at, std::string_view signs) {
  if (at < text.size() && signs.find(text[at]) != std::string_view::npos) ++at;
}

// A date and a time of day that begin at `at`, which then is behind them.
std::optional<std::int64_t> TakeDate(std::string_view text, std::size_t& at) {
  std::size_t i = at;
  std::array<int, 6> parts{};
  constexpr std::array<std::size_t, 6> kDigits = {4, 2, 2, 2, 2, 2};
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (p > 0) SkipOne(text, i, p == 3 ? "-_T .t" : "-_:.");
    const auto number = TakeDigits(text, i, kDigits[p]);
    if (!number) return std::nullopt;
    parts[p] = *number;
  }
  auto moment = Moment(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  if (!moment) return std::nullopt;
  // A fraction behind a sign, or at once.
  std::size_t begin = i;
  SkipOne(text, begin, "._,-");
  std::size_t end = begin;
  while (end < text.size() && IsDigit(text[end])) ++end;
  const std::size_t digits = end - begin;
  // Four digits behind a sign are a number of the picture.
  if (digits == 3 || digits == 6 || digits == 9) {
    *moment += Fraction(text.substr(begin, digits));
    i = end;
  } else if (begin == i && digits > 0) {
    return std::nullopt;  // a longer number that begins like a date
  }
  at = i;
  return moment;
}

std::optional<std::int64_t> Epoch(std::string_view digits) {
  const auto number = NumberIn<std::int64_t>(digits);
  if (!number) return std::nullopt;
  const std::int64_t value = *number;
  std::int64_t time = 0;
  switch (digits.size()) {
    case 10:
      time = value * kSecond;
      break;
    case 13:
      time = value * 1000;
      break;
    case 16:
      time = value;
      break;
    case 19:
      time = value / 1000;
      break;
    default:
      return std::nullopt;
  }
  // 1980 to 2100: other numbers of as many digits are no times.
  constexpr std::int64_t kYear = 31'557'600 * kSecond;
  if (time < 10 * kYear || time > 130 * kYear) return std::nullopt;
  return time;
}

}  // namespace

std::optional<std::int64_t> TimeInName(std::string_view name) {
  std::optional<std::int64_t> found;
  for (std::size_t i = 0; i < name.size();) {
    if (!IsDigit(name[i])) {
      ++i;
      continue;
    }
    std::size_t at = i;
    std::optional<std::int64_t> time = TakeDate(name, at);
    if (!time) {
      at = i;
      while (at < name.size() && IsDigit(name[at])) ++at;
      time = Epoch(name.substr(i, at - i));
    }
    if (time) {
      if (found) return std::nullopt;
      found = time;
    }
    i = at;
  }
  return found;
}

std::optional<ClockTime> ClockTimeInIso(std::string_view text) {
  std::size_t at = 0;
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() < kForm.size()) return std::nullopt;
  std::optional<std::int64_t> time = TakeDate(text.substr(0, kForm.size()), at);
  std::optional<std::int64_t> zone;
  if (!time || at != kForm.size()) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    std::size_t end = ++at;
    while (end < text.size() && IsDigit(text[end])) ++end;
    *time += Fraction(text.substr(at, end - at));
    at = end;
  }
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const std::int64_t sign = text[at++] == '+' ? 1 : -1;
    const auto hours = TakeDigits(text, at, 2);
    SkipOne(text, at, ":");
    const auto minutes = TakeDigits(text, at, 2);
    if (!hours || !minutes) return std::nullopt;
    zone = sign * (*hours * 60 + *minutes) * 60 * kSecond;
  } else if (at < text.size() && text[at] == 'Z') {
    zone = 0;
  }
  return ClockTime{*time, zone};
}

StatusOr<std::vector<std::vector<std::int64_t>>> TimesOf(
    const std::vector<std::vector<std::string>>& sources) {
  std::vector<std::vector<std::int64_t>> times(sources.size());
  bool named = true;
  for (std::size_t s = 0; named && s < sources.size(); ++s) {
    for (const std::string& path : sources[s]) {
      const auto time = TimeInName(std::filesystem::path(path).stem().string());
      named = named && time.has_value();
      if (time) times[s].push_back(*time);
    }
  }
  if (named) return times;
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 31;
  std::vector<std::vector<ClockTime>> taken(sources.size());
  bool zoned = true;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    for (const std::string& path : sources[s]) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kMostBytes));
      auto time = ClockTimeInIso(PictureMetadata::Read(bytes).taken());
      if (!time) time = ClockTimeInIso(LastFrameTaken(bytes));
      if (!time) {
        return InvalidArgument(path + ": neither its name nor its EXIF says when it was taken");
      }
      zoned = zoned && time->zone.has_value();
      taken[s].push_back(*time);
    }
  }
  // EXIF's clock is local time, mostly without a zone. Cameras side by side hang in one zone: where
  // one does not tell it, all are compared by what their clocks show.
  for (std::size_t s = 0; s < sources.size(); ++s) {
    times[s].clear();
    for (const ClockTime& t : taken[s]) times[s].push_back(zoned ? t.shown - *t.zone : t.shown);
  }
  return times;
}

std::vector<std::pair<std::size_t, std::size_t>> PairNearest(const std::vector<std::int64_t>& a,
                                                             const std::vector<std::int64_t>& b,
                                                             std::int64_t within) {
  const auto order = [](const std::vector<std::int64_t>& times) {
    std::vector<std::size_t> numbers(times.size());
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    std::stable_sort(numbers.begin(), numbers.end(),
                     [&](std::size_t i, std::size_t j) { return times[i] < times[j]; });
    return numbers;
  };
  // For each of `from` its nearest in `to`, the earlier of two.
  const auto nearest = [&](const std::vector<std::int64_t>& from,
                           const std::vector<std::int64_t>& to) {
    const std::vector<std::size_t> sorted = order(to);
    std::vector<std::size_t> result(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto later =
          std::lower_bound(sorted.begin(), sorted.end(), from[i],
                           [&](std::size_t at, std::int64_t time) { return to[at] < time; });
      auto best = later == sorted.end() ? later - 1 : later;
      if (later != sorted.begin() && later != sorted.end() &&
          from[i] - to[*(later - 1)] <= to[*later] - from[i]) {
        best = later - 1;
      }
      result[i] = *best;
    }
    return result;
  };
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  if (a.empty() || b.empty()) return pairs;
  const std::vector<std::size_t> of_a = nearest(a, b), of_b = nearest(b, a);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t j = of_a[i];
    if (of_b[j] == i && std::abs(a[i] - b[j]) <= within) pairs.emplace_back(i, j);
  }
  return pairs;
}

}  // namespace seafusion::io
