#include "model/weights/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <iterator>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "core/files/file.h"
#include "core/files/little_endian.h"
#include "core/memory/checked_math.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/weights/half.h"

namespace seafusion::model {
namespace {

constexpr char kMetadataKey[] = "__metadata__";
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxDimensions = 16;

// A tensor as the header describes it, before its bytes are looked at.
struct Entry {
  std::string name;
  std::optional<std::string> dtype;
  std::optional<std::vector<std::uint64_t>> shape;
  std::optional<std::vector<std::uint64_t>> offsets;
  // From `offsets`, once they are known to be a pair in order.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// Receives the header's JSON events. A parser that builds a document first would silently keep one
// of two equal keys; this one sees both, and stops at the first event that the format has no place
// for.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  const std::string& error() const { return error_; }
  std::vector<Entry>& entries() { return entries_; }
  std::map<std::string, std::string>& metadata() { return metadata_; }

  bool null() override { return Unexpected("null"); }
  bool boolean(bool) override { return Unexpected("a truth value"); }
  bool number_integer(number_integer_t v) override { return Unexpected(std::to_string(v)); }
  bool number_float(number_float_t, const string_t& text) override {
    return Unexpected(Printable(text));
  }
  bool binary(binary_t&) override { return Unexpected("binary data"); }

  bool number_unsigned(number_unsigned_t v) override {
    if (state_ != State::kList) return Unexpected(std::to_string(v));
    if (list_->size() == kMaxDimensions) return Fail(Where() + " has too many numbers");
    list_->push_back(v);
    return true;
  }

  bool string(string_t& v) override {
    if (state_ == State::kMetadata) {
      metadata_[key_] = v;
      return true;
    }
    if (state_ == State::kTensor && key_ == "dtype") {
      entries_.back().dtype = v;
      return true;
    }
    return Unexpected("text");
  }

  bool start_object(std::size_t) override {
    switch (state_) {
      case State::kStart:
        state_ = State::kTop;
        return true;
      case State::kTop:
        if (key_ == kMetadataKey) {
          state_ = State::kMetadata;
        } else {
          entries_.push_back({.name = key_});
          state_ = State::kTensor;
        }
        return true;
      default:
        return Unexpected("an object");
    }
  }

  bool key(string_t& v) override {
    if (state_ == State::kTop) {
      if (!top_keys_.emplace(v, true).second) return Fail(Printable(v) + " appears twice");
      if (v.empty()) return Fail("a tensor has no name");
    } else if (state_ == State::kMetadata) {
      if (metadata_.contains(v)) return Fail("metadata key " + Printable(v) + " appears twice");
    } else {
      const Entry& e = entries_.back();
      const bool repeated = (v == "dtype" && e.dtype) || (v == "shape" && e.shape) ||
                            (v == "data_offsets" && e.offsets);
      if (repeated) return Fail("tensor " + Printable(e.name) + " has " + v + " twice");
      if (v != "dtype" && v != "shape" && v != "data_offsets") {
        return Fail("tensor " + Printable(e.name) + " has an unknown key " + Printable(v));
      }
    }
    key_ = v;
    return true;
  }

  bool end_object() override {
    if (state_ == State::kTensor) {
      const Entry& e = entries_.back();
      const char* missing = !e.dtype     ? "dtype"
                            : !e.shape   ? "shape"
                            : !e.offsets ? "data_offsets"
                                         : nullptr;
      if (missing != nullptr) {
        return Fail("tensor " + Printable(e.name) + " has no " + std::string(missing));
      }
    }
    state_ = state_ == State::kTop ? State::kEnd : State::kTop;
    return true;
  }

  bool start_array(std::size_t) override {
    if (state_ != State::kTensor || (key_ != "shape" && key_ != "data_offsets")) {
      return Unexpected("a list");
    }
    auto& target = key_ == "shape" ? entries_.back().shape : entries_.back().offsets;
    list_ = &target.emplace();
    state_ = State::kList;
    return true;
  }

  bool end_array() override {
    state_ = State::kTensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    return Fail("not valid JSON at byte " + std::to_string(position));
  }

 private:
  enum class State { kStart, kTop, kMetadata, kTensor, kList, kEnd };

  std::string Where() const {
    switch (state_) {
      case State::kTop:
        return "tensor " + Printable(key_);
      case State::kMetadata:
        return "metadata key " + Printable(key_);
      case State::kTensor:
      case State::kList:
        return key_ + " of tensor " + Printable(entries_.back().name);
      default:
        return "the top level";
    }
  }

  bool Unexpected(const std::string& what) { return Fail(Where() + " must not hold " + what); }

  bool Fail(std::string message) {
    error_ = std::move(message);
    return false;
  }

