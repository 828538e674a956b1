// What a run of a layer tells, on the terminal.
#ifndef SEAFUSION_TOOLS_TERMINAL_MONITOR_H_
#define SEAFUSION_TOOLS_TERMINAL_MONITOR_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "core/run_monitor.h"
#include "interrupt.h"
#include "progress.h"

namespace seafusion::tools {

/// Draws the progress of a run on stderr, prints its messages there as "seafusion VERB: TEXT" (as
/// they are where `verb` is empty), and asks it to end at the first Ctrl-C, or, where `stop` is
/// given, when that is true: each module has an InterruptGuard of its own, so that a run inside
/// another module's must not have one. A label or total that differs from the one before, or a
/// count that goes back, begins a new Progress, whose clock starts then: a run reports once before
/// its first step. For one run at a time; lives as long as the run.
class TerminalMonitor {
 public:
  TerminalMonitor(std::string verb, ProgressMode mode, const std::atomic<bool>* stop = nullptr);
  TerminalMonitor(const TerminalMonitor&) = delete;
  TerminalMonitor& operator=(const TerminalMonitor&) = delete;

  const RunMonitor& monitor() const { return monitor_; }
  bool Interrupted() const { return monitor_.Stopped(); }
  /// Ends the progress line, before anything else is printed. The next report begins another.
  void Finish() { progress_.reset(); }

 private:
  void Show(const RunProgress& state);
  void Print(std::string_view text);

  std::optional<InterruptGuard> interrupt_;
  const std::string verb_;
  const ProgressMode mode_;
  std::string label_;
  std::uint64_t done_ = 0, total_ = 0;
  std::optional<Progress> progress_;
  RunMonitor monitor_;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_TERMINAL_MONITOR_H_
