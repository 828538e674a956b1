#include "stream/write/whole_frame.h"

#include <cstdint>
#include <cstring>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream {

StatusOr<ffmpeg::FramePtr> WithLuma(const ImageView& luma, const VideoPlanes& colours) {
  const auto format = static_cast<AVPixelFormat>(colours.frame->format);
  ffmpeg::FramePtr whole(colours.frame->data[0] != nullptr ? av_frame_clone(colours.frame.get())
                                                           : av_frame_alloc());
  if (whole == nullptr) return ResourceExhausted("no memory for a frame");
  if (whole->data[0] == nullptr) {
    whole->format = format;
    whole->color_range = colours.frame->color_range;
    whole->width = luma.width;
    whole->height = luma.height;
    if (av_frame_get_buffer(whole.get(), 0) < 0) return ResourceExhausted("no memory for a frame");
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
    const int rows = AV_CEIL_RSHIFT(luma.height, d->log2_chroma_h);
    for (const int plane : {1, 2}) {
      std::memset(
          whole->data[plane], 128,
          static_cast<std::size_t>(whole->linesize[plane]) * static_cast<std::size_t>(rows));
    }
  }
  if (whole->width != luma.width || whole->height != luma.height) {
    return Internal("colours of another size");
  }
  whole->data[0] = static_cast<std::uint8_t*>(const_cast<void*>(luma.data));
  whole->linesize[0] = static_cast<int>(luma.stride);
  return whole;
}

}  // namespace seafusion::stream
