#include "serve/http/file_part.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace seafusion::serve {

std::optional<FilePart> FilePart::Open(const std::string& path, const std::string& range) {
  FilePart part;
  // Without waiting: a pipe that was put in a recording's place would have nobody who writes.
  part.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info {};
  if (part.file_ < 0 || ::fstat(part.file_, &info) != 0 || !S_ISREG(info.st_mode)) {
    return std::nullopt;
  }
  part.file_size_ = part.end_ = static_cast<std::uint64_t>(info.st_size);
  std::uint64_t first = 0, last = 0;
  const int numbers = std::sscanf(range.c_str(), "bytes=%" SCNu64 "-%" SCNu64, &first, &last);
  if (numbers >= 1 && first < part.file_size_) {
    if (numbers == 1 || last >= part.file_size_) last = part.file_size_ - 1;
    if (first <= last) {
      part.is_part_ = true;
      part.first_ = part.at_ = first;
      part.end_ = last + 1;
    }
  }
  return part;
}

FilePart::~FilePart() {
  if (file_ >= 0) ::close(file_);
}

FilePart& FilePart::operator=(FilePart&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(is_part_, other.is_part_);
  std::swap(first_, other.first_);
  std::swap(at_, other.at_);
  std::swap(end_, other.end_);
  std::swap(file_size_, other.file_size_);
  return *this;
}

std::string FilePart::ContentRange() const {
  return "bytes " + std::to_string(first_) + "-" + std::to_string(end_ - 1) + "/" +
         std::to_string(file_size_);
}

bool FilePart::Read(std::size_t most, std::vector<char>& to) {
  to.resize(static_cast<std::size_t>(std::min<std::uint64_t>(most, end_ - at_)));
  if (to.empty()) return true;
  const ssize_t size = ::pread(file_, to.data(), to.size(), static_cast<off_t>(at_));
  if (size <= 0) return false;
  to.resize(static_cast<std::size_t>(size));
  at_ += static_cast<std::uint64_t>(size);
  return true;
}

}  // namespace seafusion::serve
