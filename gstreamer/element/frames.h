// What becomes of each visible frame.
#ifndef SEAFUSION_GSTREAMER_ELEMENT_FRAMES_H_
#define SEAFUSION_GSTREAMER_ELEMENT_FRAMES_H_

#include "element/element.h"

namespace seafusion::gst {

/// Whether there is a visible frame that was not given yet, and what is done with it: in the
/// state's plan. GST_FLOW_EOS after the last one; GST_FLOW_ERROR, posted, where the sizes do not
/// match.
struct NextFrame {
  GstFlowReturn flow = GST_FLOW_OK;
  GstBuffer* visible = nullptr;  ///< Null: nothing is given now. The state owns it.
};
NextFrame PlanFrame(GstSeafusion* element);

/// Carries the plan out. Errors are posted.
GstFlowReturn MakeFrame(GstSeafusion* element, GstBuffer* out);

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_ELEMENT_FRAMES_H_
