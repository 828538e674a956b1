#include "io/image_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <limits>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"
#include "fuse/rows/packed_row.h"
#include "io/camera/byte_order.h"
#include "io/camera/infiray.h"
#include "io/camera/radiometric_file.h"
#include "io/decode/decode.h"
#include "io/decode/pnm.h"
#include "io/decode/raw.h"
#include "io/decode/tiff.h"
#include "io/encode/with_alpha.h"
#include "io/metadata/orientation.h"
#include "io/opencv_silence.h"
#include "io/probe/image_probe.h"

namespace seafusion::io {
namespace {

template <typename T>
std::string SizeText(T width, T height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

int MatType(PixelFormat format) {
  return CV_MAKETYPE(BytesPerSample(format) == 1 ? CV_8U : CV_16U, ChannelCount(format));
}

StatusOr<PixelFormat> FormatOf(const ImageInfo& info, const cv::Mat& mat) {
  const bool gray = info.channels == 1 || mat.channels() == 1;
  if (mat.depth() == CV_8U) return gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  if (mat.depth() == CV_16U) return gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  return Unsupported("only 8- and 16-bit unsigned samples are supported");
}

// BMP and WebP. The fourth byte of a BMP's pixel is seldom opacity, and often 0: it is left out.
StatusOr<DecodedPicture> DecodeByOpenCv(const ImageInfo& info,
                                        const std::vector<std::uint8_t>& bytes) {
  // OpenCV takes the buffer as a matrix of one row, whose length is an int; it does not write to
  // it.
  const cv::Mat data(1, static_cast<int>(bytes.size()), CV_8U,
                     const_cast<std::uint8_t*>(bytes.data()));
  const cv::Mat mat = cv::imdecode(data, cv::IMREAD_UNCHANGED);
  if (mat.empty()) {
    return CorruptData("its " + std::string(ImageFileFormatName(info.format)) +
                       " data cannot be decoded");
  }
  if (static_cast<std::uint32_t>(mat.cols) != info.width ||
      static_cast<std::uint32_t>(mat.rows) != info.height) {
    return CorruptData("its header says " + SizeText(info.width, info.height) + ", it decodes to " +
                       SizeText(mat.cols, mat.rows));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const PixelFormat format, FormatOf(info, mat));
  DecodedPicture picture;
  SEAFUSION_ASSIGN_OR_RETURN(picture.image, ImageBuffer::Create(mat.cols, mat.rows, format));
  const MutableImageView view = picture.image.view();
  cv::Mat out(mat.rows, mat.cols, MatType(format), view.data,
              static_cast<std::size_t>(view.stride));
  if (mat.channels() == 1) {
    mat.copyTo(out);
  } else if (ChannelCount(format) == 1) {
    cv::extractChannel(mat, out, 0);  // gray with alpha: three equal channels and alpha
  } else {
    cv::cvtColor(mat, out, mat.channels() == 4 ? cv::COLOR_BGRA2RGB : cv::COLOR_BGR2RGB);
  }
  if (info.format == ImageFileFormat::kWebp && mat.channels() == 4) {
    SEAFUSION_ASSIGN_OR_RETURN(picture.alpha,
                               ImageBuffer::Create(mat.cols, mat.rows, PixelFormat::kGray8));
    const MutableImageView alpha = picture.alpha.view();
    cv::Mat to(mat.rows, mat.cols, CV_8U, alpha.data, static_cast<std::size_t>(alpha.stride));
    cv::extractChannel(mat, to, 3);
  }
  return picture;
}

StatusOr<DecodedPicture> WithoutAlpha(StatusOr<ImageBuffer> image) {
  if (!image.ok()) return image.status();
  return DecodedPicture{.image = *std::move(image)};
}

StatusOr<DecodedPicture> Decode(const ImageInfo& info, const std::vector<std::uint8_t>& bytes,
                                std::optional<int> page) {
  if (info.pages > 1 && !page) {
    return InvalidArgument("holds " + std::to_string(info.pages) +
                           " pages; say which one to take (--ir-page), from 0 to " +
                           std::to_string(info.pages - 1));
  }
  if (page && (*page < 0 || *page >= info.pages)) {
    return NotFound("holds " + std::to_string(info.pages) + (info.pages == 1 ? " page" : " pages") +
                    ", none of number " + std::to_string(*page));
  }
  switch (info.format) {
    case ImageFileFormat::kPng:
      return DecodePngWithAlpha(info, bytes);
    case ImageFileFormat::kJpeg:
      return WithoutAlpha(DecodeJpeg(info, bytes));
    case ImageFileFormat::kTiff:
      return DecodeTiff(info, bytes, page.value_or(0));
    case ImageFileFormat::kPnm:
      return WithoutAlpha(DecodePnm(info, bytes));
    case ImageFileFormat::kBmp:
    case ImageFileFormat::kWebp:
      break;
  }
  return DecodeByOpenCv(info, bytes);
}

// A JPEG that lacks nothing but its end marker: what a camera writes whose battery ran out, or a
// download that lost two bytes.
StatusOr<ImageBuffer> DecodeWithoutEnd(std::vector<std::uint8_t> bytes, std::uint64_t max_pixels) {
  bytes.insert(bytes.end(), {0xff, 0xd9});
  SEAFUSION_ASSIGN_OR_RETURN(const ImageInfo info, ProbeImage(bytes, max_pixels));
  if (!info.single_scan) return CorruptData("scans may be missing");
  return DecodeJpeg(info, bytes);
}

StatusOr<ReadPictureResult> DecodeOrdinary(std::vector<std::uint8_t> bytes,
                                           const ReadImageOptions& options) {
  ReadPictureResult result;
  const StatusOr<ImageInfo> info = ProbeImage(bytes, options.max_pixels);
  if (!info.ok()) {
    if (info.status().code() != StatusCode::kCorruptData) return info.status();
    StatusOr<ImageBuffer> image = DecodeWithoutEnd(std::move(bytes), options.max_pixels);
    if (!image.ok()) return info.status();
    result.image = *std::move(image);
    result.remarks.emplace_back("the JPEG's end marker is missing; all of its rows are there");
    return result;
  }
  RemoveMetadata(*info, bytes);
  SEAFUSION_ASSIGN_OR_RETURN(DecodedPicture picture, Decode(*info, bytes, options.page));
  result.image = std::move(picture.image);
  result.alpha = std::move(picture.alpha);
  return result;
}

ImageView ShownOf(const InfirayFile& file) {
  return {file.shown.data(), file.thermal.width, file.thermal.height, file.thermal.width,
          PixelFormat::kGray8};
}

StatusOr<ImageBuffer> CopyOf(const ImageView& view) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image,
                             ImageBuffer::Create(view.width, view.height, view.format));
  for (int y = 0; y < view.height; ++y) {
    std::copy_n(view.Row<std::uint8_t>(y),
                std::size_t{1} * static_cast<std::size_t>(view.width) *
                    static_cast<std::size_t>(BytesPerPixel(view.format)),
                image.view().Row<std::uint8_t>(y));
  }
  return image;
}

StatusOr<ReadPictureResult> DecodeCounts(const std::vector<std::uint8_t>& bytes,
                                         const ReadImageOptions& options) {
  ReadPictureResult result;
  SEAFUSION_ASSIGN_OR_RETURN(
      RadiometricPicture picture,
      ReadRadiometricPicture(bytes, options.max_pixels,
                             static_cast<std::size_t>(std::max(options.page.value_or(0), 0))));
  if (picture.frames > 1 && !options.page) {
    return InvalidArgument("holds " + std::to_string(picture.frames) +
                           " frames; say which one to take (--ir-page), from 0 to " +
                           std::to_string(picture.frames - 1));
  }
  result.image = std::move(picture.counts);
  if (picture.calibration) {
    result.thermometer =
        std::visit([](const auto& c) { return Thermometer(c); }, *picture.calibration);
  }
  result.placement = picture.placement;
  result.remarks = std::move(picture.remarks);
  // The counts stand before the picture for people, which may be cut without them.
  if (picture.kind == RadiometricKind::kFlirJpeg || picture.kind == RadiometricKind::kDjiJpeg) {
    if (const auto shown = ProbeImage(bytes, options.max_pixels); !shown.ok()) {
      result.remarks.push_back(shown.status().message() + "; its thermal picture is whole");
    }
  }
  return result;
}

StatusOr<ReadPictureResult> DecodeBare(std::span<const std::uint8_t> bytes,
                                       const ReadImageOptions& options) {
  ReadPictureResult result;
  SEAFUSION_ASSIGN_OR_RETURN(
      RawFrame frame, DecodeRaw(*options.raw_format, bytes, options.max_pixels, options.page));
  if (frame.rest != 0) {
    result.remarks.push_back(std::to_string(frame.rest) +
                             " bytes behind the last whole frame are not used");
  }
  result.image = std::move(frame.image);
  return result;
}

StatusOr<ReadPictureResult> DecodeFile(std::vector<std::uint8_t> bytes,
                                       const ReadImageOptions& options) {
  if (options.raw_format) return DecodeBare(bytes, options);
  const std::optional<RadiometricKind> kind = FindRadiometry(bytes);
  const bool jpeg = kind == RadiometricKind::kFlirJpeg || kind == RadiometricKind::kDjiJpeg;
  if (kind && options.camera_picture == CameraPicture::kCounts) return DecodeCounts(bytes, options);
  if (kind && (options.camera_picture == CameraPicture::kVisible || !jpeg)) {
    ReadPictureResult result;
    if (options.camera_picture == CameraPicture::kVisible) {
      StatusOr<ImageBuffer> visible = ReadEmbeddedVisible(bytes, options.max_pixels);
      const bool shown_instead = jpeg && visible.status().code() == StatusCode::kNotFound;
      if (!shown_instead) {
        if (!visible.ok()) return visible.status();
        result.image = *std::move(visible);
        result.embedded = true;
        return result;
      }
    } else if (*kind == RadiometricKind::kInfiray) {
      SEAFUSION_ASSIGN_OR_RETURN(const InfirayFile file, ReadInfiray(bytes));
      SEAFUSION_ASSIGN_OR_RETURN(result.image, CopyOf(ShownOf(file)));
      return result;
    } else {
      return Unsupported("a " + std::string(RadiometricKindName(*kind)) +
                         " holds the sensor's counts and no picture for people");
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult result, DecodeOrdinary(std::move(bytes), options));
  if (options.camera_picture == CameraPicture::kCounts && !options.trust_byte_order &&
      result.image.format() == PixelFormat::kGray16 && BytesSeemSwapped(result.image.view())) {
    SwapBytes(result.image.view());
    result.remarks.emplace_back("the two bytes of each sample seem swapped and were swapped back");
  }
  return result;
}

// Of a file that may not be decodable. BigTIFF, which Exiv2 does not read, has the tag, too.
int OrientationOf(const std::vector<std::uint8_t>& bytes, const PictureMetadata& metadata) {
  if (!metadata.empty() || FindImageFormat(bytes) != ImageFileFormat::kTiff) {
    return metadata.orientation();
  }
  const StatusOr<ImageInfo> info = ProbeImage(bytes, std::numeric_limits<std::uint64_t>::max());
  if (!info.ok() || info->orientation_offset == 0) return 1;
  return bytes[info->orientation_offset + (info->big_endian ? 1 : 0)];
}

struct OutputFormat {
  const char* extension;
  bool sixteen_bit;
  bool metadata;
  bool alpha;
  std::vector<int> parameters;
};

const OutputFormat* FindOutputFormat(const std::string& path) {
  static const std::array<OutputFormat, 7> kFormats = {{
      {".png", true, true, true, {}},
      {".jpg", false, true, false, {cv::IMWRITE_JPEG_QUALITY, 95}},
      {".jpeg", false, true, false, {cv::IMWRITE_JPEG_QUALITY, 95}},
      {".bmp", false, false, false, {}},
      {".tif", true, true, true, {}},
      {".tiff", true, true, true, {}},
      {".webp", false, true, true, {cv::IMWRITE_WEBP_QUALITY, 101}},  // over 100: lossless
  }};
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const OutputFormat& format : kFormats) {
    if (extension == format.extension) return &format;
  }
  return nullptr;
}

StatusOr<std::vector<std::uint8_t>> Encode(const ImageView& image, const OutputFormat& format) {
  const cv::Mat view(image.height, image.width, MatType(image.format),
                     const_cast<void*>(image.data), static_cast<std::size_t>(image.stride));
  cv::Mat bgr;  // of its own memory: cvtColor writes into a matrix that fits, and `view` is the
                // caller's
  if (ChannelCount(image.format) == 3) {
    cv::cvtColor(view, bgr, cv::COLOR_RGB2BGR);
  } else {
    bgr = view;
  }
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(format.extension, bgr, bytes, format.parameters)) {
    return Unsupported("cannot be encoded as " + std::string(format.extension + 1));
  }
  return bytes;
}

