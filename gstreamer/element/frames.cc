#include "element/frames.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "element/element_state.h"
#include "element/sink_pad.h"

GST_DEBUG_CATEGORY_EXTERN(seafusion_debug);
#define GST_CAT_DEFAULT seafusion_debug

namespace seafusion::gst {
namespace {

// When both cameras change their size, they do so at different frames.
constexpr GstClockTime kLongestMismatch = GST_SECOND;

BufferRef Ref(GstBuffer* buffer) {
  return BufferRef(gst_buffer_ref(buffer));
}

// A frame mapped as long as this lives.
class MappedFrame {
 public:
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags)
      : mapped_(gst_video_frame_map(&frame_, &info, buffer, flags) != FALSE) {}
  ~MappedFrame() {
    if (mapped_) gst_video_frame_unmap(&frame_);
  }
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;
  bool ok() const { return mapped_; }
  GstVideoFrame& operator*() { return frame_; }

 private:
  GstVideoFrame frame_;
  bool mapped_;
};

// Takes over the infrared frame of the moment, where it is a new one.
void TakeInfrared(ElementState& state, GstVideoAggregatorPad* pad) {
  GstBuffer* frame = CurrentFrame(pad);
  if (frame == nullptr || !HasFormat(pad)) return;
  const std::lock_guard lock(state.mutex);
  if (state.infrared && state.infrared->buffer.get() == frame) return;
  state.infrared = HeldFrame{Ref(frame), pad->info, TimesOf(pad, frame).end};
}

// The infrared frame for the running time `now`: a reference, since the pad may be flushed.
std::optional<HeldFrame> InfraredAt(ElementState& state, GstClockTime now) {
  const std::lock_guard lock(state.mutex);
  if (!state.infrared) return std::nullopt;
  const HeldFrame& held = *state.infrared;
  const bool known = GST_CLOCK_TIME_IS_VALID(held.end) && GST_CLOCK_TIME_IS_VALID(now);
  if (known && now >= held.end && now - held.end >= state.settings.ir_hold) return std::nullopt;
  return HeldFrame{Ref(held.buffer.get()), held.info, held.end};
}

// Applications learn when the picture lacks the infrared, and when it is back.
void TellInfrared(GstSeafusion* element, bool present, GstClockTime now) {
  ElementState& state = *element->state;
  if (state.had_infrared == present) return;
  state.had_infrared = present;
  GST_INFO_OBJECT(element, "infrared %s at %" GST_TIME_FORMAT, present ? "present" : "missing",
                  GST_TIME_ARGS(now));
  gst_element_post_message(
      GST_ELEMENT(element),
      gst_message_new_element(
          GST_OBJECT(element),
          gst_structure_new("seafusion-infrared", "present", G_TYPE_BOOLEAN, present,
                            "running-time", G_TYPE_UINT64, now, nullptr)));
}

// Whether frames of these sizes can be fused. Nothing: they never will, and that is posted.
std::optional<bool> SizesMatch(GstSeafusion* element, const GstVideoInfo* infrared,
                               const GstVideoInfo& visible, GstClockTime now) {
  ElementState& state = *element->state;
  const Status status = state.fusion->CheckSizes(infrared, visible);
  if (status.ok()) {
    if (infrared != nullptr) state.mismatch = GST_CLOCK_TIME_NONE;
    return true;
  }
  if (!GST_CLOCK_TIME_IS_VALID(state.mismatch)) state.mismatch = now;
  const bool changing = state.counts.fused > 0 && GST_CLOCK_TIME_IS_VALID(now) &&
                        now - state.mismatch <= kLongestMismatch;
  if (changing) return false;
  GST_ELEMENT_ERROR(element, STREAM, FORMAT, ("%s", status.message().c_str()), (nullptr));
  return std::nullopt;
}

// Whether the visible frame's own memory can be the output.
bool CanBeHandedOn(const GstSeafusion* element, GstBuffer* visible, const GstVideoInfo& info) {
  const GstVideoInfo& out = element->parent.info;
  if (GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_INFO_FORMAT(&out)) return false;
  const GstVideoMeta* meta = gst_buffer_get_video_meta(visible);
  if (meta == nullptr || element->state->downstream_takes_strides) return true;
  for (guint plane = 0; plane < meta->n_planes; ++plane) {
    if (meta->stride[plane] != GST_VIDEO_INFO_PLANE_STRIDE(&out, plane) ||
        meta->offset[plane] != GST_VIDEO_INFO_PLANE_OFFSET(&out, plane)) {
      return false;
    }
  }
  return true;
}

// At the visible frame's time, which may lie a part of a frame beside the even ones that the base
// class counts.
void SetTimes(GstSeafusion* element, GstBuffer* out) {
  const ElementState& state = *element->state;
  GstPad* source = GST_AGGREGATOR_SRC_PAD(element);
  if (!GST_CLOCK_TIME_IS_VALID(state.plan.start)) return;
  GST_OBJECT_LOCK(source);
  const guint64 position = gst_segment_position_from_running_time(
      &GST_AGGREGATOR_PAD(source)->segment, GST_FORMAT_TIME, state.plan.start);
  GST_OBJECT_UNLOCK(source);
  if (GST_CLOCK_TIME_IS_VALID(position)) GST_BUFFER_PTS(out) = position;
  GST_BUFFER_DTS(out) = GST_CLOCK_TIME_NONE;
  if (GST_BUFFER_DURATION_IS_VALID(state.visible.get())) {
    GST_BUFFER_DURATION(out) = GST_BUFFER_DURATION(state.visible.get());
  }
}

// What travels with a frame (time codes, capture times, regions), but not how its memory is laid
// out.
gboolean CopyMeta(GstBuffer* from, GstMeta** meta, gpointer to) {
  const GstMetaInfo* info = (*meta)->info;
  const bool layout =
      info->api == GST_VIDEO_META_API_TYPE ||
      gst_meta_api_type_has_tag(info->api, g_quark_from_string(GST_META_TAG_MEMORY_STR)) != FALSE;
  if (!layout && info->transform_func != nullptr) {
    GstMetaTransformCopy whole = {FALSE, 0, static_cast<gsize>(-1)};
    info->transform_func(static_cast<GstBuffer*>(to), *meta, from, _gst_meta_transform_copy,
                         &whole);
  }
  return TRUE;
}

Status Unmapped(const char* whose, GstBuffer* frame) {
  return CorruptData(std::string(whose) + " frame has " +
                     std::to_string(gst_buffer_get_size(frame)) +
                     " bytes, fewer than its caps say, or cannot be mapped");
}

Status Fill(GstSeafusion* element, const GstVideoInfo& visible_info, GstBuffer* out) {
  ElementState& state = *element->state;
  MappedFrame visible(visible_info, state.visible.get(), GST_MAP_READ);
  if (!visible.ok()) return Unmapped("a visible", state.visible.get());
  MappedFrame to(element->parent.info, out, GST_MAP_WRITE);
  if (!to.ok()) return Unmapped("an output", out);
  const std::optional<HeldFrame> held = state.plan.kind == FramePlan::Kind::kFuse
                                            ? InfraredAt(state, state.plan.start)
                                            : std::nullopt;
  if (!held) {
    state.plan.kind = FramePlan::Kind::kShow;
    return state.fusion->Show(*visible, *to);
  }
  MappedFrame infrared(held->info, held->buffer.get(), GST_MAP_READ);
  if (!infrared.ok()) return Unmapped("an infrared", held->buffer.get());
  {
    const std::lock_guard lock(state.mutex);
    if (std::exchange(state.range_changed, false) && state.settings.ir_range.ok()) {
      InfraredRange range = *state.settings.ir_range;
      range.invert = state.settings.ir_invert;
      state.fusion->SetRange(range);
    }
  }
  const auto begin = std::chrono::steady_clock::now();
  const Status status = state.fusion->Fuse(*infrared, *visible,
                                           static_cast<double>(state.plan.start) / GST_SECOND, *to);
  const std::chrono::nanoseconds passed = std::chrono::steady_clock::now() - begin;
  state.counts.fuse_time += static_cast<std::uint64_t>(passed.count());
  const std::lock_guard lock(state.mutex);
  state.engine = state.fusion->engine_name();
  return status;
}

}  // namespace

