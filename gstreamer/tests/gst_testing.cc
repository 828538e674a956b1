#include "gst_testing.h"

#include <gtest/gtest.h>

#ifdef __SANITIZE_ADDRESS__
// GLib gives up its first table of names when that is full, on purpose: others may be reading it.
// The stack that tells it from other memory of GLib's needs the slow unwinder.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "fast_unwind_on_malloc=0";
}
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:_dl_init\n";
}
#endif

namespace seafusion::gst {
namespace {

class GstEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    g_setenv("GST_REGISTRY", SEAFUSION_GST_REGISTRY, TRUE);
    gst_init(nullptr, nullptr);
    GError* error = nullptr;
    GstPlugin* plugin = gst_plugin_load_file(SEAFUSION_GST_PLUGIN, &error);
    ASSERT_NE(plugin, nullptr) << error->message;
    gst_object_unref(plugin);
  }
};
const testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new GstEnvironment);

}  // namespace

std::string CapsText(const std::string& format, int width, int height, const std::string& rate) {
  return "video/x-raw,format=" + format + ",width=" + std::to_string(width) +
         ",height=" + std::to_string(height) + (rate.empty() ? "" : ",framerate=" + rate);
}

GstVideoInfo InfoOf(const std::string& text) {
  GstVideoInfo info;
  GstCaps* caps = gst_caps_from_string(text.c_str());
  EXPECT_TRUE(gst_video_info_from_caps(&info, caps)) << text;
  gst_caps_unref(caps);
  return info;
}

Buffer NoiseFrame(const GstVideoInfo& info, std::uint32_t seed, int extra,
                  GstAllocator* allocator) {
  gsize offsets[GST_VIDEO_MAX_PLANES] = {};
  gint strides[GST_VIDEO_MAX_PLANES] = {};
  gsize size = 0;
  const guint planes = GST_VIDEO_INFO_N_PLANES(&info);
  for (guint p = 0; p < planes; ++p) {
    offsets[p] = size;
    strides[p] = GST_VIDEO_INFO_PLANE_STRIDE(&info, p) + extra;
    size += static_cast<gsize>(strides[p]) *
            static_cast<gsize>(GST_VIDEO_INFO_COMP_HEIGHT(&info, p == 0 ? 0 : 1));
  }
  Buffer buffer(gst_buffer_new_allocate(allocator, size, nullptr));
  GstMapInfo map;
  EXPECT_TRUE(gst_buffer_map(buffer.get(), &map, GST_MAP_WRITE));
  std::uint64_t state = seed;
  for (gsize i = 0; i < size; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    map.data[i] = static_cast<guint8>(state >> 56);
  }
  gst_buffer_unmap(buffer.get(), &map);
  if (extra > 0) {
    gst_buffer_add_video_meta_full(
        buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT(&info),
        static_cast<guint>(GST_VIDEO_INFO_WIDTH(&info)),
        static_cast<guint>(GST_VIDEO_INFO_HEIGHT(&info)), planes, offsets, strides);
  }
  return buffer;
}

Buffer Timed(Buffer frame, const GstVideoInfo& info, int number) {
  const auto at = [&](int n) {
    return gst_util_uint64_scale(static_cast<guint64>(n) * GST_SECOND,
                                 static_cast<guint64>(info.fps_d),
                                 static_cast<guint64>(info.fps_n));
  };
  GST_BUFFER_PTS(frame.get()) = at(number);
  GST_BUFFER_DURATION(frame.get()) = at(number + 1) - at(number);
  return frame;
}

std::vector<std::vector<std::uint8_t>> Planes(GstBuffer* buffer, const GstVideoInfo& info) {
  std::vector<std::vector<std::uint8_t>> planes;
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ));
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES(&frame); ++p) {
    const guint component = p == 0 ? 0 : 1;
    auto row = static_cast<std::size_t>(GST_VIDEO_FRAME_COMP_WIDTH(&frame, component) *
                                        GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, component));
    if (GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_YUY2) {
      row = static_cast<std::size_t>(GST_VIDEO_INFO_WIDTH(&info) + 1) / 2 * 4;
    }
    std::vector<std::uint8_t>& plane = planes.emplace_back();
    for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, component); ++y) {
      const auto* from = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, p)) +
                         y * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, p);
      plane.insert(plane.end(), from, from + row);
    }
  }
  gst_video_frame_unmap(&frame);
  return planes;
}

ElementHarness::ElementHarness(const std::string& ir_caps, const std::string& visible_caps,
                               const Properties& properties, bool live) {
  element = gst_element_factory_make("seafusion", nullptr);
  gst_object_ref_sink(element);
  gst_util_set_object_arg(G_OBJECT(element), "model", "lite");
  gst_util_set_object_arg(G_OBJECT(element), "threads", "1");
  for (const auto& [name, value] : properties) {
    gst_util_set_object_arg(G_OBJECT(element), name, value);
  }
  bus_ = gst_bus_new();
  gst_element_set_bus(element, bus_);
  out = gst_harness_new_with_element(element, nullptr, "src");
  const auto source = [&](const char* pad, const std::string& caps) -> GstHarness* {
    if (caps.empty()) return nullptr;
    GstHarness* harness = gst_harness_new_with_element(element, pad, nullptr);
    gst_harness_set_live(harness, live);
    gst_harness_set_src_caps_str(harness, caps.c_str());
    return harness;
  };
  ir = source("ir", ir_caps);
  visible = source("visible", visible_caps);
  gst_harness_set_live(out, live);
  if (ir != nullptr) ir_info = InfoOf(ir_caps);
  if (visible != nullptr) visible_info = InfoOf(visible_caps);
  gst_harness_play(out);
}

