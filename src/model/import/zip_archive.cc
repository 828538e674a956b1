#include "model/import/zip_archive.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "core/files/little_endian.h"
#include "core/memory/checked_math.h"
#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::model {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Signatures and sizes of the records, without their variable parts.
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kEnd64LocatorSignature = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kEnd64LocatorBytes = 20;
constexpr std::size_t kMaxCommentBytes = 0xffff;
constexpr std::uint16_t kZip64ExtraId = 1;
// A field that is too small for its value holds all ones; the value is in the zip64 record.
constexpr std::uint16_t kIn64Record16 = 0xffff;
constexpr std::uint32_t kIn64Record32 = 0xffffffff;

std::uint16_t U16(Bytes b, std::size_t at) {
  return LoadLittleEndian<std::uint16_t>(&b[at]);
}
std::uint32_t U32(Bytes b, std::size_t at) {
  return LoadLittleEndian<std::uint32_t>(&b[at]);
}
std::uint64_t U64(Bytes b, std::size_t at) {
  return LoadLittleEndian<std::uint64_t>(&b[at]);
}

// [begin, begin + size) of `bytes`, or nothing.
std::optional<Bytes> Part(Bytes bytes, std::uint64_t begin, std::uint64_t size) {
  const auto end = CheckedAdd(begin, size);
  if (!end || *end > bytes.size()) return std::nullopt;
  return bytes.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
}

struct Directory {
  std::uint64_t entry_count = 0;
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

StatusOr<std::size_t> FindEndRecord(Bytes file) {
  if (file.size() < kEndBytes) return CorruptData("too short for a zip archive");
  const std::size_t last = file.size() - kEndBytes;
  const std::size_t first = last - std::min(last, kMaxCommentBytes);
  for (std::size_t at = last + 1; at-- > first;) {
    // The record must end the file, or a comment that looks like a record could stand in for it.
    if (U32(file, at) == kEndSignature && at + kEndBytes + U16(file, at + 20) == file.size()) {
      return at;
    }
  }
  return CorruptData("the zip directory at the end of the file is missing; is it truncated?");
}

StatusOr<Directory> FindDirectory(Bytes file) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::size_t end, FindEndRecord(file));
  if (U16(file, end + 4) != 0 || U16(file, end + 6) != 0) {
    return Unsupported("zip archive in several parts");
  }
  Directory d = {.entry_count = U16(file, end + 10),
                 .begin = U32(file, end + 16),
                 .size = U32(file, end + 12)};
  if (d.entry_count != kIn64Record16 && d.begin != kIn64Record32 && d.size != kIn64Record32) {
    return d;
  }
  if (end < kEnd64LocatorBytes || U32(file, end - kEnd64LocatorBytes) != kEnd64LocatorSignature) {
    return CorruptData("the zip64 directory locator is missing");
  }
  const auto record = Part(file, U64(file, end - kEnd64LocatorBytes + 8), kEnd64Bytes);
  if (!record || U32(*record, 0) != kEnd64Signature) {
    return CorruptData("the zip64 directory record is not where its locator says");
  }
  return Directory{
      .entry_count = U64(*record, 32), .begin = U64(*record, 48), .size = U64(*record, 40)};
}

struct CentralHeader {
  std::string name;
  std::uint32_t crc32 = 0;
  std::uint64_t size = 0;
  std::uint64_t local_at = 0;
};

// Replaces the fields that did not fit 32 bits by those of the zip64 extra field.
Status ReadZip64Extra(Bytes extra, std::uint64_t& stored, CentralHeader& h) {
  while (extra.size() >= 4) {
    const std::uint16_t id = U16(extra, 0);
    const auto body = Part(extra, 4, U16(extra, 2));
    if (!body) break;
    if (id == kZip64ExtraId) {
      std::size_t at = 0;
      for (std::uint64_t* field : {&h.size, &stored, &h.local_at}) {
        if (*field != kIn64Record32) continue;
        if (body->size() - at < 8) return CorruptData("its zip64 sizes are cut short");
        *field = U64(*body, at);
        at += 8;
      }
      return OkStatus();
    }
    extra = extra.subspan(4 + body->size());
  }
  return CorruptData("its zip64 sizes are missing");
}

