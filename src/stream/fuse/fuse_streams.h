// Two streams into one: reading, fusing and writing overlap.
#ifndef SEAFUSION_STREAM_FUSE_FUSE_STREAMS_H_
#define SEAFUSION_STREAM_FUSE_FUSE_STREAMS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/fuser.h>

#include "stream/frame_source.h"
#include "stream/fuse/latency.h"
#include "stream/stream_settings.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::stream {

struct FuseStreamsOptions {
  FuseSettings settings;
  /// Time constant in seconds of infrared ranges that depend on the picture; 0: each on its own.
  double range_smoothing = 1.0;
  bool gray = false;  ///< The fused brightness alone.
  int bits = 8;       ///< Of the samples of fused frames: 8 or 16.
  bool live = false;
  /// kLow: live pairs are asked for when the network is free and its last frame is being written,
  /// so that they are new then. Else pairs are read ahead.
  Latency latency = Latency::kLow;
  std::uint64_t max_frames = 0;  ///< Stop after this many; 0: no limit.
  /// Set by the user's interrupt; may be null. What was fused by then is written.
  const std::atomic<bool>* cancel = nullptr;
  /// Told after each fused frame how many there are, on the caller's thread; may be empty.
  std::function<void(std::uint64_t)> on_frame;
  /// Told when a live source goes away and when it is back; a line for people, on the caller's
  /// thread; may be empty.
  std::function<void(std::string_view)> say;
};

struct FuseStreamsResult {
  std::uint64_t frames = 0;  ///< Written.
  std::uint64_t passed = 0;  ///< Of these: visible frames without an infrared partner.
  /// Of these: infrared frames while the visible source was away.
  std::uint64_t infrared_only = 0;
  std::uint64_t pixels = 0;
  double fusing_seconds = 0;  ///< In Fuser::Fuse; near the whole time where nothing else holds up.
  LatencyCounts latency;      ///< Of live frames, from their arrival until they were written.
  StreamCounts infrared;
  StreamCounts visible;
  Status fusing;  ///< A pair that could not be fused.
  Status output;  ///< A frame that could not be written. kCancelled: the sink wants no more.
  bool interrupted = false;
  std::vector<std::string> remarks;  ///< Of the sink.
};

/// Fuses pair after pair until the pairs, the sink or the options end it, and finishes the sink:
/// every frame counted in `frames` is in it. Three stages on as many threads, with at most two
/// frames waiting between each two of them, so memory is bounded and the slowest stage sets the
/// pace; none waits where live frames are to have low latency.
FuseStreamsResult FuseStreams(const Fuser& fuser, PairSource& pairs, const MakeSink& make_sink,
                              const FuseStreamsOptions& options);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_FUSE_STREAMS_H_
