// The part of a kept file that a client asks for, read piece by piece.
#ifndef SEAFUSION_SERVE_HTTP_FILE_PART_H_
#define SEAFUSION_SERVE_HTTP_FILE_PART_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::serve {

class FilePart {
 public:
  /// `range`: what the header Range says; all of the file where that is no "bytes=FIRST-LAST" that
  /// lies in it. Nothing: there is no file of that name that is not a link.
  static std::optional<FilePart> Open(const std::string& path, const std::string& range);
  ~FilePart();
  FilePart(FilePart&& other) noexcept { *this = std::move(other); }
  FilePart& operator=(FilePart&& other) noexcept;

  bool is_part() const { return is_part_; }  ///< Also of one that is the whole file.
  std::uint64_t length() const { return end_ - first_; }
  /// "bytes 0-99/1000"
  std::string ContentRange() const;

  /// The next bytes, at most `most`; none: all are read. False: the file is shorter than it was.
  bool Read(std::size_t most, std::vector<char>& to);

 private:
  FilePart() = default;

  int file_ = -1;
  bool is_part_ = false;
  std::uint64_t first_ = 0, at_ = 0, end_ = 0, file_size_ = 0;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_FILE_PART_H_