StatusOr<std::vector<std::uint8_t>> EncodeWithAlpha(const ImageView& image, const ImageView& alpha,
                                                    const OutputFormat& format) {
  SEAFUSION_ASSIGN_OR_RETURN(PictureWithAlpha joined, PictureWithAlpha::Join(image, alpha));
  const std::string_view extension = format.extension;
  if (extension == ".png") return EncodePngWithAlpha(joined);
  if (extension.starts_with(".tif")) return EncodeTiffWithAlpha(joined);
  const cv::Mat view(joined.height(), joined.width(), CV_MAKETYPE(CV_8U, joined.channels()),
                     joined.Row(0), joined.row_bytes());
  cv::Mat bgra(joined.height(), joined.width(), CV_8UC4);
  // Gray three times, or red and blue exchanged.
  const std::array<int, 8> gray = {0, 0, 0, 1, 0, 2, 1, 3}, rgb = {0, 2, 1, 1, 2, 0, 3, 3};
  cv::mixChannels(&view, 1, &bgra, 1, (joined.channels() == 2 ? gray : rgb).data(), 4);
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(format.extension, bgra, bytes, format.parameters)) {
    return Unsupported("cannot be encoded as " + std::string(format.extension + 1));
  }
  return bytes;
}

// Runs code that calls OpenCV; its exceptions end here, and its sentences, which are for
// programmers.
template <typename Work>
auto CatchExceptions(const Work& work) -> decltype(work()) {
  SilenceOpenCv();
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("no memory for the picture");
  } catch (const cv::Exception& e) {
    if (e.code == cv::Error::StsNoMem) return ResourceExhausted("no memory for the picture");
    return CorruptData("it is damaged, or of a kind that cannot be decoded");
  } catch (const std::exception& e) {
    return Internal(e.what());
  }
}

}  // namespace

