#include "serve/live/session.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <new>
#include <utility>

#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/weights/load_fuser.h"
#include "serve/live/clock.h"
#include "serve/live/compared_method.h"
#include "stream/read/latest_frame.h"
#include "stream/read/open_sources.h"
#include "stream/stream_name.h"

namespace seafusion::serve {
namespace {

using Clock = std::chrono::steady_clock;

StatusOr<ImageBuffer> Warped(const align::Warper& warper, align::Source source,
                             const ImageBuffer& picture) {
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer out, ImageBuffer::Create(warper.width(), warper.height(), picture.format()));
  SEAFUSION_RETURN_IF_ERROR(warper.Warp(source, picture.view(), out.view()));
  return out;
}

}  // namespace

StatusOr<std::unique_ptr<Session>> Session::Start(const SessionOptions& options,
                                                  std::function<void(const MomentPtr&)> on_moment) {
  std::unique_ptr<Session> session(new Session(options));
  session->on_moment_ = std::move(on_moment);
  session->controls_ = options.controls;
  session->alignment_ = Alignment(options.rig, options.canvas);
  SEAFUSION_ASSIGN_OR_RETURN(session->live_, stream::AreLive(options.stream));
  SEAFUSION_ASSIGN_OR_RETURN(session->fuser_, session->FuserFor(options.controls));
  SEAFUSION_ASSIGN_OR_RETURN(session->method_, MakeCompared(options.controls.method));
  session->timeline_.loop = options.loop;
  if (!session->live_) SEAFUSION_RETURN_IF_ERROR(session->OpenRecordings(0));
  session->read_revision_ = session->source_revision_;
  session->thread_ = std::thread([s = session.get()] { s->Run(); });
  return session;
}

Session::~Session() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Session::Run() {
  try {
    live_ ? RunLive() : RunRecordings();
  } catch (const std::exception& e) {  // no memory, no thread
    Problem(std::string("stopped: ") + e.what());
  }
  infrared_.reset();
  visible_.reset();
}

// --- What can be changed ---

StatusOr<std::shared_ptr<const Fuser>> Session::FuserFor(const Controls& controls) {
  const std::pair key{controls.model, controls.precision};
  {
    std::lock_guard lock(mutex_);
    if (const auto found = fusers_.find(key); found != fusers_.end()) return found->second;
  }
  FuserOptions engine = options_.engine;
  engine.precision = controls.precision;
  SEAFUSION_ASSIGN_OR_RETURN(
      Fuser fuser,
      LoadFuser(controls.model == kStartModel ? options_.weights : controls.model, engine));
  auto made = std::make_shared<const Fuser>(std::move(fuser));
  std::lock_guard lock(mutex_);
  // Each has threads of its own: only the last ones are kept.
  if (fusers_.size() >= 2) fusers_.clear();
  fusers_[key] = made;
  return std::shared_ptr<const Fuser>(made);
}

Controls Session::controls() const {
  std::lock_guard lock(mutex_);
  return controls_;
}

