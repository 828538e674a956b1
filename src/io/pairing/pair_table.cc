#include "io/pairing/pair_table.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/files/file.h"
#include "core/status_macros.h"

namespace seafusion::io {
namespace {

namespace fs = std::filesystem;

// Takes a line, which may go over several where a field is quoted, off the front of `text`; nothing
// where a quote does not end.
std::optional<std::vector<std::string>> TakeLine(std::string_view& text) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        fields.back() += text[++at];
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  text.remove_prefix(at);
  return fields;
}

bool IsHeading(std::string_view field) {
  constexpr std::string_view kName = "infrared";
  return std::equal(field.begin(), field.end(), kName.begin(), kName.end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

bool IsFileName(const std::string& name) {
  return fs::path(name).filename() == name && name != "." && name != "..";
}

}  // namespace

StatusOr<std::vector<PicturePair>> ReadPairTable(const std::string& path) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kMostBytes));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  // The system ends names at a zero: two that differ behind one would be one file.
  if (text.find('\0') != std::string_view::npos) return InvalidArgument(path + ": is no text");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
  const fs::path folder = fs::path(path).parent_path();
  std::vector<PicturePair> pairs;
  std::set<std::string> outputs;
  for (int number = 1; !text.empty(); ++number) {
    const std::string where = path + ", line " + std::to_string(number);
    const auto fields = TakeLine(text);
    if (!fields) return InvalidArgument(where + ": a quote does not end");
    if (fields->size() == 1 && (*fields)[0].empty()) continue;
    if (number == 1 && IsHeading((*fields)[0])) continue;
    if (fields->size() < 2 || fields->size() > 3 || (*fields)[0].empty() || (*fields)[1].empty()) {
      return InvalidArgument(where + ": is not infrared,visible or infrared,visible,output");
    }
    PicturePair pair;
    for (const auto& [file, field] :
         {std::pair{&pair.infrared, &(*fields)[0]}, std::pair{&pair.visible, &(*fields)[1]}}) {
      *file = (folder / *field).string();
      std::error_code ec;
      if (!fs::is_regular_file(*file, ec)) return NotFound(where + ": " + *file + ": no such file");
    }
    pair.stem = fs::path(pair.visible).stem().string();
    if (fields->size() == 3 && !(*fields)[2].empty()) {
      pair.output = (*fields)[2];
      if (!IsFileName(pair.output)) {
        return InvalidArgument(where + ": the output '" + pair.output + "' is no file name");
      }
    }
    if (!outputs.insert(pair.output.empty() ? pair.stem : pair.output).second) {
      return InvalidArgument(where +
                             ": a line before has the same output; a third column tells "
                             "them apart");
    }
    pairs.push_back(std::move(pair));
  }
  if (pairs.empty()) return InvalidArgument(path + ": no pair in it");
  return pairs;
}

}  // namespace seafusion::io
