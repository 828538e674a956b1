// Which caps the element's pads take and give.
#ifndef SEAFUSION_GSTREAMER_ELEMENT_NEGOTIATION_H_
#define SEAFUSION_GSTREAMER_ELEMENT_NEGOTIATION_H_

#include <memory>

#include <gst/video/gstvideoaggregator.h>

#include "element/element.h"

namespace seafusion::gst {

struct UnrefCaps {
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
};
using CapsRef = std::unique_ptr<GstCaps, UnrefCaps>;

/// What a pad takes: infrared in any size, or the rig's; visible in what can be handed on, since it
/// decides size, rate and format of what is given.
CapsRef SinkCaps(GstSeafusion* element, GstPad* pad);

/// What is given for visible frames of `visible`: their format, or gray.
GstVideoInfo SourceInfo(const GstVideoInfo& visible, bool gray);

/// `allowed` narrowed down to what is given; empty where what follows does not take that.
CapsRef SourceCaps(const GstVideoInfo& given, GstCaps* allowed);

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_ELEMENT_NEGOTIATION_H_
