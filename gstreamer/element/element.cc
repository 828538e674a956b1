#include "element/element.h"

#include <string>
#include <utility>

#include "element/element_state.h"
#include "element/frames.h"
#include "element/negotiation.h"
#include "element/properties.h"
#include "element/sink_pad.h"
#include "fusion/video_views.h"

GST_DEBUG_CATEGORY(seafusion_debug);
#define GST_CAT_DEFAULT seafusion_debug

G_DEFINE_TYPE(GstSeafusion, gst_seafusion, GST_TYPE_VIDEO_AGGREGATOR)

namespace seafusion::gst {
namespace {

// Infrared frames wait this long for a pad for the visible ones, which is looked for this often;
// then they are thrown away. Microseconds.
constexpr gint64 kGrace = G_USEC_PER_SEC;
constexpr gulong kPause = 10'000;

#define SEAFUSION_CAPS GST_VIDEO_CAPS_MAKE(SEAFUSION_VIDEO_FORMATS) ", interlace-mode = progressive"

GstStaticPadTemplate infrared_template = GST_STATIC_PAD_TEMPLATE(
    kInfraredPad, GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS(SEAFUSION_CAPS));
GstStaticPadTemplate visible_template = GST_STATIC_PAD_TEMPLATE(
    kVisiblePad, GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS(SEAFUSION_CAPS));
GstStaticPadTemplate source_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(SEAFUSION_CAPS));

GstSeafusion* Self(gpointer object) {
  return static_cast<GstSeafusion*>(object);
}
ElementState& StateOf(gpointer object) {
  return *Self(object)->state;
}
GstAggregatorClass* Parent() {
  return GST_AGGREGATOR_CLASS(gst_seafusion_parent_class);
}

GstAggregatorPad* CreatePad(GstAggregator* aggregator, GstPadTemplate* pad_template, const gchar*,
                            const GstCaps*) {
  const char* name = GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template);
  if (FindPad(aggregator, name) != nullptr) {
    GST_WARNING_OBJECT(aggregator, "there is a pad %s already", name);
    return nullptr;
  }
  auto* pad = static_cast<GstAggregatorPad*>(
      g_object_new(gst_seafusion_pad_get_type(), "name", name, "direction", GST_PAD_SINK,
                   "template", pad_template, "emit-signals", TRUE, nullptr));
  Counts& counts = StateOf(aggregator).counts;
  const bool infrared = g_str_equal(name, kInfraredPad);
  // The element outlives its pads.
  g_signal_connect(pad, "buffer-consumed",
                   G_CALLBACK(+[](GstAggregatorPad*, GstBuffer*, gpointer count) {
                     ++*static_cast<std::atomic<std::uint64_t>*>(count);
                   }),
                   infrared ? &counts.infrared : &counts.visible);
  return pad;
}

void ReleasePad(GstElement* element, GstPad* pad) {
  if (g_str_equal(GST_OBJECT_NAME(pad), kInfraredPad)) StateOf(element).ForgetInfrared();
  GST_ELEMENT_CLASS(gst_seafusion_parent_class)->release_pad(element, pad);
}

gboolean Start(GstAggregator* aggregator) {
  ElementState& state = StateOf(aggregator);
  Settings settings;
  {
    const std::lock_guard lock(state.mutex);
    settings = state.settings;
  }
  if (!settings.ir_range.ok()) {
    GST_ELEMENT_ERROR(aggregator, RESOURCE, SETTINGS,
                      ("ir-range: %s", settings.ir_range.status().message().c_str()), (nullptr));
    return FALSE;
  }
  FusionOptions options;
  options.model = settings.model;
  options.rig = settings.rig;
  options.engine.threads = static_cast<int>(settings.threads);
  options.engine.precision = settings.precision;
  StatusOr<FrameFusion> fusion = FrameFusion::Create(options);
  if (!fusion.ok()) {
    const char* message = fusion.status().message().c_str();
    if (fusion.status().code() == StatusCode::kNotFound) {
      GST_ELEMENT_ERROR(aggregator, RESOURCE, NOT_FOUND, ("%s", message), (nullptr));
    } else {
      GST_ELEMENT_ERROR(aggregator, RESOURCE, SETTINGS, ("%s", message), (nullptr));
    }
    return FALSE;
  }
  state.fusion.emplace(*std::move(fusion));
  state.counts.Clear();
  state.visible.reset();
  state.had_infrared.reset();
  state.mismatch = GST_CLOCK_TIME_NONE;
  state.alone_since = 0;
  {
    const std::lock_guard lock(state.mutex);
    state.infrared.reset();
    state.engine = state.fusion->engine_name();
    state.infrared_camera = state.fusion->infrared_camera();
    state.visible_camera = state.fusion->visible_camera();
    state.range_changed = true;
    state.running = true;
  }
  GST_INFO_OBJECT(aggregator, "engine: %s", state.engine.c_str());
  return Parent()->start(aggregator);
}

