// Frames of GStreamer as pictures of libseafusion. Nothing is copied.
#ifndef SEAFUSION_GSTREAMER_FUSION_VIDEO_VIEWS_H_
#define SEAFUSION_GSTREAMER_FUSION_VIDEO_VIEWS_H_

#include <gst/video/video.h>
#include <seafusion/fuser.h>
#include <seafusion/image.h>

namespace seafusion::gst {

/// What the element takes and gives, as a list for caps.
#define SEAFUSION_VIDEO_FORMATS "{ I420, NV12, YUY2, RGB, BGR, RGBA, GRAY8, GRAY16_LE }"

/// The samples that are fused: the whole of a packed frame, the Y plane of a planar one. `frame` is
/// mapped, of one of the formats above, and outlives the view.
ImageView ViewOf(const GstVideoFrame& frame);
/// The same of a frame that is mapped for writing.
MutableImageView MutableViewOf(const GstVideoFrame& frame);

/// How the frames of `info` hold luma.
LumaRange LumaRangeOf(const GstVideoInfo& info);

/// The bytes of `visible` that fusing leaves alone and no view shows: the chroma planes of I420 and
/// NV12, the second half of the last pair in rows of odd width of YUY2. Both of one format and
/// size.
void CopyChroma(const GstVideoFrame& visible, GstVideoFrame& out);

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_FUSION_VIDEO_VIEWS_H_
