#include "stream/read/frame_pixels.h"

#include <cstdint>
#include <string>
#include <utility>

#include "core/status_macros.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream {
namespace {

// The same samples under the name that says nothing about their range; none: not one of the three
// that VideoPlanes has.
AVPixelFormat WithoutRange(AVPixelFormat format) {
  switch (format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    default:
      return AV_PIX_FMT_NONE;
  }
}

// That of planes with as many colours.
AVPixelFormat PlanarFormat(AVPixelFormat format) {
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
  constexpr std::uint64_t kOther = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL |
                                   AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_HWACCEL |
                                   AV_PIX_FMT_FLAG_BAYER;
  if (d == nullptr || d->nb_components != 3 || (d->flags & kOther) != 0) return AV_PIX_FMT_NONE;
  if (d->comp[0].depth != 8 || sws_isSupportedInput(format) == 0) return AV_PIX_FMT_NONE;
  if (d->log2_chroma_w == 0 && d->log2_chroma_h == 0) return AV_PIX_FMT_YUV444P;
  if (d->log2_chroma_w == 1 && d->log2_chroma_h == 0) return AV_PIX_FMT_YUV422P;
  if (d->log2_chroma_w == 1 && d->log2_chroma_h == 1) return AV_PIX_FMT_YUV420P;
  return AV_PIX_FMT_NONE;
}

void TakeColours(AVFrame& to, const AVFrame& from) {
  to.colorspace = from.colorspace;
  to.color_range = from.color_range;
  to.color_primaries = from.color_primaries;
  to.color_trc = from.color_trc;
  to.chroma_location = from.chroma_location;
}

}  // namespace

PixelFormat DeliveredFormat(AVPixelFormat format, bool infrared) {
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
  if (d == nullptr) return PixelFormat::kRgb8;
  const bool gray = d->nb_components <= 2 && (d->flags & AV_PIX_FMT_FLAG_PAL) == 0;
  if (gray) return d->comp[0].depth > 8 ? PixelFormat::kGray16 : PixelFormat::kGray8;
  const bool rgb = (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  return infrared && !rgb ? PixelFormat::kGray8 : PixelFormat::kRgb8;
}

std::shared_ptr<const VideoPlanes> PlanesLike(const AVCodecParameters& video) {
  const auto format = static_cast<AVPixelFormat>(video.format);
  const AVPixelFormat planar = PlanarFormat(format);
  if (planar == AV_PIX_FMT_NONE) return nullptr;
  ffmpeg::FramePtr frame(av_frame_alloc());
  if (frame == nullptr) return nullptr;
  frame->format = planar;
  frame->colorspace = video.color_space;
  frame->color_range =
      ffmpeg::HasFullRange(format, video.color_range) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  frame->color_primaries = video.color_primaries;
  frame->color_trc = video.color_trc;
  frame->chroma_location = video.chroma_location;
  return std::make_shared<VideoPlanes>(VideoPlanes{std::move(frame)});
}

Status FramePixels::PrepareScaler(const AVFrame& frame, AVPixelFormat to) {
  const auto from = static_cast<AVPixelFormat>(frame.format);
  ffmpeg::PrepareScaler(scaler_, frame.width, frame.height, from, to);
  if (scaler_ != nullptr) return OkStatus();
  const char* name = av_get_pix_fmt_name(from);
  return Unsupported(std::string("pixels of format ") + (name == nullptr ? "unknown" : name));
}

Status FramePixels::Convert(const AVFrame& frame, const MutableImageView& to) {
  SEAFUSION_RETURN_IF_ERROR(PrepareScaler(frame, ffmpeg::PixelFormatOf(to.format)));
  const int* matrix = sws_getCoefficients(
      frame.colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : frame.colorspace);
  int* old_matrix = nullptr;
  int* old_target = nullptr;
  int from_full = 0, to_full = 0, brightness = 0, contrast = 0, saturation = 0;
  if (sws_getColorspaceDetails(scaler_.get(), &old_matrix, &from_full, &old_target, &to_full,
                               &brightness, &contrast, &saturation) >= 0) {
    if (frame.color_range == AVCOL_RANGE_JPEG) from_full = 1;
    sws_setColorspaceDetails(scaler_.get(), matrix, from_full, old_target, to_full, brightness,
                             contrast, saturation);
  }
  std::uint8_t* rows[4] = {static_cast<std::uint8_t*>(to.data)};
  const int strides[4] = {static_cast<int>(to.stride)};
  const int done =
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, rows, strides);
  if (done != frame.height) return Internal("libswscale converted no picture");
  return OkStatus();
}

StatusOr<std::shared_ptr<const VideoPlanes>> FramePixels::Planes(const AVFrame& frame,
                                                                 const VideoPlanes& like) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const auto wanted = static_cast<AVPixelFormat>(like.frame->format);
  const bool full = ffmpeg::HasFullRange(format, frame.color_range);
  const bool wanted_full = like.frame->color_range == AVCOL_RANGE_JPEG;
  if (WithoutRange(format) == wanted && full == wanted_full) {
    ffmpeg::FramePtr same(av_frame_clone(&frame));
    if (same == nullptr) return ResourceExhausted("no memory for a frame");
    same->format = wanted;
    TakeColours(*same, *like.frame);
    return std::make_shared<const VideoPlanes>(VideoPlanes{std::move(same)});
  }
  SEAFUSION_RETURN_IF_ERROR(PrepareScaler(frame, wanted));
  ffmpeg::SetColours(*scaler_, frame.colorspace, full, wanted_full);
  ffmpeg::FramePtr planes(av_frame_alloc());
  if (planes == nullptr) return ResourceExhausted("no memory for a frame");
  planes->format = wanted;
  planes->width = frame.width;
  planes->height = frame.height;
  TakeColours(*planes, *like.frame);
  if (av_frame_get_buffer(planes.get(), 0) < 0) return ResourceExhausted("no memory for a frame");
  const int done = sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height,
                             planes->data, planes->linesize);
  if (done != frame.height) return Internal("libswscale converted no picture");
  return std::make_shared<const VideoPlanes>(VideoPlanes{std::move(planes)});
}

}  // namespace seafusion::stream
