#include "model/import/mat/mat_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <limits>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "core/files/little_endian.h"
#include "core/memory/checked_math.h"
#include "core/status_macros.h"

namespace seafusion::model {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kVersionAt = 124;
constexpr std::size_t kByteOrderAt = 126;
constexpr std::uint16_t kVersion = 0x0100;
constexpr std::size_t kTagBytes = 8;
constexpr std::size_t kSmallDataBytes = 4;
constexpr std::size_t kMaxNameBytes = 63;  // MATLAB's namelengthmax
// More dimensions than any matrix needs; a bound for loops over a hostile file.
constexpr std::size_t kMaxDimensions = 32;
constexpr std::uint8_t kComplexFlag = 0x08;
constexpr std::uint8_t kLogicalFlag = 0x02;

enum Type : std::uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kSingle = 7,
  kDouble = 9,
  kMatrix = 14,
  kCompressed = 15,
};
constexpr std::uint8_t kDoubleClass = 6;
constexpr std::uint8_t kSingleClass = 7;

struct Element {
  std::uint32_t type = 0;
  Bytes data;
};

// Takes one element off the front of `rest`. Elements are padded to 8 bytes, except compressed
// ones.
StatusOr<Element> TakeElement(Bytes& rest, std::string_view what) {
  const std::string cut = std::string(what) + " is cut short";
  if (rest.size() < kTagBytes) return CorruptData(cut);
  const auto word = LoadLittleEndian<std::uint32_t>(rest.data());
  if (const std::uint32_t small = word >> 16; small != 0) {
    if (small > kSmallDataBytes) {
      return CorruptData(std::string(what) + ": a short element of " + std::to_string(small) +
                         " bytes; at most 4 fit");
    }
    const Element element{word & 0xffff, rest.subspan(kTagBytes - kSmallDataBytes, small)};
    rest = rest.subspan(kTagBytes);
    return element;
  }
  const auto size = LoadLittleEndian<std::uint32_t>(rest.data() + 4);
  if (size > rest.size() - kTagBytes) {
    return CorruptData(cut + ": " + std::to_string(size) + " bytes are announced, " +
                       std::to_string(rest.size() - kTagBytes) + " follow");
  }
  const Element element{word, rest.subspan(kTagBytes, size)};
  std::size_t taken = kTagBytes + size;
  if (word != kCompressed) {
    const std::size_t padding = (8 - size % 8) % 8;
    if (padding > rest.size() - taken) return CorruptData(cut + " in its padding");
    taken += padding;
  }
  rest = rest.subspan(taken);
  return element;
}

// Unfolds a zlib stream that must end with its bytes and give at most `limit`.
StatusOr<std::vector<std::uint8_t>> Inflate(Bytes packed, std::uint64_t limit) {
  constexpr std::size_t kFirstBytes = 4096;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return ResourceExhausted("no memory to unfold a variable");
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } const end{&stream};
  // zlib reads through this pointer only; its type has no const.
  stream.next_in = const_cast<std::uint8_t*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::vector<std::uint8_t> out(
      static_cast<std::size_t>(std::min<std::uint64_t>(kFirstBytes, limit)));
  std::size_t filled = 0;
  for (;;) {
    if (filled == out.size()) {
      if (filled >= limit) {
        return ResourceExhausted("a compressed variable unfolds to more than " +
                                 std::to_string(limit) + " bytes");
      }
      out.resize(
          static_cast<std::size_t>(std::min<std::uint64_t>(2 * std::uint64_t{filled}, limit)));
    }
    const std::size_t room =
        std::min<std::size_t>(out.size() - filled, std::numeric_limits<uInt>::max());
    stream.next_out = out.data() + filled;
    stream.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    filled += room - stream.avail_out;
    if (result == Z_STREAM_END) break;
    if (result == Z_MEM_ERROR) return ResourceExhausted("no memory to unfold a variable");
    if (result != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0)) {
      return CorruptData("the compressed data of a variable is damaged or cut short");
    }
  }
  if (stream.avail_in != 0) {
    return CorruptData("bytes are left over behind the compressed data of a variable");
  }
  out.resize(filled);
  return out;
}

