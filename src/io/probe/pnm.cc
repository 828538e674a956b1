// Netpbm's PBM, PGM and PPM, text and binary, and PFM, their form with 32-bit floats.
#include <cctype>
#include <optional>
#include <string>

#include "core/memory/checked_math.h"
#include "io/probe/formats.h"

namespace seafusion::io::probe {
namespace {

constexpr std::uint64_t kMostNumber = 0xffffffff;

// Reads the words of the header: numbers between white space and comments.
class Words {
 public:
  Words(Bytes bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  // The next word, at most 32 characters of it; empty at the end.
  std::string Next() {
    while (at_ < bytes_.size()) {
      if (bytes_[at_] == '#') {
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      } else if (std::isspace(bytes_[at_]) != 0) {
        ++at_;
      } else {
        break;
      }
    }
    std::string word;
    while (at_ < bytes_.size() && std::isspace(bytes_[at_]) == 0 && word.size() < 32) {
      word += static_cast<char>(bytes_[at_++]);
    }
    return word;
  }

  std::optional<std::uint64_t> Number() {
    const std::string word = Next();
    if (word.empty() || word.size() > 10) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : word) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (value > kMostNumber) return std::nullopt;
    return value;
  }

  // Behind the one white space that ends a header.
  std::size_t Data() const { return std::min(at_ + 1, bytes_.size()); }

 private:
  Bytes bytes_;
  std::size_t at_;
};

}  // namespace

bool IsPnm(Bytes bytes) {
  if (bytes.size() < 3 || bytes[0] != 'P' || std::isspace(bytes[2]) == 0) return false;
  return (bytes[1] >= '1' && bytes[1] <= '6') || bytes[1] == 'f' || bytes[1] == 'F';
}

StatusOr<PnmHeader> ReadPnmHeader(Bytes bytes, std::uint64_t max_pixels) {
  PnmHeader header;
  header.kind = static_cast<char>(bytes[1]);
  Words words(bytes, 2);
  const auto width = words.Number();
  const auto height = words.Number();
  if (!width || !height) return CorruptData("its Netpbm header names no size");
  SEAFUSION_RETURN_IF_ERROR(CheckSize(*width, *height, max_pixels));
  header.width = static_cast<std::uint32_t>(*width);
  header.height = static_cast<std::uint32_t>(*height);
  const bool bitmap = header.kind == '1' || header.kind == '4';
  header.channels = header.kind == '3' || header.kind == '6' || header.kind == 'F' ? 3 : 1;
  if (header.floating_point()) {
    // The sign of the scale names the byte order.
    const std::string scale = words.Next();
    if (scale.empty()) return CorruptData("its PFM header names no scale");
    header.little_endian = scale[0] == '-';
  } else if (!bitmap) {
    const auto maximum = words.Number();
    if (!maximum || *maximum == 0 || *maximum > 65535) {
      return CorruptData("its Netpbm header names no largest value from 1 to 65535");
    }
    header.maximum = static_cast<std::uint32_t>(*maximum);
  }
  header.data = words.Data();
  const std::uint64_t samples =
      std::uint64_t{header.width} * header.height * static_cast<std::uint64_t>(header.channels);
  std::uint64_t needed = samples;  // of text: a digit each at least
  if (header.kind == '4') needed = std::uint64_t{(header.width + 7) / 8} * header.height;
  if (header.kind == '5' || header.kind == '6') needed = samples * (header.maximum > 255 ? 2 : 1);
  if (header.floating_point()) needed = samples * 4;
  if (bytes.size() - header.data < needed) return CutShort("the Netpbm's samples");
  return header;
}

StatusOr<ImageInfo> ProbePnm(Bytes bytes, std::uint64_t max_pixels) {
  SEAFUSION_ASSIGN_OR_RETURN(const PnmHeader header, ReadPnmHeader(bytes, max_pixels));
  return ImageInfo{.format = ImageFileFormat::kPnm,
                   .width = header.width,
                   .height = header.height,
                   .channels = header.channels,
                   .bits = header.floating_point() ? 32
                           : header.maximum > 255  ? 16
                                                   : 8,
                   .floating_point = header.floating_point()};
}

}  // namespace seafusion::io::probe
