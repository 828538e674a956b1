// The pads `ir` and `visible`.
#ifndef SEAFUSION_GSTREAMER_ELEMENT_SINK_PAD_H_
#define SEAFUSION_GSTREAMER_ELEMENT_SINK_PAD_H_

#include <memory>

#include <gst/video/gstvideoaggregator.h>

/// Maps no frame by itself: an infrared frame is used as long as ir-hold says, and a visible one
/// may pass unmapped.
GType gst_seafusion_pad_get_type();

namespace seafusion::gst {

inline constexpr char kInfraredPad[] = "ir";
inline constexpr char kVisiblePad[] = "visible";

struct UnrefObject {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
using PadRef = std::unique_ptr<GstVideoAggregatorPad, UnrefObject>;

/// The element's pad of that name; null where it was not requested.
PadRef FindPad(gpointer element, const char* name);

/// Whether a frame's format is known.
bool HasFormat(const GstVideoAggregatorPad* pad);

/// The frame for the time that is being made; null where there is none or it says that nothing is
/// there (a gap).
GstBuffer* CurrentFrame(GstVideoAggregatorPad* pad);

/// Running times of a buffer of the pad, before the pad's next segment takes over. `end` is the
/// next nanosecond where neither the buffer nor the caps say how long it lasts.
struct FrameTimes {
  GstClockTime start = GST_CLOCK_TIME_NONE;
  GstClockTime end = GST_CLOCK_TIME_NONE;
};
FrameTimes TimesOf(GstVideoAggregatorPad* pad, GstBuffer* frame);

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_ELEMENT_SINK_PAD_H_
