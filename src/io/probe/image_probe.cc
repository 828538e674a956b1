#include "io/probe/image_probe.h"

#include <limits>
#include <string>

#include "core/memory/checked_math.h"
#include "io/probe/formats.h"

namespace seafusion::io {

namespace probe {

Status CheckSize(std::uint64_t width, std::uint64_t height, std::uint64_t max_pixels) {
  const std::string size = std::to_string(width) + "x" + std::to_string(height);
  if (width == 0 || height == 0) return CorruptData("its header says " + size + " pixels");
  const auto pixels = CheckedMul(width, height);
  if (!pixels || *pixels > max_pixels) {
    return ResourceExhausted("its header says " + size + " pixels, more than the limit of " +
                             std::to_string(max_pixels) + " in all");
  }
  constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
  if (width > kMost || height > kMost) return Unsupported("its header says " + size + " pixels");
  return OkStatus();
}

Status CutShort(const std::string& what) {
  return CorruptData("the file is cut short inside " + what);
}

}  // namespace probe

std::string_view ImageFileFormatName(ImageFileFormat format) {
  switch (format) {
    case ImageFileFormat::kPng:
      return "PNG";
    case ImageFileFormat::kJpeg:
      return "JPEG";
    case ImageFileFormat::kBmp:
      return "BMP";
    case ImageFileFormat::kTiff:
      return "TIFF";
    case ImageFileFormat::kWebp:
      return "WebP";
    case ImageFileFormat::kPnm:
      return "Netpbm";
  }
  return "unknown";
}

std::optional<ImageFileFormat> FindImageFormat(std::span<const std::uint8_t> bytes) {
  if (probe::IsPng(bytes)) return ImageFileFormat::kPng;
  if (probe::IsJpeg(bytes)) return ImageFileFormat::kJpeg;
  if (probe::IsTiff(bytes)) return ImageFileFormat::kTiff;
  if (probe::IsWebp(bytes)) return ImageFileFormat::kWebp;
  if (probe::IsBmp(bytes)) return ImageFileFormat::kBmp;
  if (probe::IsPnm(bytes)) return ImageFileFormat::kPnm;
  return std::nullopt;
}

StatusOr<ImageInfo> ProbeImage(std::span<const std::uint8_t> bytes, std::uint64_t max_pixels) {
  if (bytes.empty()) return CorruptData("the file is empty");
  const std::optional<ImageFileFormat> format = FindImageFormat(bytes);
  if (format) {
    switch (*format) {
      case ImageFileFormat::kPng:
        return probe::ProbePng(bytes, max_pixels);
      case ImageFileFormat::kJpeg:
        return probe::ProbeJpeg(bytes, max_pixels);
      case ImageFileFormat::kTiff:
        return probe::ProbeTiff(bytes, max_pixels);
      case ImageFileFormat::kWebp:
        return probe::ProbeWebp(bytes, max_pixels);
      case ImageFileFormat::kBmp:
        return probe::ProbeBmp(bytes, max_pixels);
      case ImageFileFormat::kPnm:
        return probe::ProbePnm(bytes, max_pixels);
    }
  }
  return CorruptData("not a PNG, JPEG, BMP, TIFF, WebP or Netpbm picture");
}

void RemoveMetadata(const ImageInfo& info, std::vector<std::uint8_t>& bytes) {
  if (info.format == ImageFileFormat::kPng) probe::RemoveAncillaryPngChunks(bytes);
  if (info.format == ImageFileFormat::kTiff && info.orientation_offset != 0) {
    // A SHORT whose value 1 means: first row on top, first column on the left.
    bytes[info.orientation_offset] = info.big_endian ? 0 : 1;
    bytes[info.orientation_offset + 1] = info.big_endian ? 1 : 0;
  }
}

}  // namespace seafusion::io
