#include "model/import/tensorflow/tensor_bundle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "core/files/crc32c.h"
#include "core/files/file.h"
#include "core/files/little_endian.h"
#include "core/files/sha256.h"
#include "core/memory/checked_math.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "model/import/tensorflow/string_table.h"
#include "model/weights/half.h"

namespace seafusion::model {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint64_t kMaxShards = 256;
constexpr std::size_t kMaxDimensions = 16;
constexpr std::uint64_t kMaxIndexBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kMaxDataBytes = std::uint64_t{1} << 30;

struct Dtype {
  std::uint64_t number;  // in tensorflow/core/framework/types.proto
  std::string_view name;
  std::uint64_t bytes;
  bool has_values;
};
constexpr std::array<Dtype, 6> kDtypes = {{{1, "float", 4, true},
                                           {2, "double", 8, true},
                                           {3, "int32", 4, false},
                                           {9, "int64", 8, false},
                                           {14, "bfloat16", 2, true},
                                           {19, "half", 2, true}}};

const Dtype* FindDtype(std::uint64_t number) {
  const auto it = std::find_if(kDtypes.begin(), kDtypes.end(),
                               [&](const Dtype& d) { return d.number == number; });
  return it == kDtypes.end() ? nullptr : &*it;
}

// One field of a protocol buffer.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of numbers
  Bytes bytes;              // of texts and messages
  bool is_bytes = false;
};

// Takes a field off the front of `rest`; nothing when it is cut short or of an unknown kind.
std::optional<Field> TakeField(Bytes& rest) {
  enum Wire : std::uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
  std::uint64_t tag = 0;
  if (!TakeVarint(rest, tag)) return std::nullopt;
  Field field = {.number = tag >> 3};
  const auto fixed = [&]<typename T>(T) {
    if (rest.size() < sizeof(T)) return false;
    field.value = LoadLittleEndian<T>(rest.data());
    rest = rest.subspan(sizeof(T));
    return true;
  };
  switch (tag & 7) {
    case kVarint:
      if (!TakeVarint(rest, field.value)) return std::nullopt;
      return field;
    case kFixed64:
      if (!fixed(std::uint64_t{})) return std::nullopt;
      return field;
    case kFixed32:
      if (!fixed(std::uint32_t{})) return std::nullopt;
      return field;
    case kBytes: {
      std::uint64_t size = 0;
      if (!TakeVarint(rest, size) || size > rest.size()) return std::nullopt;
      field.bytes = rest.first(static_cast<std::size_t>(size));
      field.is_bytes = true;
      rest = rest.subspan(static_cast<std::size_t>(size));
      return field;
    }
    default:
      return std::nullopt;
  }
}

// Calls take(field) for each field of a message.
template <typename Take>
Status ForEachField(Bytes message, std::string_view what, Take take) {
  while (!message.empty()) {
    const std::optional<Field> field = TakeField(message);
    if (!field) return CorruptData(std::string(what) + " is damaged");
    SEAFUSION_RETURN_IF_ERROR(take(*field));
  }
  return OkStatus();
}

Status ParseHeader(Bytes message, BundleIndex& index) {
  enum : std::uint64_t { kShards = 1, kEndianness = 2 };
  SEAFUSION_RETURN_IF_ERROR(ForEachField(message, "the header of the index", [&](const Field& f) {
    if (f.number == kShards) index.shards = f.value;
    if (f.number == kEndianness && f.value != 0) {
      return Unsupported("the checkpoint is big-endian; only little-endian ones are read");
    }
    return OkStatus();
  }));
  if (index.shards < 1 || index.shards > kMaxShards) {
    return CorruptData("the index announces " + std::to_string(index.shards) +
                       " files of data; 1 to " + std::to_string(kMaxShards) + " can be");
  }
  return OkStatus();
}

