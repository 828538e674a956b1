#include "fusion/video_views.h"

#include <algorithm>
#include <bit>

namespace seafusion::gst {
namespace {

PixelFormat FormatOf(GstVideoFormat format) {
  // GRAY16_LE is the order of every machine that this is built for.
  static_assert(std::endian::native == std::endian::little);
  switch (format) {
    case GST_VIDEO_FORMAT_YUY2:
      return PixelFormat::kYuyv8;
    case GST_VIDEO_FORMAT_RGB:
      return PixelFormat::kRgb8;
    case GST_VIDEO_FORMAT_BGR:
      return PixelFormat::kBgr8;
    case GST_VIDEO_FORMAT_RGBA:
      return PixelFormat::kRgba8;
    case GST_VIDEO_FORMAT_GRAY16_LE:
      return PixelFormat::kGray16;
    default:  // GRAY8, and the Y plane of I420 and NV12
      return PixelFormat::kGray8;
  }
}

}  // namespace

MutableImageView MutableViewOf(const GstVideoFrame& frame) {
  return {.data = GST_VIDEO_FRAME_PLANE_DATA(&frame, 0),
          .width = GST_VIDEO_FRAME_WIDTH(&frame),
          .height = GST_VIDEO_FRAME_HEIGHT(&frame),
          .stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0),
          .format = FormatOf(GST_VIDEO_FRAME_FORMAT(&frame))};
}

ImageView ViewOf(const GstVideoFrame& frame) {
  return MutableViewOf(frame);
}

LumaRange LumaRangeOf(const GstVideoInfo& info) {
  const bool video = GST_VIDEO_INFO_COLORIMETRY(&info).range == GST_VIDEO_COLOR_RANGE_16_235;
  return video ? LumaRange::kVideo : LumaRange::kFull;
}

void CopyChroma(const GstVideoFrame& visible, GstVideoFrame& out) {
  const guint planes = GST_VIDEO_FRAME_N_PLANES(&visible);
  for (guint plane = 1; plane < planes; ++plane) gst_video_frame_copy_plane(&out, &visible, plane);
  const int width = GST_VIDEO_FRAME_WIDTH(&visible);
  if (GST_VIDEO_FRAME_FORMAT(&visible) != GST_VIDEO_FORMAT_YUY2 || width % 2 == 0) return;
  const ImageView from = ViewOf(visible);
  const MutableImageView to = MutableViewOf(out);
  // A pair of pixels has four bytes, and so has the half one at the end.
  for (int y = 0; y < from.height; ++y) {
    std::copy_n(from.Row<guint8>(y) + 2 * width, 2, to.Row<guint8>(y) + 2 * width);
  }
}

}  // namespace seafusion::gst
