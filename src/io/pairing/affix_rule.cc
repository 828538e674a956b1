#include "io/pairing/affix_rule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "core/status_macros.h"
#include "io/pairing/stem_key.h"

namespace seafusion::io {
namespace {

using Place = AffixRule::Place;

// Names that are compared with all others to find rules; a rule that all names keep shows in each.
constexpr std::size_t kSamples = 8;
// Longer differences are no word for a camera.
constexpr std::size_t kLongest = 32;

bool IsLetter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool HasLetter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsLetter);
}

// Where word and word meet, no rule begins.
bool InsideWord(std::string_view text, std::size_t at) {
  return at > 0 && at < text.size() && IsLetter(text[at - 1]) && IsLetter(text[at]);
}

// What differs between two names, as whole words; nothing where that makes no rule.
std::optional<AffixRule> Difference(std::string_view a, std::string_view b) {
  std::size_t begin = 0;
  while (begin < std::min(a.size(), b.size()) && a[begin] == b[begin]) ++begin;
  std::size_t tail = 0;
  while (tail < std::min(a.size(), b.size()) - begin &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  while (begin > 0 && (InsideWord(a, begin) || InsideWord(b, begin))) --begin;
  while (tail > 0 && (InsideWord(a, a.size() - tail) || InsideWord(b, b.size() - tail))) --tail;
  // The sign that sets the word apart belongs to it.
  const auto sets_apart = [](char c) { return c == '_' || c == '-' || c == '.' || c == ' '; };
  while (tail == 0 && begin > 0 && sets_apart(a[begin - 1])) --begin;
  while (begin == 0 && tail > 0 && sets_apart(a[a.size() - tail])) --tail;
  std::string_view x = a.substr(begin, a.size() - tail - begin);
  std::string_view y = b.substr(begin, b.size() - tail - begin);
  // Zeros in front of one of the two numbers belong to the number.
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::string_view* part : {&x, &y}) {
    while (begin == 0 && !part->empty() && is_digit(part->back())) part->remove_suffix(1);
    while (tail == 0 && !part->empty() && is_digit(part->front())) part->remove_prefix(1);
  }
  // Numbers say which picture, not which camera.
  const bool words = (x.empty() || HasLetter(x)) && (y.empty() || HasLetter(y));
  if (x == y || !words || x.size() > kLongest || y.size() > kLongest) return std::nullopt;
  if (begin == 0 && tail == 0) return std::nullopt;
  AffixRule rule{.infrared = std::string(x), .visible = std::string(y)};
  rule.place = begin == 0 ? Place::kBegin : tail == 0 ? Place::kEnd : Place::kInside;
  if (rule.place == Place::kInside && (x.empty() || y.empty())) return std::nullopt;
  return rule;
}

// Pairs by what is common; nothing where a name does not keep the rule or two have one common part.
std::optional<NamePairs> Apply(const AffixRule& rule, const std::vector<std::string>& infrared,
                               const std::vector<std::string>& visible) {
  std::map<std::string, std::size_t> by_common;
  for (std::size_t v = 0; v < visible.size(); ++v) {
    const auto common = rule.Common(visible[v], rule.visible);
    if (!common || !by_common.emplace(StemKey(*common), v).second) return std::nullopt;
  }
  NamePairs pairs;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < infrared.size(); ++i) {
    const auto common = rule.Common(infrared[i], rule.infrared);
    if (!common || !seen.insert(StemKey(*common)).second) return std::nullopt;
    if (const auto it = by_common.find(StemKey(*common)); it != by_common.end()) {
      pairs.emplace_back(i, it->second);
    }
  }
  return pairs;
}

// What all rules that the names suggest come to.
class Search {
 public:
  void Try(const AffixRule& rule, const std::vector<std::string>& infrared,
           const std::vector<std::string>& visible) {
    if (!tried_.insert({rule.place, rule.infrared, rule.visible}).second) return;
    std::optional<NamePairs> pairs = Apply(rule, infrared, visible);
    if (!pairs || pairs->empty()) return;
    if (best_ && pairs->size() < best_->pairs.size()) return;
    if (best_ && pairs->size() == best_->pairs.size()) {
      if (*pairs == best_->pairs) {
        if (Length(rule) > Length(best_->rule)) best_->rule = rule;
      } else {
        rival_ = rule;
      }
      return;
    }
    best_ = {rule, *std::move(pairs)};
    rival_.reset();
  }

  StatusOr<std::optional<AffixPairs>> Result() && {
    if (rival_) {
      return InvalidArgument("the names can be paired in two ways: " + best_->rule.Text() +
                             ", or " + rival_->Text() + "; --pairs says which belong together");
    }
    return std::move(best_);
  }

 private:
  static std::size_t Length(const AffixRule& rule) {
    return rule.infrared.size() + rule.visible.size();
  }

  std::set<std::tuple<Place, std::string, std::string>> tried_;
  std::optional<AffixPairs> best_;
  std::optional<AffixRule> rival_;
};

// Spread over the names, the first and the last among them.
std::vector<std::size_t> Samples(std::size_t count) {
  std::vector<std::size_t> samples;
  const std::size_t number = std::min(count, kSamples);
  for (std::size_t i = 0; i < number; ++i) {
    samples.push_back(number == 1 ? 0 : i * (count - 1) / (number - 1));
  }
  return samples;
}

