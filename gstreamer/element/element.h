// The GStreamer element `seafusion`.
#ifndef SEAFUSION_GSTREAMER_ELEMENT_ELEMENT_H_
#define SEAFUSION_GSTREAMER_ELEMENT_ELEMENT_H_

#include <gst/video/gstvideoaggregator.h>
#include <gst/video/video.h>

namespace seafusion::gst {
struct ElementState;
}

/// Frames leave at the visible stream's times, in its size and format. See docs/gstreamer.md.
struct GstSeafusion {
  GstVideoAggregator parent;
  seafusion::gst::ElementState* state;
};
struct GstSeafusionClass {
  GstVideoAggregatorClass parent;
};

GType gst_seafusion_get_type();

#endif  // SEAFUSION_GSTREAMER_ELEMENT_ELEMENT_H_
