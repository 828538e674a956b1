#include "io/camera/infiray.h"

#include <string>

#include "io/probe/byte_view.h"

namespace seafusion::io {
namespace {

using probe::ByteOrder;
using probe::ByteView;

constexpr std::uint64_t kLeastHeader = 12;

}  // namespace

bool IsInfiray(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kLeastHeader || bytes[0] != 0xca || bytes[1] != 0xac) return false;
  const ByteView view(bytes, ByteOrder::kLittle);
  return view.NumberAt(2, 2) >= kLeastHeader;
}

StatusOr<InfirayFile> ReadInfiray(std::span<const std::uint8_t> bytes) {
  if (!IsInfiray(bytes)) return CorruptData("not an InfiRay file");
  const ByteView view(bytes, ByteOrder::kLittle);
  const std::uint64_t header = view.NumberAt(2, 2);
  const std::uint64_t pixels = view.NumberAt(4, 4);
  const std::uint64_t width = view.NumberAt(8, 2);
  const std::uint64_t height = view.NumberAt(10, 2);
  if (width == 0 || height == 0 || pixels != width * height) {
    return CorruptData("its header says " + std::to_string(width) + "x" + std::to_string(height) +
                       " and " + std::to_string(pixels) + " pixels");
  }
  if (!view.Holds(header, 3 * pixels)) {
    return CorruptData("the file is cut short inside the thermal data: " + std::to_string(width) +
                       "x" + std::to_string(height) + " pixels need " +
                       std::to_string(header + 3 * pixels) + " bytes, there are " +
                       std::to_string(bytes.size()));
  }
  InfirayFile file;
  file.shown = bytes.subspan(header, pixels);
  file.thermal = {.coding = EmbeddedPicture::Coding::kRaw,
                  .width = static_cast<int>(width),
                  .height = static_cast<int>(height),
                  .big_endian = false,
                  .bytes = bytes.subspan(header + pixels, 2 * pixels)};
  const std::uint64_t behind = header + 3 * pixels;
  if (view.HasText(behind, "\xff\xd8\xff")) {
    file.visible = EmbeddedPicture{.coding = EmbeddedPicture::Coding::kJpeg,
                                   .width = 0,
                                   .height = 0,
                                   .big_endian = false,
                                   .bytes = bytes.subspan(behind)};
  }
  return file;
}

}  // namespace seafusion::io