// Words for cameras, in small letters; DJI writes T, W, V and Z, Autel IRX.
constexpr std::array<std::string_view, 12> kInfraredWords = {
    "t", "ir", "thermal", "th", "therm", "lwir", "tir", "inf", "infrared", "irx", "flir", "swir"};
constexpr std::array<std::string_view, 17> kVisibleWords = {
    "w",  "v",    "vi",   "vis", "visible", "rgb",  "z",  "color", "colour",
    "eo", "wide", "zoom", "cam", "visual",  "real", "dc", "tv"};

// The letters of a part such as "_T" or ".VIS".
std::string Word(std::string_view part) {
  std::string word;
  for (const char c : part) {
    if (IsLetter(c)) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

template <std::size_t N>
bool IsOneOf(std::string_view part, const std::array<std::string_view, N>& words) {
  const std::string word = Word(part);
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool NamesCameras(const AffixRule& rule) {
  const bool infrared = IsOneOf(rule.infrared, kInfraredWords);
  const bool visible = IsOneOf(rule.visible, kVisibleWords);
  return (infrared && (visible || rule.visible.empty())) || (visible && rule.infrared.empty());
}

std::string PlaceText(Place place) {
  switch (place) {
    case Place::kBegin:
      return "begins with ";
    case Place::kInside:
      return "has ";
    case Place::kEnd:
      break;
  }
  return "ends in ";
}

}  // namespace

std::optional<std::string> AffixRule::Common(const std::string& name,
                                             const std::string& part) const {
  switch (place) {
    case Place::kBegin:
      if (!name.starts_with(part) || name.size() == part.size()) return std::nullopt;
      return name.substr(part.size());
    case Place::kEnd:
      if (!name.ends_with(part) || name.size() == part.size()) return std::nullopt;
      return name.substr(0, name.size() - part.size());
    case Place::kInside:
      break;
  }
  // As a whole word, once, and neither first nor last.
  std::optional<std::size_t> at;
  for (std::size_t i = name.find(part, 1); i != std::string::npos; i = name.find(part, i + 1)) {
    if (InsideWord(name, i) || InsideWord(name, i + part.size())) continue;
    if (at) return std::nullopt;
    at = i;
  }
  if (!at || *at + part.size() >= name.size()) return std::nullopt;
  // No file name has this sign.
  std::string common = name.substr(0, *at);
  common.push_back('/');
  return common.append(name, *at + part.size(), std::string::npos);
}

std::string AffixRule::Text() const {
  const std::string where = PlaceText(place);
  std::string text;
  if (infrared.empty() || visible.empty()) {
    text.append(infrared.empty() ? "visible " : "infrared ").append(where);
    return text.append(infrared.empty() ? visible : infrared);
  }
  text.append("infrared ").append(where).append(infrared).append(", visible ");
  if (place == Place::kBegin) text.append("with ");
  if (place == Place::kEnd) text.append("in ");
  return text.append(visible);
}

namespace {

StatusOr<std::optional<AffixPairs>> Find(const std::vector<std::string>& infrared,
                                         const std::vector<std::string>& visible) {
  Search search;
  for (const std::size_t i : Samples(infrared.size())) {
    for (const std::string& name : visible) {
      const auto rule = Difference(infrared[i], name);
      if (rule) search.Try(*rule, infrared, visible);
    }
  }
  return std::move(search).Result();
}

std::vector<std::string> Keys(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const std::string& name : names) keys.push_back(StemKey(name));
  return keys;
}

}  // namespace

StatusOr<std::optional<AffixPairs>> FindAffixPairs(const std::vector<std::string>& infrared,
                                                   const std::vector<std::string>& visible) {
  SEAFUSION_ASSIGN_OR_RETURN(std::optional<AffixPairs> found, Find(infrared, visible));
  if (found) return found;
  return Find(Keys(infrared), Keys(visible));
}

StatusOr<std::optional<AffixPairs>> FindAffixPairs(const std::vector<std::string>& names) {
  std::optional<AffixPairs> best;  // in numbers of `names`
  std::set<std::string> tried;
  for (const std::size_t i : Samples(names.size())) {
    for (const std::string& other : names) {
      for (const bool turned : {false, true}) {
        const auto rule = turned ? Difference(other, names[i]) : Difference(names[i], other);
        if (!rule || !NamesCameras(*rule)) continue;
        if (!tried.insert(rule->Text()).second) continue;
        std::vector<std::string> infrared, visible;
        std::vector<std::size_t> at_i, at_v;
        for (std::size_t n = 0; n < names.size(); ++n) {
          const bool is_i = !rule->infrared.empty() && rule->Common(names[n], rule->infrared);
          const bool is_v = !rule->visible.empty() && rule->Common(names[n], rule->visible);
          // With an empty part, all others are of that kind.
          const bool to_i = rule->infrared.empty() ? !is_v : is_i;
          const bool to_v = rule->visible.empty() ? !is_i : is_v;
          if (to_i == to_v) continue;
          (to_i ? infrared : visible).push_back(names[n]);
          (to_i ? at_i : at_v).push_back(n);
        }
        std::optional<NamePairs> pairs = Apply(*rule, infrared, visible);
        if (!pairs || pairs->empty()) continue;
        for (auto& [a, b] : *pairs) {
          a = at_i[a];
          b = at_v[b];
        }
        // Drones with two visible cameras write T, W and Z: the first rule of most pairs counts.
        if (!best || pairs->size() > best->pairs.size()) best = {*rule, *std::move(pairs)};
      }
    }
  }
  return best;
}

}  // namespace seafusion::io
