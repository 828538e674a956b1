#include "nn/winograd/ranges.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/sha256.h"

namespace seafusion::nn::winograd {
namespace {

constexpr char kKey[] = "int16_ranges";
constexpr int kConvBlocks[] = {1, 1, 2, 2, 1, 1, 2, 2, 6, 4, 2};
constexpr int kTailBlocks[] = {4, 8, 4, 8};
static_assert(std::size(kConvBlocks) == std::size(kConvNames));
static_assert(std::size(kTailBlocks) == std::size(kTailNames));

// Whatever changes a tensor makes its ranges worthless.
std::string HashOf(const model::TensorArchive& archive) {
  std::vector<std::uint8_t> bytes;
  for (const auto& [name, tensor] : archive.tensors) {
    bytes.insert(bytes.end(), name.begin(), name.end());
    const std::size_t at = bytes.size();
    bytes.resize(at + tensor.values.size() * sizeof(float));
    std::memcpy(bytes.data() + at, tensor.values.data(), tensor.values.size() * sizeof(float));
  }
  return Sha256Hex(bytes);
}

// Four digits are more than enough, and keep the file's header short.
std::string NumberText(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", double{value});
  return text;
}

std::string ListText(std::span<const float> values) {
  std::string text = "[";
  for (const float v : values) {
    if (text.size() > 1) text += ',';
    text += NumberText(v);
  }
  text += ']';
  return text;
}

bool ReadList(const nlohmann::json& list, std::span<float> values) {
  if (!list.is_array() || list.size() != values.size()) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!list[i].is_number()) return false;
    values[i] = list[i].get<float>();
    if (!std::isfinite(values[i]) || values[i] < 0.0f) return false;
  }
  return true;
}

}  // namespace

Ranges::Ranges() {
  for (std::size_t i = 0; i < spectra.size(); ++i) spectra[i].resize(kConvBlocks[i]);
  for (std::size_t i = 0; i < tails.size(); ++i) tails[i].resize(kTailBlocks[i]);
}

void Ranges::Merge(const Ranges& other) {
  const auto merge = [](std::span<float> to, std::span<const float> from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = std::max(to[i], from[i]);
  };
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    for (std::size_t b = 0; b < spectra[i].size(); ++b) merge(spectra[i][b], other.spectra[i][b]);
  }
  for (std::size_t i = 0; i < tails.size(); ++i) merge(tails[i], other.tails[i]);
}

void StoreRanges(const Ranges& ranges, model::TensorArchive& archive) {
  std::string text = "{\"weights\":\"";
  text += HashOf(archive) + "\"";
  const auto add_name = [&](std::string_view name) {
    text += ",\"";
    text += name;
    text += "\":";
  };
  for (std::size_t i = 0; i < ranges.spectra.size(); ++i) {
    add_name(kConvNames[i]);
    for (std::size_t b = 0; b < ranges.spectra[i].size(); ++b) {
      text += b == 0 ? '[' : ',';
      text += ListText(ranges.spectra[i][b]);
    }
    text += ']';
  }
  for (std::size_t i = 0; i < ranges.tails.size(); ++i) {
    add_name(kTailNames[i]);
    text += ListText(ranges.tails[i]);
  }
  text += '}';
  archive.metadata[kKey] = std::move(text);
}

StatusOr<Ranges> LoadRanges(const model::TensorArchive& archive) {
  const auto entry = archive.metadata.find(kKey);
  if (entry == archive.metadata.end()) {
    return NotFound("these weights hold no ranges for int16: seafusion calibrate adds them");
  }
  const auto broken = [](const std::string& what) {
    return CorruptData(std::string(kKey) + ": " + what);
  };
  const auto json = nlohmann::json::parse(entry->second, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return broken("not a JSON object");
  const auto find = [&](std::string_view name) {
    const auto at = json.find(std::string(name));
    return at == json.end() ? nlohmann::json() : *at;
  };
  if (find("weights") != HashOf(archive)) {
    return broken("measured with other weights: seafusion calibrate makes them anew");
  }
  Ranges ranges;
  for (std::size_t i = 0; i < ranges.spectra.size(); ++i) {
    const nlohmann::json blocks = find(kConvNames[i]);
    auto& spectra = ranges.spectra[i];
    bool good = blocks.is_array() && blocks.size() == spectra.size();
    for (std::size_t b = 0; good && b < spectra.size(); ++b) good = ReadList(blocks[b], spectra[b]);
    if (!good) return broken(std::string(kConvNames[i]) + " is missing or malformed");
  }
  for (std::size_t i = 0; i < ranges.tails.size(); ++i) {
    if (!ReadList(find(kTailNames[i]), ranges.tails[i])) {
      return broken(std::string(kTailNames[i]) + " is missing or malformed");
    }
  }
  return ranges;
}

}  // namespace seafusion::nn::winograd
