// Which frame of one stream belongs to which frame of another. Times only: no pictures here.
#ifndef SEAFUSION_STREAM_SYNC_FRAME_SYNC_H_
#define SEAFUSION_STREAM_SYNC_FRAME_SYNC_H_

#include <array>
#include <cstdint>
#include <optional>

namespace seafusion::stream {

/// What happens when the secondary stream ends before the primary one; FFmpeg's names and meaning.
enum class EofAction : std::uint8_t {
  kRepeat,  ///< Its last frame stays. The primary's stays too if that one ends first.
  kEndAll,  ///< Both end.
  kPass,    ///< The primary goes on alone.
};

/// Which secondary frame a primary frame gets; FFmpeg's names and meaning.
enum class TimestampSync : std::uint8_t {
  kDefault,  ///< The latest that is not later.
  kNearest,  ///< The nearest in time; of two equally near ones the earlier.
};

struct SyncOptions {
  EofAction eof_action = EofAction::kRepeat;
  bool shortest = false;  ///< End when either stream ends.
  TimestampSync ts_sync = TimestampSync::kDefault;
};

enum class StreamSide : std::uint8_t { kPrimary = 0, kSecondary = 1 };

/// Pairs the frames of two streams by time, as FFmpeg's framesync does for its filters of two
/// inputs, with one difference: a stream's last frame lasts as long as the others, so that a stream
/// of half the rate does not end early. Times are in any one unit, and must not decrease.
///
/// The caller asks Next() what to do: feed a frame of one side (Add) or tell that there is none
/// (End), fuse a pair, or stop. Deterministic; holds two times a side.
class FrameSync {
 public:
  struct Step {
    enum class Kind : std::uint8_t { kNeed, kPair, kEnd };
    Kind kind = Kind::kEnd;
    StreamSide need = StreamSide::kPrimary;  ///< kNeed
    std::int64_t time = 0;                   ///< kPair: of the primary frame, or of the secondary
                                             ///< one once the primary has ended
    std::int64_t primary = -1;               ///< kPair: its number, from 0 in the order of Add()
    std::int64_t secondary = -1;             ///< kPair: its number; -1: none, the primary passes
  };

  explicit FrameSync(const SyncOptions& options) : options_(options) {}

  /// Valid after kNeed for this side.
  void Add(StreamSide side, std::int64_t time);
  /// Valid after kNeed for this side; `end` is when its last frame is over.
  void End(StreamSide side, std::int64_t end);
  /// Like End(), and both end then, whatever the options: the stream failed.
  void EndAll(StreamSide side, std::int64_t end);

  Step Next();

 private:
  struct Frame {
    std::int64_t index, time;
  };
  struct Stream {
    std::optional<Frame> current;  // the last one whose time has come
    std::optional<Frame> next;
    std::int64_t count = 0;
    std::int64_t end = 0;
    bool ended = false;
    bool Over(std::int64_t time) const { return ended && !next && time >= end; }
  };
  Stream& Of(StreamSide side) { return streams_[static_cast<std::size_t>(side)]; }
  bool EndsTogether() const {
    return options_.shortest || options_.eof_action == EofAction::kEndAll;
  }
  Step PrimaryFrame();
  Step AfterPrimary();

  SyncOptions options_;
  std::array<Stream, 2> streams_;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_SYNC_FRAME_SYNC_H_
