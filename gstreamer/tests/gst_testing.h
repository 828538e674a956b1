// The element under test: between harnesses that hand it single frames, and in whole pipelines.
#ifndef SEAFUSION_GSTREAMER_TESTS_GST_TESTING_H_
#define SEAFUSION_GSTREAMER_TESTS_GST_TESTING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gst/video/video.h>

namespace seafusion::gst {

/// Nothing here takes this long, on the slowest machine under a sanitizer.
inline constexpr GstClockTime kLongest = 60 * GST_SECOND;

struct UnrefBuffer {
  void operator()(GstBuffer* b) const { gst_buffer_unref(b); }
};
using Buffer = std::unique_ptr<GstBuffer, UnrefBuffer>;

/// "video/x-raw,format=I420,width=48,height=32,framerate=30/1", or another rate or none.
std::string CapsText(const std::string& format, int width, int height,
                     const std::string& rate = "30/1");
GstVideoInfo InfoOf(const std::string& text);

/// A frame of noise that depends on `seed`, `extra` bytes wider in each row than it must be.
Buffer NoiseFrame(const GstVideoInfo& info, std::uint32_t seed, int extra = 0,
                  GstAllocator* allocator = nullptr);
/// Sets times for frame `number` of a stream of the info's rate.
Buffer Timed(Buffer frame, const GstVideoInfo& info, int number);

/// The picture's bytes, plane by plane, without what fills up rows.
std::vector<std::vector<std::uint8_t>> Planes(GstBuffer* buffer, const GstVideoInfo& info);

/// The element with a harness at each pad.
class ElementHarness {
 public:
  using Properties = std::vector<std::pair<const char*, const char*>>;
  /// Model lite and one thread, unless told otherwise. Without caps a pad is not requested.
  ElementHarness(const std::string& ir_caps, const std::string& visible_caps,
                 const Properties& properties = {}, bool live = false);
  ~ElementHarness();
  ElementHarness(const ElementHarness&) = delete;

  void PushInfrared(Buffer frame) { gst_harness_push(ir, frame.release()); }
  void PushVisible(Buffer frame) { gst_harness_push(visible, frame.release()); }
  /// Frame `number` of both.
  void PushPair(int number);
  Buffer Pull();
  /// The caps of what was pulled last.
  std::string OutputCaps() const;
  std::uint64_t Stat(const char* name) const;
  /// The text of the next error or warning on the bus; empty where none comes.
  std::string NextMessage(GstMessageType types);

  GstElement* element = nullptr;
  GstHarness* out = nullptr;
  GstHarness* ir = nullptr;
  GstHarness* visible = nullptr;
  GstVideoInfo ir_info, visible_info;

 private:
  GstBus* bus_ = nullptr;
};

struct RunResult {
  bool eos = false;
  std::string error;  ///< Of the parser or the first error message; with the debug text.
};

/// A pipeline as gst-launch runs it.
class Pipeline {
 public:
  explicit Pipeline(const std::string& line);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;

  /// Plays until the end, an error, or `seconds`.
  RunResult Run(double seconds = 60);
  /// Starts playing.
  bool Play();
  /// Waits for the next message of a type, of element messages for one with `name`.
  GstMessage* Wait(GstMessageType type, const char* name = nullptr);
  GstElement* Get(const char* name) const;
  /// Waits until `done`; false where it does not come.
  bool Until(const std::function<bool()>& done);

  GstElement* get() const { return pipeline_; }
  const std::string& parse_error() const { return parse_error_; }

 private:
  GstElement* pipeline_ = nullptr;
  std::string parse_error_;
  mutable std::vector<GstElement*> elements_;  // that were got
};

std::uint64_t StatOf(GstElement* element, const char* name);

}  // namespace seafusion::gst

#endif  // SEAFUSION_GSTREAMER_TESTS_GST_TESTING_H_
