// Pairs of frames that belong together, out of two sources.
#ifndef SEAFUSION_STREAM_SYNC_STREAM_PAIRS_H_
#define SEAFUSION_STREAM_SYNC_STREAM_PAIRS_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "align/warp/warper.h"
#include "stream/frame_source.h"
#include "stream/sync/frame_sync.h"

namespace seafusion::stream {

struct StreamPair {
  FramePtr infrared;  ///< Null: none belongs to it; the visible frame passes as it is.
  /// Null, never in the first pair: the live visible source is away, and the infrared one goes on
  /// alone.
  FramePtr visible;
  std::int64_t time = 0;  ///< Microseconds since the first pair.
  /// Of live pairs: when the visible frame (without: the infrared one) came, on the steady clock,
  /// in microseconds; else 0.
  std::int64_t arrival = 0;
  /// What brought both frames onto one canvas (rig/placed_pairs.h); null: they are as they came.
  std::shared_ptr<const align::Warper> warper = nullptr;
};

/// What became of one stream.
struct StreamCounts {
  std::uint64_t read = 0;      ///< Frames that came and were whole.
  std::uint64_t damaged = 0;   ///< Frames that could not be decoded, and were left out.
  std::uint64_t dropped = 0;   ///< Whole frames that are in no pair.
  std::uint64_t repeated = 0;  ///< Pairs that have the frame of the pair before.
  ShutterCounts shutter;       ///< Of the infrared stream.
  ConnectionCounts connection;
  Status failure;  ///< Why the stream ended before its end.
};

/// One thread calls Next(); the counts are valid after it has returned nothing.
class PairSource {
 public:
  virtual ~PairSource() = default;
  /// Nothing at the end; why it came is in the counts.
  virtual std::optional<StreamPair> Next() = 0;
  virtual StreamCounts infrared() const = 0;
  virtual StreamCounts visible() const = 0;
};

/// Pairs by time, the visible stream being the primary one. A stream that fails ends both, unless
/// `failure_is_end`: then `options` say what happens, as at a regular end.
std::unique_ptr<PairSource> PairByTime(std::unique_ptr<FrameSource> infrared,
                                       std::unique_ptr<FrameSource> visible,
                                       const SyncOptions& options, bool failure_is_end);

/// Each visible frame that is new when asked for, with the newest infrared one: for live sources,
/// whose older frames are dropped. With `failure_is_end` and EofAction kRepeat or kPass, the
/// visible stream goes on when the infrared one fails. While one source has a gap (Reconnecting),
/// the other one goes on alone.
std::unique_ptr<PairSource> PairNewest(std::unique_ptr<FrameSource> infrared,
                                       std::unique_ptr<FrameSource> visible,
                                       const SyncOptions& options, bool failure_is_end);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_SYNC_STREAM_PAIRS_H_
