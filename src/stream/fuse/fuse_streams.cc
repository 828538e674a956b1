#include "stream/fuse/fuse_streams.h"

#include <exception>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "core/memory/image_buffer.h"
#include "core/status_macros.h"
#include "stream/fuse/bounded_queue.h"
#include "stream/fuse/frame_fuser.h"
#include "stream/read/latest_frame.h"

namespace seafusion::stream {
namespace {

constexpr std::size_t kWaiting = 2;

struct FusedFrame {
  ImageBuffer image;
  std::int64_t time = 0;
  std::int64_t arrival = 0;
  bool passed = false;
  bool infrared_only = false;
  bool luma = false;  // the Y of a video, which has these colours
  std::shared_ptr<const VideoPlanes> planes;
};

// The three stages and what they share.
class Pipeline {
 public:
  Pipeline(const Fuser& fuser, PairSource& pairs, const MakeSink& make_sink,
           const FuseStreamsOptions& options)
      : fuser_(fuser),
        pairs_(pairs),
        make_sink_(make_sink),
        options_(options),
        newest_(options.live && options.latency == Latency::kLow),
        frames_({.settings = options.settings,
                 .range_smoothing = options.range_smoothing,
                 .gray = options.gray,
                 .bits = options.bits}) {}

  FuseStreamsResult Run() {
    std::thread writer, reader;
    try {
      writer = std::thread([this] { WriteAll(); });
      if (!newest_) reader = std::thread([this] { ReadAll(); });
    } catch (const std::system_error& e) {
      result_.fusing = ResourceExhausted(std::string("cannot start a thread: ") + e.what());
    }
    if (result_.fusing.ok()) result_.fusing = FuseAll();
    fused_.Close();
    read_.Cancel();
    if (writer.joinable()) writer.join();
    if (reader.joinable()) reader.join();
    result_.interrupted = Interrupted();
    result_.infrared = pairs_.infrared();
    result_.visible = pairs_.visible();
    return std::move(result_);
  }

 private:
  bool Interrupted() const { return options_.cancel != nullptr && *options_.cancel; }

  void ReadAll() {
    try {
      while (std::optional<StreamPair> pair = pairs_.Next()) {
        if (!read_.Push(*std::move(pair))) return;
      }
    } catch (const std::bad_alloc&) {
      read_failure_ = ResourceExhausted("no memory for a frame");
    } catch (const std::exception& e) {
      read_failure_ = Internal(e.what());
    }
    read_.Close();
  }

  Status FuseAll() {
    try {
      std::uint64_t count = 0;
      while (!Interrupted() && (options_.max_frames == 0 || count < options_.max_frames)) {
        const std::optional<StreamPair> pair = newest_ ? pairs_.Next() : read_.Pop();
        if (!pair) return newest_ ? OkStatus() : read_failure_;
        if (Interrupted()) break;
        if (options_.live && options_.say) SayWhoIsAway(*pair);
        SEAFUSION_ASSIGN_OR_RETURN(FusedFrame frame, FuseOne(*pair));
        if (!fused_.Push(std::move(frame))) break;
        ++count;
        if (options_.on_frame) options_.on_frame(count);
        // What is fused before the writer is free only grows old.
        if (newest_ && !fused_.WaitUntilTaken()) break;
      }
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for a frame");
    } catch (const std::exception& e) {  // pairs start threads of their own
      return Internal(e.what());
    }
    return OkStatus();
  }

  void SayWhoIsAway(const StreamPair& pair) {
    const bool infrared = pair.infrared == nullptr, visible = pair.visible == nullptr;
    if (infrared != infrared_away_) {
      options_.say(infrared ? "the infrared source is away: the visible picture goes on alone"
                            : "the infrared source is back");
    }
    if (visible != visible_away_) {
      options_.say(visible ? "the visible source is away: the infrared picture goes on alone"
                           : "the visible source is back");
    }
    infrared_away_ = infrared;
    visible_away_ = visible;
  }

  StatusOr<FusedFrame> FuseOne(const StreamPair& pair) {
    FusedFrame frame{.time = pair.time,
                     .arrival = pair.arrival,
                     .passed = pair.infrared == nullptr,
                     .infrared_only = pair.visible == nullptr};
    if (frame.infrared_only) {
      frame.luma = luma_;
      SEAFUSION_ASSIGN_OR_RETURN(frame.image,
                                 frames_.ShowInfrared(pair.infrared->image, pair.time));
      return frame;
    }
    frame.planes = pair.visible->planes;
    frame.luma = luma_ = frame.planes != nullptr;
    frames_.set_luma(pair.visible->luma);
    SEAFUSION_ASSIGN_OR_RETURN(frame.image,
                               frames_.Fuse(fuser_, frame.passed ? nullptr : &pair.infrared->image,
                                            pair.visible->image.view(), pair.time,
                                            /*levels=*/nullptr, pair.warper.get()));
    result_.fusing_seconds = frames_.fusing_seconds();
    return frame;
  }

  void WriteAll() {
    std::unique_ptr<FrameSink> sink;
    try {
      while (std::optional<FusedFrame> frame = fused_.Pop()) {
        result_.output = Write(sink, *frame);
        if (!result_.output.ok()) break;
        ++result_.frames;
        if (frame->passed) ++result_.passed;
        if (frame->infrared_only) ++result_.infrared_only;
        if (frame->arrival != 0) {
          result_.latency.Add(static_cast<double>(SteadyMicroseconds() - frame->arrival) /
                              kMicroseconds);
        }
        result_.pixels += static_cast<std::uint64_t>(frame->image.width()) *
                          static_cast<std::uint64_t>(frame->image.height());
      }
    } catch (const std::bad_alloc&) {
      result_.output = ResourceExhausted("no memory to write a frame");
    } catch (const std::exception& e) {
      result_.output = Internal(e.what());
    }
    if (sink != nullptr) {
      const Status finished = sink->Finish();
      result_.remarks = sink->remarks();
      if (result_.output.ok()) result_.output = finished;
    }
    fused_.Cancel();
  }

  Status Write(std::unique_ptr<FrameSink>& sink, const FusedFrame& frame) {
    if (sink == nullptr) {
      SEAFUSION_ASSIGN_OR_RETURN(sink, make_sink_(frame.image.view()));
    }
    return frame.luma ? sink->WriteLuma(frame.image.view(), frame.planes.get(), frame.time)
                      : sink->Write(frame.image.view(), frame.time);
  }

  const Fuser& fuser_;
  PairSource& pairs_;
  const MakeSink& make_sink_;
  const FuseStreamsOptions& options_;
  const bool newest_;
  FrameFuser frames_;
  BoundedQueue<StreamPair> read_{kWaiting};
  BoundedQueue<FusedFrame> fused_{kWaiting};
  bool infrared_away_ = false, visible_away_ = false;
  bool luma_ = false;         // the visible frames so far were a video's Y
  Status read_failure_;       // written by the reader before it closes its queue
  FuseStreamsResult result_;  // frames, passed, pixels and output: the writer's until it is joined
};

}  // namespace

FuseStreamsResult FuseStreams(const Fuser& fuser, PairSource& pairs, const MakeSink& make_sink,
                              const FuseStreamsOptions& options) {
  return Pipeline(fuser, pairs, make_sink, options).Run();
}

}  // namespace seafusion::stream
