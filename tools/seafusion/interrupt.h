// Ctrl-C ends a long run after the current step instead of in the middle of it.
#ifndef SEAFUSION_TOOLS_INTERRUPT_H_
#define SEAFUSION_TOOLS_INTERRUPT_H_

#include <atomic>
#include <csignal>

namespace seafusion::tools {

/// While one exists, the first SIGINT or SIGTERM only makes Interrupted() true; a second one ends
/// the program at once. One inside another changes nothing. For one thread.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool Interrupted() const { return Flag(); }
  /// The same, for code that polls while it works; valid for the life of the program.
  const std::atomic<bool>& Flag() const;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_INTERRUPT_H_
