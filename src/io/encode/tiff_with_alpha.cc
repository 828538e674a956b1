#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "io/encode/with_alpha.h"

namespace seafusion::io {
namespace {

// What libtiff writes to, anywhere in it.
struct Target {
  std::vector<std::uint8_t> bytes;
  std::size_t at = 0;
};

Target& TargetOf(thandle_t handle) {
  return *static_cast<Target*>(handle);
}

tmsize_t ReadTarget(thandle_t handle, void* to, tmsize_t count) {
  Target& t = TargetOf(handle);
  const std::size_t left = t.at < t.bytes.size() ? t.bytes.size() - t.at : 0;
  const std::size_t n = std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(count, 0)));
  if (n > 0) std::memcpy(to, t.bytes.data() + t.at, n);
  t.at += n;
  return static_cast<tmsize_t>(n);
}

tmsize_t WriteTarget(thandle_t handle, void* from, tmsize_t count) {
  Target& t = TargetOf(handle);
  try {
    t.bytes.resize(std::max(t.bytes.size(), t.at + static_cast<std::size_t>(count)));
  } catch (...) {
    return 0;  // no exception may pass through libtiff
  }
  std::memcpy(t.bytes.data() + t.at, from, static_cast<std::size_t>(count));
  t.at += static_cast<std::size_t>(count);
  return count;
}

toff_t SeekTarget(thandle_t handle, toff_t offset, int whence) {
  Target& t = TargetOf(handle);
  const std::size_t base = whence == SEEK_CUR ? t.at : whence == SEEK_END ? t.bytes.size() : 0;
  return t.at = base + offset;
}

int CloseTarget(thandle_t /*handle*/) {
  return 0;
}

toff_t SizeOfTarget(thandle_t handle) {
  return TargetOf(handle).bytes.size();
}

int SayNothing(TIFF* /*tiff*/, void* /*source*/, const char* /*module*/, const char* /*format*/,
               va_list /*arguments*/) {
  return 1;
}

struct CloseWriter {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
struct FreeWriterOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

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
  const std::unique_ptr<TIFFOpenOptions, FreeWriterOptions> options(TIFFOpenOptionsAlloc());
  if (options == nullptr) return failed;
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), SayNothing, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), SayNothing, nullptr);
  Target target;
  std::unique_ptr<TIFF, CloseWriter> tiff(
      TIFFClientOpenExt("", "wm", &target, ReadTarget, WriteTarget, SeekTarget, CloseTarget,
                        SizeOfTarget, nullptr, nullptr, options.get()));
  if (tiff == nullptr || !SetTags(tiff.get(), picture)) return failed;
  for (int y = 0; y < picture.height(); ++y) {
    // Writing with a predictor changes the row.
    if (TIFFWriteScanline(tiff.get(), picture.Row(y), static_cast<std::uint32_t>(y), 0) < 0) {
      return failed;
    }
  }
  if (TIFFFlush(tiff.get()) == 0) return failed;
  tiff.reset();
  return std::move(target.bytes);
}

}  // namespace seafusion::io
