#include "io/camera/radiometric_file.h"

#include <array>
#include <cstdlib>
#include <utility>

#include "core/status_macros.h"
#include "io/camera/byte_order.h"
#include "io/camera/infiray.h"
#include "io/camera/jpeg_ls.h"
#include "io/camera/jpeg_segments.h"
#include "io/camera/ycbcr_picture.h"
#include "io/decode/decode.h"
#include "io/probe/formats.h"
#include "io/probe/image_probe.h"

namespace seafusion::io {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Side {
  int width, height;
};
// DJI's cameras say nowhere how large the joined counts are: these are the sensors they have.
constexpr std::array<Side, 5> kDjiSensors = {
    {{640, 512}, {336, 256}, {160, 120}, {1280, 1024}, {320, 256}}};

std::optional<Side> DjiSensor(Bytes counts) {
  for (const Side side : kDjiSensors) {
    if (counts.size() == 2 * static_cast<std::size_t>(side.width * side.height)) return side;
  }
  return std::nullopt;
}

// APP3 on most models, APP4 on some.
constexpr std::array<std::size_t, 2> kDjiSegments = {3, 4};

StatusOr<ImageBuffer> DecodeRaw(const EmbeddedPicture& picture) {
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer image, ImageBuffer::Create(picture.width, picture.height, PixelFormat::kGray16));
  const MutableImageView view = image.view();
  const std::size_t low = picture.big_endian ? 1 : 0;
  const std::uint8_t* from = picture.bytes.data();
  for (int y = 0; y < view.height; ++y) {
    auto* row = view.Row<std::uint16_t>(y);
    for (int x = 0; x < view.width; ++x, from += 2) {
      row[x] = static_cast<std::uint16_t>(from[low] | from[1 - low] << 8);
    }
  }
  return image;
}

StatusOr<ImageBuffer> DecodePicture(const EmbeddedPicture& picture, std::uint64_t max_pixels) {
  const auto pixels =
      static_cast<std::uint64_t>(picture.width) * static_cast<std::uint64_t>(picture.height);
  if (pixels > max_pixels) {
    return ResourceExhausted("its thermal data says " + std::to_string(picture.width) + "x" +
                             std::to_string(picture.height) + " pixels, more than the limit of " +
                             std::to_string(max_pixels) + " in all");
  }
  switch (picture.coding) {
    case EmbeddedPicture::Coding::kRaw:
      return DecodeRaw(picture);
    case EmbeddedPicture::Coding::kPng: {
      SEAFUSION_ASSIGN_OR_RETURN(const ImageInfo info, ProbeImage(picture.bytes, max_pixels));
      SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image, DecodePng(info, picture.bytes));
      if (image.format() != PixelFormat::kGray16) {
        return CorruptData("its thermal data is no picture of 16-bit gray but one of " +
                           std::to_string(image.width()) + "x" + std::to_string(image.height()) +
                           " " + std::string(PixelFormatName(image.format())) +
                           ": it was emptied or replaced");
      }
      if (BytesSeemSwapped(image.view())) SwapBytes(image.view());
      return image;
    }
    case EmbeddedPicture::Coding::kJpegLs:
      return DecodeJpegLs(picture.bytes, max_pixels);
    case EmbeddedPicture::Coding::kJpeg:
      break;
  }
  return Unsupported("its thermal data is a JPEG of 8 bits, not counts");
}

StatusOr<FlirBlock> FlirFrame(Bytes bytes, std::size_t frame, std::size_t& frames) {
  const std::vector<std::uint64_t> begins = FindFlirFrames(bytes);
  frames = begins.size();
  if (frame >= begins.size()) {
    return NotFound("it has " + std::to_string(begins.size()) + " frames, none of number " +
                    std::to_string(frame));
  }
  return ReadFlirBlock(bytes.subspan(begins[frame]));
}

Status TakeFlir(const FlirBlock& block, std::uint64_t max_pixels, RadiometricPicture& result) {
  if (!block.thermal) return CorruptData("its FLIR data holds no thermal picture");
  SEAFUSION_ASSIGN_OR_RETURN(result.counts, DecodePicture(*block.thermal, max_pixels));
  if (result.counts.width() != block.thermal->width ||
      result.counts.height() != block.thermal->height) {
    result.remarks.push_back("its thermal picture is of " + std::to_string(result.counts.width()) +
                             "x" + std::to_string(result.counts.height()) +
                             " pixels, its header says " + std::to_string(block.thermal->width) +
                             "x" + std::to_string(block.thermal->height));
  }
  if (block.calibration) result.calibration = *block.calibration;
  result.placement = block.placement;
  result.model = block.model;
  result.palette = block.palette;
  result.taken = block.taken;
  return OkStatus();
}

StatusOr<FlirBlock> FlirBlockOf(const JpegSegments& segments) {
  if (segments.flir_missing != 0) {
    return CorruptData("its FLIR data is not whole: " + std::to_string(segments.flir_missing) +
                       " of its parts are missing or there twice");
  }
  return ReadFlirBlock(segments.flir);
}

}  // namespace

