#include "io/decode/raw.h"

#include <array>
#include <bit>
#include <string>
#include <string_view>

#include "core/status_macros.h"
#include "io/probe/formats.h"

namespace seafusion::io {
namespace {

struct Layout {
  std::string_view name;
  PixelFormat format;
  bool big_endian;
  bool blue_first;
};

constexpr std::array<Layout, 18> kLayouts = {{
    {"gray", PixelFormat::kGray8, false, false},
    {"gray8", PixelFormat::kGray8, false, false},
    {"gray10le", PixelFormat::kGray16, false, false},
    {"gray10be", PixelFormat::kGray16, true, false},
    {"gray12le", PixelFormat::kGray16, false, false},
    {"gray12be", PixelFormat::kGray16, true, false},
    {"gray14le", PixelFormat::kGray16, false, false},
    {"gray14be", PixelFormat::kGray16, true, false},
    {"gray16le", PixelFormat::kGray16, false, false},
    {"gray16be", PixelFormat::kGray16, true, false},
    {"grayf32le", PixelFormat::kGrayF32, false, false},
    {"grayf32be", PixelFormat::kGrayF32, true, false},
    {"rgb24", PixelFormat::kRgb8, false, false},
    {"bgr24", PixelFormat::kRgb8, false, true},
    {"rgb48le", PixelFormat::kRgb16, false, false},
    {"rgb48be", PixelFormat::kRgb16, true, false},
    {"bgr48le", PixelFormat::kRgb16, false, true},
    {"bgr48be", PixelFormat::kRgb16, true, true},
}};

StatusOr<Layout> LayoutNamed(const std::string& name) {
  std::string known;
  for (const Layout& layout : kLayouts) {
    if (layout.name == name) return layout;
    known += (known.empty() ? "" : ", ") + std::string(layout.name);
  }
  return Unsupported("bare pictures of pixel format '" + name + "' are not read; known are " +
                     known);
}

}  // namespace

StatusOr<RawFrame> DecodeRaw(const RawFormat& format, std::span<const std::uint8_t> bytes,
                             std::uint64_t max_pixels, std::optional<int> frame) {
  SEAFUSION_ASSIGN_OR_RETURN(const Layout layout, LayoutNamed(format.pixel_format));
  SEAFUSION_RETURN_IF_ERROR(probe::CheckSize(static_cast<std::uint64_t>(format.width),
                                             static_cast<std::uint64_t>(format.height),
                                             max_pixels));
  const auto sample_bytes = static_cast<std::size_t>(BytesPerSample(layout.format));
  const auto channels = static_cast<std::size_t>(ChannelCount(layout.format));
  const std::size_t row_samples = static_cast<std::size_t>(format.width) * channels;
  const std::uint64_t frame_bytes =
      std::uint64_t{row_samples} * sample_bytes * static_cast<std::uint64_t>(format.height);
  RawFrame result;
  if (bytes.size() > format.skip) {
    result.frames = (bytes.size() - format.skip) / frame_bytes;
    result.rest = (bytes.size() - format.skip) % frame_bytes;
  }
  if (result.frames == 0) {
    return CorruptData("a " + std::to_string(format.width) + "x" + std::to_string(format.height) +
                       " picture of " + format.pixel_format + " behind " +
                       std::to_string(format.skip) + " bytes needs " +
                       std::to_string(format.skip + frame_bytes) + " bytes, the file has " +
                       std::to_string(bytes.size()));
  }
  if (!frame && result.frames > 1) {
    return InvalidArgument("holds " + std::to_string(result.frames) +
                           " frames of that format; say which one to take (--ir-page), from 0 to " +
                           std::to_string(result.frames - 1));
  }
  const std::int64_t number = frame.value_or(0);
  if (number < 0 || static_cast<std::uint64_t>(number) >= result.frames) {
    return NotFound("holds " + std::to_string(result.frames) +
                    (result.frames == 1 ? " frame" : " frames") +
                    " of that format, none of number " + std::to_string(number));
  }
  SEAFUSION_ASSIGN_OR_RETURN(result.image,
                             ImageBuffer::Create(format.width, format.height, layout.format));
  const bool swap =
      sample_bytes > 1 && layout.big_endian != (std::endian::native == std::endian::big);
  const std::uint8_t* from =
      bytes.data() + format.skip + static_cast<std::uint64_t>(number) * frame_bytes;
  for (int y = 0; y < format.height; ++y) {
    auto* row = result.image.view().Row<std::uint8_t>(y);
    for (std::size_t s = 0; s < row_samples; ++s) {
      const std::size_t to = layout.blue_first ? s - s % 3 + (2 - s % 3) : s;
      for (std::size_t b = 0; b < sample_bytes; ++b) {
        row[to * sample_bytes + b] = *(from + (swap ? sample_bytes - 1 - b : b));
      }
      from += sample_bytes;
    }
  }
  return result;
}

}  // namespace seafusion::io
