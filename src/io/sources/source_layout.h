// What the user says of sources that do not say it themselves: how the samples of a file without a
// header lie, and which part of a picture is the infrared one.
#ifndef SEAFUSION_IO_SOURCES_SOURCE_LAYOUT_H_
#define SEAFUSION_IO_SOURCES_SOURCE_LAYOUT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::io {

/// Bare samples, row after row, frame after frame.
struct RawFormat {
  std::string pixel_format;  ///< By FFmpeg's name.
  int width = 0, height = 0;
  std::uint64_t skip = 0;  ///< Bytes before the first frame.
};

/// "gray16le:640x512" or "gray16le:640x512+128". Names of pixel formats are not looked up: pictures
/// know fewer than streams. kInvalidArgument for another form and for sides outside 1..32768.
StatusOr<RawFormat> ParseRawFormat(std::string_view text);

/// Part of a picture.
struct PictureCrop {
  int width = 0, height = 0, x = 0, y = 0;
};

/// "256x192+0+192": width, height, and the upper left pixel. kInvalidArgument for another form.
StatusOr<PictureCrop> ParsePictureCrop(std::string_view text);

/// kInvalidArgument, with both sizes, where the part is not inside the picture.
StatusOr<ImageBuffer> Crop(const ImageView& picture, const PictureCrop& crop);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_SOURCES_SOURCE_LAYOUT_H_
