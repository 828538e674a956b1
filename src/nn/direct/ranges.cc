#include "nn/direct/ranges.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "model/tensor_hash.h"

namespace seafusion::nn::direct {
namespace {

// "HASH LAYER LO HI LAYER LO HI ...": words between single spaces.
constexpr char kKey[] = "activation_ranges";

std::string_view NextWord(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

bool ParseNumber(std::string_view word, float& value) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size() && std::isfinite(value);
}

template <typename Body>
void ForInnerLayers(const Chain& chain, const Body& body) {
  const auto inner = [&](const std::vector<Layer>& layers) {
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) body(layers[i].name);
  };
  inner(chain.layers);
  for (const CoarsePath& path : chain.coarse) inner(path.layers);
}

}  // namespace

Ranges EmptyRanges(const Chain& chain) {
  Ranges ranges;
  ForInnerLayers(chain, [&](const std::string& name) { ranges.emplace(name, Range()); });
  return ranges;
}

void StoreRanges(const Ranges& ranges, model::TensorArchive& archive) {
  std::string text = model::TensorsSha256(archive);
  for (const auto& [name, range] : ranges) {
    char numbers[64];
    // Four digits are more than enough.
    std::snprintf(numbers, sizeof(numbers), " %.4g %.4g", double{range.lo}, double{range.hi});
    text += ' ';
    text += name;
    text += numbers;
  }
  archive.metadata[kKey] = std::move(text);
}

StatusOr<Ranges> LoadRanges(const Chain& chain, const model::TensorArchive& archive) {
  const auto entry = archive.metadata.find(kKey);
  if (entry == archive.metadata.end()) {
    return NotFound("these weights hold no ranges for integers: seafusion calibrate adds them");
  }
  const auto broken = [](const std::string& what) {
    return CorruptData(std::string(kKey) + ": " + what);
  };
  std::string_view text = entry->second;
  if (NextWord(text) != model::TensorsSha256(archive)) {
    return broken("measured with other weights: seafusion calibrate makes them anew");
  }
  Ranges found;
  while (!text.empty()) {
    const std::string name(NextWord(text));
    Range range;
    if (!ParseNumber(NextWord(text), range.lo) || !ParseNumber(NextWord(text), range.hi) ||
        range.lo > 0.0f || range.hi < 0.0f || !std::isfinite(range.hi - range.lo)) {
      return broken("no range around 0 after '" + name + "'");
    }
    found[name] = range;
  }
  Ranges ranges = EmptyRanges(chain);
  for (auto& [name, range] : ranges) {
    const auto at = found.find(name);
    if (at == found.end()) return broken(name + " is missing");
    range = at->second;
  }
  return ranges;
}

}  // namespace seafusion::nn::direct
