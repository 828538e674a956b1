#include "io/pairing/pair_list.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtensions =
    "png, jpg, jpeg, bmp, tif, tiff, webp, pgm, ppm, pnm, pfm, fff, seq, irg";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the run of digits that begins at `at`, without leading zeros.
std::string_view TakeDigits(std::string_view text, std::size_t& at) {
  std::size_t begin = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  while (begin + 1 < at && text[begin] == '0') ++begin;
  return text.substr(begin, at - begin);
}

bool IsPattern(const std::string& source) {
  return source.find_first_of("*?[") != std::string::npos;
}

bool IsHidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

PictureFile MakePictureFile(const fs::path& path) {
  return {.stem = path.stem().string(), .path = path.string()};
}

StatusOr<std::vector<PictureFile>> ListFolder(const std::string& folder) {
  std::vector<PictureFile> files;
  std::string nowhere;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    if (IsHidden(it->path()) || !HasPictureExtension(it->path().string())) continue;
    std::error_code unreadable;
    if (it->is_regular_file(unreadable)) {
      files.push_back(MakePictureFile(it->path()));
    } else if (it->is_symlink(unreadable) && !it->exists(unreadable)) {
      nowhere = it->path().string();
    }
  }
  if (ec) return IoError(folder + ": cannot list: " + ec.message());
  // Left out, its picture would be missing without a word.
  if (!nowhere.empty()) return NotFound(nowhere + ": a link that leads nowhere");
  if (files.empty()) {
    return NotFound(folder + ": no pictures in this folder (" + std::string(kExtensions) + ")");
  }
  return files;
}

StatusOr<std::vector<PictureFile>> ListPattern(const std::string& pattern) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<PictureFile> files;
  std::string nowhere;
  for (std::size_t i = 0; result == 0 && i < found.gl_pathc; ++i) {
    const fs::path path = found.gl_pathv[i];
    std::error_code unreadable;
    if (!HasPictureExtension(path.string())) continue;
    if (fs::is_regular_file(path, unreadable)) {
      files.push_back(MakePictureFile(path));
    } else if (fs::is_symlink(path, unreadable) && !fs::exists(path, unreadable)) {
      nowhere = path.string();
    }
  }
  ::globfree(&found);
  if (!nowhere.empty()) return NotFound(nowhere + ": a link that leads nowhere");
  if (result == GLOB_NOSPACE) return ResourceExhausted(pattern + ": matches too many files");
  if (files.empty()) {
    return NotFound(pattern + ": matches no picture (" + std::string(kExtensions) + ")");
  }
  return files;
}

StatusOr<std::vector<PictureFile>> List(const std::string& source) {
  std::error_code ec;
  const fs::file_status status = fs::status(source, ec);
  if (fs::is_directory(status)) return ListFolder(source);
  // A name that exists is meant literally, whatever characters it has.
  if (fs::exists(status)) {
    if (!fs::is_regular_file(status)) return InvalidArgument(source + ": is no file and no folder");
    return std::vector{MakePictureFile(source)};
  }
  if (IsPattern(source)) return ListPattern(source);
  if (status.type() == fs::file_type::not_found)
    return NotFound(source + ": no such file or folder");
  return IoError(source + ": " + ec.message());
}

}  // namespace

bool HasPictureExtension(std::string_view path) {
  constexpr std::array<std::string_view, 14> kNames = {".png",  ".jpg",  ".jpeg", ".bmp", ".tif",
                                                       ".tiff", ".webp", ".pgm",  ".ppm", ".pnm",
                                                       ".pfm",  ".fff",  ".seq",  ".irg"};
  std::string extension = fs::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kNames.begin(), kNames.end(), extension) != kNames.end();
}

bool NaturalLess(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (IsDigit(a[i]) && IsDigit(b[j])) {
      const std::string_view m = TakeDigits(a, i);
      const std::string_view n = TakeDigits(b, j);
      if (m.size() != n.size()) return m.size() < n.size();
      if (m != n) return m < n;
    } else {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
    }
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;  // "01" and "1" are different stems and need an order
}

StatusOr<std::vector<PictureFile>> ListPictures(const std::string& source) {
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<PictureFile> files, List(source));
  std::sort(files.begin(), files.end(), [](const PictureFile& a, const PictureFile& b) {
    return a.stem != b.stem ? NaturalLess(a.stem, b.stem) : a.path < b.path;
  });
  const auto twin = std::adjacent_find(
      files.begin(), files.end(),
      [](const PictureFile& a, const PictureFile& b) { return a.stem == b.stem; });
  if (twin != files.end()) {
    return InvalidArgument(twin->path + " and " + (twin + 1)->path +
                           " have the same name; which one belongs to the pair?");
  }
  return files;
}

}  // namespace seafusion::io