// In the log of what was run, as gst-launch shows it with GST_DEBUG=seafusion:4.
void LogCounts(GstAggregator* aggregator, const ElementState& state) {
  const Counts& c = state.counts;
  const auto count = [](const std::atomic<std::uint64_t>& n) { return static_cast<guint64>(n); };
  const double milliseconds =
      c.fused == 0 ? 0.0
                   : static_cast<double>(c.fuse_time) / GST_MSECOND / static_cast<double>(c.fused);
  GST_INFO_OBJECT(aggregator,
                  "frames: %" G_GUINT64_FORMAT " infrared and %" G_GUINT64_FORMAT
                  " visible taken, %" G_GUINT64_FORMAT " fused in %.2f ms each, %" G_GUINT64_FORMAT
                  " passed, %" G_GUINT64_FORMAT " dropped",
                  count(c.infrared), count(c.visible), count(c.fused), milliseconds,
                  count(c.passed), count(c.dropped));
}

gboolean Stop(GstAggregator* aggregator) {
  ElementState& state = StateOf(aggregator);
  LogCounts(aggregator, state);
  state.visible.reset();
  state.fusion.reset();
  {
    const std::lock_guard lock(state.mutex);
    state.infrared.reset();
    state.running = false;
  }
  return Parent()->stop(aggregator);
}

GstFlowReturn Flush(GstAggregator* aggregator) {
  ElementState& state = StateOf(aggregator);
  state.ForgetInfrared();
  state.visible.reset();
  return Parent()->flush(aggregator);
}

gboolean TakeEvent(GstAggregator* aggregator, GstAggregatorPad* pad, GstEvent* event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
    const GstSegment* segment = nullptr;
    gst_event_parse_segment(event, &segment);
    if (segment->format != GST_FORMAT_TIME) {  // which the base class takes for granted
      GST_ELEMENT_ERROR(
          aggregator, STREAM, FORMAT,
          ("the stream on the pad %s has no times: it counts %s (a parser is missing)",
           GST_OBJECT_NAME(pad), gst_format_get_name(segment->format)),
          (nullptr));
      gst_event_unref(event);
      return FALSE;
    }
  }
  return Parent()->sink_event(aggregator, pad, event);
}

gboolean QuerySink(GstAggregator* aggregator, GstAggregatorPad* pad, GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS: {
      GstCaps* filter = nullptr;
      gst_query_parse_caps(query, &filter);
      CapsRef caps = SinkCaps(Self(aggregator), GST_PAD(pad));
      if (filter != nullptr) {
        caps.reset(gst_caps_intersect_full(filter, caps.get(), GST_CAPS_INTERSECT_FIRST));
      }
      gst_query_set_caps_result(query, caps.get());
      return TRUE;
    }
    case GST_QUERY_ACCEPT_CAPS: {
      GstCaps* caps = nullptr;
      gst_query_parse_accept_caps(query, &caps);
      const CapsRef taken = SinkCaps(Self(aggregator), GST_PAD(pad));
      gst_query_set_accept_caps_result(query, gst_caps_can_intersect(caps, taken.get()));
      return TRUE;
    }
    default:
      return Parent()->sink_query(aggregator, pad, query);
  }
}