std::string ClassName(std::uint8_t c) {
  static constexpr std::array<std::string_view, 16> kNames = {
      "",     "cell",  "structure", "object", "text",  "sparse", "double", "single",
      "int8", "uint8", "int16",     "uint16", "int32", "uint32", "int64",  "uint64"};
  if (c == 0 || c >= kNames.size()) return "number " + std::to_string(c);
  return std::string(kNames[c]);
}

bool IsName(Bytes name) {
  const auto letter = [](std::uint8_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const auto digit = [](std::uint8_t c) { return c >= '0' && c <= '9'; };
  return !name.empty() && name.size() <= kMaxNameBytes && letter(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](std::uint8_t c) { return letter(c) || digit(c) || c == '_'; });
}

// Numbers of one storage type as doubles. MATLAB stores doubles in the smallest type that holds
// them.
template <typename Unsigned, typename Number>
void AppendNumbers(Bytes data, std::vector<double>& values) {
  for (std::size_t at = 0; at < data.size(); at += sizeof(Unsigned)) {
    values.push_back(
        static_cast<double>(std::bit_cast<Number>(LoadLittleEndian<Unsigned>(data.data() + at))));
  }
}

struct StorageType {
  std::size_t bytes;
  void (*append)(Bytes, std::vector<double>&);
};

std::optional<StorageType> StorageOf(std::uint32_t type) {
  switch (type) {
    case kInt8:
      return StorageType{1, AppendNumbers<std::uint8_t, std::int8_t>};
    case kUint8:
      return StorageType{1, AppendNumbers<std::uint8_t, std::uint8_t>};
    case kInt16:
      return StorageType{2, AppendNumbers<std::uint16_t, std::int16_t>};
    case kUint16:
      return StorageType{2, AppendNumbers<std::uint16_t, std::uint16_t>};
    case kInt32:
      return StorageType{4, AppendNumbers<std::uint32_t, std::int32_t>};
    case kUint32:
      return StorageType{4, AppendNumbers<std::uint32_t, std::uint32_t>};
    case kSingle:
      return StorageType{4, AppendNumbers<std::uint32_t, float>};
    case kDouble:
      return StorageType{8, AppendNumbers<std::uint64_t, double>};
    default:
      return std::nullopt;
  }
}

StatusOr<std::vector<std::int64_t>> ReadShape(const Element& element) {
  constexpr std::size_t kSideBytes = 4;
  const std::size_t sides = element.data.size() / kSideBytes;
  if (element.type != kInt32 || element.data.size() % kSideBytes != 0 || sides < 2 ||
      sides > kMaxDimensions) {
    return CorruptData("the sizes of a variable are broken");
  }
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < sides; ++i) {
    const auto side = std::bit_cast<std::int32_t>(
        LoadLittleEndian<std::uint32_t>(element.data.data() + i * kSideBytes));
    if (side < 0) return CorruptData("a variable has the negative size " + std::to_string(side));
    shape.push_back(side);
  }
  return shape;
}

