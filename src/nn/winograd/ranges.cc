#include "nn/winograd/ranges.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// One member of the object: a list of numbers, or a list of such lists.
struct Entry {
  std::vector<float> numbers;
  std::vector<std::vector<float>> lists;
};

// Receives the text's JSON events. A document would not do: nlohmann's allocates when it is
// destroyed, which ends the program when memory has run out.
class RangesReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  const std::string& hash() const { return hash_; }
  const Entry& Find(std::string_view name) const {
    static const Entry kNone;
    const auto at = entries_.find(name);
    return at == entries_.end() ? kNone : at->second;
  }

  bool null() override { return false; }
  bool boolean(bool) override { return false; }
  bool number_integer(number_integer_t) override { return false; }  // those below zero
  bool number_unsigned(number_unsigned_t v) override { return Add(static_cast<float>(v)); }
  bool number_float(number_float_t v, const string_t&) override {
    return Add(static_cast<float>(v));
  }
  bool string(string_t& v) override {
    if (entry_ == nullptr || depth_ != 0 || key_ != "weights") return false;
    hash_ = v;
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return !std::exchange(begun_, true); }
  bool key(string_t& v) override {
    key_ = v;
    entry_ = &entries_[key_];
    *entry_ = Entry();
    return true;
  }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override {
    if (entry_ == nullptr || ++depth_ > 2) return false;
    if (depth_ == 2) entry_->lists.emplace_back();
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool Add(float v) {
    if (depth_ == 0 || !std::isfinite(v) || v < 0.0f) return false;
    (depth_ == 1 ? entry_->numbers : entry_->lists.back()).push_back(v);
    return true;
  }

  std::map<std::string, Entry, std::less<>> entries_;
  Entry* entry_ = nullptr;  // the last key's
  std::string key_;
  std::string hash_;
  int depth_ = 0;  // arrays around what comes next
  bool begun_ = false;
};

bool CopyList(const std::vector<float>& from, std::span<float> to) {
  if (from.size() != to.size()) return false;
  std::copy(from.begin(), from.end(), to.begin());
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
  RangesReader reader;
  if (!nlohmann::json::sax_parse(entry->second, &reader)) {
    return broken("not a JSON object of lists of numbers from 0");
  }
  if (reader.hash() != HashOf(archive)) {
    return broken("measured with other weights: seafusion calibrate makes them anew");
  }
  Ranges ranges;
  for (std::size_t i = 0; i < ranges.spectra.size(); ++i) {
    const auto& lists = reader.Find(kConvNames[i]).lists;
    auto& spectra = ranges.spectra[i];
    bool good = lists.size() == spectra.size();
    for (std::size_t b = 0; good && b < spectra.size(); ++b) good = CopyList(lists[b], spectra[b]);
    if (!good) return broken(std::string(kConvNames[i]) + " is missing or malformed");
  }
  for (std::size_t i = 0; i < ranges.tails.size(); ++i) {
    if (!CopyList(reader.Find(kTailNames[i]).numbers, ranges.tails[i])) {
      return broken(std::string(kTailNames[i]) + " is missing or malformed");
    }
  }
  return ranges;
}

}  // namespace seafusion::nn::winograd