NextFrame PlanFrame(GstSeafusion* element) {
  ElementState& state = *element->state;
  const PadRef pad = FindPad(element, kVisiblePad);
  if (pad == nullptr) return {};
  GstBuffer* frame = CurrentFrame(pad.get());
  if (frame == nullptr || frame == state.visible.get()) {
    const bool over = gst_aggregator_pad_is_eos(GST_AGGREGATOR_PAD(pad.get())) != FALSE;
    return {.flow = over ? GST_FLOW_EOS : GST_FLOW_OK};
  }
  state.visible = Ref(frame);
  state.plan = {.start = TimesOf(pad.get(), frame).start};
  if (const PadRef infrared = FindPad(element, kInfraredPad)) {
    TakeInfrared(state, infrared.get());
  }
  const std::optional<HeldFrame> held = InfraredAt(state, state.plan.start);
  const std::optional<bool> match =
      SizesMatch(element, held ? &held->info : nullptr, pad->info, state.plan.start);
  if (!match) return {.flow = GST_FLOW_ERROR};
  const bool fuse = held && *match;
  TellInfrared(element, fuse, state.plan.start);
  if (fuse) {
    state.plan.kind = FramePlan::Kind::kFuse;
  } else if (CanBeHandedOn(element, frame, pad->info)) {
    state.plan.kind = FramePlan::Kind::kReference;
  }
  return {.visible = frame};
}

GstFlowReturn MakeFrame(GstSeafusion* element, GstBuffer* out) {
  ElementState& state = *element->state;
  if (state.plan.kind != FramePlan::Kind::kReference) {
    const PadRef pad = FindPad(element, kVisiblePad);
    if (pad == nullptr) return GST_FLOW_ERROR;
    if (const Status status = Fill(element, pad->info, out); !status.ok()) {
      GST_ELEMENT_ERROR(element, STREAM, FAILED, ("%s", status.message().c_str()), (nullptr));
      return GST_FLOW_ERROR;
    }
    gst_buffer_copy_into(out, state.visible.get(), GST_BUFFER_COPY_FLAGS, 0,
                         static_cast<gsize>(-1));
    gst_buffer_foreach_meta(state.visible.get(), CopyMeta, out);
  }
  SetTimes(element, out);
  Counts& counts = state.counts;
  ++(state.plan.kind == FramePlan::Kind::kFuse ? counts.fused : counts.passed);
  counts.dropped = counts.visible - counts.fused - counts.passed;
  return GST_FLOW_OK;
}

}  // namespace seafusion::gst
