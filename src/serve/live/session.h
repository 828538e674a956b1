// Two sources that are fused while they run, as settings say that may change at any time.
#ifndef SEAFUSION_SERVE_LIVE_SESSION_H_
#define SEAFUSION_SERVE_LIVE_SESSION_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "serve/live/alignment.h"
#include "serve/live/controls.h"
#include "serve/live/live_source.h"
#include "serve/live/meter.h"
#include "serve/live/moment.h"
#include "stream/fuse/latency.h"
#include "stream/read/open_sources.h"
#include "stream/stream_settings.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::serve {

struct SessionOptions {
  /// Names of the sources and how they are read; what Controls has is not taken from here.
  stream::StreamSettings stream;
  std::optional<align::Rig> rig;
  align::Canvas canvas = align::Canvas::kVisible;
  Controls controls;
  std::string weights;                    ///< Of kStartModel.
  FuserOptions engine;                    ///< Threads, instruction set and tile.
  bool loop = true;                       ///< Recordings begin again after their end.
  std::chrono::milliseconds retry{1000};  ///< Between a source's failure and the next try.
};

/// Where a recording is.
struct Timeline {
  bool there = false;                                ///< Not of live sources, nor of pipes.
  std::int64_t position = 0, length = 0, frame = 0;  ///< Microseconds.
  bool paused = false, loop = true;
  double speed = 1;
};

/// A wish about the time line; what is not set stays.
struct Play {
  std::optional<bool> paused, loop;
  std::optional<double> speed;           ///< 0.05..20
  std::optional<std::int64_t> position;  ///< Microseconds.
  int step = 0;                          ///< Frames on, or back; pauses.
};

struct SessionState {
  bool live = false;
  SourceState infrared, visible;
  Timeline timeline;
  std::string engine, problem;
  double per_second = 0, fuse_ms = 0;
  std::uint64_t fused = 0, alone = 0, failed = 0;
  /// From a visible frame's coming until it was fused.
  double latency_median_ms = 0, latency_95_ms = 0;
};

/// Runs from Start to its end. Thread-safe.
class Session {
 public:
  /// Opens recordings; cameras may come later. `on_moment`: on the session's thread, which waits
  /// for it. Errors: those of OpenOfAnySize and LoadFuser, settings that do not fit.
  static StatusOr<std::unique_ptr<Session>> Start(const SessionOptions& options,
                                                  std::function<void(const MomentPtr&)> on_moment);
  ~Session();

  Controls controls() const;
  /// Shown at once, also while a recording stands still. Errors: those of LoadFuser (a precision
  /// that this machine or model has not), kInvalidArgument; what was stays then.
  Status SetControls(const Controls& controls);
  const Controls& start_controls() const { return options_.controls; }
  bool has_start_model() const { return !options_.weights.empty(); }

  /// Calls `change` with the alignment, which nobody else changes meanwhile.
  Status ChangeAlignment(const std::function<Status(Alignment&)>& change);

  Status ReadAlignment(const std::function<Status(const Alignment&)>& read) const;

  /// kInvalidArgument: there is no time line, or a number is out of range.
  Status SetPlay(const Play& play);

  MomentPtr newest() const;
  SessionState state() const;

 private:
  struct Pair {
    stream::FramePtr infrared, visible;  // null: none
    std::int64_t time = 0, captured = 0, arrival = 0;
    bool infrared_lost = false, visible_lost = false;
  };

  explicit Session(const SessionOptions& options) : options_(options) {}
  StatusOr<std::shared_ptr<const Fuser>> FuserFor(const Controls& controls);
  void Run();
  void RunLive();
  void RunRecordings();
  Status OpenRecordings(std::int64_t from);
  StatusOr<stream::StreamSources> OpenBoth();
  void ReadNext();
  void Wake();
  bool Changed() const;  // with mutex_ held
  void Show(const Pair& pair);
  StatusOr<std::shared_ptr<Moment>> Make(const Pair& pair);
  void Publish(std::shared_ptr<Moment> moment);
  void Problem(const std::string& text);

  const SessionOptions options_;
  std::function<void(const MomentPtr&)> on_moment_;
  bool live_ = false;
  std::atomic<bool> stop_ = false;

  mutable std::mutex mutex_;  // guards all up to the next comment
  std::condition_variable changed_;
  Controls controls_;
  std::shared_ptr<const Fuser> fuser_;
  std::shared_ptr<const methods::FusionMethod> method_;
  std::map<std::pair<std::string, Precision>, std::shared_ptr<const Fuser>> fusers_;
  Alignment alignment_{std::nullopt, align::Canvas::kVisible};
  std::uint64_t revision_ = 1;         // of what is shown
  std::uint64_t source_revision_ = 1;  // of how sources are read
  bool fresh_ = false;                 // a live frame came
  Timeline timeline_;
  std::optional<std::int64_t> seek_;
  int step_ = 0;
  MomentPtr newest_;
  mutable Meter meter_;
  double fuse_ms_ = 0;
  std::uint64_t fused_ = 0, alone_ = 0, failed_ = 0;
  stream::LatencyCounts latency_;
  std::string problem_;
  SourceState infrared_state_, visible_state_;  // of recordings

  // The session thread's own.
  std::unique_ptr<LiveSource> infrared_, visible_;
  std::unique_ptr<stream::PairSource> pairs_;
  std::optional<stream::StreamPair> next_;
  std::int64_t base_ = 0;
  Meter infrared_meter_, visible_meter_;
  std::unique_ptr<stream::FrameFuser> frames_;
  std::uint64_t shown_revision_ = 0, read_revision_ = 0, frames_revision_ = 0;
  std::uint64_t number_ = 0;
  std::thread thread_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_SESSION_H_
