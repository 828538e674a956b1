#include "terminal_monitor.h"

#include <cstdio>
#include <utility>

#include "core/text/printable.h"

namespace seafusion::tools {

TerminalMonitor::TerminalMonitor(std::string verb, ProgressMode mode, const std::atomic<bool>* stop)
    : verb_(std::move(verb)), mode_(mode) {
  monitor_.progress = [this](const RunProgress& state) { Show(state); };
  monitor_.message = [this](std::string_view text) { Print(text); };
  monitor_.stop = stop != nullptr ? stop : &interrupt_.emplace().Flag();
}

void TerminalMonitor::Show(const RunProgress& state) {
  const bool another = label_ != state.label || total_ != state.total || state.done < done_;
  done_ = state.done;
  total_ = state.total;
  if (!progress_ || another) {
    progress_.reset();  // its line ends before the next begins
    label_ = state.label;
    progress_.emplace(label_, std::string(state.unit), state.total, mode_, state.skipped);
    // Nothing is done yet, and so there is nothing to show.
    const bool over = state.total > 0 && state.done >= state.total;
    if (state.done <= state.skipped && !over) return;
  }
  progress_->Update(state.done, state.detail);
  // What is said after it stands below it.
  if (state.total > 0 && state.done >= state.total) progress_->Finish();
}

void TerminalMonitor::Print(std::string_view text) {
  std::string line = verb_.empty() ? "" : "seafusion " + verb_ + ": ";
  line += WithoutControls(text);
  if (progress_) {
    progress_->Message(line);
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

}  // namespace seafusion::tools