GstFlowReturn UpdateSourceCaps(GstAggregator* aggregator, GstCaps* allowed, GstCaps** caps) {
  const PadRef visible = FindPad(aggregator, kVisiblePad);
  if (visible == nullptr || !HasFormat(visible.get())) return GST_AGGREGATOR_FLOW_NEED_DATA;
  ElementState& state = StateOf(aggregator);
  bool gray = false;
  {
    const std::lock_guard lock(state.mutex);
    gray = state.settings.gray;
  }
  const GstVideoInfo given = SourceInfo(visible->info, gray);
  CapsRef result = SourceCaps(given, allowed);
  if (gst_caps_is_empty(result.get())) {
    const CapsRef exact(gst_video_info_to_caps(&given));
    gchar* ours = gst_caps_to_string(exact.get());
    gchar* theirs = gst_caps_to_string(allowed);
    GST_ELEMENT_ERROR(
        aggregator, CORE, NEGOTIATION,
        ("what follows does not take the visible stream's %dx%d %s at %d/%d frames/s",
         GST_VIDEO_INFO_WIDTH(&given), GST_VIDEO_INFO_HEIGHT(&given),
         gst_video_format_to_string(GST_VIDEO_INFO_FORMAT(&given)), given.fps_n, given.fps_d),
        ("given: %s; taken: %s", ours, theirs));
    g_free(ours);
    g_free(theirs);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  *caps = result.release();
  return GST_FLOW_OK;
}

gboolean DecideAllocation(GstAggregator* aggregator, GstQuery* query) {
  StateOf(aggregator).downstream_takes_strides =
      gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr) != FALSE;
  return Parent()->decide_allocation(aggregator, query);
}

// Whether the pad's next frame has a time, or there is none.
bool HasTimes(const PadRef& pad) {
  if (pad == nullptr) return true;
  GstBuffer* next = gst_aggregator_pad_peek_buffer(GST_AGGREGATOR_PAD(pad.get()));
  if (next == nullptr) return true;
  const bool has = GST_BUFFER_PTS_IS_VALID(next);
  gst_buffer_unref(next);
  return has;
}

// Pads may be requested one after the other; the base class would ask again at once.
void WaitForVisible(GstAggregator* aggregator, GstVideoAggregatorPad* infrared) {
  ElementState& state = StateOf(aggregator);
  const gint64 now = g_get_monotonic_time();
  if (state.alone_since == 0) state.alone_since = now;
  if (now - state.alone_since < kGrace) return g_usleep(kPause);
  gst_aggregator_pad_drop_buffer(GST_AGGREGATOR_PAD(infrared));
}

GstFlowReturn Aggregate(GstAggregator* aggregator, gboolean timeout) {
  const PadRef visible = FindPad(aggregator, kVisiblePad);
  const PadRef infrared = FindPad(aggregator, kInfraredPad);
  const auto over = [](const PadRef& pad) {
    return pad != nullptr && gst_aggregator_pad_is_eos(GST_AGGREGATOR_PAD(pad.get())) != FALSE;
  };
  if (visible == nullptr && over(infrared)) {
    GST_ELEMENT_ERROR(aggregator, STREAM, FAILED,
                      ("the infrared stream is over, and nothing was linked to the pad visible"),
                      (nullptr));
    return GST_FLOW_ERROR;
  }
  if (visible != nullptr && !HasFormat(visible.get()) && over(visible)) return GST_FLOW_EOS;
  for (const PadRef* pad : {&visible, &infrared}) {
    if (HasTimes(*pad)) continue;
    GST_ELEMENT_ERROR(aggregator, STREAM, FORMAT,
                      ("a frame on the pad %s has no time", GST_OBJECT_NAME(pad->get())),
                      (nullptr));
    return GST_FLOW_ERROR;
  }
  if (visible == nullptr && infrared != nullptr && timeout == FALSE) {
    WaitForVisible(aggregator, infrared.get());
  } else {
    StateOf(aggregator).alone_since = 0;
  }
  const GstFlowReturn flow = Parent()->aggregate(aggregator, timeout);
  if (flow != GST_AGGREGATOR_FLOW_NEED_DATA) return flow;
  // The base class has taken frames with new caps, and would wait for further ones before it looks
  // at them.
  GstPad* source = GST_AGGREGATOR_SRC_PAD(aggregator);
  if (visible == nullptr || !HasFormat(visible.get()) || !gst_pad_needs_reconfigure(source)) {
    return flow;
  }
  if (!gst_aggregator_negotiate(aggregator)) {
    return GST_PAD_IS_FLUSHING(source) ? GST_FLOW_FLUSHING : GST_FLOW_NOT_NEGOTIATED;
  }
  return Parent()->aggregate(aggregator, timeout);
}

