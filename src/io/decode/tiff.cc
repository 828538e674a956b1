#include "io/decode/tiff.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/memory/checked_math.h"
#include "core/status_macros.h"
#include "io/tiff/tiff_in_memory.h"
#include "model/weights/half.h"

namespace seafusion::io {
namespace {

struct Layout {
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, format = SAMPLEFORMAT_UINT, photometric = 0, planar = 1,
                compression = 1;
  // What the first sample behind the colours is: EXTRASAMPLE_ASSOCALPHA, ..._UNASSALPHA or neither.
  std::uint16_t extra = EXTRASAMPLE_UNSPECIFIED;
};

Layout LayoutOf(TIFF* tiff) {
  Layout l;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &l.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &l.height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &l.bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &l.samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &l.format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &l.planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &l.compression);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &l.photometric);
  std::uint16_t extras = 0;
  const std::uint16_t* kinds = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extras, &kinds) != 0 && extras > 0) {
    l.extra = kinds[0];
  }
  return l;
}

bool IsGray(const Layout& l) {
  return l.photometric == PHOTOMETRIC_MINISBLACK || l.photometric == PHOTOMETRIC_MINISWHITE;
}

// Gray and RGB samples of whole bytes, which are read as they are; everything else (palettes,
// YCbCr, CMYK, packed bits) libtiff turns into 8-bit colour.
bool IsPlain(const Layout& l) {
  return (IsGray(l) || l.photometric == PHOTOMETRIC_RGB) && l.bits % 8 == 0;
}

// One sample of `bits` in the machine's byte order as a number.
double Number(const std::uint8_t* p, unsigned bits, unsigned format) {
  const auto load = [p](auto value) {
    std::memcpy(&value, p, sizeof(value));
    return value;
  };
  if (format == SAMPLEFORMAT_IEEEFP) {
    if (bits == 16) return model::HalfToFloat(load(std::uint16_t{}));
    return bits == 32 ? static_cast<double>(load(float{})) : load(double{});
  }
  if (format == SAMPLEFORMAT_INT) {
    if (bits == 8) return load(std::int8_t{});
    if (bits == 16) return load(std::int16_t{});
    return bits == 32 ? load(std::int32_t{}) : static_cast<double>(load(std::int64_t{}));
  }
  if (bits == 8) return *p;
  if (bits == 16) return load(std::uint16_t{});
  return bits == 32 ? load(std::uint32_t{}) : static_cast<double>(load(std::uint64_t{}));
}

// Writes samples of the file to pixels of the picture.
class Converter {
 public:
  Converter(const Layout& layout, const MutableImageView& out, bool is_alpha = false)
      : l_(layout), out_(out), channels_(ChannelCount(out.format)), is_alpha_(is_alpha) {}

  // `pixels` pixels of row y from x on; `from`: the first sample of channel `channel`, `step`
  // samples from pixel to pixel. Channel -1: all channels, side by side.
  void Row(const std::uint8_t* from, std::uint32_t y, std::uint32_t x, std::uint32_t pixels,
           int channel, unsigned step) const {
    const unsigned sample = l_.bits / 8U;
    const int first = std::max(channel, 0);
    const int last = channel < 0 ? channels_ - 1 : channel;
    for (std::uint32_t i = 0; i < pixels; ++i, from += std::size_t{step} * sample) {
      for (int c = first; c <= last; ++c) {
        Put(static_cast<int>(y), static_cast<int>(x + i) * channels_ + c,
            from + static_cast<std::size_t>(c - first) * sample);
      }
    }
  }

 private:
  void Put(int y, int index, const std::uint8_t* from) const {
    const bool white_is_zero = !is_alpha_ && l_.photometric == PHOTOMETRIC_MINISWHITE;
    switch (BytesPerSample(out_.format)) {
      case 1:
        out_.Row<std::uint8_t>(y)[index] =
            white_is_zero ? static_cast<std::uint8_t>(~*from) : *from;
        break;
      case 2: {
        std::uint16_t v = 0;
        std::memcpy(&v, from, sizeof(v));
        out_.Row<std::uint16_t>(y)[index] = white_is_zero ? static_cast<std::uint16_t>(~v) : v;
        break;
      }
      default:
        out_.Row<float>(y)[index] = static_cast<float>(Number(from, l_.bits, l_.format));
    }
  }

  const Layout& l_;
  const MutableImageView& out_;
  int channels_;
  bool is_alpha_;
};

Status Failed(const Layout& l) {
  std::string text = "its TIFF data is damaged, or of a kind that cannot be decoded: " +
                     std::to_string(l.samples) + " samples of " + std::to_string(l.bits) +
                     " bits a pixel";
  if (l.compression != COMPRESSION_NONE) {
    const TIFFCodec* codec = TIFFFindCODEC(l.compression);
    text += ", compressed by " + (codec != nullptr ? std::string(codec->name)
                                                   : "method " + std::to_string(l.compression));
  }
  return CorruptData(text);
}

