#include "serve/live/live_source.h"

#include <algorithm>
#include <utility>

#include "stream/read/latest_frame.h"

namespace seafusion::serve {
namespace {

// Memory that delayed pairs may take; a camera of 640x512 gives some 300 frames of 16 bits.
constexpr std::size_t kMostKeptBytes = std::size_t{192} << 20;

std::size_t BytesOf(const ImageBuffer& image) {
  return static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.height()) *
         static_cast<std::size_t>(BytesPerPixel(image.format()));
}

}  // namespace

LiveSource::LiveSource(std::string name, Open open, std::chrono::milliseconds wait,
                       std::function<void()> on_frame)
    : name_(std::move(name)), open_(std::move(open)), wait_(wait), on_frame_(std::move(on_frame)) {
  state_.name = name_;
  state_.problem = "is being opened";
  thread_ = std::thread([this] { Run(); });
}

LiveSource::~LiveSource() {
  {
    std::lock_guard lock(mutex_);  // or a thread about to wait would not hear of it
    stop_ = true;
  }
  end_ = true;
  changed_.notify_all();
  thread_.join();
}

void LiveSource::Run() {
  while (!stop_) {
    end_ = false;
    if (stop_) return;  // set before end_, which was perhaps just taken back
    auto source = open_(&end_);
    if (source.ok()) {
      ReadUntilLost(**source);
    } else {
      Lost(source.status());
    }
    if (end_) continue;  // Reopen
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait_, [&] { return stop_.load(); });
  }
}

void LiveSource::Lost(const Status& why) {
  {
    std::lock_guard lock(mutex_);
    if (state_.connected) ++state_.reconnects;
    state_.connected = false;
    state_.problem = why.ok() ? name_ + ": ended" : std::string(why.message());
    frames_.clear();
  }
  on_frame_();
}

void LiveSource::ReadUntilLost(stream::FrameSource& source) {
  while (!stop_) {
    StatusOr<stream::FramePtr> frame = source.Next();
    if (!frame.ok() || *frame == nullptr) return Lost(frame.ok() ? OkStatus() : frame.status());
    const std::int64_t now = stream::SteadyMicroseconds();
    // The source made it and has given it away: nobody else holds it yet.
    const_cast<stream::Frame&>(**frame).time = now;
    {
      std::lock_guard lock(mutex_);
      state_.connected = true;
      state_.problem.clear();
      state_.width = (*frame)->image.width();
      state_.height = (*frame)->image.height();
      state_.damaged = source.damaged();
      state_.shutter = source.shutter();
      meter_.Count();
      const std::size_t most = kMostKeptBytes / std::max<std::size_t>(1, BytesOf((*frame)->image));
      frames_.push_back(*std::move(frame));
      // One that is older than `keep_` stays, as the newest of its time.
      while (frames_.size() > 1 && (frames_[1]->time <= now - keep_ || frames_.size() > most)) {
        frames_.pop_front();
      }
    }
    on_frame_();
  }
}

stream::FramePtr LiveSource::At(std::int64_t time) const {
  std::lock_guard lock(mutex_);
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    if ((*frame)->time <= time) return *frame;
  }
  return frames_.empty() ? nullptr : frames_.front();
}

void LiveSource::Keep(std::int64_t time) {
  std::lock_guard lock(mutex_);
  keep_ = time;
}

void LiveSource::Reopen() {
  end_ = true;
}

SourceState LiveSource::state() const {
  std::lock_guard lock(mutex_);
  SourceState state = state_;
  state.frames = meter_.total();
  state.per_second = meter_.PerSecond();
  return state;
}

}  // namespace seafusion::serve