  State state_ = State::kStart;
  std::string key_;
  std::vector<std::uint64_t>* list_ = nullptr;
  std::map<std::string, bool> top_keys_;
  std::vector<Entry> entries_;
  std::map<std::string, std::string> metadata_;
  std::string error_;
};

enum class Dtype { kF32, kF16, kBf16 };

StatusOr<Dtype> ParseDtype(const Entry& entry) {
  if (*entry.dtype == "F32") return Dtype::kF32;
  if (*entry.dtype == "F16") return Dtype::kF16;
  if (*entry.dtype == "BF16") return Dtype::kBf16;
  return Unsupported("tensor " + Printable(entry.name) + " has dtype " + Printable(*entry.dtype) +
                     "; F32, F16 and BF16 can be read");
}

float LoadValue(Dtype dtype, const std::uint8_t* p) {
  switch (dtype) {
    case Dtype::kF32:
      return LoadFloat32(p);
    case Dtype::kF16:
      return HalfToFloat(LoadLittleEndian<std::uint16_t>(p));
    case Dtype::kBf16:
      return BFloat16ToFloat(LoadLittleEndian<std::uint16_t>(p));
  }
  return 0.0f;
}

// `data` is the entry's own bytes, already cut out of the file.
StatusOr<Tensor> ReadTensor(const Entry& entry, std::span<const std::uint8_t> data) {
  const std::string who = "tensor " + Printable(entry.name);
  SEAFUSION_ASSIGN_OR_RETURN(const Dtype dtype, ParseDtype(entry));
  const std::size_t width = dtype == Dtype::kF32 ? 4 : 2;
  Tensor tensor;
  std::optional<std::uint64_t> bytes = width;
  for (const std::uint64_t side : *entry.shape) {
    const auto dimension = CheckedCast<std::int64_t>(side);
    if (bytes) bytes = CheckedMul(*bytes, side);
    if (!dimension || !bytes) return CorruptData(who + " has a shape that overflows");
    tensor.shape.push_back(*dimension);
  }
  if (*bytes != data.size()) {
    return CorruptData(who + " is " + ShapeName(tensor.shape) + " of " + *entry.dtype + ", " +
                       std::to_string(*bytes) + " bytes, but its data_offsets hold " +
                       std::to_string(data.size()));
  }
  tensor.values.resize(data.size() / width);
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    tensor.values[i] = LoadValue(dtype, data.data() + i * width);
  }
  SEAFUSION_RETURN_IF_ERROR(CheckFinite(entry.name, tensor));
  return tensor;
}

// Sorts the entries by their place in the file and checks that together they cover `size` bytes
// exactly.
Status OrderByOffset(std::vector<Entry>& entries, std::uint64_t size) {
  for (Entry& e : entries) {
    const std::vector<std::uint64_t>& offsets = *e.offsets;
    if (offsets.size() != 2 || offsets[0] > offsets[1]) {
      return CorruptData("tensor " + Printable(e.name) +
                         " needs data_offsets [begin, end] with begin <= end");
    }
    e.begin = offsets[0];
    e.end = offsets[1];
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  std::uint64_t expected = 0;
  for (const Entry& e : entries) {
    const std::string who = "tensor " + Printable(e.name);
    if (e.begin != expected) {
      return CorruptData(who + " begins at byte " + std::to_string(e.begin) +
                         (e.begin < expected ? ", inside another tensor" : ", after a gap") + " (" +
                         std::to_string(expected) + " expected)");
    }
    if (e.end > size) {
      return CorruptData(who + " ends at byte " + std::to_string(e.end) +
                         " of the data, the file has " + std::to_string(size) +
                         "; is it truncated?");
    }
    expected = e.end;
  }
  if (expected != size) {
    return CorruptData(std::to_string(size - expected) + " bytes after the last tensor");
  }
  return OkStatus();
}

StatusOr<TensorArchive> Parse(std::span<const std::uint8_t> bytes,
                              const SafetensorsLimits& limits) {
  if (bytes.size() > limits.max_file_bytes) {
    return ResourceExhausted(std::to_string(bytes.size()) + " bytes, more than the limit of " +
                             std::to_string(limits.max_file_bytes));
  }
  if (bytes.size() < kLengthBytes) {
    return CorruptData("too short for a safetensors file (" + std::to_string(bytes.size()) +
                       " bytes)");
  }
  const auto header_bytes = LoadLittleEndian<std::uint64_t>(bytes.data());
  if (header_bytes > limits.max_header_bytes) {
    return CorruptData("not a safetensors file, or its header is too large (" +
                       std::to_string(header_bytes) + " bytes, the limit is " +
                       std::to_string(limits.max_header_bytes) + ")");
  }
  bytes = bytes.subspan(kLengthBytes);
  if (header_bytes > bytes.size()) {
    return CorruptData("the header has " + std::to_string(header_bytes) +
                       " bytes, the file holds " + std::to_string(bytes.size()) +
                       " of them; is it truncated?");
  }
  const auto header = bytes.first(static_cast<std::size_t>(header_bytes));
  const auto data = bytes.subspan(static_cast<std::size_t>(header_bytes));
  if (header.empty() || header[0] != '{') return CorruptData("the header does not begin with {");
  // The JSON parser takes a NUL for the end of its input, and would not see what follows.
  if (std::find(header.begin(), header.end(), 0) != header.end()) {
    return CorruptData("the header holds a zero byte");
  }

  HeaderReader reader;
  if (!nlohmann::json::sax_parse(header.begin(), header.end(), &reader)) {
    return CorruptData("bad header: " + reader.error());
  }
  std::vector<Entry>& entries = reader.entries();
  SEAFUSION_RETURN_IF_ERROR(OrderByOffset(entries, data.size()));
  TensorArchive archive;
  for (const Entry& e : entries) {
    const auto begin = static_cast<std::size_t>(e.begin);
    const auto end = static_cast<std::size_t>(e.end);
    SEAFUSION_ASSIGN_OR_RETURN(Tensor tensor, ReadTensor(e, data.subspan(begin, end - begin)));
    archive.tensors.emplace(e.name, std::move(tensor));
  }
  archive.metadata = std::move(reader.metadata());
  return archive;
}

StatusOr<std::vector<std::uint8_t>> Serialize(const TensorArchive& archive, StoredFloat stored) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!archive.metadata.empty()) header[kMetadataKey] = archive.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : archive.tensors) {
    const std::string who = "tensor " + Printable(name);
    if (name.empty() || name == kMetadataKey) return InvalidArgument(who + " may not be named so");
    std::optional<std::int64_t> count = 1;
    for (const std::int64_t side : tensor.shape) {
      if (count) count = side < 0 ? std::nullopt : CheckedMul(*count, side);
    }
    if (!count || static_cast<std::uint64_t>(*count) != tensor.values.size() ||
        tensor.shape.size() > kMaxDimensions) {
      return InvalidArgument(who + " is " + ShapeName(tensor.shape) + " but has " +
                             std::to_string(tensor.values.size()) + " values");
    }
    if (const Status s = CheckFinite(name, tensor); !s.ok()) return InvalidArgument(s.message());
    const bool half = stored == StoredFloat::kF16;
    const auto fits = [](float v) { return std::isfinite(HalfToFloat(FloatToHalf(v))); };
    if (half && !std::all_of(tensor.values.begin(), tensor.values.end(), fits)) {
      return InvalidArgument("tensor " + Printable(name) +
                             " has values beyond 65504, the largest "
                             "of half precision");
    }
    const std::uint64_t end = offset + tensor.values.size() * (half ? 2 : sizeof(float));
    header[name] = {
        {"dtype", half ? "F16" : "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');

  std::vector<std::uint8_t> out;
  out.reserve(kLengthBytes + text.size() + static_cast<std::size_t>(offset));
  AppendLittleEndian<std::uint64_t>(text.size(), out);
  out.insert(out.end(), text.begin(), text.end());
  for (const auto& [name, tensor] : archive.tensors) {
    for (const float v : tensor.values) {
      if (stored == StoredFloat::kF16) {
        AppendLittleEndian<std::uint16_t>(FloatToHalf(v), out);
      } else {
        AppendFloat32(v, out);
      }
    }
  }
  return out;
}

}  // namespace

std::string ShapeName(std::span<const std::int64_t> shape) {
  if (shape.empty()) return "scalar";
  std::string name;
  for (const std::int64_t side : shape) {
    if (!name.empty()) name += 'x';
    name += std::to_string(side);
  }
  return name;
}

Status CheckFinite(std::string_view name, const Tensor& tensor) {
  const auto bad = std::find_if(tensor.values.begin(), tensor.values.end(),
                                [](float v) { return !std::isfinite(v); });
  if (bad == tensor.values.end()) return OkStatus();
  return CorruptData("tensor " + Printable(name) + ": value " +
                     std::to_string(std::distance(tensor.values.begin(), bad)) + " is " +
                     (std::isnan(*bad) ? "not a number (NaN)" : "infinite"));
}

StatusOr<TensorArchive> ParseSafetensors(std::span<const std::uint8_t> bytes,
                                         const SafetensorsLimits& limits) {
  try {
    return Parse(bytes, limits);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for tensors of " + std::to_string(bytes.size()) + " bytes");
  } catch (const std::exception& e) {
    return Internal(std::string("safetensors reader: ") + e.what());
  }
}

StatusOr<std::vector<std::uint8_t>> SerializeSafetensors(const TensorArchive& archive,
                                                         StoredFloat stored) {
  try {
    return Serialize(archive, stored);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory to write the tensors");
  } catch (const nlohmann::json::exception&) {
    return InvalidArgument("a tensor name or metadata text is not UTF-8");
  } catch (const std::exception& e) {
    return Internal(std::string("safetensors writer: ") + e.what());
  }
}

StatusOr<TensorArchive> LoadSafetensors(const std::string& path, const SafetensorsLimits& limits) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                             ReadFile(path, limits.max_file_bytes));
  StatusOr<TensorArchive> archive = ParseSafetensors(bytes, limits);
  if (!archive.ok()) return archive.status().Annotate(path);
  return archive;
}

}  // namespace seafusion::model
