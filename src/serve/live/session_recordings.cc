// The session's part that plays recordings, by a time line.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "serve/live/clock.h"
#include "serve/live/session.h"
#include "stream/read/latest_frame.h"
#include "stream/read/open_sources.h"
#include "stream/stream_name.h"

namespace seafusion::serve {

StatusOr<stream::StreamSources> Session::OpenBoth() {
  const Controls controls = this->controls();
  stream::StreamSettings settings = options_.stream;
  settings.infrared_delay = controls.delay;
  settings.hold_shutter = controls.hold;
  return stream::OpenOfAnySize(settings, &stop_);
}

Status Session::OpenRecordings(std::int64_t from) {
  pairs_.reset();
  SEAFUSION_ASSIGN_OR_RETURN(stream::StreamSources sources, OpenBoth());
  const stream::StreamInfo infrared = sources.infrared->info(), visible = sources.visible->info();
  if (from > 0) {
    SEAFUSION_RETURN_IF_ERROR(
        sources.infrared->Seek(std::max<std::int64_t>(0, from - infrared.rate.frame())));
    SEAFUSION_RETURN_IF_ERROR(sources.visible->Seek(from));
  }
  pairs_ = stream::PairByTime(std::move(sources.infrared), std::move(sources.visible),
                              options_.stream.sync, options_.stream.failure_is_end);
  const auto set = [](SourceState& state, const stream::StreamInfo& info) {
    state.name = info.name;
    state.connected = true;
    state.problem.clear();
    state.width = info.width;
    state.height = info.height;
  };
  {
    std::lock_guard lock(mutex_);
    set(infrared_state_, infrared);
    set(visible_state_, visible);
    timeline_.there =
        !stream::IsPipe(options_.stream.infrared) && !stream::IsPipe(options_.stream.visible);
    timeline_.length = visible.length;
    timeline_.frame = visible.rate.frame();
  }
  ReadNext();
  if (next_) base_ = next_->visible->time - next_->time;
  return OkStatus();
}

void Session::ReadNext() {
  next_ = pairs_->Next();
  const stream::StreamCounts infrared = pairs_->infrared(), visible = pairs_->visible();
  const bool fresh_infrared = infrared.read > infrared_state_.frames;
  std::lock_guard lock(mutex_);
  if (next_) {
    visible_meter_.Count();
    if (fresh_infrared) infrared_meter_.Count();
  }
  const auto set = [](SourceState& state, const stream::StreamCounts& counts, Meter& meter) {
    state.frames = counts.read;
    state.damaged = counts.damaged;
    state.dropped = counts.dropped;
    state.shutter = counts.shutter;
    state.per_second = meter.PerSecond();
    if (!counts.failure.ok()) state.problem = std::string(counts.failure.message());
  };
  set(infrared_state_, infrared, infrared_meter_);
  set(visible_state_, visible, visible_meter_);
}

bool Session::Changed() const {
  return stop_ || seek_.has_value() || step_ != 0 || revision_ != shown_revision_ ||
         source_revision_ != read_revision_;
}

void Session::RunRecordings() {
  auto due = std::chrono::steady_clock::now();
  bool show_now = true;       // the first picture, and after a jump, also while paused
  std::uint64_t shown = 0;    // since the beginning
  std::optional<Pair> last;   // what is on the screen
  std::int64_t open_at = -1;  // not open, to be opened there
  // At the end of more than one picture; a pause stands there until a step. With mutex_ held.
  const auto begins_again = [&] {
    return timeline_.loop && timeline_.there && !next_ && shown > 1 &&
           (!timeline_.paused || step_ > 0);
  };
  while (true) {
    std::optional<std::int64_t> seek;
    bool settings_changed = false, paused = false, reopen = false;
    int step = 0;
    double speed = 1;
    {
      std::unique_lock lock(mutex_);
      const bool waits = timeline_.paused || !next_;
      if (open_at >= 0) {
        changed_.wait_for(lock, options_.retry, [&] { return stop_ || seek_; });
      } else if (!show_now && waits) {
        changed_.wait(lock,
                      [&] { return Changed() || begins_again() || (next_ && !timeline_.paused); });
      } else if (!show_now && !waits) {
        changed_.wait_until(lock, due, [&] { return Changed() || timeline_.paused; });
      }
      if (stop_) return;
      seek = std::exchange(seek_, std::nullopt);
      reopen = std::exchange(read_revision_, source_revision_) != source_revision_;
      settings_changed = std::exchange(shown_revision_, revision_) != revision_;
      paused = timeline_.paused;
      speed = timeline_.speed;
      if (!seek && reopen) seek = timeline_.position;
      if (!seek && begins_again()) seek = 0;
      step = std::exchange(step_, 0);
      if (!seek && open_at >= 0) seek = open_at;
    }
    if (seek) {
      if (*seek == 0) shown = 0;
      const Status opened = OpenRecordings(*seek);
      Problem(opened.ok() ? "" : std::string(opened.message()));
      open_at = opened.ok() ? -1 : *seek;
      show_now = opened.ok() && next_;
      due = std::chrono::steady_clock::now();
      if (!opened.ok()) next_.reset();
      if (!opened.ok()) continue;
    }
    const bool time_has_come = next_ && !paused && std::chrono::steady_clock::now() >= due;
    if (next_ && (show_now || step > 0 || time_has_come)) {
      for (int i = 1; i < step; ++i) {
        auto last_read = next_;
        ReadNext();
        if (next_) continue;
        next_ = std::move(last_read);  // steps beyond the end stop there
        break;
      }
      Pair pair;
      pair.infrared = next_->infrared;
      pair.visible = next_->visible;
      pair.time = base_ + next_->time;
      pair.arrival = stream::SteadyMicroseconds();
      pair.captured = SystemMicroseconds();
      {
        std::lock_guard lock(mutex_);
        timeline_.position = pair.time;
      }
      Show(pair);
      last = pair;
      show_now = false;
      ++shown;
      const std::int64_t before = next_->time;
      ReadNext();
      if (next_) {
        // More is a broken stamp, which must not overflow the clock's own unit either.
        constexpr double kLongestWait = 3600.0 * stream::kMicroseconds;
        const double wait = static_cast<double>(next_->time - before) / speed;
        due += std::chrono::microseconds(std::llround(std::min(wait, kLongestWait)));
        // Whoever is late stays late, but not by more and more.
        if (std::chrono::steady_clock::now() - due > std::chrono::milliseconds(200))
          due = std::chrono::steady_clock::now();
      }
    } else if (settings_changed && last) {
      last->arrival = 0;
      last->captured = SystemMicroseconds();
      Show(*last);
    }
  }
}

}  // namespace seafusion::serve
