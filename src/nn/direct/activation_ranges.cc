#include "nn/direct/activation_ranges.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "core/text/text_value.h"
#include "model/weights/tensor_hash.h"

namespace seafusion::nn::direct {
namespace {

// "HASH LAYER LO HI LO HI ... LAYER LO HI ...", with a LO and HI for each channel of the layer, or
// one for all of them: words between single spaces.
constexpr char kKey[] = "activation_ranges";

std::string_view NextWord(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

bool ParseNumber(std::string_view word, float& value) {
  const auto number = NumberIn<float>(word);
  if (!number || !std::isfinite(*number)) return false;
  value = *number;
  return true;
}

template <typename Body>
void ForInnerLayers(const Chain& chain, const Body& body) {
  const auto inner = [&](const std::vector<Layer>& layers) {
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) body(layers[i]);
  };
  inner(chain.layers);
  for (const CoarsePath& path : chain.coarse) inner(path.layers);
}

// The value that `share` of them do not exceed. Sorts them.
float Quantile(std::vector<float>& values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], static_cast<float>(place - std::floor(place)));
}

}  // namespace

ActivationRanges EmptyRanges(const Chain& chain) {
  ActivationRanges ranges;
  ForInnerLayers(chain, [&](const Layer& layer) {
    ranges.emplace(layer.name, std::vector<Range>(layer.outs));
  });
  return ranges;
}

ActivationRanges RangesOfMost(std::span<const ActivationRanges> pictures) {
  ActivationRanges ranges = pictures.front();
  std::vector<float> lows(pictures.size()), highs(pictures.size());
  for (auto& [name, channels] : ranges) {
    for (std::size_t c = 0; c < channels.size(); ++c) {
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        const Range& range = pictures[i].find(name)->second[c];
        lows[i] = -range.lo;
        highs[i] = range.hi;
      }
      channels[c] = {-Quantile(lows, kMostPictures), Quantile(highs, kMostPictures)};
    }
  }
  return ranges;
}

void StoreRanges(const ActivationRanges& ranges, model::TensorArchive& archive) {
  std::string text = model::TensorsSha256(archive);
  for (const auto& [name, channels] : ranges) {
    text += ' ';
    text += name;
    for (const Range& range : channels) {
      char numbers[64];
      // Four digits are more than enough.
      std::snprintf(numbers, sizeof(numbers), " %.4g %.4g", double{range.lo}, double{range.hi});
      text += numbers;
    }
  }
  archive.metadata[kKey] = std::move(text);
}

StatusOr<ActivationRanges> LoadRanges(const Chain& chain, const model::TensorArchive& archive) {
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
  ActivationRanges found;
  std::string name;
  while (!text.empty()) {
    const std::string_view word = NextWord(text);
    Range range;
    if (!ParseNumber(word, range.lo)) {
      name = word;
      found[name].clear();
      continue;
    }
    if (!ParseNumber(NextWord(text), range.hi) || range.lo > 0.0f || range.hi < 0.0f ||
        !std::isfinite(range.hi - range.lo)) {
      return broken("no range around 0 after '" + name + "'");
    }
    found[name].push_back(range);
  }
  ActivationRanges ranges = EmptyRanges(chain);
  for (auto& [layer, channels] : ranges) {
    const auto at = found.find(layer);
    if (at == found.end() || at->second.empty()) return broken(layer + " is missing");
    const std::vector<Range>& said = at->second;
    if (said.size() == 1) {
      channels.assign(channels.size(), said.front());
    } else if (said.size() == channels.size()) {
      channels = said;
    } else {
      return broken(layer + " has " + std::to_string(said.size()) + " ranges for " +
                    std::to_string(channels.size()) + " channels");
    }
  }
  return ranges;
}

}  // namespace seafusion::nn::direct