std::string_view RadiometricKindName(RadiometricKind kind) {
  switch (kind) {
    case RadiometricKind::kFlirJpeg:
      return "radiometric JPEG (FLIR)";
    case RadiometricKind::kFlirSequence:
      return "FLIR sequence";
    case RadiometricKind::kDjiJpeg:
      return "radiometric JPEG (DJI)";
    case RadiometricKind::kInfiray:
      return "InfiRay thermal file";
  }
  return "unknown";
}

std::optional<RadiometricKind> FindRadiometry(Bytes bytes) {
  if (IsFlirBlock(bytes)) return RadiometricKind::kFlirSequence;
  if (IsInfiray(bytes)) return RadiometricKind::kInfiray;
  if (!probe::IsJpeg(bytes)) return std::nullopt;
  const StatusOr<JpegSegments> segments = ReadJpegSegments(bytes);
  if (!segments.ok()) return std::nullopt;
  if (!segments->flir.empty() || segments->flir_missing != 0) return RadiometricKind::kFlirJpeg;
  for (const std::size_t number : kDjiSegments) {
    if (DjiSensor(segments->app[number])) return RadiometricKind::kDjiJpeg;
  }
  return std::nullopt;
}

StatusOr<RadiometricPicture> ReadRadiometricPicture(Bytes bytes, std::uint64_t max_pixels,
                                                    std::size_t frame) {
  const std::optional<RadiometricKind> kind = FindRadiometry(bytes);
  if (!kind) return CorruptData("holds no counts of a thermal camera");
  RadiometricPicture result;
  result.kind = *kind;
  if (*kind == RadiometricKind::kFlirSequence) {
    SEAFUSION_ASSIGN_OR_RETURN(const FlirBlock block, FlirFrame(bytes, frame, result.frames));
    SEAFUSION_RETURN_IF_ERROR(TakeFlir(block, max_pixels, result));
    return result;
  }
  if (frame != 0) return NotFound("it has one frame, none of number " + std::to_string(frame));
  if (*kind == RadiometricKind::kInfiray) {
    SEAFUSION_ASSIGN_OR_RETURN(const InfirayFile file, ReadInfiray(bytes));
    SEAFUSION_ASSIGN_OR_RETURN(result.counts, DecodePicture(file.thermal, max_pixels));
    constexpr double kKelvinPerCount = 1.0 / 16;
    result.calibration = LinearCalibration{kKelvinPerCount};
    return result;
  }
  SEAFUSION_ASSIGN_OR_RETURN(const JpegSegments segments, ReadJpegSegments(bytes));
  if (*kind == RadiometricKind::kFlirJpeg) {
    SEAFUSION_ASSIGN_OR_RETURN(const FlirBlock block, FlirBlockOf(segments));
    SEAFUSION_RETURN_IF_ERROR(TakeFlir(block, max_pixels, result));
    return result;
  }
  for (const std::size_t number : kDjiSegments) {
    const std::vector<std::uint8_t>& counts = segments.app[number];
    const std::optional<Side> side = DjiSensor(counts);
    if (!side) continue;
    SEAFUSION_ASSIGN_OR_RETURN(result.counts,
                               DecodePicture({.coding = EmbeddedPicture::Coding::kRaw,
                                              .width = side->width,
                                              .height = side->height,
                                              .big_endian = false,
                                              .bytes = counts},
                                             max_pixels));
    break;
  }
  return result;
}

std::string LastFrameTaken(Bytes bytes) {
  const std::vector<std::uint64_t> begins = FindFlirFrames(bytes);
  if (begins.empty()) return {};
  const StatusOr<FlirBlock> block = ReadFlirBlock(bytes.subspan(begins.back()));
  return block.ok() ? block->taken : std::string();
}

StatusOr<ImageBuffer> ReadEmbeddedVisible(Bytes bytes, std::uint64_t max_pixels) {
  // What the picture refers to must live as long as it is decoded.
  JpegSegments segments;
  std::optional<EmbeddedPicture> visible;
  if (IsInfiray(bytes)) {
    SEAFUSION_ASSIGN_OR_RETURN(const InfirayFile file, ReadInfiray(bytes));
    visible = file.visible;
  } else if (IsFlirBlock(bytes)) {
    SEAFUSION_ASSIGN_OR_RETURN(const FlirBlock block, ReadFlirBlock(bytes));
    visible = block.visible;
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(segments, ReadJpegSegments(bytes));
    if (!segments.flir.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const FlirBlock block, FlirBlockOf(segments));
      visible = block.visible;
    }
  }
  if (!visible) return NotFound("holds no visible picture");
  const auto annotate = [](const Status& status) { return status.Annotate("its visible picture"); };
  if (visible->coding != EmbeddedPicture::Coding::kJpeg &&
      visible->coding != EmbeddedPicture::Coding::kPng) {
    return Unsupported("its visible picture is neither JPEG nor PNG");
  }
  const StatusOr<ImageInfo> info = ProbeImage(visible->bytes, max_pixels);
  if (!info.ok()) return annotate(info.status());
  StatusOr<ImageBuffer> image = info->format == ImageFileFormat::kPng
                                    ? DecodePng(*info, visible->bytes)
                                    : DecodeJpeg(*info, visible->bytes);
  if (!image.ok()) return annotate(image.status());
  if (image->format() == PixelFormat::kRgb8 && HoldsYCbCr(image->view())) {
    YCbCrToRgb(image->view());
  }
  return image;
}

}  // namespace seafusion::io
