// Reads zip archives whose entries are stored without compression, which is all that PyTorch writes
// (format: PKWARE APPNOTE.TXT).
#ifndef SEAFUSION_MODEL_IMPORT_ZIP_ARCHIVE_H_
#define SEAFUSION_MODEL_IMPORT_ZIP_ARCHIVE_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <seafusion/status.h>

namespace seafusion::model {

/// CRC-32 with the polynomial 0xEDB88320, as in zip and PNG files.
std::uint32_t Crc32(std::span<const std::uint8_t> bytes);

class ZipArchive {
 public:
  /// Reads the directory (zip64 included) and checks every entry: stored, inside the file, apart
  /// from the others, named once, and the same name in both of its headers. Keeps pointing into
  /// `bytes`. Fails with kCorruptData or kUnsupported (compressed or encrypted entries, archives in
  /// several parts).
  static StatusOr<ZipArchive> Open(std::span<const std::uint8_t> bytes);

  struct Entry {
    std::span<const std::uint8_t> bytes;
    std::uint32_t crc32 = 0;
  };
  const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

  /// The bytes of one entry after a check of their CRC-32. Fails with kNotFound or kCorruptData.
  StatusOr<std::span<const std::uint8_t>> Read(std::string_view name) const;

 private:
  ZipArchive() = default;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_ZIP_ARCHIVE_H_
