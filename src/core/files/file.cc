#include "core/files/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
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
  /// Closes and reports: some file systems tell of a failed write only here. A signal does not
  /// count: the descriptor is closed all the same, and what was synced is safe.
  int Close() {
    const int result = ::close(std::exchange(fd_, -1));
    return result != 0 && errno == EINTR ? 0 : result;
  }

 private:
  int fd_;
};

Status SystemError(const std::string& path, const std::string& what) {
  const int e = errno;
  const std::string message = path + ": " + what + ": " + std::strerror(e);
  return e == ENOENT ? NotFound(message) : IoError(message);
}

// Again as long as a signal interrupts it: file systems over a network let signals through.
template <typename Call>
int Uninterrupted(const Call& call) {
  int result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

int OpenFile(const std::string& path, int flags) {
  return Uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
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
  TemporaryFile() = default;
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFile& operator=(TemporaryFile&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
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
  FileDescriptor fd(OpenFile(path, O_RDONLY | O_NONBLOCK));
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
    // What does not fit the address space of a 32-bit machine does not fit its memory.
    if (!std::in_range<std::size_t>(size)) throw std::bad_alloc();
    bytes.resize(static_cast<std::size_t>(size));
  } catch (const std::exception&) {  // or too long for a vector
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
  TemporaryFile temporary;  // empty as long as the file has no name
  FileDescriptor fd;
};

namespace {

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// A file without a name, of which nothing is left when the process is killed, unless in the moment
// of the renaming. Not every file system has such files, and naming it later takes /proc: elsewhere
// a killed process leaves PATH.tmp-PID-N. -1: not here.
int OpenNamelessFile(const std::string& folder) {
#ifdef O_TMPFILE
  if (::access("/proc/self/fd", X_OK) == 0) return OpenFile(folder, O_WRONLY | O_TMPFILE);
#endif
  (void)folder;
  return -1;
}

// A device or a pipe would become a file, a folder cannot.
Status CheckReplaceable(const std::string& path) {
  std::error_code ec;
  const std::filesystem::file_status status = std::filesystem::status(path, ec);
  if (std::filesystem::is_directory(status)) return InvalidArgument(path + ": is a folder");
  if (std::filesystem::is_other(status) && status.type() != std::filesystem::file_type::unknown) {
    return InvalidArgument(path + ": is a device or a pipe, whose place no file can take");
  }
  return OkStatus();
}

// `path`, with a file name short enough that another can be made of it: file systems end names at
// 255 bytes.
std::string ShortenedName(const std::string& path) {
  constexpr std::size_t kMost = 200;
  const std::size_t name = path.rfind('/') + 1;  // 0 where there is none
  if (path.size() - name <= kMost) return path;
  std::size_t end = name + kMost;
  const auto continues = [&](std::size_t at) {  // UTF-8: not the first byte of a character
    return (static_cast<unsigned char>(path[at]) & 0xc0U) == 0x80U;
  };
  while (end > name && continues(end)) --end;
  return path.substr(0, end);
}

// Calls `make`(name), which gives -1 on failure, with names beside `path` until one is free: a
// killed process may have left files of the same number. The name; empty with errno on failure.
template <typename Make>
std::string TakeTemporaryName(const std::string& path, const Make& make) {
  static std::atomic<unsigned> counter{0};
  while (true) {
    std::string name = ShortenedName(path) + ".tmp-" + std::to_string(::getpid()) + "-" +
                       std::to_string(counter.fetch_add(1));
    if (make(name) >= 0) return name;
    if (errno != EEXIST) return {};
  }
}

}  // namespace

AtomicFileWriter::AtomicFileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
AtomicFileWriter::AtomicFileWriter(AtomicFileWriter&&) noexcept = default;
AtomicFileWriter& AtomicFileWriter::operator=(AtomicFileWriter&&) noexcept = default;
AtomicFileWriter::~AtomicFileWriter() = default;

StatusOr<AtomicFileWriter> AtomicFileWriter::Create(const std::string& path, IfExists if_exists) {
  SEAFUSION_RETURN_IF_ERROR(CheckReplaceable(path));
  std::error_code ec;
  if (if_exists == IfExists::kFail && std::filesystem::exists(path, ec)) {
    return AlreadyExists(path + ": exists already");
  }
  std::string temporary;
  int fd = OpenNamelessFile(FolderOf(path));
  if (fd < 0) {
    temporary = TakeTemporaryName(path, [&](const std::string& name) {
      return fd = OpenFile(name, O_WRONLY | O_CREAT | O_EXCL);
    });
    if (temporary.empty()) return SystemError(path, "cannot create");
  }
  return AtomicFileWriter(std::unique_ptr<State>(  // NOLINT(modernize-make-unique): does not move
      new State{path, if_exists, TemporaryFile(temporary), FileDescriptor(fd)}));
}

Status AtomicFileWriter::Append(std::span<const std::uint8_t> bytes) {
  return WriteAll(state_->fd.get(), bytes, state_->path);
}

Status AtomicFileWriter::Commit() {
  const std::string& path = state_->path;
  if (Uninterrupted([&] { return ::fsync(state_->fd.get()); }) != 0) {
    return SystemError(path, "cannot write");
  }
  TemporaryFile& temporary = state_->temporary;
  if (temporary.path().empty()) {
    const std::string source = "/proc/self/fd/" + std::to_string(state_->fd.get());
    temporary = TemporaryFile(TakeTemporaryName(path, [&](const std::string& name) {
      return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW);
    }));
    if (temporary.path().empty()) return SystemError(path, "cannot move into place");
  }
  if (state_->fd.Close() != 0) return SystemError(path, "cannot write");
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
  const FileDescriptor dir(OpenFile(FolderOf(path), O_RDONLY | O_DIRECTORY));
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

StatusOr<AppendedFile> AppendedFile::Open(const std::string& path, bool anew) {
  const int fd = OpenFile(path, O_WRONLY | O_CREAT | O_APPEND | (anew ? O_TRUNC : 0));
  if (fd < 0) return SystemError(path, "cannot be written");
  return AppendedFile(path, fd);
}

AppendedFile::AppendedFile(AppendedFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

AppendedFile& AppendedFile::operator=(AppendedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

AppendedFile::~AppendedFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status AppendedFile::Append(std::span<const std::uint8_t> bytes) {
  struct stat before {};
  const bool known = ::fstat(fd_, &before) == 0;
  Status written = WriteAll(fd_, bytes, path_);
  // Half a line would be read as a line with other numbers.
  if (!written.ok() && known) (void)!::ftruncate(fd_, before.st_size);
  return written;
}

Status AppendedFile::Append(std::string_view text) {
  return Append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Status CheckCanBeWritten(const std::string& path, IfExists if_exists) {
  SEAFUSION_RETURN_IF_ERROR(CheckReplaceable(path));
  std::error_code ec;
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
