// File names, one a line, an empty line between infrared and visible ones: whatever they are, what
// is paired are names that are there, each once, and the order of names is one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "io/pairing/affix_rule.h"
#include "io/pairing/pair_list.h"
#include "io/pairing/stem_key.h"
#include "io/pairing/taken_time.h"

namespace {

using namespace seafusion::io;  // NOLINT: this file

void Require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> TakeLines(std::string_view& text) {
  constexpr std::size_t kMost = 24;
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) break;
    if (lines.size() < kMost) lines.emplace_back(line);
  }
  return lines;
}

void CheckPairs(const NamePairs& pairs, std::size_t infrared, std::size_t visible) {
  std::set<std::size_t> left, right;
  for (const auto& [a, b] : pairs) {
    Require(a < infrared && b < visible && left.insert(a).second && right.insert(b).second);
  }
}

// Whether what the rule leaves of both names of every pair is one key.
bool Keeps(const AffixPairs& found, const std::vector<std::string>& infrared,
           const std::vector<std::string>& visible) {
  return std::all_of(found.pairs.begin(), found.pairs.end(), [&](const auto& pair) {
    const auto left = found.rule.Common(infrared[pair.first], found.rule.infrared);
    const auto right = found.rule.Common(visible[pair.second], found.rule.visible);
    return left && right && StemKey(*left) == StemKey(*right);
  });
}

std::vector<std::string> Keys(std::vector<std::string> names) {
  for (std::string& name : names) name = StemKey(name);
  return names;
}

void CheckRule(const AffixPairs& found, const std::vector<std::string>& infrared,
               const std::vector<std::string>& visible) {
  Require(!found.pairs.empty() && !found.rule.Text().empty());
  CheckPairs(found.pairs, infrared.size(), visible.size());
  // Where the names as they are keep no rule, their keys do.
  Require(Keeps(found, infrared, visible) || Keeps(found, Keys(infrared), Keys(visible)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> infrared = TakeLines(text);
  const std::vector<std::string> visible = TakeLines(text);
  if (const auto found = FindAffixPairs(infrared, visible); found.ok() && *found) {
    CheckRule(**found, infrared, visible);
  }
  if (const auto found = FindAffixPairs(infrared); found.ok() && *found) {
    CheckRule(**found, infrared, infrared);
  }
  std::vector<std::int64_t> first, second;
  for (const std::string& name : infrared) {
    Require(StemKey(StemKey(name)) == StemKey(name));
    Require(!NaturalLess(name, name));
    if (const auto time = TimeInName(name)) first.push_back(*time);
    for (const std::string& other : visible) {
      Require(!(NaturalLess(name, other) && NaturalLess(other, name)));
    }
  }
  for (const std::string& name : visible) {
    if (const auto time = TimeInName(name)) second.push_back(*time);
  }
  constexpr std::int64_t kWithin = 500'000;
  const auto pairs = PairNearest(first, second, kWithin);
  CheckPairs(pairs, first.size(), second.size());
  for (const auto& [a, b] : pairs) {
    Require(std::abs(first[a] - second[b]) <= kWithin);
  }
  return 0;
}
