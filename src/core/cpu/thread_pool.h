// A fixed set of threads that share loops.
#ifndef SEAFUSION_CORE_CPU_THREAD_POOL_H_
#define SEAFUSION_CORE_CPU_THREAD_POOL_H_

#include <cstddef>
#include <functional>
#include <memory>

#include <seafusion/status.h>

namespace seafusion {

/// Number of processors this process may run on (the affinity mask, not the machine), at least 1.
int AvailableProcessors();

/// Runs the iterations of a loop on a fixed number of threads, the caller's among them.
///
/// Thread-safe: several threads may call ParallelFor on one pool at the same time; the loops then
/// run one after another. A body must not call ParallelFor on its own pool.
class ThreadPool {
 public:
  /// `threads` is the number of threads that run a loop, counting the caller; 0 means
  /// AvailableProcessors(). Fails with kResourceExhausted when the system gives no more threads.
  static StatusOr<std::unique_ptr<ThreadPool>> Create(int threads);

  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int thread_count() const;

  /// Calls body(index, worker) once for each index in [0, count), in no fixed order; worker is in
  /// [0, thread_count()) and no two calls run at once with the same worker. After the first failure
  /// no further index is begun and one of the failures is returned. An exception from the body is
  /// reported as kInternal (std::bad_alloc as kResourceExhausted).
  Status ParallelFor(std::size_t count,
                     const std::function<Status(std::size_t index, int worker)>& body);

 private:
  struct State;
  explicit ThreadPool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion

#endif  // SEAFUSION_CORE_CPU_THREAD_POOL_H_
