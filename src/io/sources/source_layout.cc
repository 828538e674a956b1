#include "io/sources/source_layout.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/status_macros.h"
#include "core/text/text_value.h"

namespace seafusion::io {
namespace {

constexpr int kMostSide = 32768;

// Takes a number from the front of `text`; nothing where there is none.
template <typename T>
std::optional<T> TakeNumber(std::string_view& text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool Take(char c, std::string_view& text) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "640x512" from the front of `text`.
bool TakeSize(std::string_view& text, int& width, int& height) {
  const auto w = TakeNumber<int>(text);
  if (!w || !Take('x', text)) return false;
  const auto h = TakeNumber<int>(text);
  if (!h || *w < 1 || *h < 1 || *w > kMostSide || *h > kMostSide) return false;
  width = *w;
  height = *h;
  return true;
}

}  // namespace

StatusOr<RawFormat> ParseRawFormat(std::string_view text) {
  const auto refused = [&] {
    return IsNot(text, "FORMAT:WIDTHxHEIGHT or FORMAT:WIDTHxHEIGHT+BYTES, as gray16le:640x512+128");
  };
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return refused();
  RawFormat format;
  format.pixel_format = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  if (!TakeSize(rest, format.width, format.height)) return refused();
  if (Take('+', rest)) {
    const auto skip = TakeNumber<std::uint64_t>(rest);
    if (!skip) return refused();
    format.skip = *skip;
  }
  if (!rest.empty()) return refused();
  return format;
}

StatusOr<PictureCrop> ParsePictureCrop(std::string_view text) {
  std::string_view rest = text;
  PictureCrop crop;
  bool good = TakeSize(rest, crop.width, crop.height);
  for (int* place : {&crop.x, &crop.y}) {
    good = good && Take('+', rest);
    const std::optional<int> number = good ? TakeNumber<int>(rest) : std::nullopt;
    good = number.has_value();
    if (good) *place = *number;
  }
  if (!good || !rest.empty()) {
    return IsNot(text, "WIDTHxHEIGHT+X+Y, as 256x192+0+192");
  }
  return crop;
}

StatusOr<ImageBuffer> Crop(const ImageView& picture, const PictureCrop& crop) {
  if (crop.x > picture.width - crop.width || crop.y > picture.height - crop.height) {
    return InvalidArgument("the part of " + std::to_string(crop.width) + "x" +
                           std::to_string(crop.height) + " pixels at " + std::to_string(crop.x) +
                           ", " + std::to_string(crop.y) + " is not inside its " +
                           std::to_string(picture.width) + "x" + std::to_string(picture.height));
  }
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer part,
                             ImageBuffer::Create(crop.width, crop.height, picture.format));
  const auto pixel = static_cast<std::ptrdiff_t>(BytesPerPixel(picture.format));
  for (int y = 0; y < crop.height; ++y) {
    std::copy_n(picture.Row<std::uint8_t>(crop.y + y) + pixel * crop.x, pixel * crop.width,
                part.view().Row<std::uint8_t>(y));
  }
  return part;
}

}  // namespace seafusion::io
