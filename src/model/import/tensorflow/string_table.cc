#include "model/import/tensorflow/string_table.h"

#include <utility>

#include "core/files/crc32c.h"
#include "core/files/little_endian.h"
#include "core/status_macros.h"

namespace seafusion::model {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint64_t kMagic = 0xdb4775248b80fb57u;
constexpr std::size_t kFooterBytes = 48;
constexpr std::size_t kMagicBytes = 8;
// After each block: the kind of compression, and a checksum of the block and that byte.
constexpr std::size_t kTrailerBytes = 5;
constexpr std::size_t kWordBytes = 4;
constexpr std::uint8_t kNoCompression = 0;
constexpr std::uint8_t kSnappy = 1;

struct BlockHandle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

bool TakeHandle(Bytes& rest, BlockHandle& handle) {
  return TakeVarint(rest, handle.offset) && TakeVarint(rest, handle.size);
}

// The part of a block that holds entries.
StatusOr<Bytes> ReadBlock(Bytes file, const BlockHandle& handle) {
  const std::string place =
      "block of " + std::to_string(handle.size) + " bytes at " + std::to_string(handle.offset);
  const std::size_t end = file.size() - kFooterBytes;
  if (handle.offset > end || handle.size > end - handle.offset ||
      end - handle.offset - handle.size < kTrailerBytes) {
    return CorruptData(place + " lies outside the index, which has " + std::to_string(file.size()));
  }
  const auto offset = static_cast<std::size_t>(handle.offset);
  const auto size = static_cast<std::size_t>(handle.size);
  const Bytes block = file.subspan(offset, size);
  const auto checksum = LoadLittleEndian<std::uint32_t>(file.data() + offset + size + 1);
  if (!ChecksumFits(file.subspan(offset, size + 1), checksum)) {
    return CorruptData("the checksum of the " + place + " does not fit: the index is damaged");
  }
  const std::uint8_t compression = file[offset + size];
  if (compression != kNoCompression) {
    return Unsupported(place + " is compressed (" +
                       (compression == kSnappy ? "Snappy" : "kind " + std::to_string(compression)) +
                       "); TensorFlow writes indices that are not");
  }
  if (size < kWordBytes) return CorruptData(place + " is too small to be one");
  const std::uint64_t restarts = LoadLittleEndian<std::uint32_t>(block.data() + size - kWordBytes);
  if (restarts > size / kWordBytes - 1) {
    return CorruptData(place + " announces " + std::to_string(restarts) + " restart points");
  }
  return block.first(size - kWordBytes * (static_cast<std::size_t>(restarts) + 1));
}

// Appends the entries of a block to `entries`.
Status AppendEntries(Bytes rest, const TableLimits& limits, std::vector<TableEntry>& entries) {
  std::string key;
  while (!rest.empty()) {
    std::uint64_t shared = 0, fresh = 0, value = 0;
    if (!TakeVarint(rest, shared) || !TakeVarint(rest, fresh) || !TakeVarint(rest, value) ||
        shared > key.size() || fresh > rest.size() || value > rest.size() - fresh) {
      return CorruptData("entry " + std::to_string(entries.size()) + " of the index is cut short");
    }
    if (shared + fresh > limits.max_key_bytes) {
      return ResourceExhausted("a name in the index has " + std::to_string(shared + fresh) +
                               " bytes; at most " + std::to_string(limits.max_key_bytes) +
                               " are taken");
    }
    if (entries.size() >= limits.max_entries) {
      return ResourceExhausted("the index has more than " + std::to_string(limits.max_entries) +
                               " entries");
    }
    const auto fresh_size = static_cast<std::size_t>(fresh);
    const auto value_size = static_cast<std::size_t>(value);
    key.resize(static_cast<std::size_t>(shared));
    key.append(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(fresh_size));
    if (!entries.empty() && key <= entries.back().key) {
      return CorruptData("the names in the index are not in order");
    }
    const Bytes data = rest.subspan(fresh_size, value_size);
    entries.push_back({key, {data.begin(), data.end()}});
    rest = rest.subspan(fresh_size + value_size);
  }
  return OkStatus();
}

}  // namespace

bool TakeVarint(Bytes& rest, std::uint64_t& value) {
  constexpr int kBits = 64;
  value = 0;
  for (int shift = 0; shift < kBits; shift += 7) {
    if (rest.empty()) return false;
    const std::uint8_t byte = rest.front();
    rest = rest.subspan(1);
    const std::uint64_t digits = byte & 0x7fu;
    if (shift == 63 && digits > 1) return false;
    value |= digits << shift;
    if ((byte & 0x80u) == 0) return true;
  }
  return false;
}

bool IsStringTable(Bytes bytes) {
  return bytes.size() >= kFooterBytes &&
         LoadLittleEndian<std::uint64_t>(bytes.data() + bytes.size() - kMagicBytes) == kMagic;
}

StatusOr<std::vector<TableEntry>> ParseStringTable(Bytes bytes, const TableLimits& limits) {
  if (!IsStringTable(bytes)) {
    return CorruptData("does not end as the index of a TensorFlow checkpoint does");
  }
  // The first block is one of filters, which have no use here.
  Bytes footer = bytes.last(kFooterBytes).first(kFooterBytes - kMagicBytes);
  BlockHandle filters, index;
  if (!TakeHandle(footer, filters) || !TakeHandle(footer, index)) {
    return CorruptData("the end of the index is damaged");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const Bytes index_block, ReadBlock(bytes, index));
  std::vector<TableEntry> blocks;
  SEAFUSION_RETURN_IF_ERROR(AppendEntries(index_block, limits, blocks));
  std::vector<TableEntry> entries;
  for (const TableEntry& block : blocks) {
    Bytes value = block.value;
    BlockHandle handle;
    if (!TakeHandle(value, handle)) return CorruptData("the place of a block is damaged");
    SEAFUSION_ASSIGN_OR_RETURN(const Bytes data, ReadBlock(bytes, handle));
    SEAFUSION_RETURN_IF_ERROR(AppendEntries(data, limits, entries));
  }
  return entries;
}

}  // namespace seafusion::model