Status ParseShape(Bytes message, const std::string& what, std::vector<std::int64_t>& shape) {
  enum : std::uint64_t { kDim = 2, kUnknownRank = 3, kSize = 1 };
  return ForEachField(message, "the shape of " + what, [&](const Field& f) -> Status {
    if (f.number == kUnknownRank && f.value != 0) return CorruptData(what + " has no shape");
    if (f.number != kDim) return OkStatus();
    if (!f.is_bytes || shape.size() >= kMaxDimensions) {
      return CorruptData("the shape of " + what + " is damaged or has more than " +
                         std::to_string(kMaxDimensions) + " sides");
    }
    std::uint64_t side = 0;
    SEAFUSION_RETURN_IF_ERROR(ForEachField(f.bytes, "the shape of " + what, [&](const Field& d) {
      if (d.number == kSize) side = d.value;
      return OkStatus();
    }));
    const auto checked = CheckedCast<std::int64_t>(side);
    if (!checked) return CorruptData("a side of " + what + " is negative");
    shape.push_back(*checked);
    return OkStatus();
  });
}

StatusOr<BundleEntry> ParseEntry(const TableEntry& raw) {
  enum : std::uint64_t {
    kDtype = 1,
    kShape = 2,
    kShard = 3,
    kOffset = 4,
    kSize = 5,
    kChecksum = 6,
    kSlices = 7
  };
  BundleEntry entry = {.name = raw.key};
  const std::string what = "tensor " + Printable(raw.key);
  SEAFUSION_RETURN_IF_ERROR(
      ForEachField(raw.value, "the entry of " + what, [&](const Field& f) -> Status {
        switch (f.number) {
          case kDtype:
            entry.dtype = f.value;
            return OkStatus();
          case kShape:
            return ParseShape(f.bytes, what, entry.shape);
          case kShard:
            entry.shard = f.value;
            return OkStatus();
          case kOffset:
            entry.offset = f.value;
            return OkStatus();
          case kSize:
            entry.bytes = f.value;
            return OkStatus();
          case kChecksum:
            entry.checksum = static_cast<std::uint32_t>(f.value);
            return OkStatus();
          case kSlices:
            return Unsupported(what + " is stored in slices");
          default:
            return Unsupported("the entry of " + what + " has an unknown field, number " +
                               std::to_string(f.number));
        }
      }));
  const Dtype* dtype = FindDtype(entry.dtype);
  if (dtype == nullptr) {
    return Unsupported(what + " is of type " + std::to_string(entry.dtype) +
                       "; float, double, half, bfloat16, int32 and int64 are read");
  }
  std::optional<std::uint64_t> bytes = dtype->bytes;
  for (const std::int64_t side : entry.shape) {
    if (bytes) bytes = CheckedMul(*bytes, static_cast<std::uint64_t>(side));
  }
  if (!bytes || *bytes != entry.bytes) {
    return CorruptData(what + " is " + ShapeName(entry.shape) + " of type " +
                       std::string(dtype->name) + " and cannot have " +
                       std::to_string(entry.bytes) + " bytes");
  }
  return entry;
}

float Load(std::uint64_t dtype, const std::uint8_t* p) {
  switch (dtype) {
    case 1:
      return LoadFloat32(p);
    case 2:
      return static_cast<float>(std::bit_cast<double>(LoadLittleEndian<std::uint64_t>(p)));
    case 14:
      return BFloat16ToFloat(LoadLittleEndian<std::uint16_t>(p));
    default:
      return HalfToFloat(LoadLittleEndian<std::uint16_t>(p));
  }
}

// As the names of the files of data have them. Precondition: below 100000.
std::string FiveDigits(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(5 - digits.size(), '0') + digits;
}

}  // namespace

StatusOr<BundleIndex> ParseBundleIndex(Bytes bytes) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<TableEntry> raw, ParseStringTable(bytes));
  // The header's name is empty, so that it comes first.
  if (raw.empty() || !raw.front().key.empty()) return CorruptData("the index has no header");
  BundleIndex index;
  SEAFUSION_RETURN_IF_ERROR(ParseHeader(raw.front().value, index));
  for (const TableEntry& entry : std::span(raw).subspan(1)) {
    SEAFUSION_ASSIGN_OR_RETURN(BundleEntry parsed, ParseEntry(entry));
    index.entries.push_back(std::move(parsed));
  }
  return index;
}

