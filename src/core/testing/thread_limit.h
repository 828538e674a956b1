// How many threads a test lets the system start. In one source of a test program alone: it defines
// pthread_create.
#ifndef SEAFUSION_CORE_TESTING_THREAD_LIMIT_H_
#define SEAFUSION_CORE_TESTING_THREAD_LIMIT_H_

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>

namespace seafusion {

/// While one lives, `threads` more are started by this program and the next is refused (EAGAIN).
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads) { Left() = threads; }
  ~ThreadLimit() { Left() = kNone; }
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

  /// Whether one more may be started; counts it.
  static bool Take() {
    if (Left() == 0) return false;
    if (Left() > 0) --Left();
    return true;
  }

 private:
  static constexpr int kNone = -1;
  static std::atomic<int>& Left() {
    static std::atomic<int> left = kNone;
    return left;
  }
};

}  // namespace seafusion

// In place of the system's, for every thread of this program.
extern "C" __attribute__((visibility("default"))) int pthread_create(
    pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
    void* argument) noexcept {
  static const auto system =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return seafusion::ThreadLimit::Take() ? system(thread, attributes, start, argument) : EAGAIN;
}

#endif  // SEAFUSION_CORE_TESTING_THREAD_LIMIT_H_