StatusOr<ReadPictureResult> DecodePicture(std::vector<std::uint8_t> bytes,
                                          const ReadImageOptions& options) {
  return CatchExceptions([&]() -> StatusOr<ReadPictureResult> {
    PictureMetadata metadata;
    if (!options.raw_format) metadata = PictureMetadata::Read(bytes);
    const int orientation = OrientationOf(bytes, metadata);
    SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult picture, DecodeFile(std::move(bytes), options));
    SEAFUSION_ASSIGN_OR_RETURN(picture.image, Upright(std::move(picture.image), orientation));
    if (!picture.alpha.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(picture.alpha, Upright(std::move(picture.alpha), orientation));
    }
    picture.metadata = std::move(metadata);
    return picture;
  });
}

StatusOr<ReadPictureResult> ReadPicture(const std::string& path, const ReadImageOptions& options) {
  // The largest file a picture within the limit can need: four 16-bit samples a pixel, and
  // metadata.
  constexpr std::uint64_t kMetadata = std::uint64_t{64} << 20;
  constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
  const std::uint64_t max_bytes =
      options.max_pixels > kMost / 8 ? kMost : std::min(kMost, options.max_pixels * 8 + kMetadata);
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<std::uint8_t> bytes, ReadFile(path, max_bytes));
  StatusOr<ReadPictureResult> result = DecodePicture(std::move(bytes), options);
  if (!result.ok()) return result.status().Annotate(path);
  for (std::string& remark : result->remarks) remark = path + ": " + remark;
  return result;
}