Status Session::SetControls(const Controls& controls) {
  if (live_ && std::abs(controls.delay) > kMostLiveDelay) {
    return InvalidArgument("ir-delay: of live sources it is at most " +
                           std::to_string(static_cast<int>(kMostLiveDelay)) + " s either way");
  }
  {
    const std::lock_guard lock(mutex_);
    if (!live_ && controls.delay != 0 && !timeline_.there) {
      return InvalidArgument("ir-delay: a pipe is read once");
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(std::shared_ptr<const Fuser> fuser, FuserFor(controls));
  SEAFUSION_ASSIGN_OR_RETURN(std::shared_ptr<const methods::FusionMethod> method,
                             MakeCompared(controls.method));
  {
    std::lock_guard lock(mutex_);
    const bool hold = controls.hold != controls_.hold;
    if (hold || (!live_ && controls.delay != controls_.delay)) ++source_revision_;
    controls_ = controls;
    fuser_ = std::move(fuser);
    method_ = std::move(method);
    ++revision_;
  }
  changed_.notify_all();
  return OkStatus();
}

Status Session::ChangeAlignment(const std::function<Status(Alignment&)>& change) {
  Status status;
  {
    std::lock_guard lock(mutex_);
    status = change(alignment_);
    ++revision_;
  }
  changed_.notify_all();
  return status;
}

Status Session::ReadAlignment(const std::function<Status(const Alignment&)>& read) const {
  const std::lock_guard lock(mutex_);
  return read(alignment_);
}

Status Session::SetPlay(const Play& play) {
  {
    std::lock_guard lock(mutex_);
    if (!timeline_.there) return InvalidArgument("live pictures have no time line");
    if (play.speed && !(*play.speed >= 0.05 && *play.speed <= 20)) {
      return InvalidArgument("the speed is out of 0.05..20");
    }
    if (play.speed) timeline_.speed = *play.speed;
    if (play.loop) timeline_.loop = *play.loop;
    if (play.paused) timeline_.paused = *play.paused;
    if (play.position) {
      seek_ = std::clamp<std::int64_t>(*play.position, 0,
                                       std::max<std::int64_t>(0, timeline_.length - 1));
    }
    if (play.step != 0) {
      timeline_.paused = true;
      if (play.step > 0) {
        step_ = std::min(play.step, 1000);
      } else {
        seek_ = std::max<std::int64_t>(
            0, timeline_.position + std::max(play.step, -1000) * timeline_.frame);
      }
    }
  }
  changed_.notify_all();
  return OkStatus();
}

MomentPtr Session::newest() const {
  std::lock_guard lock(mutex_);
  return newest_;
}

SessionState Session::state() const {
  std::lock_guard lock(mutex_);
  SessionState state;
  state.live = live_;
  state.infrared = infrared_state_;
  state.visible = visible_state_;
  state.timeline = timeline_;
  state.engine = fuser_->engine_name();
  state.problem = problem_;
  state.per_second = meter_.PerSecond();
  state.fuse_ms = fuse_ms_;
  state.fused = fused_;
  state.alone = alone_;
  state.failed = failed_;
  if (latency_.count() > 0) {
    state.latency_median_ms = latency_.Quantile(0.5);
    state.latency_95_ms = latency_.Quantile(0.95);
  }
  return state;
}

void Session::Wake() {
  {
    std::lock_guard lock(mutex_);
    fresh_ = true;
  }
  changed_.notify_all();
}

void Session::Problem(const std::string& text) {
  std::lock_guard lock(mutex_);
  problem_ = text;
}

// --- Cameras ---

void Session::RunLive() {
  const auto open = [this](bool infrared) {
    return [this, infrared](const std::atomic<bool>* stop) {
      stream::StreamSettings settings = options_.stream;
      settings.infrared_delay = 0;
      settings.hold_shutter = controls().hold;
      return stream::OpenLive(settings, infrared, stop);
    };
  };
  const auto wake = [this] { Wake(); };
  infrared_ =
      std::make_unique<LiveSource>(options_.stream.infrared, open(true), options_.retry, wake);
  visible_ =
      std::make_unique<LiveSource>(options_.stream.visible, open(false), options_.retry, wake);
  const std::int64_t begin = stream::SteadyMicroseconds();
  Pair last;
  while (true) {
    std::uint64_t revision = 0;
    std::int64_t delay = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(250),
                        [&] { return stop_ || fresh_ || revision_ != shown_revision_; });
      if (stop_) return;
      fresh_ = false;
      revision = revision_;
      delay = std::llround(controls_.delay * stream::kMicroseconds);
      if (std::exchange(read_revision_, source_revision_) != source_revision_) infrared_->Reopen();
    }
    // Some more of both: the frames of one camera come between those of the other.
    const std::int64_t kept = delay == 0 ? 0 : stream::kMicroseconds / 5;
    infrared_->Keep(std::max<std::int64_t>(delay, 0) + kept);
    visible_->Keep(std::max<std::int64_t>(-delay, 0) + kept);
    constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();
    Pair pair;
    pair.visible = visible_->At(delay < 0 ? stream::SteadyMicroseconds() + delay : kNewest);
    const bool delayed = delay != 0 && pair.visible != nullptr;
    pair.infrared = infrared_->At(delayed ? pair.visible->time - delay : kNewest);
    pair.infrared_lost = pair.infrared == nullptr;
    pair.visible_lost = pair.visible == nullptr;
    {
      std::lock_guard lock(mutex_);
      infrared_state_ = infrared_->state();
      visible_state_ = visible_->state();
    }
    const bool settings_changed = revision != shown_revision_;
    shown_revision_ = revision;
    // Without a visible picture the infrared one goes on alone.
    const bool fresh = pair.visible_lost ? pair.infrared != last.infrared || !last.visible_lost
                                         : pair.visible != last.visible;
    if (!fresh && !settings_changed && pair.infrared_lost == last.infrared_lost) continue;
    const std::int64_t arrival =
        pair.visible_lost ? stream::SteadyMicroseconds() : pair.visible->time;
    pair.arrival = fresh ? arrival : 0;
    pair.captured = OnSystemClock(arrival);
    pair.time = arrival - begin;
    // What was seen last stays, darkened.
    if (pair.infrared_lost) pair.infrared = last.infrared;
    if (pair.visible_lost) pair.visible = last.visible;
    Show(pair);
    last = pair;
    if (pair.infrared_lost) last.infrared_lost = true;
  }
}

