// A library for LD_PRELOAD that makes one system call of writing fail, or ends the process there.
//
// Calls count that make, write, sync, close, rename or remove what lies in one folder; others, such
// as those to the terminal, pass. glibc's own streams reach the kernel by ways that no library can
// stand in, so fopen and fclose count, but not what lies between: nothing here writes by them but
// libstdc++, which calls write() itself.
//
// Environment:
//   WRITE_FAULT_FOLDER  absolute; without it nothing counts
//   WRITE_FAULT_LOG     gets a line "NUMBER CALL PATH" for each call that counts, before it is made
//   WRITE_FAULT_AT      number of the call that fails, from 1; 0: none
//   WRITE_FAULT_KIND    full: no space left, then and for all later calls that need some
//                       io: an input/output error, once
//                       interrupted: EINTR, once, of calls that a signal can interrupt
//                       short: half is written, once, of calls that write
//                       kill: SIGKILL; half of what a call writes is written before
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

enum class Kind { kNone, kFull, kIo, kInterrupted, kShort, kKill };

struct Settings {
  std::string folder, log;
  long at = 0;
  Kind kind = Kind::kNone;
};

const Settings& TheSettings() {
  static const Settings settings = [] {
    Settings s;
    const auto value = [](const char* name) -> std::string {
      const char* text = std::getenv(name);
      return text == nullptr ? "" : text;
    };
    s.folder = value("WRITE_FAULT_FOLDER");
    s.log = value("WRITE_FAULT_LOG");
    s.at = std::atol(value("WRITE_FAULT_AT").c_str());
    const std::string kind = value("WRITE_FAULT_KIND");
    if (kind == "full") s.kind = Kind::kFull;
    if (kind == "io") s.kind = Kind::kIo;
    if (kind == "interrupted") s.kind = Kind::kInterrupted;
    if (kind == "short") s.kind = Kind::kShort;
    if (kind == "kill") s.kind = Kind::kKill;
    return s;
  }();
  return settings;
}

std::atomic<long> calls{0};

bool Inside(std::string_view path) {
  const std::string& folder = TheSettings().folder;
  return !folder.empty() && path.size() > folder.size() && path.starts_with(folder) &&
         path[folder.size()] == '/';
}

// Absolute, where `path` is not; of `folder` nothing but AT_FDCWD comes.
std::string Absolute(const char* path) {
  if (path == nullptr || path[0] == '/') return path == nullptr ? "" : path;
  char folder[PATH_MAX];
  return ::getcwd(folder, sizeof folder) == nullptr ? path : std::string(folder) + "/" + path;
}

std::string PathOf(int fd) {
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  char path[PATH_MAX];
  const ssize_t n = ::readlink(link.c_str(), path, sizeof path);
  return n <= 0 ? "" : std::string(path, static_cast<std::size_t>(n));
}

struct Nature {
  bool takes_space = false;    // fails where the disk is full
  bool interruptible = false;  // may end with EINTR
  bool writes = false;         // may do a part
};
constexpr Nature kMakes = {.takes_space = true};
constexpr Nature kOpens = {.takes_space = true, .interruptible = true};
constexpr Nature kWrites = {.takes_space = true, .interruptible = true, .writes = true};
constexpr Nature kSyncs = {.takes_space = true, .interruptible = true};
constexpr Nature kMoves = {};

enum class Fate { kPass, kError, kHalf, kHalfThenKill };

// What becomes of the next call, with errno where it fails.
Fate Next(const char* call, const std::string& path, const Nature& nature) {
  if (!Inside(path)) return Fate::kPass;
  const Settings& s = TheSettings();
  const long number = calls.fetch_add(1) + 1;
  if (!s.log.empty()) {
    const int log = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, s.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666));
    const std::string line = std::to_string(number) + " " + call + " " + path + "\n";
    (void)!::syscall(SYS_write, log, line.data(), line.size());
    ::syscall(SYS_close, log);
  }
  if (s.at == 0 || number < s.at) return Fate::kPass;
  if (s.kind == Kind::kFull) {
    if (!nature.takes_space) return Fate::kPass;
    errno = ENOSPC;
    return Fate::kError;
  }
  if (number > s.at) return Fate::kPass;
  switch (s.kind) {
    case Kind::kIo:
      errno = EIO;
      return Fate::kError;
    case Kind::kInterrupted:
      errno = EINTR;
      return nature.interruptible ? Fate::kError : Fate::kPass;
    case Kind::kShort:
      return nature.writes ? Fate::kHalf : Fate::kPass;
    case Kind::kKill:
      if (nature.writes) return Fate::kHalfThenKill;
      ::kill(::getpid(), SIGKILL);
      return Fate::kPass;
    default:
      return Fate::kPass;
  }
}

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool Writes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;
}

int Open(int folder, const char* path, int flags, mode_t mode) {
  if (Writes(flags) && folder == AT_FDCWD && Next("open", Absolute(path), kOpens) == Fate::kError) {
    return -1;
  }
  return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}

mode_t Mode(int flags, va_list& arguments) {
  const bool given = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return given ? va_arg(arguments, mode_t) : 0;
}

// Writes `size` bytes, as the call's fate wants it, by `real`(size).
template <typename RealWrite>
ssize_t Write(const char* call, int fd, std::size_t size, const RealWrite& real) {
  switch (Next(call, PathOf(fd), kWrites)) {
    case Fate::kError:
      return -1;
    case Fate::kHalf:
      return real(size > 1 ? size / 2 : size);
    case Fate::kHalfThenKill:
      if (size > 1) (void)real(size / 2);
      ::kill(::getpid(), SIGKILL);
      return -1;
    case Fate::kPass:
      break;
  }
  return real(size);
}

}  // namespace

