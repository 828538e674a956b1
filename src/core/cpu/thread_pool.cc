#include "core/cpu/thread_pool.h"

#if defined(__linux__)
#include <sched.h>
#endif

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace seafusion {

int AvailableProcessors() {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    if (const int n = CPU_COUNT(&set); n > 0) return n;
  }
#endif
  const unsigned n = std::thread::hardware_concurrency();
  return n == 0 ? 1 : static_cast<int>(n);
}

namespace {

Status CallBody(const std::function<Status(std::size_t, int)>& body, std::size_t index,
                int worker) {
  try {
    return body(index, worker);
  } catch (const std::bad_alloc&) {
    return ResourceExhausted("out of memory");
  } catch (const std::exception& e) {
    return Internal(e.what());
  } catch (...) {
    return Internal("unknown exception in a parallel loop");
  }
}

}  // namespace

struct ThreadPool::State {
  std::vector<std::thread> threads;

  std::mutex loop_mutex;  // held for the length of one ParallelFor

  bool patient = true;  // a thread may wait a little before it sleeps

  std::mutex mutex;  // guards everything below
  std::condition_variable work_ready;
  std::condition_variable work_done;
  // Also looked at without the mutex, before a thread sleeps.
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> generation{0};
  std::atomic<int> running{0};  // pool threads still inside the current loop
  const std::function<Status(std::size_t, int)>* body = nullptr;
  std::size_t count = 0;
  Status result;

  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};

  void RunShare(int worker) {
    while (!failed.load(std::memory_order_relaxed)) {
      const std::size_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= count) return;
      Status s = CallBody(*body, index, worker);
      if (!s.ok()) {
        failed.store(true, std::memory_order_relaxed);
        std::lock_guard lock(mutex);
        if (result.ok()) result = std::move(s);
      }
    }
  }

  // Returns once `done` is true, or after a short time. A sleeping thread takes tens of
  // microseconds to wake, and the loops of one picture follow each other sooner than that.
  template <typename Done>
  void WaitAwake(const Done& done) const {
    if (!patient) return;
    constexpr auto kLongest = std::chrono::microseconds(50);
    const auto start = std::chrono::steady_clock::now();
    while (!done() && std::chrono::steady_clock::now() - start < kLongest) {
    }
  }

  void WorkerMain(int worker) {
    std::size_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      const auto called = [&] { return stop || generation != seen; };
      if (!called()) {
        lock.unlock();
        WaitAwake(called);
        lock.lock();
      }
      work_ready.wait(lock, called);
      if (stop) return;
      seen = generation;
      lock.unlock();
      RunShare(worker);
      lock.lock();
      if (--running == 0) work_done.notify_one();
    }
  }
};

ThreadPool::ThreadPool(std::unique_ptr<State> state) : state_(std::move(state)) {}

StatusOr<std::unique_ptr<ThreadPool>> ThreadPool::Create(int threads) {
  // More threads than any machine of today has processors is a slip of the caller's.
  constexpr int kMaxThreads = 4096;
  if (threads < 0 || threads > kMaxThreads) {
    return InvalidArgument("thread count " + std::to_string(threads) + " is not in 0.." +
                           std::to_string(kMaxThreads));
  }
  if (threads == 0) threads = AvailableProcessors();
  std::unique_ptr<ThreadPool> pool(new ThreadPool(std::make_unique<State>()));
  State* state = pool->state_.get();
  // Where threads share processors, one that waits would hold up one that works.
  state->patient = threads <= AvailableProcessors();
  try {
    for (int i = 1; i < threads; ++i) {
      state->threads.emplace_back([state, i] { state->WorkerMain(i); });
    }
  } catch (const std::system_error& e) {
    return ResourceExhausted("cannot start " + std::to_string(threads) + " threads: " + e.what());
  }
  return pool;
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->work_ready.notify_all();
  for (std::thread& t : state_->threads) t.join();
}

int ThreadPool::thread_count() const {
  return static_cast<int>(state_->threads.size()) + 1;
}

Status ThreadPool::ParallelFor(std::size_t count,
                               const std::function<Status(std::size_t, int)>& body) {
  State& s = *state_;
  std::lock_guard loop_lock(s.loop_mutex);
  {
    std::lock_guard lock(s.mutex);
    s.body = &body;
    s.count = count;
    s.result = OkStatus();
    s.next.store(0, std::memory_order_relaxed);
    s.failed.store(false, std::memory_order_relaxed);
    s.running = static_cast<int>(s.threads.size());
    ++s.generation;
  }
  s.work_ready.notify_all();
  s.RunShare(0);
  const auto all_done = [&] { return s.running == 0; };
  s.WaitAwake(all_done);
  std::unique_lock lock(s.mutex);
  s.work_done.wait(lock, all_done);
  s.body = nullptr;
  return std::move(s.result);
}

}  // namespace seafusion
