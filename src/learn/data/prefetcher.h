// Batches made ahead of time by worker threads.
#ifndef SEAFUSION_LEARN_DATA_PREFETCHER_H_
#define SEAFUSION_LEARN_DATA_PREFETCHER_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace seafusion::learn {

/// make(first), make(first + 1), ... in this order, made by `workers` threads up to two a worker
/// ahead; with 0 workers by Next itself. What make throws, Next throws. `make` must be thread-safe
/// and depend on its number only; then the number of workers changes nothing. One consumer.
template <typename T>
class Prefetcher {
 public:
  Prefetcher(int workers, std::uint64_t first, std::function<T(std::uint64_t)> make)
      : make_(std::move(make)), next_(first), to_make_(first) {
    ahead_ = static_cast<std::uint64_t>(2 * workers);
    try {
      for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { Work(); });
    } catch (...) {  // those that were started wait for this
      Stop();
      throw;
    }
  }
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;
  ~Prefetcher() { Stop(); }

  T Next() {
    const auto start = std::chrono::steady_clock::now();
    Made made = Wait();
    waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (made.failure) std::rethrow_exception(made.failure);
    return std::move(made.value);
  }

  /// Seconds that Next took altogether.
  double waited() const { return waited_; }

 private:
  struct Made {
    T value{};
    std::exception_ptr failure;
  };

  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& t : threads_) t.join();
  }

  Made Make(std::uint64_t number) const {
    Made made;
    try {
      made.value = make_(number);
    } catch (...) {
      made.failure = std::current_exception();
    }
    return made;
  }

  Made Wait() {
    if (threads_.empty()) return Make(next_++);
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return made_.contains(next_); });
    auto node = made_.extract(next_++);
    lock.unlock();
    room_.notify_one();
    return std::move(node.mapped());
  }

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      room_.wait(lock, [&] { return stop_ || to_make_ < next_ + ahead_; });
      if (stop_) return;
      const std::uint64_t number = to_make_++;
      lock.unlock();
      Made made = Make(number);
      lock.lock();
      made_.emplace(number, std::move(made));
      ready_.notify_one();
    }
  }

  const std::function<T(std::uint64_t)> make_;
  std::uint64_t next_;
  std::uint64_t to_make_;
  std::uint64_t ahead_ = 0;
  double waited_ = 0;
  bool stop_ = false;
  std::map<std::uint64_t, Made> made_;
  std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::vector<std::thread> threads_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_PREFETCHER_H_