StatusOr<MatArray> ReadMatrix(Bytes rest) {
  SEAFUSION_ASSIGN_OR_RETURN(const Element flags, TakeElement(rest, "the flags of a variable"));
  if (flags.type != kUint32 || flags.data.size() != 8) {
    return CorruptData("the flags of a variable are broken");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const Element sizes, TakeElement(rest, "the sizes of a variable"));
  SEAFUSION_ASSIGN_OR_RETURN(const Element name, TakeElement(rest, "the name of a variable"));
  MatArray array;
  SEAFUSION_ASSIGN_OR_RETURN(array.shape, ReadShape(sizes));
  if (name.type != kInt8 || !IsName(name.data)) {
    return CorruptData("a variable has no proper name");
  }
  array.name.assign(name.data.begin(), name.data.end());
  const std::string who = "variable " + array.name;
  const std::uint8_t array_class = flags.data[0];
  if (array_class != kDoubleClass && array_class != kSingleClass) {
    return Unsupported(who + " is of class " + ClassName(array_class) +
                       "; only double and single matrices are read");
  }
  if ((flags.data[1] & (kComplexFlag | kLogicalFlag)) != 0) {
    return Unsupported(who + " is complex or logical; only real matrices are read");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const Element data, TakeElement(rest, "the data of " + who));
  if (!rest.empty()) {
    return CorruptData(std::to_string(rest.size()) + " bytes are left over in " + who);
  }
  const std::optional<StorageType> storage = StorageOf(data.type);
  if (!storage) {
    return CorruptData(who + " holds data of the unknown type " + std::to_string(data.type));
  }
  std::optional<std::uint64_t> bytes = storage->bytes;
  for (const std::int64_t side : array.shape) {
    if (bytes) bytes = CheckedMul(*bytes, static_cast<std::uint64_t>(side));
  }
  if (!bytes || *bytes != data.data.size()) {
    return CorruptData(who + " holds " + std::to_string(data.data.size()) +
                       " bytes, which does not match its sizes");
  }
  array.values.reserve(data.data.size() / storage->bytes);
  storage->append(data.data, array.values);
  return array;
}

StatusOr<MatArray> ReadVariable(const Element& element, const MatLimits& limits) {
  if (element.type == kMatrix) return ReadMatrix(element.data);
  if (element.type != kCompressed) {
    return Unsupported("a MAT file may hold only variables; there is an element of type " +
                       std::to_string(element.type));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> unfolded,
                             Inflate(element.data, limits.max_variable_bytes));
  Bytes rest = unfolded;
  SEAFUSION_ASSIGN_OR_RETURN(const Element inner, TakeElement(rest, "a compressed variable"));
  if (inner.type != kMatrix || !rest.empty()) {
    return CorruptData("a compressed element holds something else than one variable");
  }
  return ReadMatrix(inner.data);
}

}  // namespace

bool IsMatFile(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes) return false;
  const std::uint8_t a = bytes[kByteOrderAt], b = bytes[kByteOrderAt + 1];
  return (a == 'I' && b == 'M') || (a == 'M' && b == 'I');
}

StatusOr<std::vector<MatArray>> ParseMatFile(std::span<const std::uint8_t> bytes,
                                             const MatLimits& limits) try {
  if (!IsMatFile(bytes)) return CorruptData("not a MAT file of level 5");
  if (bytes[kByteOrderAt] == 'M') return Unsupported("a big-endian MAT file");
  const auto version = LoadLittleEndian<std::uint16_t>(bytes.data() + kVersionAt);
  if (version != kVersion) {
    return Unsupported("a MAT file of version " + std::to_string(version >> 8) + "." +
                       std::to_string(version & 0xff) + "; only 1.0 (MATLAB 5 to 7.2) is read");
  }
  Bytes rest = bytes.subspan(kHeaderBytes);
  std::vector<MatArray> arrays;
  while (!rest.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(const Element element, TakeElement(rest, "the MAT file"));
    SEAFUSION_ASSIGN_OR_RETURN(MatArray array, ReadVariable(element, limits));
    const bool known = std::any_of(arrays.begin(), arrays.end(),
                                   [&](const MatArray& a) { return a.name == array.name; });
    if (known) return CorruptData("variable " + array.name + " appears twice");
    arrays.push_back(std::move(array));
  }
  if (arrays.empty()) return CorruptData("the MAT file holds no variable");
  return arrays;
} catch (const std::bad_alloc&) {
  return ResourceExhausted("no memory for the variables of a MAT file");
}

}  // namespace seafusion::model