// Reads strips or tiles; both are blocks of rows here. `alpha` without data: not wanted.
Status ReadPlain(TIFF* tiff, const Layout& l, const MutableImageView& out,
                 const MutableImageView& alpha) {
  const bool tiled = TIFFIsTiled(tiff) != 0;
  std::uint32_t block_width = l.width, block_height = l.height;
  if (tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &block_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &block_height);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &block_height);
    block_height = std::min(block_height, l.height);
  }
  if (block_width == 0 || block_height == 0) return CorruptData("the TIFF's blocks have no size");
  const bool separate = l.planar == PLANARCONFIG_SEPARATE && l.samples > 1;
  const int channels = ChannelCount(out.format);
  const unsigned step = separate ? 1 : l.samples;
  const std::size_t row_bytes = std::size_t{block_width} * step * (l.bits / 8U);
  const tmsize_t size = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  if (size <= 0 || static_cast<std::size_t>(size) < row_bytes) return Failed(l);
  std::vector<std::uint8_t> block(static_cast<std::size_t>(size));
  const Converter convert(l, out), convert_alpha(l, alpha, /*is_alpha=*/true);
  const bool with_alpha = alpha.data != nullptr;
  const int planes = channels + (with_alpha ? 1 : 0);
  const std::size_t sample_bytes = l.bits / 8U;
  for (int plane = 0; plane < (separate ? planes : 1); ++plane) {
    for (std::uint32_t y = 0; y < l.height; y += block_height) {
      for (std::uint32_t x = 0; x < l.width; x += block_width) {
        const auto sample = static_cast<std::uint16_t>(plane);
        const tmsize_t got =
            tiled
                ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, sample), block.data(),
                                      size)
                : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, sample), block.data(), size);
        const std::uint32_t rows = std::min(block_height, l.height - y);
        if (got < static_cast<tmsize_t>(rows * row_bytes)) return Failed(l);
        const std::uint32_t columns = std::min(block_width, l.width - x);
        for (std::uint32_t r = 0; r < rows; ++r) {
          const std::uint8_t* row = block.data() + r * row_bytes;
          if (plane < channels) convert.Row(row, y + r, x, columns, separate ? plane : -1, step);
          if (!with_alpha || (separate && plane < channels)) continue;
          convert_alpha.Row(row + (separate ? 0 : sample_bytes * static_cast<unsigned>(channels)),
                            y + r, x, columns, 0, step);
        }
        if (block_width == l.width) break;
      }
    }
  }
  return OkStatus();
}

Status ReadThroughColours(TIFF* tiff, const Layout& l, const MutableImageView& out) {
  std::vector<std::uint32_t> pixels(static_cast<std::size_t>(out.width) *
                                    static_cast<std::size_t>(out.height));
  if (TIFFReadRGBAImageOriented(tiff, static_cast<std::uint32_t>(out.width),
                                static_cast<std::uint32_t>(out.height), pixels.data(),
                                ORIENTATION_TOPLEFT, 1) == 0) {
    return Failed(l);
  }
  const int channels = ChannelCount(out.format);
  for (int y = 0; y < out.height; ++y) {
    auto* row = out.Row<std::uint8_t>(y);
    const std::uint32_t* from = pixels.data() + static_cast<std::ptrdiff_t>(y) * out.width;
    for (int x = 0; x < out.width; ++x) {
      row[x * channels] = static_cast<std::uint8_t>(TIFFGetR(from[x]));
      if (channels == 1) continue;
      row[x * channels + 1] = static_cast<std::uint8_t>(TIFFGetG(from[x]));
      row[x * channels + 2] = static_cast<std::uint8_t>(TIFFGetB(from[x]));
    }
  }
  return OkStatus();
}

StatusOr<PixelFormat> FormatOf(const Layout& l, int channels) {
  const bool gray = channels == 1;
  if (!IsPlain(l)) return gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  const bool integer = l.format == SAMPLEFORMAT_UINT || l.format == SAMPLEFORMAT_VOID;
  if (integer && l.bits == 8) return gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  if (integer && l.bits == 16) return gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
  const bool known =
      integer || l.format == SAMPLEFORMAT_INT
          ? l.bits == 8 || l.bits == 16 || l.bits == 32 || l.bits == 64
          : l.format == SAMPLEFORMAT_IEEEFP && (l.bits == 16 || l.bits == 32 || l.bits == 64);
  if (!known) {
    return Unsupported("TIFF samples of " + std::to_string(l.bits) + " bits in format " +
                       std::to_string(l.format) + " are not supported");
  }
  if (!gray) {
    return Unsupported("colour TIFFs of " + std::to_string(l.bits) +
                       " bits with sign or fractions are not supported; store 8 or 16 bits");
  }
  if (l.photometric == PHOTOMETRIC_MINISWHITE) {
    return Unsupported("a TIFF that counts from white to black in " + std::to_string(l.bits) +
                       " bits is not supported");
  }
  return PixelFormat::kGrayF32;
}

