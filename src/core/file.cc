#include "core/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

#include "core/status_macros.h"

namespace seafusion {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  /// Closes and reports: some file systems tell of a failed write only here.
  int Close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

Status SystemError(const std::string& path, const std::string& what) {
  const int e = errno;
  const std::string message = path + ": " + what + ": " + std::strerror(e);
  return e == ENOENT ? NotFound(message) : IoError(message);
}

Status WriteAll(int fd, std::span<const std::uint8_t> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return SystemError(path, "cannot write");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return OkStatus();
}

// Removes the temporary file unless it was renamed into place.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }
  void Release() { path_.clear(); }

 private:
  std::string path_;
};

}  // namespace

StatusOr<std::vector<std::uint8_t>> ReadFile(const std::string& path, std::uint64_t max_bytes) {
  // O_NONBLOCK: opening a named pipe must not hang before we can refuse it.
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return SystemError(path, "cannot open");
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return SystemError(path, "cannot read");
  if (!S_ISREG(info.st_mode)) return InvalidArgument(path + ": not a regular file");
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size > max_bytes) {
    return ResourceExhausted(path + ": " + std::to_string(size) +
                             " bytes, more than the limit of " + std::to_string(max_bytes));
  }
  std::vector<std::uint8_t> bytes;
  try {
    bytes.resize(size);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted(path + ": no memory for its " + std::to_string(size) + " bytes");
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0) {
      if (errno == EINTR) continue;
      return SystemError(path, "cannot read");
    }
    if (n == 0) break;  // shrank while we read it: the content's own checks decide
    done += static_cast<std::size_t>(n);
  }
  bytes.resize(done);
  return bytes;
}

struct AtomicFileWriter::State {
  std::string path;
  IfExists if_exists;
  TemporaryFile temporary;
  FileDescriptor fd;
};

AtomicFileWriter::AtomicFileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
AtomicFileWriter::AtomicFileWriter(AtomicFileWriter&&) noexcept = default;
AtomicFileWriter& AtomicFileWriter::operator=(AtomicFileWriter&&) noexcept = default;
AtomicFileWriter::~AtomicFileWriter() = default;

StatusOr<AtomicFileWriter> AtomicFileWriter::Create(const std::string& path, IfExists if_exists) {
  std::error_code ec;
  if (if_exists == IfExists::kFail && std::filesystem::exists(path, ec)) {
    return AlreadyExists(path + ": exists already");
  }
  if (std::filesystem::is_directory(path, ec)) return InvalidArgument(path + ": is a folder");
  static std::atomic<unsigned> counter{0};
  const std::string temporary =
      path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return SystemError(path, "cannot create");
  return AtomicFileWriter(std::unique_ptr<State>(
      new State{path, if_exists, TemporaryFile(temporary), FileDescriptor(fd)}));
}

Status AtomicFileWriter::Append(std::span<const std::uint8_t> bytes) {
  return WriteAll(state_->fd.get(), bytes, state_->path);
}

Status AtomicFileWriter::Commit() {
  const std::string& path = state_->path;
  if (::fsync(state_->fd.get()) != 0) return SystemError(path, "cannot write");
  if (state_->fd.Close() != 0) return SystemError(path, "cannot write");
  TemporaryFile& temporary = state_->temporary;
  if (state_->if_exists == IfExists::kReplace) {
    if (::rename(temporary.path().c_str(), path.c_str()) != 0) {
      return SystemError(path, "cannot move into place");
    }
    temporary.Release();
  } else {
    // link() fails where rename() would silently replace a file made meanwhile.
    if (::link(temporary.path().c_str(), path.c_str()) != 0) {
      if (errno == EEXIST) return AlreadyExists(path + ": exists already");
      // File systems without hard links: the check above is the best there is.
      if (::rename(temporary.path().c_str(), path.c_str()) != 0) {
        return SystemError(path, "cannot move into place");
      }
    } else {
      ::unlink(temporary.path().c_str());
    }
    temporary.Release();
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  FileDescriptor dir(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems cannot sync a folder; the file itself is safe by now.
  if (dir.get() >= 0) (void)::fsync(dir.get());
  return OkStatus();
}

Status WriteFileAtomically(const std::string& path, std::span<const std::uint8_t> bytes,
                           IfExists if_exists) {
  SEAFUSION_ASSIGN_OR_RETURN(AtomicFileWriter file, AtomicFileWriter::Create(path, if_exists));
  SEAFUSION_RETURN_IF_ERROR(file.Append(bytes));
  return file.Commit();
}

Status WriteTextAtomically(const std::string& path, std::string_view text, IfExists if_exists) {
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size());
  return WriteFileAtomically(path, bytes, if_exists);
}

Status CheckCanBeWritten(const std::string& path, IfExists if_exists) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) return InvalidArgument(path + " is a folder");
  if (if_exists == IfExists::kFail && std::filesystem::exists(path, ec)) {
    return AlreadyExists(path + " exists already; --overwrite replaces it");
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ec)) {
    return NotFound(path + ": there is no folder " + folder.string());
  }
  return OkStatus();
}

Status MakeFolder(const std::string& path) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) return IoError(path + ": cannot make this folder: " + ec.message());
  // Not every obstacle comes back as an error code.
  if (!std::filesystem::is_directory(path, ec)) {
    return IoError(path + ": cannot make this folder: something else has its name");
  }
  return OkStatus();
}

}  // namespace seafusion
