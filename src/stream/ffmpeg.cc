#include "stream/ffmpeg.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdarg>
#include <cstring>
#include <limits>
#include <mutex>

#include "stream/frame_source.h"

extern "C" {
#include <libavdevice/version.h>
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream::ffmpeg {
namespace {

thread_local std::uint64_t errors = 0;

void CountErrors(void* /*context*/, int level, const char* /*format*/, va_list /*arguments*/) {
  if (level <= AV_LOG_ERROR) ++errors;
}

}  // namespace

std::uint64_t ErrorsOfThisThread() {
  return errors;
}

void Prepare() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(CountErrors); });
}

Status PrepareDevices() {
  Prepare();
  static const Status status = [] {
    const std::string library = "libavdevice.so." + std::to_string(LIBAVDEVICE_VERSION_MAJOR);
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    using Register = void (*)();
    const auto register_all =
        handle == nullptr ? nullptr
                          : reinterpret_cast<Register>(::dlsym(handle, "avdevice_register_all"));
    if (register_all == nullptr) {
      return Unsupported("cameras and windows need FFmpeg's " + library +
                         ", which is not installed");
    }
    register_all();
    return OkStatus();
  }();
  return status;
}

std::string ErrorText(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Status Error(const std::string& name, const std::string& what, int code) {
  const std::string message = name + ": " + what + ": " + ErrorText(code);
  if (code == AVERROR(ENOENT)) return NotFound(name + ": no such file");
  if (code == AVERROR(ENOMEM)) return ResourceExhausted(message);
  if (code == AVERROR_INVALIDDATA) return CorruptData(message);
  return IoError(message);
}

std::int64_t Microseconds(std::int64_t stamp, AVRational base) {
  const std::int64_t time = av_rescale_q(stamp, base, {1, kMicroseconds});
  // FFmpeg's answer where the product does not fit, whatever its sign.
  if (time == std::numeric_limits<std::int64_t>::min() && stamp > 0) return kFarthestTime;
  return std::clamp(time, -kFarthestTime, kFarthestTime);
}

bool HasOpacity(AVPixelFormat format) {
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
  return d != nullptr && (d->flags & AV_PIX_FMT_FLAG_ALPHA) != 0 &&
         (d->flags & AV_PIX_FMT_FLAG_PAL) == 0;
}

AVPixelFormat PixelFormatOf(PixelFormat format) {
  constexpr bool kLittle = std::endian::native == std::endian::little;
  switch (format) {
    case PixelFormat::kGray8:
      return AV_PIX_FMT_GRAY8;
    case PixelFormat::kGray16:
      return kLittle ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY16BE;
    case PixelFormat::kRgb8:
      return AV_PIX_FMT_RGB24;
    case PixelFormat::kRgb16:
      return kLittle ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB48BE;
    case PixelFormat::kBgr8:
      return AV_PIX_FMT_BGR24;
    case PixelFormat::kRgba8:
      return AV_PIX_FMT_RGBA;
    case PixelFormat::kYuyv8:
      return AV_PIX_FMT_YUYV422;
    case PixelFormat::kGrayF32:
    case PixelFormat::kRgbF32:
      break;
  }
  return AV_PIX_FMT_NONE;
}

bool HasFullRange(AVPixelFormat format, AVColorRange range) {
  const char* name = av_get_pix_fmt_name(format);
  return range == AVCOL_RANGE_JPEG || (name != nullptr && std::strncmp(name, "yuvj", 4) == 0);
}

void PrepareScaler(ScalerPtr& scaler, int width, int height, AVPixelFormat from, AVPixelFormat to) {
  scaler.reset(sws_getCachedContext(scaler.release(), width, height, from, width, height, to,
                                    SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr,
                                    nullptr, nullptr));
}

void SetColours(SwsContext& scaler, AVColorSpace matrix, bool from_full, bool to_full) {
  const int* coefficients =
      sws_getCoefficients(matrix == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : matrix);
  int *old_from = nullptr, *old_to = nullptr;
  int from = 0, to = 0, brightness = 0, contrast = 0, saturation = 0;
  // Fails where there are no colours to convert.
  if (sws_getColorspaceDetails(&scaler, &old_from, &from, &old_to, &to, &brightness, &contrast,
                               &saturation) < 0) {
    return;
  }
  sws_setColorspaceDetails(&scaler, coefficients, from_full ? 1 : 0, coefficients, to_full ? 1 : 0,
                           brightness, contrast, saturation);
}

}  // namespace seafusion::stream::ffmpeg
