// Turns moments into pictures for whoever watches, on a thread of its own; the newest wins.
#ifndef SEAFUSION_SERVE_LIVE_VIEW_BROADCAST_H_
#define SEAFUSION_SERVE_LIVE_VIEW_BROADCAST_H_

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "serve/live/moment.h"
#include "serve/live/view/pictures.h"

namespace seafusion::serve {

/// Each view that somebody watches is encoded once for all of them; what nobody watches costs
/// nothing. Thread-safe.
class Broadcast {
 public:
  /// `quality`: of the JPEGs. `on_new`: new pictures are there; on the broadcast's thread.
  Broadcast(int quality, std::function<void()> on_new);
  ~Broadcast();

  /// Replaces a moment that still waits to be encoded.
  void Publish(MomentPtr moment);
  /// `change` more or fewer watch each of these views.
  void Watched(std::uint32_t views, int change);
  std::shared_ptr<const Pictures> newest() const;

  std::uint64_t encoded() const;  ///< Moments.
  std::uint64_t skipped() const;  ///< Moments that newer ones replaced.
  double encode_ms() const;       ///< Of the last moment, all views.

 private:
  void Run();

  const int quality_;
  const std::function<void()> on_new_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  MomentPtr moment_;
  bool fresh_ = false;
  std::array<int, kViews> watchers_{};
  std::shared_ptr<const Pictures> newest_;
  std::uint64_t encoded_ = 0, skipped_ = 0;
  double encode_ms_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_VIEW_BROADCAST_H_
