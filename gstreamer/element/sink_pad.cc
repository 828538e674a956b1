#include "element/sink_pad.h"

#include <algorithm>

#include "element/element.h"
#include "element/element_state.h"

struct GstSeafusionPad {
  GstVideoAggregatorPad parent;
};
struct GstSeafusionPadClass {
  GstVideoAggregatorPadClass parent;
};

G_DEFINE_TYPE(GstSeafusionPad, gst_seafusion_pad, GST_TYPE_VIDEO_AGGREGATOR_PAD)

static GstFlowReturn Flush(GstAggregatorPad* pad, GstAggregator* aggregator) {
  using seafusion::gst::kInfraredPad;
  auto* element = reinterpret_cast<GstSeafusion*>(aggregator);
  if (g_str_equal(GST_OBJECT_NAME(pad), kInfraredPad)) element->state->ForgetInfrared();
  return GST_AGGREGATOR_PAD_CLASS(gst_seafusion_pad_parent_class)->flush(pad, aggregator);
}

static void gst_seafusion_pad_class_init(GstSeafusionPadClass* klass) {
  auto* video = GST_VIDEO_AGGREGATOR_PAD_CLASS(klass);
  video->prepare_frame = nullptr;
  video->prepare_frame_start = nullptr;
  GST_AGGREGATOR_PAD_CLASS(klass)->flush = Flush;
}

static void gst_seafusion_pad_init(GstSeafusionPad*) {}

namespace seafusion::gst {

PadRef FindPad(gpointer element, const char* name) {
  return PadRef(GST_VIDEO_AGGREGATOR_PAD(gst_element_get_static_pad(GST_ELEMENT(element), name)));
}

bool HasFormat(const GstVideoAggregatorPad* pad) {
  return pad->info.finfo != nullptr &&
         GST_VIDEO_INFO_FORMAT(&pad->info) != GST_VIDEO_FORMAT_UNKNOWN;
}

GstBuffer* CurrentFrame(GstVideoAggregatorPad* pad) {
  GstBuffer* buffer = gst_video_aggregator_pad_get_current_buffer(pad);
  if (buffer == nullptr) return nullptr;
  const bool gap = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP);
  return gap && gst_buffer_get_size(buffer) == 0 ? nullptr : buffer;
}

FrameTimes TimesOf(GstVideoAggregatorPad* pad, GstBuffer* frame) {
  GST_OBJECT_LOCK(pad);
  const GstSegment segment = GST_AGGREGATOR_PAD(pad)->segment;
  GST_OBJECT_UNLOCK(pad);
  GstClockTime start = GST_BUFFER_PTS(frame);
  if (!GST_CLOCK_TIME_IS_VALID(start)) return {};
  GstClockTime length = 1;  // so that it covers its own time
  if (GST_BUFFER_DURATION_IS_VALID(frame)) {
    length = GST_BUFFER_DURATION(frame);
  } else if (GST_VIDEO_INFO_FPS_N(&pad->info) > 0) {
    length = gst_util_uint64_scale(GST_SECOND, GST_VIDEO_INFO_FPS_D(&pad->info),
                                   GST_VIDEO_INFO_FPS_N(&pad->info));
  }
  GstClockTime end = start + length;
  // A frame may begin before its segment, or last longer.
  start = std::max(start, segment.start);
  if (GST_CLOCK_TIME_IS_VALID(segment.stop)) end = std::min(end, segment.stop);
  if (segment.rate < 0) std::swap(start, end);
  return {gst_segment_to_running_time(&segment, GST_FORMAT_TIME, start),
          gst_segment_to_running_time(&segment, GST_FORMAT_TIME, end)};
}

}  // namespace seafusion::gst
