#include "serve/live/view/broadcast.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "serve/live/view/render.h"

namespace seafusion::serve {

Broadcast::Broadcast(int quality, std::function<void()> on_new)
    : quality_(quality), on_new_(std::move(on_new)), thread_([this] { Run(); }) {}

Broadcast::~Broadcast() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Broadcast::Publish(MomentPtr moment) {
  {
    std::lock_guard lock(mutex_);
    const bool watched =
        std::any_of(watchers_.begin(), watchers_.end(), [](int n) { return n > 0; });
    if (fresh_ && watched) ++skipped_;
    moment_ = std::move(moment);
    fresh_ = true;
  }
  changed_.notify_all();
}

void Broadcast::Watched(std::uint32_t views, int change) {
  {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < kViews; ++i) {
      if ((views >> i & 1) != 0) watchers_[i] += change;
    }
  }
  changed_.notify_all();
}

std::shared_ptr<const Pictures> Broadcast::newest() const {
  std::lock_guard lock(mutex_);
  return newest_;
}
std::uint64_t Broadcast::encoded() const {
  std::lock_guard lock(mutex_);
  return encoded_;
}
std::uint64_t Broadcast::skipped() const {
  std::lock_guard lock(mutex_);
  return skipped_;
}
double Broadcast::encode_ms() const {
  std::lock_guard lock(mutex_);
  return encode_ms_;
}

void Broadcast::Run() {
  std::unique_lock lock(mutex_);
  // The moment that newest_ is of.
  MomentPtr shown;
  const auto wanted = [&] {
    std::uint32_t views = 0;
    for (std::size_t i = 0; i < kViews; ++i) views |= watchers_[i] > 0 ? std::uint32_t{1} << i : 0;
    return views;
  };
  while (true) {
    changed_.wait(lock, [&] {
      if (stop_) return true;
      if (moment_ == nullptr || wanted() == 0) return false;
      return fresh_ || !newest_ || shown != moment_ || !newest_->Has(wanted());
    });
    if (stop_) return;
    const MomentPtr moment = moment_;
    const std::uint32_t views = wanted();
    fresh_ = false;
    auto pictures = std::make_shared<Pictures>();
    // Of a moment that is shown again to somebody new, what there is already.
    if (shown == moment && newest_ != nullptr) *pictures = *newest_;
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    pictures->number = moment->number;
    pictures->captured = moment->captured;
    pictures->time = moment->time;
    bool failed = false;
    for (std::size_t i = 0; i < kViews && !failed; ++i) {
      if ((views >> i & 1) == 0 || pictures->jpeg[i] != nullptr) continue;
      auto jpeg = RenderJpeg(*moment, static_cast<View>(i), quality_);
      // Out of memory: this moment is not seen.
      failed = !jpeg.ok();
      if (jpeg.ok()) pictures->jpeg[i] = *std::move(jpeg);
    }
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    lock.lock();
    shown = moment;
    newest_ = std::move(pictures);
    encode_ms_ = ms;
    ++encoded_;
    if (failed) {
      ++skipped_;
      changed_.wait_for(lock, std::chrono::milliseconds(100), [&] { return stop_ || fresh_; });
      continue;
    }
    lock.unlock();
    on_new_();
    lock.lock();
  }
}

}  // namespace seafusion::serve
