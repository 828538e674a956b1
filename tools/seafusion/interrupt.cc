#include "interrupt.h"

namespace seafusion::tools {
namespace {

std::atomic<bool> interrupted{false};
int guards = 0;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may take no lock");

void OnSignal(int) {
  interrupted = true;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  if (guards++ > 0) return;
  interrupted = false;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigemptyset(&action.sa_mask);
  // RESETHAND: the second signal has its usual effect. RESTART: reads and writes under way go on.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &action, &old_interrupt_);
  ::sigaction(SIGTERM, &action, &old_terminate_);
}

InterruptGuard::~InterruptGuard() {
  if (--guards > 0) return;
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
}

const std::atomic<bool>& InterruptGuard::Flag() const {
  return interrupted;
}

}  // namespace seafusion::tools
