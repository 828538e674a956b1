#include <array>

#include "io/encode/with_alpha.h"
#include "io/tiff/tiff_in_memory.h"

namespace seafusion::io {
namespace {

bool SetTags(TIFF* tiff, const PictureWithAlpha& picture) {
  constexpr std::array<std::uint16_t, 1> kAlpha = {EXTRASAMPLE_UNASSALPHA};
  return TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(picture.width())) != 0 &&
         TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(picture.height())) !=
             0 &&
         TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, picture.bits()) != 0 &&
         TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture.channels()) != 0 &&
         TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                      picture.channels() == 2 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB) != 0 &&
         TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, kAlpha.data()) != 0 &&
         TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) != 0 &&
         TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW) != 0 &&
         TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL) != 0 &&
         TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0)) != 0;
}

}  // namespace

StatusOr<std::vector<std::uint8_t>> EncodeTiffWithAlpha(PictureWithAlpha& picture) {
  const Status failed = ResourceExhausted("no memory for the picture");
  std::vector<std::uint8_t> file;
  TiffBytes target{.written = &file};
  TiffHandle tiff = CreateTiff(target);
  if (tiff == nullptr || !SetTags(tiff.get(), picture)) return failed;
  for (int y = 0; y < picture.height(); ++y) {
    // Writing with a predictor changes the row.
    if (TIFFWriteScanline(tiff.get(), picture.Row(y), static_cast<std::uint32_t>(y), 0) < 0) {
      return failed;
    }
  }
  if (TIFFFlush(tiff.get()) == 0) return failed;
  tiff.reset();
  return file;
}

}  // namespace seafusion::io
