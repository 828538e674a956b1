// A line of options, FORMAT CROP, then the bytes of a file without a header that is read by them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "io/image_file.h"
#include "io/sources/source_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::io;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t end = all.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view line = all.substr(0, end);
  const std::size_t space = line.find(' ');
  const auto format = ParseRawFormat(line.substr(0, space));
  if (!format.ok()) return 0;
  ReadImageOptions options{.max_pixels = 1 << 16, .raw_format = *format};
  for (const std::optional<int> page : {std::optional<int>(), std::optional<int>(1)}) {
    options.page = page;
    const auto picture = DecodePicture({data + end + 1, data + size}, options);
    if (!picture.ok()) continue;
    if (picture->image.width() != format->width || picture->image.height() != format->height) {
      std::abort();
    }
    if (space == std::string_view::npos) continue;
    const auto crop = ParsePictureCrop(line.substr(space + 1));
    if (!crop.ok()) continue;
    const auto part = Crop(picture->image.view(), *crop);
    if (part.ok() && (part->width() != crop->width || part->height() != crop->height)) std::abort();
  }
  return 0;
}