// Reads one record of the directory and moves `directory` past it.
StatusOr<CentralHeader> TakeCentralHeader(Bytes& directory) {
  if (directory.size() < kCentralBytes || U32(directory, 0) != kCentralSignature) {
    return CorruptData("a record of the zip directory is broken");
  }
  const std::uint16_t flags = U16(directory, 8);
  const std::uint16_t method = U16(directory, 10);
  const std::uint16_t name_bytes = U16(directory, 28);
  const std::uint16_t extra_bytes = U16(directory, 30);
  const std::size_t total =
      kCentralBytes + name_bytes + std::size_t{extra_bytes} + U16(directory, 32);
  if (total > directory.size()) return CorruptData("the zip directory is cut short");

  CentralHeader h;
  const Bytes name = directory.subspan(kCentralBytes, name_bytes);
  h.name.assign(name.begin(), name.end());
  h.crc32 = U32(directory, 16);
  std::uint64_t stored = U32(directory, 20);
  h.size = U32(directory, 24);
  h.local_at = U32(directory, 42);
  const std::string who = "zip entry " + Printable(h.name);
  if ((flags & 1) != 0) return Unsupported(who + " is encrypted");
  if (method != 0) {
    return Unsupported(who + " is compressed (method " + std::to_string(method) +
                       "); PyTorch stores entries as they are");
  }
  if (h.size == kIn64Record32 || stored == kIn64Record32 || h.local_at == kIn64Record32) {
    const Status s =
        ReadZip64Extra(directory.subspan(kCentralBytes + name_bytes, extra_bytes), stored, h);
    if (!s.ok()) return s.Annotate(who);
  }
  if (stored != h.size) return CorruptData(who + " is stored, yet has two different sizes");
  directory = directory.subspan(total);
  return h;
}

struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// Where the entry's own bytes are. `before` is the file up to the directory: no entry reaches into
// that.
StatusOr<Bytes> LocateData(Bytes before, const CentralHeader& h, Extent& extent) {
  const std::string who = "zip entry " + Printable(h.name);
  const auto local = Part(before, h.local_at, kLocalBytes);
  if (!local || U32(*local, 0) != kLocalSignature) {
    return CorruptData(who + " does not begin where the directory says");
  }
  const std::uint16_t name_bytes = U16(*local, 26);
  const std::uint64_t name_at = h.local_at + kLocalBytes;
  const auto name = Part(before, name_at, name_bytes);
  if (!name || !std::equal(name->begin(), name->end(), h.name.begin(), h.name.end(),
                           [](std::uint8_t a, char b) { return a == std::uint8_t(b); })) {
    return CorruptData(who + " has another name in the directory than in the file");
  }
  const std::uint64_t data_at = name_at + name_bytes + U16(*local, 28);
  const auto data = Part(before, data_at, h.size);
  if (!data) {
    return CorruptData(who + " of " + std::to_string(h.size) + " bytes does not fit the file");
  }
  extent = {h.local_at, data_at + h.size};
  return *data;
}

constexpr std::array<std::uint32_t, 256> MakeCrcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}

}  // namespace

std::uint32_t Crc32(std::span<const std::uint8_t> bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = MakeCrcTable();
  std::uint32_t c = 0xffffffffu;
  for (const std::uint8_t byte : bytes) c = kTable[(c ^ byte) & 0xff] ^ (c >> 8);
  return ~c;
}

StatusOr<ZipArchive> ZipArchive::Open(std::span<const std::uint8_t> bytes) {
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const Directory where, FindDirectory(bytes));
    const auto directory = Part(bytes, where.begin, where.size);
    if (!directory) return CorruptData("the zip directory does not fit the file");
    // Checked before anything is stored for the entries that a hostile count promises.
    if (where.entry_count > directory->size() / kCentralBytes) {
      return CorruptData("the zip directory is too small for its " +
                         std::to_string(where.entry_count) + " entries");
    }
    const Bytes before = bytes.first(static_cast<std::size_t>(where.begin));
    Bytes rest = *directory;
    ZipArchive archive;
    std::vector<Extent> extents;
    for (std::uint64_t i = 0; i < where.entry_count; ++i) {
      SEAFUSION_ASSIGN_OR_RETURN(CentralHeader h, TakeCentralHeader(rest));
      Extent extent;
      SEAFUSION_ASSIGN_OR_RETURN(const Bytes data, LocateData(before, h, extent));
      extents.push_back(extent);
      const std::string who = "zip entry " + Printable(h.name);
      if (!archive.entries_.try_emplace(std::move(h.name), Entry{data, h.crc32}).second) {
        return CorruptData(who + " appears twice");
      }
    }
    if (!rest.empty()) return CorruptData("the zip directory holds more than its entries");
    std::sort(extents.begin(), extents.end(),
              [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < extents.size(); ++i) {
      if (extents[i].begin < extents[i - 1].end) {
        return CorruptData("zip entries overlap at byte " + std::to_string(extents[i].begin));
      }
    }
    return archive;
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the directory of a zip archive");
  }
}

StatusOr<std::span<const std::uint8_t>> ZipArchive::Read(std::string_view name) const {
  const auto it = entries_.find(name);
  if (it == entries_.end()) return NotFound("zip entry " + Printable(name) + " is missing");
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION  // fuzzers cannot guess it
  if (Crc32(it->second.bytes) != it->second.crc32) {
    return CorruptData("zip entry " + Printable(name) + " is damaged (its CRC-32 differs)");
  }
#endif
  return it->second.bytes;
}

}  // namespace seafusion::model