ElementHarness::~ElementHarness() {
  for (GstHarness* harness : {ir, visible, out}) {
    if (harness != nullptr) gst_harness_teardown(harness);
  }
  gst_element_set_bus(element, nullptr);
  gst_object_unref(bus_);
  gst_object_unref(element);
}

void ElementHarness::PushPair(int number) {
  const auto seed = static_cast<std::uint32_t>(number);
  PushInfrared(Timed(NoiseFrame(ir_info, 2 * seed + 1), ir_info, number));
  PushVisible(Timed(NoiseFrame(visible_info, 2 * seed + 2), visible_info, number));
}

Buffer ElementHarness::Pull() {
  return Buffer(gst_harness_pull(out));
}

std::string ElementHarness::OutputCaps() const {
  GstCaps* caps = gst_pad_get_current_caps(out->sinkpad);
  if (caps == nullptr) return "";
  gchar* text = gst_caps_to_string(caps);
  std::string result = text;
  g_free(text);
  gst_caps_unref(caps);
  return result;
}

std::uint64_t StatOf(GstElement* element, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(element, "stats", &stats, nullptr);
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}
std::uint64_t ElementHarness::Stat(const char* name) const {
  return StatOf(element, name);
}

namespace {

std::string TextOf(GstMessage* message) {
  GError* error = nullptr;
  gchar* debug = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error(message, &error, &debug);
  } else {
    gst_message_parse_warning(message, &error, &debug);
  }
  std::string text = std::string(error->message) + " | " + (debug == nullptr ? "" : debug);
  g_clear_error(&error);
  g_free(debug);
  return text;
}

}  // namespace

std::string ElementHarness::NextMessage(GstMessageType types) {
  GstMessage* message = gst_bus_timed_pop_filtered(bus_, kLongest, types);
  if (message == nullptr) return "";
  const bool has_text =
      (GST_MESSAGE_TYPE(message) & (GST_MESSAGE_ERROR | GST_MESSAGE_WARNING)) != 0;
  std::string text = has_text ? TextOf(message) : GST_MESSAGE_TYPE_NAME(message);
  gst_message_unref(message);
  return text;
}

Pipeline::Pipeline(const std::string& line) {
  GError* error = nullptr;
  pipeline_ = gst_parse_launch_full(line.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (error != nullptr) parse_error_ = error->message;
  g_clear_error(&error);
  if (pipeline_ != nullptr) gst_object_ref_sink(pipeline_);
}

Pipeline::~Pipeline() {
  for (GstElement* element : elements_) gst_object_unref(element);
  if (pipeline_ == nullptr) return;
  gst_element_set_state(pipeline_, GST_STATE_NULL);
  gst_object_unref(pipeline_);
}

GstElement* Pipeline::Get(const char* name) const {
  return elements_.emplace_back(gst_bin_get_by_name(GST_BIN(pipeline_), name));
}

bool Pipeline::Play() {
  return gst_element_set_state(pipeline_, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

RunResult Pipeline::Run(double seconds) {
  RunResult result;
  if (pipeline_ == nullptr) return {.error = parse_error_};
  Play();
  GstBus* bus = gst_element_get_bus(pipeline_);
  GstMessage* message =
      gst_bus_timed_pop_filtered(bus, static_cast<GstClockTime>(seconds * GST_SECOND),
                                 static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS));
  gst_object_unref(bus);
  if (message == nullptr) return {.error = "nothing came in time"};
  result.eos = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
  if (!result.eos) result.error = TextOf(message);
  gst_message_unref(message);
  return result;
}

GstMessage* Pipeline::Wait(GstMessageType type, const char* name) {
  GstBus* bus = gst_element_get_bus(pipeline_);
  GstMessage* message = nullptr;
  do {
    if (message != nullptr) gst_message_unref(message);
    message = gst_bus_timed_pop_filtered(bus, kLongest,
                                         static_cast<GstMessageType>(type | GST_MESSAGE_ERROR));
    if (message == nullptr) break;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && type != GST_MESSAGE_ERROR) {
      ADD_FAILURE() << TextOf(message);
      gst_message_unref(message);
      message = nullptr;
      break;
    }
  } while (name != nullptr && !gst_message_has_name(message, name));
  gst_object_unref(bus);
  return message;
}

bool Pipeline::Until(const std::function<bool()>& done) {
  for (int i = 0; i < 6000; ++i) {
    if (done()) return true;
    g_usleep(10'000);
  }
  return false;
}

}  // namespace seafusion::gst
