// The element's properties.
#ifndef SEAFUSION_GSTREAMER_ELEMENT_PROPERTIES_H_
#define SEAFUSION_GSTREAMER_ELEMENT_PROPERTIES_H_

#include <glib-object.h>

namespace seafusion::gst {

/// Installs them, with their setter and getter, into the class of GstSeafusion.
void InstallProperties(GObjectClass* klass);

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_ELEMENT_PROPERTIES_H_