StatusOr<ImageBuffer> ReadImage(const std::string& path, const ReadImageOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult result, ReadPicture(path, options));
  return std::move(result.image);
}

bool CanWriteImage(const std::string& path) {
  return FindOutputFormat(path) != nullptr;
}

bool IsSomewhereTransparent(const ImageBuffer& alpha) {
  if (alpha.empty()) return false;
  const ImageView view = alpha.view();
  for (int y = 0; y < view.height; ++y) {
    const auto* row = view.Row<std::uint8_t>(y);
    const auto* end = row + std::ptrdiff_t{view.width} * BytesPerPixel(view.format);
    if (std::any_of(row, end, [](std::uint8_t v) { return v != 255; })) return true;
  }
  return false;
}

bool CanHoldAlpha(const std::string& path) {
  const OutputFormat* format = FindOutputFormat(path);
  return format != nullptr && format->alpha;
}

Status WriteImage(const std::string& path, const ImageView& image, IfExists if_exists,
                  const PictureMetadata& metadata, const ImageView& alpha) {
  if (Status s = ValidateImage(image, "the picture"); !s.ok()) return s.Annotate(path);
  if (IsFloatingPoint(image.format)) {
    return InvalidArgument(path + ": floating-point pictures cannot be written");
  }
  if (IsPacked(image.format)) {
    return InvalidArgument(path + ": " + std::string(PixelFormatName(image.format)) +
                           " cannot be written; gray and rgb can");
  }
  const OutputFormat* format = FindOutputFormat(path);
  if (format == nullptr) {
    return InvalidArgument(path +
                           ": the name must end in .png, .jpg, .jpeg, .bmp, .tif, .tiff or .webp");
  }
  if (BytesPerSample(image.format) == 2 && !format->sixteen_bit) {
    return InvalidArgument(path + ": 16-bit pictures can only be written to .png and .tif");
  }
  const bool with_alpha = alpha.data != nullptr;
  if (with_alpha && !format->alpha) {
    return InvalidArgument(path + ": opacity can only be written to .png, .tif and .webp");
  }
  const auto bytes = CatchExceptions([&]() -> StatusOr<std::vector<std::uint8_t>> {
    SEAFUSION_ASSIGN_OR_RETURN(
        std::vector<std::uint8_t> plain,
        with_alpha ? EncodeWithAlpha(image, alpha, *format) : Encode(image, *format));
    if (metadata.empty() || !format->metadata) return plain;
    return metadata.AddTo(plain, image.width, image.height);
  });
  if (!bytes.ok()) return bytes.status().Annotate(path);
  return WriteFileAtomically(path, *bytes, if_exists);
}

StatusOr<std::vector<std::uint8_t>> EncodeJpeg(const ImageView& image, int quality) {
  if (image.format != PixelFormat::kGray8 && image.format != PixelFormat::kRgb8) {
    return Unsupported("JPEG holds 8-bit gray and colour only");
  }
  const OutputFormat format = {".jpg", false, false, false, {cv::IMWRITE_JPEG_QUALITY, quality}};
  return CatchExceptions([&] { return Encode(image, format); });
}

StatusOr<std::vector<std::uint8_t>> EncodePng(const ImageView& image) {
  if (IsFloatingPoint(image.format) || image.format > PixelFormat::kRgb16) {
    return Unsupported("PNG holds gray and colour of 8 and 16 bits only");
  }
  return CatchExceptions([&] { return Encode(image, *FindOutputFormat("any.png")); });
}

}  // namespace seafusion::io
