// Whole-file reads with a size limit, and writes that are either complete or not there at all.
#ifndef SEAFUSION_CORE_FILES_FILE_H_
#define SEAFUSION_CORE_FILES_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>

namespace seafusion {

/// Reads a regular file. Fails with kNotFound, kInvalidArgument (a folder or device),
/// kResourceExhausted (more than `max_bytes`), or kIoError; each message names the path.
StatusOr<std::vector<std::uint8_t>> ReadFile(const std::string& path, std::uint64_t max_bytes);

enum class IfExists { kFail, kReplace };

/// Writes `bytes` to `path`: into a temporary file in the same folder, synced, renamed, and the
/// folder synced. On failure nothing is left behind and a file that was there before is untouched.
/// With IfExists::kFail an existing file is refused with kAlreadyExists, also when another process
/// makes it at the same moment.
Status WriteFileAtomically(const std::string& path, std::span<const std::uint8_t> bytes,
                           IfExists if_exists);
/// The same for a text.
Status WriteTextAtomically(const std::string& path, std::string_view text, IfExists if_exists);

/// Refuses before the work what would be refused after it: kInvalidArgument (a folder has that
/// name), kAlreadyExists (with IfExists::kFail), kNotFound (no folder to write it into).
Status CheckCanBeWritten(const std::string& path, IfExists if_exists);

/// Makes the folder and those above it, as far as they are missing.
Status MakeFolder(const std::string& path);

/// The same for a file that is too large to hold in memory: written piece by piece, it appears at
/// its path with Commit; without, nothing is left behind. Not thread-safe.
class AtomicFileWriter {
 public:
  static StatusOr<AtomicFileWriter> Create(const std::string& path, IfExists if_exists);
  AtomicFileWriter(AtomicFileWriter&&) noexcept;
  AtomicFileWriter& operator=(AtomicFileWriter&&) noexcept;
  ~AtomicFileWriter();

  Status Append(std::span<const std::uint8_t> bytes);
  /// At most once, and nothing after it.
  Status Commit();

 private:
  struct State;
  explicit AtomicFileWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A file that grows line by line while a run goes on: logs, tables, records of what is done. What
/// was appended is whole after a crash of the process, but for the system's own delay before it is
/// on the disk. Not thread-safe.
class AppendedFile {
 public:
  /// Makes the file, or goes on at the end of one that is there; `anew`: which is emptied first.
  static StatusOr<AppendedFile> Open(const std::string& path, bool anew = false);
  AppendedFile(AppendedFile&& other) noexcept;
  AppendedFile& operator=(AppendedFile&& other) noexcept;
  ~AppendedFile();

  const std::string& path() const { return path_; }

  /// In one piece; on failure the file is as it was before, as far as that can be done.
  Status Append(std::span<const std::uint8_t> bytes);
  Status Append(std::string_view text);

 private:
  AppendedFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_ = -1;
};

}  // namespace seafusion

#endif  // SEAFUSION_CORE_FILES_FILE_H_
