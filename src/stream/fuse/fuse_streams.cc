#include "stream/fuse/fuse_streams.h"

#include <chrono>
#include <exception>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "core/image_buffer.h"
#include "core/status_macros.h"
#include "fuse/colour.h"
#include "fuse/gain_control.h"
#include "fuse/no_data.h"
#include "fuse/steady_range.h"
#include "stream/fuse/bounded_queue.h"
#include "stream/read/latest_frame.h"

namespace seafusion::stream {
namespace {

constexpr std::size_t kWaiting = 2;

struct FusedFrame {
  ImageBuffer image;
  std::int64_t time = 0;
  std::int64_t arrival = 0;
  bool passed = false;
};

template <typename In, typename Out>
void CopySamples(const ImageView& from, const MutableImageView& to) {
  constexpr float kScale = 1.0f / std::numeric_limits<In>::max();
  constexpr float kFull = std::numeric_limits<Out>::max();
  const auto sample = [](float v) { return static_cast<Out>(v * kFull + 0.5f); };
  const int in = ChannelCount(from.format), out = ChannelCount(to.format);
  const int green = in / 2, blue = in - 1;  // all three are the one channel of gray
  for (int y = 0; y < from.height; ++y) {
    const In* s = from.Row<In>(y);
    Out* d = to.Row<Out>(y);
    for (int x = 0; x < from.width; ++x, s += in, d += out) {
      const Rgb c = {s[0] * kScale, s[green] * kScale, s[blue] * kScale};
      if (out == 1) {
        d[0] = sample(in == 1 ? c.r : LumaOf(c));
      } else {
        d[0] = sample(c.r);
        d[1] = sample(c.g);
        d[2] = sample(c.b);
      }
    }
  }
}

// The visible frame in the output's format.
void Pass(const ImageView& visible, const MutableImageView& out) {
  const bool deep = BytesPerSample(visible.format) == 2, deep_out = BytesPerSample(out.format) == 2;
  if (deep) {
    deep_out ? CopySamples<std::uint16_t, std::uint16_t>(visible, out)
             : CopySamples<std::uint16_t, std::uint8_t>(visible, out);
  } else {
    deep_out ? CopySamples<std::uint8_t, std::uint16_t>(visible, out)
             : CopySamples<std::uint8_t, std::uint8_t>(visible, out);
  }
}

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
        range_(options.settings.infrared_range, options.range_smoothing),
        gain_(options.settings.infrared_gain, options.range_smoothing) {}

  FuseStreamsResult Run() {
    std::thread writer([this] { WriteAll(); });
    std::thread reader;
    if (!newest_) reader = std::thread([this] { ReadAll(); });
    result_.fusing = FuseAll();
    fused_.Close();
    read_.Cancel();
    writer.join();
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
        SEAFUSION_ASSIGN_OR_RETURN(FusedFrame frame, FuseOne(*pair));
        if (!fused_.Push(std::move(frame))) break;
        ++count;
        if (options_.on_frame) options_.on_frame(count);
        // What is fused before the writer is free only grows old.
        if (newest_ && !fused_.WaitUntilTaken()) break;
      }
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for a frame");
    }
    return OkStatus();
  }

  StatusOr<FusedFrame> FuseOne(const StreamPair& pair) {
    const ImageView visible = pair.visible->image.view();
    const bool gray = options_.gray || ChannelCount(visible.format) == 1;
    PixelFormat format = gray ? PixelFormat::kGray8 : PixelFormat::kRgb8;
    if (options_.bits == 16) format = gray ? PixelFormat::kGray16 : PixelFormat::kRgb16;
    FusedFrame frame{
        .time = pair.time, .arrival = pair.arrival, .passed = pair.infrared == nullptr};
    SEAFUSION_ASSIGN_OR_RETURN(frame.image,
                               ImageBuffer::Create(visible.width, visible.height, format));
    if (frame.passed) {
      Pass(visible, frame.image.view());
      return frame;
    }
    const ImageView infrared = pair.infrared->image.view();
    FuseSettings settings = options_.settings;
    SEAFUSION_ASSIGN_OR_RETURN(
        settings.infrared_range,
        range_.Next(infrared, static_cast<double>(pair.time) / kMicroseconds));
    const auto start = std::chrono::steady_clock::now();
    SEAFUSION_RETURN_IF_ERROR(
        FuseWithGain(infrared, visible, frame.image.view(), settings, pair.time));
    result_.fusing_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return frame;
  }

  // With a gain whose curves follow the stream.
  Status FuseWithGain(const ImageView& infrared, const ImageView& visible,
                      const MutableImageView& out, const FuseSettings& settings,
                      std::int64_t time) {
    if (settings.infrared_gain.kind == InfraredGain::Kind::kLinear) {
      return fuser_.Fuse(infrared, visible, out, settings);
    }
    SEAFUSION_ASSIGN_OR_RETURN(const std::optional<FilledInfrared> filled,
                               FillNoData(infrared, visible, settings));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gained,
                               gain_.Next(filled ? filled->picture.view() : infrared,
                                          filled ? filled->range : settings.infrared_range,
                                          static_cast<double>(time) / kMicroseconds));
    FuseSettings plain = settings;
    plain.infrared_range = {.kind = InfraredRange::Kind::kFull};
    plain.infrared_gain = {};
    SEAFUSION_RETURN_IF_ERROR(fuser_.Fuse(gained.view(), visible, out, plain));
    return filled ? ShowVisibleInGaps(*filled, visible, out, settings) : OkStatus();
  }

  void WriteAll() {
    std::unique_ptr<FrameSink> sink;
    try {
      while (std::optional<FusedFrame> frame = fused_.Pop()) {
        result_.output = Write(sink, *frame);
        if (!result_.output.ok()) break;
        ++result_.frames;
        if (frame->passed) ++result_.passed;
        if (frame->arrival != 0) {
          result_.latency.Add(static_cast<double>(SteadyMicroseconds() - frame->arrival) /
                              kMicroseconds);
        }
        result_.pixels += static_cast<std::uint64_t>(frame->image.width()) *
                          static_cast<std::uint64_t>(frame->image.height());
      }
    } catch (const std::bad_alloc&) {
      result_.output = ResourceExhausted("no memory to write a frame");
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
    return sink->Write(frame.image.view(), frame.time);
  }

  const Fuser& fuser_;
  PairSource& pairs_;
  const MakeSink& make_sink_;
  const FuseStreamsOptions& options_;
  const bool newest_;
  SteadyRange range_;
  GainControl gain_;
  BoundedQueue<StreamPair> read_{kWaiting};
  BoundedQueue<FusedFrame> fused_{kWaiting};
  Status read_failure_;       // written by the reader before it closes its queue
  FuseStreamsResult result_;  // frames, passed, pixels and output: the writer's until it is joined
};

}  // namespace

FuseStreamsResult FuseStreams(const Fuser& fuser, PairSource& pairs, const MakeSink& make_sink,
                              const FuseStreamsOptions& options) {
  return Pipeline(fuser, pairs, make_sink, options).Run();
}

}  // namespace seafusion::stream
