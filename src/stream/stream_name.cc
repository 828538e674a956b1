#include "stream/stream_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "core/text/text_value.h"

namespace seafusion::stream {
namespace {

bool Exists(const std::string& path) {
  std::error_code ec;
  return std::filesystem::exists(path, ec);
}

// scheme "://": RFC 3986, 3.1.
bool IsAddress(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(
      text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
      [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

bool HasVideoExtension(std::string_view path) {
  constexpr std::array<std::string_view, 21> kNames = {
      ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg",  ".mpeg",  ".ts",   ".mts", ".m2ts",
      ".wmv", ".flv", ".3gp", ".ogv", ".y4m",  ".nut", ".mjpg", ".mjpeg", ".h264", ".hevc"};
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kNames.begin(), kNames.end(), extension) != kNames.end();
}

SourceKind KindOfSource(const std::string& source) {
  if (IsAddress(source) || source.starts_with("/dev/video")) return SourceKind::kLive;
  if (HasVideoExtension(source) || IsPipe(source)) return SourceKind::kVideo;
  if (NumberedName::Parse(source) && !Exists(source)) return SourceKind::kSequence;
  return SourceKind::kPictures;
}

bool IsPipe(const std::string& source) {
  std::error_code ec;
  return source == "-" || std::filesystem::is_fifo(source, ec);
}

SinkKind KindOfSink(const std::string& sink) {
  if (sink == "-") return SinkKind::kStandardOutput;
  std::error_code ec;
  if (std::filesystem::is_directory(sink, ec) || sink.ends_with('/')) return SinkKind::kPictures;
  if (HasVideoExtension(sink)) return SinkKind::kVideo;
  if (NumberedName::Parse(sink)) return SinkKind::kSequence;
  return SinkKind::kPictures;
}

std::optional<NumberedName> NumberedName::Parse(std::string_view text) {
  std::optional<NumberedName> found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    std::size_t at = i + 1;
    int digits = 0;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
      digits = digits * 10 + (text[at++] - '0');
      if (digits > 20) return std::nullopt;
    }
    if (at == text.size() || text[at] != 'd') continue;
    if (found) return std::nullopt;
    found.emplace();
    found->before_ = text.substr(0, i);
    found->after_ = text.substr(at + 1);
    found->digits_ = digits;
    i = at;
  }
  return found;
}

std::string NumberedName::At(std::uint64_t number) const {
  std::string text = std::to_string(number);
  const auto digits = static_cast<std::size_t>(digits_);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return before_ + text + after_;
}

std::optional<std::uint64_t> NumberedName::NumberOf(std::string_view name) const {
  if (name.size() <= before_.size() + after_.size() || !name.starts_with(before_) ||
      !name.ends_with(after_)) {
    return std::nullopt;
  }
  const std::string_view digits =
      name.substr(before_.size(), name.size() - before_.size() - after_.size());
  const auto number = NumberIn<std::uint64_t>(digits);
  if (!number || At(*number) != name) return std::nullopt;  // other zeros in front
  return number;
}

std::string NumberedName::Folder() const {
  const std::string folder = std::filesystem::path(before_ + "0" + after_).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace seafusion::stream