GstFlowReturn CreateOutput(GstVideoAggregator* aggregator, GstBuffer** out) {
  *out = nullptr;
  const NextFrame next = PlanFrame(Self(aggregator));
  if (next.flow != GST_FLOW_OK || next.visible == nullptr) return next.flow;
  if (StateOf(aggregator).plan.kind == FramePlan::Kind::kReference) {
    *out = gst_buffer_copy(next.visible);  // its memory is shared, not copied
    return GST_FLOW_OK;
  }
  return GST_VIDEO_AGGREGATOR_CLASS(gst_seafusion_parent_class)
      ->create_output_buffer(aggregator, out);
}

GstFlowReturn AggregateFrames(GstVideoAggregator* aggregator, GstBuffer* out) {
  return MakeFrame(Self(aggregator), out);
}

void Finalize(GObject* object) {
  delete std::exchange(Self(object)->state, nullptr);
  G_OBJECT_CLASS(gst_seafusion_parent_class)->finalize(object);
}

void InitClass(GstSeafusionClass* klass) {
  GST_DEBUG_CATEGORY_INIT(seafusion_debug, "seafusion", 0, "infrared and visible fusion");
  auto* object = G_OBJECT_CLASS(klass);
  object->finalize = Finalize;
  InstallProperties(object);

  auto* element = GST_ELEMENT_CLASS(klass);
  element->release_pad = ReleasePad;
  const GType pad = gst_seafusion_pad_get_type();
  gst_element_class_add_static_pad_template_with_gtype(element, &infrared_template, pad);
  gst_element_class_add_static_pad_template_with_gtype(element, &visible_template, pad);
  gst_element_class_add_static_pad_template_with_gtype(element, &source_template,
                                                       GST_TYPE_AGGREGATOR_PAD);
  gst_element_class_set_static_metadata(
      element, "Infrared and visible fusion", "Filter/Effect/Video",
      "Fuses the registered streams of an infrared and a visible camera into one (SeAFusion)",
      "The seafusion authors");
  gst_type_mark_as_plugin_api(pad, static_cast<GstPluginAPIFlags>(0));

  auto* aggregator = GST_AGGREGATOR_CLASS(klass);
  aggregator->create_new_pad = CreatePad;
  aggregator->start = Start;
  aggregator->stop = Stop;
  aggregator->flush = Flush;
  aggregator->sink_event = TakeEvent;
  aggregator->sink_query = QuerySink;
  aggregator->update_src_caps = UpdateSourceCaps;
  aggregator->decide_allocation = DecideAllocation;
  aggregator->aggregate = Aggregate;

  auto* video = GST_VIDEO_AGGREGATOR_CLASS(klass);
  video->create_output_buffer = CreateOutput;
  video->aggregate_frames = AggregateFrames;
}

}  // namespace
}  // namespace seafusion::gst

static void gst_seafusion_class_init(GstSeafusionClass* klass) {
  seafusion::gst::InitClass(klass);
}

static void gst_seafusion_init(GstSeafusion* self) {
  self->state = new seafusion::gst::ElementState;
  // Live, a camera that never sent a frame is not waited for.
  gst_aggregator_set_ignore_inactive_pads(GST_AGGREGATOR(self), TRUE);
}
