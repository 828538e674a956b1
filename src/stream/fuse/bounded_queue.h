// Hands things from one thread to another, and makes the faster of the two wait.
#ifndef SEAFUSION_STREAM_FUSE_BOUNDED_QUEUE_H_
#define SEAFUSION_STREAM_FUSE_BOUNDED_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace seafusion::stream {

/// First in, first out, between one writer and one reader. Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits for room. False, and nothing is added, once the reader has cancelled.
  bool Push(T value) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return items_.size() < capacity_ || cancelled_; });
    if (cancelled_) return false;
    items_.push_back(std::move(value));
    changed_.notify_all();
    return true;
  }

  /// Waits until the reader has taken all there is. False once it has cancelled.
  bool WaitUntilTaken() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return items_.empty() || cancelled_; });
    return !cancelled_;
  }

  /// Waits for the next item; nothing once the writer has closed and all is taken, or after
  /// Cancel().
  std::optional<T> Pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !items_.empty() || closed_ || cancelled_; });
    if (cancelled_ || items_.empty()) return std::nullopt;
    T value = std::move(items_.front());
    items_.pop_front();
    changed_.notify_all();
    return value;
  }

  /// The writer's: no more will come.
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  /// The reader's: no more is wanted, and what waits is thrown away.
  void Cancel() {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    items_.clear();
    changed_.notify_all();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  bool closed_ = false;
  bool cancelled_ = false;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_FUSE_BOUNDED_QUEUE_H_