// --- One moment ---

void Session::Show(const Pair& pair) {
  auto moment = Make(pair);
  if (moment.ok()) return Publish(*std::move(moment));
  std::lock_guard lock(mutex_);
  ++failed_;
  problem_ = std::string(moment.status().message());
}

StatusOr<std::shared_ptr<Moment>> Session::Make(const Pair& pair) {
  auto moment = std::make_shared<Moment>();
  moment->time = pair.time;
  moment->captured = pair.captured;
  moment->infrared = pair.infrared;
  moment->visible = pair.visible;
  moment->infrared_lost = pair.infrared_lost;
  moment->visible_lost = pair.visible_lost;
  std::shared_ptr<const Fuser> fuser;
  std::shared_ptr<const Geometry> geometry;
  Controls controls;
  {
    std::lock_guard lock(mutex_);
    if (pair.infrared != nullptr && pair.visible != nullptr) {
      SEAFUSION_RETURN_IF_ERROR(
          alignment_.SetSizes(pair.infrared->image.width(), pair.infrared->image.height(),
                              pair.visible->image.width(), pair.visible->image.height()));
    }
    fuser = fuser_;
    geometry = alignment_.geometry();
    controls = controls_;
    moment->method = method_;
    if (frames_ == nullptr || frames_revision_ != shown_revision_) {
      frames_ = std::make_unique<stream::FrameFuser>(FrameSettingsOf(controls));
      frames_revision_ = shown_revision_;
    }
  }
  moment->palette = controls.palette;
  moment->range = frames_->range_in_use();
  const bool both = pair.infrared != nullptr && pair.visible != nullptr;
  if (both && geometry->warper != nullptr) {
    moment->warper = geometry->warper;
    SEAFUSION_ASSIGN_OR_RETURN(
        moment->warped_infrared,
        Warped(*geometry->warper, align::Source::kInfrared, pair.infrared->image));
    SEAFUSION_ASSIGN_OR_RETURN(
        moment->warped_visible,
        Warped(*geometry->warper, align::Source::kVisible, pair.visible->image));
  }
  const ImageBuffer* visible = moment->visible_on_canvas();
  if (visible == nullptr) {
    moment->range = FrameSettingsOf(controls).settings.infrared_range;
    return moment;  // the infrared picture alone
  }
  if (pair.visible_lost) {
    // What was fused last.
    std::lock_guard lock(mutex_);
    moment->range = FrameSettingsOf(controls).settings.infrared_range;
    if (newest_ != nullptr) moment->fused = newest_->fused;
    return moment;
  }
  const auto start = Clock::now();
  const ImageBuffer* infrared = pair.infrared_lost ? nullptr : moment->infrared_on_canvas();
  const bool gain = controls.gain.kind != InfraredGain::Kind::kLinear;
  SEAFUSION_ASSIGN_OR_RETURN(moment->fused,
                             frames_->Fuse(*fuser, infrared, visible->view(), pair.time,
                                           gain ? &moment->levels : nullptr));
  moment->range = frames_->range_in_use();
  if (infrared != nullptr && geometry->warper != nullptr &&
      !geometry->warper->Covers(align::Source::kInfrared) && !IsFloatingPoint(visible->format())) {
    const bool gray_only = ChannelCount(moment->fused.format()) == 1;
    if (!gray_only || ChannelCount(visible->format()) == 1) {
      SEAFUSION_RETURN_IF_ERROR(
          geometry->warper->ShowAlone(align::Source::kVisible, visible->view(),
                                      {0, 1 / FullScale(visible->format())}, moment->fused.view()));
    }
  }
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  std::lock_guard lock(mutex_);
  fuse_ms_ = fuse_ms_ == 0 ? ms : fuse_ms_ + (ms - fuse_ms_) / 10;
  infrared == nullptr ? ++alone_ : ++fused_;
  meter_.Count();
  if (pair.arrival != 0) {
    latency_.Add(static_cast<double>(stream::SteadyMicroseconds() - pair.arrival) /
                 stream::kMicroseconds);
  }
  problem_.clear();
  return moment;
}

void Session::Publish(std::shared_ptr<Moment> moment) {
  moment->number = ++number_;
  const MomentPtr shared = std::move(moment);
  {
    std::lock_guard lock(mutex_);
    newest_ = shared;
  }
  on_moment_(shared);
}

}  // namespace seafusion::serve