extern "C" {

// The C library's own names of parameters are reserved ones.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#define SEAFUSION_OPEN(name)                    \
  int name(const char* path, int flags, ...) {  \
    va_list arguments;                          \
    va_start(arguments, flags);                 \
    const mode_t mode = Mode(flags, arguments); \
    va_end(arguments);                          \
    return Open(AT_FDCWD, path, flags, mode);   \
  }
#define SEAFUSION_OPENAT(name)                             \
  int name(int folder, const char* path, int flags, ...) { \
    va_list arguments;                                     \
    va_start(arguments, flags);                            \
    const mode_t mode = Mode(flags, arguments);            \
    va_end(arguments);                                     \
    return Open(folder, path, flags, mode);                \
  }
SEAFUSION_OPEN(open)
SEAFUSION_OPEN(open64)
SEAFUSION_OPENAT(openat)
SEAFUSION_OPENAT(openat64)

int creat(const char* path, mode_t mode) {
  return Open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

#define SEAFUSION_FOPEN(name)                                              \
  FILE* name(const char* path, const char* mode) {                         \
    static const auto real = Real<FILE*(const char*, const char*)>(#name); \
    const bool writes = ::strpbrk(mode, "wa+") != nullptr;                 \
    if (writes && Next("open", Absolute(path), kMakes) == Fate::kError) {  \
      return nullptr;                                                      \
    }                                                                      \
    return real(path, mode);                                               \
  }
SEAFUSION_FOPEN(fopen)
SEAFUSION_FOPEN(fopen64)

ssize_t write(int fd, const void* bytes, size_t size) {
  return Write("write", fd, size,
               [&](std::size_t n) { return ::syscall(SYS_write, fd, bytes, n); });
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return Write("write", fd, size,
               [&](std::size_t n) { return ::syscall(SYS_pwrite64, fd, bytes, n, at); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return pwrite(fd, bytes, size, at);
}

ssize_t writev(int fd, const iovec* pieces, int count) {
  std::size_t size = 0;
  for (int i = 0; i < count; ++i) size += pieces[i].iov_len;
  return Write("write", fd, size, [&](std::size_t n) -> ssize_t {
    if (n == size) return ::syscall(SYS_writev, fd, pieces, count);
    // A part of the first piece that has any is a part of the whole.
    for (int i = 0; i < count; ++i) {
      if (pieces[i].iov_len == 0) continue;
      return ::syscall(SYS_write, fd, pieces[i].iov_base, (pieces[i].iov_len + 1) / 2);
    }
    return 0;
  });
}

int fsync(int fd) {
  return Next("fsync", PathOf(fd), kSyncs) == Fate::kError
             ? -1
             : static_cast<int>(::syscall(SYS_fsync, fd));
}

int fdatasync(int fd) {
  return Next("fsync", PathOf(fd), kSyncs) == Fate::kError
             ? -1
             : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

int ftruncate(int fd, off_t size) {
  return Next("ftruncate", PathOf(fd), kMoves) == Fate::kError
             ? -1
             : static_cast<int>(::syscall(SYS_ftruncate, fd, size));
}

int ftruncate64(int fd, off64_t size) {
  return ftruncate(fd, size);
}

int posix_fallocate(int fd, off_t at, off_t size) {
  if (Next("fallocate", PathOf(fd), kSyncs) == Fate::kError) return errno;
  return ::syscall(SYS_fallocate, fd, 0, at, size) == 0 ? 0 : errno;
}

// Only of what was opened to write: closing what was read loses nothing.
int close(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  const bool counts = flags >= 0 && Writes(flags);
  const Fate fate = counts ? Next("close", PathOf(fd), kSyncs) : Fate::kPass;
  const int error = errno;
  const int result = static_cast<int>(::syscall(SYS_close, fd));  // Linux closes whatever it says
  if (fate != Fate::kError) return result;
  errno = error;
  return -1;
}

int fclose(FILE* file) {
  static const auto real = Real<int(FILE*)>("fclose");
  const int fd = ::fileno(file);
  const int flags = fd < 0 ? -1 : ::fcntl(fd, F_GETFL);
  const bool counts = flags >= 0 && Writes(flags);
  const Fate fate = counts ? Next("close", PathOf(fd), kMakes) : Fate::kPass;
  const int error = errno;
  const int result = real(file);
  if (fate != Fate::kError) return result;
  errno = error;
  return EOF;
}

int rename(const char* from, const char* to) {
  if (Next("rename", Absolute(to), kMakes) == Fate::kError) return -1;
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int link(const char* from, const char* to) {
  if (Next("link", Absolute(to), kMakes) == Fate::kError) return -1;
  return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  if (to_folder == AT_FDCWD && Next("link", Absolute(to), kMakes) == Fate::kError) return -1;
  return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}

int unlink(const char* path) {
  if (Next("unlink", Absolute(path), kMoves) == Fate::kError) return -1;
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int remove(const char* path) {
  if (Next("unlink", Absolute(path), kMoves) == Fate::kError) return -1;
  if (::syscall(SYS_unlinkat, AT_FDCWD, path, 0) == 0) return 0;
  if (errno != EISDIR) return -1;
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

int mkdir(const char* path, mode_t mode) {
  if (Next("mkdir", Absolute(path), kMakes) == Fate::kError) return -1;
  return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)

}  // extern "C"
