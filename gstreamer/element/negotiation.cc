#include "element/negotiation.h"

#include <optional>

#include "element/element_state.h"
#include "element/sink_pad.h"

namespace seafusion::gst {
namespace {

// The rate of visible frames whose caps tell none: frames that come faster are dropped.
constexpr int kUnknownRate = 30;

void SetSize(GstCaps* caps, const std::optional<align::RigCamera>& camera) {
  if (!camera) return;
  gst_caps_set_simple(caps, "width", G_TYPE_INT, camera->width, "height", G_TYPE_INT,
                      camera->height, nullptr);
}

// Visible caps whose frames become gray ones that `downstream` takes.
CapsRef BeforeGray(GstCaps* downstream) {
  struct Depth {
    const char* gray;
    const char* from;
  };
  constexpr Depth kDepths[] = {
      {"video/x-raw, format = GRAY8",
       "video/x-raw, format = { I420, NV12, YUY2, RGB, BGR, RGBA, GRAY8 }"},
      {"video/x-raw, format = GRAY16_LE", "video/x-raw, format = GRAY16_LE"}};
  CapsRef result(gst_caps_new_empty());
  for (const Depth& depth : kDepths) {
    const CapsRef gray(gst_caps_from_string(depth.gray));
    const CapsRef from(gst_caps_from_string(depth.from));
    CapsRef taken(gst_caps_make_writable(gst_caps_intersect(downstream, gray.get())));
    for (guint i = 0; i < gst_caps_get_size(taken.get()); ++i) {
      gst_structure_remove_fields(gst_caps_get_structure(taken.get(), i), "format", "colorimetry",
                                  "chroma-site", nullptr);
    }
    result.reset(gst_caps_merge(result.release(), gst_caps_intersect(taken.get(), from.get())));
  }
  return result;
}

}  // namespace

CapsRef SinkCaps(GstSeafusion* element, GstPad* pad) {
  ElementState& state = *element->state;
  const bool infrared = g_str_equal(GST_OBJECT_NAME(pad), kInfraredPad);
  CapsRef caps(gst_caps_make_writable(gst_pad_get_pad_template_caps(pad)));
  std::optional<align::RigCamera> camera;
  bool gray = false;
  {
    const std::lock_guard lock(state.mutex);
    gray = state.settings.gray;
    if (state.running) {
      camera = infrared ? state.infrared_camera : state.visible_camera;
    }
  }
  SetSize(caps.get(), camera);
  if (infrared) return caps;

  GstPad* source = GST_AGGREGATOR_SRC_PAD(element);
  const CapsRef ours(gst_pad_get_pad_template_caps(source));
  CapsRef downstream(gst_pad_peer_query_caps(source, ours.get()));
  if (gray) downstream = BeforeGray(downstream.get());
  return CapsRef(gst_caps_intersect(downstream.get(), caps.get()));
}

GstVideoInfo SourceInfo(const GstVideoInfo& visible, bool gray) {
  GstVideoInfo info = visible;
  const GstVideoFormat format = GST_VIDEO_INFO_FORMAT(&visible);
  if (gray && format != GST_VIDEO_FORMAT_GRAY8 && format != GST_VIDEO_FORMAT_GRAY16_LE) {
    gst_video_info_set_format(&info, GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_INFO_WIDTH(&visible),
                              GST_VIDEO_INFO_HEIGHT(&visible));
    info.par_n = visible.par_n;
    info.par_d = visible.par_d;
    info.fps_n = visible.fps_n;
    info.fps_d = visible.fps_d;
  }
  info.flags = static_cast<GstVideoFlags>(info.flags & ~GST_VIDEO_FLAG_VARIABLE_FPS);
  if (info.fps_n <= 0 || info.fps_d <= 0) {
    info.fps_n = kUnknownRate;
    info.fps_d = 1;
  }
  return info;
}

CapsRef SourceCaps(const GstVideoInfo& given, GstCaps* allowed) {
  const CapsRef exact(gst_video_info_to_caps(&given));
  return CapsRef(gst_caps_intersect(exact.get(), allowed));
}

}  // namespace seafusion::gst
