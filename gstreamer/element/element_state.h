// What an element holds: its settings, the network, the frames that it may need again, its counts.
#ifndef SEAFUSION_GSTREAMER_ELEMENT_ELEMENT_STATE_H_
#define SEAFUSION_GSTREAMER_ELEMENT_ELEMENT_STATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <gst/video/video.h>
#include <seafusion/fuser.h>

#include "fusion/frame_fusion.h"

namespace seafusion::gst {

struct UnrefBuffer {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using BufferRef = std::unique_ptr<GstBuffer, UnrefBuffer>;

struct Settings {
  std::string model = "default";
  Precision precision = Precision::kAuto;
  guint threads = 0;
  std::string rig;
  std::string ir_range_text = "auto";
  StatusOr<InfraredRange> ir_range = InfraredRange{};  ///< What the text means; an error: nothing.
  bool ir_invert = false;
  bool gray = false;
  GstClockTime ir_hold = GST_SECOND;
};

struct HeldFrame {
  BufferRef buffer;
  GstVideoInfo info;
  GstClockTime end = 0;  ///< Running time.
};

/// What is done with the visible frame of the moment.
struct FramePlan {
  enum class Kind : std::uint8_t {
    kFuse,
    kShow,       ///< Written into the output.
    kReference,  ///< Its memory is the output's: nothing is copied.
  };
  Kind kind = Kind::kShow;
  GstClockTime start = GST_CLOCK_TIME_NONE;  ///< Running time.
};

/// Since the element left READY.
struct Counts {
  std::atomic<std::uint64_t> infrared = 0, visible = 0;  ///< Frames taken from the pads.
  std::atomic<std::uint64_t> fused = 0, passed = 0;      ///< Frames given.
  std::atomic<std::uint64_t> dropped = 0;                ///< Visible frames that were not given.
  std::atomic<std::uint64_t> fuse_time = 0;              ///< ns, over all fused frames.
  void Clear() { infrared = visible = fused = passed = dropped = fuse_time = 0; }
};

struct ElementState {
  /// Guards what is up to the next empty line: applications set and read it at any time, and a pad
  /// is flushed while the other streams.
  std::mutex mutex;
  Settings settings;
  bool range_changed = true;
  bool running = false;
  std::string engine;
  std::optional<align::RigCamera> infrared_camera, visible_camera;  ///< Of the rig, while running.
  std::optional<HeldFrame> infrared;

  /// The streaming thread's.
  std::optional<FrameFusion> fusion;
  BufferRef visible;  ///< The last one that was given.
  FramePlan plan;
  std::optional<bool> had_infrared;  ///< Whether the last frame had some; nothing: no frame yet.
  GstClockTime mismatch = GST_CLOCK_TIME_NONE;  ///< Running time since when sizes do not match.
  bool downstream_takes_strides = false;
  gint64 alone_since =
      0;  ///< Monotonic time since when infrared comes without a visible pad; or 0.

  Counts counts;

  void ForgetInfrared() {
    const std::lock_guard lock(mutex);
    infrared.reset();
  }
};

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_ELEMENT_ELEMENT_STATE_H_
