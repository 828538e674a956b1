#include "io/decode/pnm.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <optional>
#include <string>

#include "core/status_macros.h"
#include "io/probe/formats.h"

namespace seafusion::io {
namespace {

using probe::PnmHeader;

// Hands out the samples one after another.
class Samples {
 public:
  Samples(const PnmHeader& header, std::span<const std::uint8_t> bytes)
      : header_(header), bytes_(bytes), at_(header.data) {}

  // Nothing at the end, and where no number stands.
  std::optional<std::uint32_t> Next() {
    switch (header_.kind) {
      case '1':
        return TextBit();
      case '2':
      case '3':
        return TextNumber();
      default:
        return header_.maximum > 255 ? Big(2) : Big(1);
    }
  }

  // Row by row, each from a byte of its own.
  std::optional<std::uint32_t> PackedBit(int x) {
    if (x % 8 == 0) {
      if (at_ >= bytes_.size()) return std::nullopt;
      packed_ = bytes_[at_++];
    }
    return packed_ >> (7 - x % 8) & 1U;
  }

  std::optional<float> Float() {
    if (bytes_.size() - at_ < 4) return std::nullopt;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      bits |= std::uint32_t{bytes_[at_ + i]} << 8 * (header_.little_endian ? i : 3 - i);
    }
    at_ += 4;
    return std::bit_cast<float>(bits);
  }

 private:
  void SkipSpace() {
    while (at_ < bytes_.size() && (std::isspace(bytes_[at_]) != 0 || bytes_[at_] == '#')) {
      if (bytes_[at_] == '#') {
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      } else {
        ++at_;
      }
    }
  }
  std::optional<std::uint32_t> TextBit() {
    SkipSpace();
    if (at_ >= bytes_.size() || (bytes_[at_] != '0' && bytes_[at_] != '1')) return std::nullopt;
    return bytes_[at_++] - static_cast<std::uint32_t>('0');
  }
  std::optional<std::uint32_t> TextNumber() {
    SkipSpace();
    const std::size_t begin = at_;
    std::uint32_t value = 0;
    while (at_ < bytes_.size() && std::isdigit(bytes_[at_]) != 0 && at_ - begin < 6) {
      value = value * 10 + (bytes_[at_++] - static_cast<std::uint32_t>('0'));
    }
    if (at_ == begin) return std::nullopt;
    return value;
  }
  std::optional<std::uint32_t> Big(std::size_t count) {
    if (bytes_.size() - at_ < count) return std::nullopt;
    std::uint32_t value = bytes_[at_++];
    if (count == 2) value = value << 8 | bytes_[at_++];
    return value;
  }

  const PnmHeader& header_;
  std::span<const std::uint8_t> bytes_;
  std::size_t at_;
  std::uint32_t packed_ = 0;
};

Status Missing(int x, int y) {
  return CorruptData("its Netpbm samples end, or are no numbers, at row " + std::to_string(y) +
                     ", column " + std::to_string(x));
}

}  // namespace

StatusOr<ImageBuffer> DecodePnm(const ImageInfo& info, std::span<const std::uint8_t> bytes) {
  const std::uint64_t pixels = std::uint64_t{info.width} * info.height;
  SEAFUSION_ASSIGN_OR_RETURN(const PnmHeader header, probe::ReadPnmHeader(bytes, pixels));
  const bool gray = header.channels == 1;
  if (header.floating_point() && !gray) {
    return Unsupported("colour PFM is not supported; store 8 or 16 bits");
  }
  PixelFormat format = gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  if (header.maximum > 255) format = gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  if (header.floating_point()) format = PixelFormat::kGrayF32;
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer image,
      ImageBuffer::Create(static_cast<int>(header.width), static_cast<int>(header.height), format));
  const MutableImageView view = image.view();
  const bool bitmap = header.kind == '1' || header.kind == '4';
  Samples samples(header, bytes);
  for (int row = 0; row < view.height; ++row) {
    // PFM begins with the lowest row.
    const int y = header.floating_point() ? view.height - 1 - row : row;
    for (int i = 0; i < view.width * header.channels; ++i) {
      if (header.floating_point()) {
        const std::optional<float> v = samples.Float();
        if (!v) return Missing(i / header.channels, y);
        view.Row<float>(y)[i] = *v;
        continue;
      }
      std::optional<std::uint32_t> v = header.kind == '4' ? samples.PackedBit(i) : samples.Next();
      if (!v) return Missing(i / header.channels, y);
      // A bitmap's 1 is black.
      if (bitmap) v = *v == 0 ? 255U : 0U;
      if (*v > std::max(header.maximum, 255U * (bitmap ? 1U : 0U))) {
        return CorruptData("its Netpbm sample " + std::to_string(*v) + " at row " +
                           std::to_string(y) + " is over the largest value, " +
                           std::to_string(header.maximum));
      }
      if (header.maximum > 255) {
        view.Row<std::uint16_t>(y)[i] = static_cast<std::uint16_t>(*v);
      } else {
        view.Row<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(*v);
      }
    }
  }
  return image;
}

}  // namespace seafusion::io