// Colours that were multiplied by their opacity, divided by it again.
template <typename Sample>
void DivideByAlpha(DecodedPicture& picture) {
  constexpr std::uint32_t kMost = std::numeric_limits<Sample>::max();
  const int channels = ChannelCount(picture.image.format());
  for (int y = 0; y < picture.image.height(); ++y) {
    auto* row = picture.image.view().Row<Sample>(y);
    const auto* alpha = std::as_const(picture.alpha).view().Row<Sample>(y);
    for (int x = 0; x < picture.image.width(); ++x, row += channels) {
      const std::uint32_t a = alpha[x];
      if (a == 0 || a == kMost) continue;
      for (int c = 0; c < channels; ++c) {
        row[c] = static_cast<Sample>(std::min((row[c] * kMost + a / 2) / a, kMost));
      }
    }
  }
}

// GDAL's tag for the value that stands where nothing was measured.
constexpr std::uint32_t kGdalNoData = 42113;

void MarkNoData(TIFF* tiff, const MutableImageView& image) {
  const char* text = nullptr;
  std::uint32_t count = 0;
  if (TIFFGetField(tiff, kGdalNoData, &count, &text) == 0 || text == nullptr || count == 0) return;
  const std::string value(text, strnlen(text, count));
  char* end = nullptr;
  const auto no_data = static_cast<float>(std::strtod(value.c_str(), &end));
  if (end == value.c_str()) return;
  for (int y = 0; y < image.height; ++y) {
    auto* row = image.Row<float>(y);
    std::replace(row, row + image.width, no_data, std::nanf(""));
  }
}

}  // namespace

StatusOr<DecodedPicture> DecodeTiff(const ImageInfo& info, std::span<const std::uint8_t> bytes,
                                    int page) {
  TiffBytes source{.bytes = bytes};
  // No block is larger than the picture's samples; tiles may stand out over two of its sides.
  constexpr std::uint64_t kSlack = std::uint64_t{64} << 20;
  const std::uint64_t pixels = std::uint64_t{info.width} * info.height;
  const TiffHandle tiff =
      OpenTiff(source, CheckedProduct(pixels, std::uint64_t{64}).value_or(pixels) + kSlack);
  if (tiff == nullptr ||
      (page != 0 && TIFFSetDirectory(tiff.get(), static_cast<tdir_t>(page)) == 0)) {
    return CorruptData("its TIFF directory is damaged");
  }
  const Layout layout = LayoutOf(tiff.get());
  const std::uint64_t page_pixels = std::uint64_t{layout.width} * layout.height;
  if (page_pixels == 0) return CorruptData("the TIFF's page has no size");
  // Of a tag that stands there twice, the probe may have taken the other one.
  if (page_pixels > info.most_page_pixels) return CorruptData("the TIFF's page has two sizes");
  const int channels = IsGray(layout) ? 1 : 3;
  if (IsPlain(layout) && layout.samples < channels) {
    return CorruptData("the TIFF's page has colours and " + std::to_string(layout.samples) +
                       " samples a pixel");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const PixelFormat format, FormatOf(layout, channels));
  const int width = static_cast<int>(layout.width), height = static_cast<int>(layout.height);
  DecodedPicture picture;
  SEAFUSION_ASSIGN_OR_RETURN(picture.image, ImageBuffer::Create(width, height, format));
  const bool multiplied = layout.extra == EXTRASAMPLE_ASSOCALPHA;
  if (IsPlain(layout) && !IsFloatingPoint(format) && layout.samples > ChannelCount(format) &&
      (multiplied || layout.extra == EXTRASAMPLE_UNASSALPHA)) {
    SEAFUSION_ASSIGN_OR_RETURN(
        picture.alpha, ImageBuffer::Create(width, height,
                                           BytesPerSample(format) == 2 ? PixelFormat::kGray16
                                                                       : PixelFormat::kGray8));
  }
  const MutableImageView view = picture.image.view();
  const MutableImageView alpha = picture.alpha.empty() ? MutableImageView() : picture.alpha.view();
  SEAFUSION_RETURN_IF_ERROR(IsPlain(layout) ? ReadPlain(tiff.get(), layout, view, alpha)
                                            : ReadThroughColours(tiff.get(), layout, view));
  if (format == PixelFormat::kGrayF32) MarkNoData(tiff.get(), view);
  if (multiplied && !picture.alpha.empty()) {
    BytesPerSample(format) == 2 ? DivideByAlpha<std::uint16_t>(picture)
                                : DivideByAlpha<std::uint8_t>(picture);
  }
  return picture;
}

}  // namespace seafusion::io
