// Decoded pairs in one file that is mapped into memory: a data set that opens at once.
//
// Format, version 1. All numbers are little-endian; each part begins at a multiple of 64 bytes and
// is filled up with zeros; CRC is CRC-32 of ISO 3309.
//   head     "seafusion pack\n\0", u32 version, zeros: 64 bytes
//   pairs    of each: luma (u16 a pixel), infrared, rgb (3 bytes a pixel), labels if there are
//            (see PairPlanes)
//   index    of each pair: u32 width, u32 height, u32 CRC of its part, u32 bytes of its name, u64
//            offset of its part, name
//   tail     "seafusion index\n", u64 offset of the index, u64 pairs, u32 flags (1: labels), u32
//            CRC of the index, u32 CRC of the head, 16 zeros, u32 CRC of the tail so far: 64 bytes
#ifndef SEAFUSION_LEARN_DATA_PAIR_PACK_H_
#define SEAFUSION_LEARN_DATA_PAIR_PACK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/files/file.h"
#include "learn/data/decoded_pair.h"
#include "learn/data/pair_folder.h"

namespace seafusion::learn {

/// A pack opened for reading. The file must not be changed in place while it is open; replacing it
/// by another file is safe. Immutable; thread-safe.
class PairPack {
 public:
  /// Checks head, tail, index and every size and offset, not the pairs themselves. Fails with
  /// kNotFound, kInvalidArgument (no pack), kUnsupported (another version) or kCorruptData.
  static StatusOr<std::shared_ptr<const PairPack>> Open(const std::string& path);
  ~PairPack();
  PairPack(const PairPack&) = delete;
  PairPack& operator=(const PairPack&) = delete;

  std::size_t size() const { return entries_.size(); }
  bool has_labels() const { return has_labels_; }
  std::uint64_t bytes() const { return file_.size(); }
  const std::string& name(std::size_t index) const { return entries_[index].name; }

  /// Valid for the life of the pack. Pages are read from the disk when they are looked at.
  PairPlanes planes(std::size_t index) const;

  /// Reads all of a pair and compares it with its CRC; kCorruptData names file and pair.
  Status Verify(std::size_t index) const;

 private:
  struct Entry {
    std::string name;
    int width = 0, height = 0;
    std::uint32_t crc = 0;
    std::uint64_t offset = 0, bytes = 0;
  };
  PairPack() = default;
  Status ReadIndex();

  std::string path_;
  std::span<const std::uint8_t> file_;
  bool has_labels_ = false;
  std::vector<Entry> entries_;
};

struct PackSettings {
  int threads = 0;  ///< That decode; 0: all processors.
  IfExists if_exists = IfExists::kFail;
  PairPlacing placing;
};

/// What WritePack did.
struct PackSummary {
  std::size_t pairs = 0;
  bool labels = false;
  std::uint64_t bytes = 0;
  double decode_seconds = 0;  ///< Without writing.
};

/// Writes the pairs of `folder` (see PairFolder), with colour, and with labels where it has a
/// folder for them: values below `classes`, or 255. A few pairs are in memory at a time. `progress`
/// hears how many of how many are written, at first 0. On failure, kCancelled by `stop` included,
/// nothing is left at `path` that was not there.
StatusOr<PackSummary> WritePack(
    const std::string& folder, const std::string& path, int classes, const PackSettings& settings,
    const std::atomic<bool>& stop,
    const std::function<void(std::size_t done, std::size_t total)>& progress);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_PAIR_PACK_H_
