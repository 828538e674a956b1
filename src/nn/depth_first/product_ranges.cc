#include "nn/depth_first/product_ranges.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/weights/tensor_hash.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn {
namespace {

constexpr char kKey[] = "int16_ranges";

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

ProductRanges::ProductRanges(const plan::Plan& plan) : steps(plan.steps.size()) {
  const auto add = [&](int node, int frequencies, int blocks) {
    entries.push_back({plan.node(node).name, frequencies,
                       std::vector<float>(static_cast<std::size_t>(frequencies) * blocks)});
    return static_cast<int>(entries.size()) - 1;
  };
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const plan::Step& step = plan.steps[s];
    if (!step.HasProduct()) continue;
    steps[s].product =
        add(step.product_outputs[0].node, winograd::kFrequencies, plan.ConvInBlocks(step));
  }
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const plan::Step& step = plan.steps[s];
    if (step.point_inputs.empty()) continue;
    int blocks = 0;
    for (const plan::PointInput& input : step.point_inputs) blocks += input.blocks;
    steps[s].point = add(step.node, 1, blocks);
  }
}

void ProductRanges::Merge(const ProductRanges& other) {
  for (std::size_t e = 0; e < entries.size(); ++e) {
    std::vector<float>& most = entries[e].most;
    for (std::size_t i = 0; i < most.size(); ++i) {
      most[i] = std::max(most[i], other.entries[e].most[i]);
    }
  }
}

void StoreRanges(const ProductRanges& ranges, model::TensorArchive& archive) {
  std::string text = "{\"weights\":\"";
  text += model::TensorsSha256(archive) + "\"";
  for (const ProductRanges::Entry& entry : ranges.entries) {
    text += ",\"" + entry.name + "\":";
    if (entry.frequencies == 1) {
      text += ListText(entry.most);
      continue;
    }
    const std::span<const float> all = entry.most;
    const auto count = static_cast<std::size_t>(entry.frequencies);
    for (std::size_t i = 0; i < all.size(); i += count) {
      text += i == 0 ? '[' : ',';
      text += ListText(all.subspan(i, count));
    }
    text += ']';
  }
  text += '}';
  archive.metadata[kKey] = std::move(text);
}

StatusOr<ProductRanges> LoadRanges(const model::TensorArchive& archive, const plan::Plan& plan) {
  const auto stored = archive.metadata.find(kKey);
  if (stored == archive.metadata.end()) {
    return NotFound("these weights hold no ranges for int16: seafusion calibrate adds them");
  }
  const auto broken = [](const std::string& what) {
    return CorruptData(std::string(kKey) + ": " + what);
  };
  RangesReader reader;
  if (!nlohmann::json::sax_parse(stored->second, &reader)) {
    return broken("not a JSON object of lists of numbers from 0");
  }
  if (reader.hash() != model::TensorsSha256(archive)) {
    return broken("measured with other weights: seafusion calibrate makes them anew");
  }
  ProductRanges ranges(plan);
  for (ProductRanges::Entry& entry : ranges.entries) {
    const Entry& found = reader.Find(entry.name);
    bool good = true;
    if (entry.frequencies == 1) {
      good = CopyList(found.numbers, entry.most);
    } else {
      const auto blocks = static_cast<int>(entry.most.size()) / entry.frequencies;
      good = static_cast<int>(found.lists.size()) == blocks;
      for (int b = 0; good && b < blocks; ++b) good = CopyList(found.lists[b], entry.Block(b));
    }
    if (!good) return broken(entry.name + " is missing or malformed");
  }
  return ranges;
}

}  // namespace seafusion::nn