StatusOr<std::vector<BundleTensor>> ReadBundleTensors(const BundleIndex& index,
                                                      std::span<const Bytes> shards) {
  if (shards.size() != index.shards) {
    return InvalidArgument(std::to_string(index.shards) + " files of data are needed, not " +
                           std::to_string(shards.size()));
  }
  // Tensors lie back to back; many on one place would make much out of little.
  std::uint64_t left = 0;
  for (const Bytes shard : shards) left += shard.size();
  std::vector<BundleTensor> tensors;
  for (const BundleEntry& entry : index.entries) {
    const std::string what = "tensor " + Printable(entry.name);
    if (entry.shard >= shards.size()) {
      return CorruptData(what + " is in file " + std::to_string(entry.shard) + " of " +
                         std::to_string(shards.size()) + ", counted from 0");
    }
    const Bytes shard = shards[static_cast<std::size_t>(entry.shard)];
    if (entry.offset > shard.size() || entry.bytes > shard.size() - entry.offset) {
      return CorruptData(what + " of " + std::to_string(entry.bytes) + " bytes at " +
                         std::to_string(entry.offset) + " lies outside the data, which has " +
                         std::to_string(shard.size()));
    }
    if (entry.bytes > left) return CorruptData(what + " overlaps others");
    left -= entry.bytes;
    const Bytes data = shard.subspan(static_cast<std::size_t>(entry.offset),
                                     static_cast<std::size_t>(entry.bytes));
    if (!ChecksumFits(data, entry.checksum)) {
      return CorruptData("the checksum of " + what + " does not fit: the data are damaged");
    }
    const Dtype& dtype = *FindDtype(entry.dtype);
    BundleTensor tensor = {.name = entry.name,
                           .dtype = dtype.name,
                           .has_values = dtype.has_values,
                           .tensor = {.shape = entry.shape, .values = {}}};
    if (dtype.has_values) {
      const std::size_t count = data.size() / static_cast<std::size_t>(dtype.bytes);
      tensor.tensor.values.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        tensor.tensor.values.push_back(
            Load(dtype.number, data.data() + i * static_cast<std::size_t>(dtype.bytes)));
      }
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

std::string BundlePrefix(const std::string& path) {
  const auto has_index = [](const std::string& prefix) {
    std::error_code ec;
    return std::filesystem::is_regular_file(prefix + ".index", ec);
  };
  if (has_index(path)) return path;
  for (const std::string_view mark : {".index", ".data-", ".meta"}) {
    const std::size_t at = path.rfind(mark);
    if (at == std::string::npos || path.find('/', at) != std::string::npos) continue;
    if (has_index(path.substr(0, at))) return path.substr(0, at);
  }
  return {};
}

StatusOr<BundleFiles> LoadTensorBundle(const std::string& prefix) {
  const std::string index_path = prefix + ".index";
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<std::uint8_t> all, ReadFile(index_path, kMaxIndexBytes));
  StatusOr<BundleIndex> index = ParseBundleIndex(all);
  if (!index.ok()) return index.status().Annotate(index_path);
  std::vector<std::size_t> ends = {all.size()};
  for (std::uint64_t shard = 0; shard < index->shards; ++shard) {
    const std::string suffix = ".data-" + FiveDigits(shard) + "-of-" + FiveDigits(index->shards);
    const std::uint64_t read = all.size();
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> data,
                               ReadFile(prefix + suffix, kMaxDataBytes - read));
    all.insert(all.end(), data.begin(), data.end());
    ends.push_back(all.size());
  }
  std::vector<Bytes> shards;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    shards.push_back(Bytes(all).subspan(ends[i - 1], ends[i] - ends[i - 1]));
  }
  StatusOr<std::vector<BundleTensor>> tensors = ReadBundleTensors(*index, shards);
  if (!tensors.ok()) return tensors.status().Annotate(prefix);
  return BundleFiles{.tensors = *std::move(tensors), .bytes = all.size(), .sha256 = Sha256Hex(all)};
}

}  // namespace seafusion::model
