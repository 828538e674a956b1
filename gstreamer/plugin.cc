// The plugin with the element `seafusion`.
#include <gst/gst.h>

#include "element/element.h"

GST_ELEMENT_REGISTER_DEFINE(seafusion, "seafusion", GST_RANK_NONE, gst_seafusion_get_type())

static gboolean InitPlugin(GstPlugin* plugin) {
  return GST_ELEMENT_REGISTER(seafusion, plugin);
}

#define PACKAGE "seafusion"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, seafusion,
                  "Fusion of infrared and visible video", InitPlugin, SEAFUSION_VERSION,
                  "Apache 2.0", "seafusion", "seafusion")
