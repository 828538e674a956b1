#include "progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/text/duration_text.h"
#include "core/text/printable.h"

namespace seafusion::tools {
namespace {

constexpr auto kDrawInterval = std::chrono::milliseconds(100);
constexpr int kDefaultColumns = 80;
constexpr int kLogColumns = 1000;

int TerminalColumns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultColumns;
}

template <typename... Values>
std::string Format(const char* format, Values... values) {
  std::array<char, 128> text{};
  const int n = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), std::min(text.size() - 1, static_cast<std::size_t>(std::max(n, 0)))};
}

// Three digits that matter: 152 /s, 1.52 /s, 0.0152 /s.
std::string FormatRate(double rate) {
  if (rate >= 100) return Format("%.0f", rate);
  if (rate >= 10) return Format("%.1f", rate);
  return Format("%.3g", rate);
}

}  // namespace

bool LogLineDue(double seconds, std::uint64_t steps, std::uint64_t total) {
  constexpr double kLeast = 30, kMost = 300;
  constexpr std::uint64_t kLines = 100;
  return seconds >= kMost || (seconds >= kLeast && steps * kLines >= total);
}

std::string ProgressLine(const ProgressState& state, int columns) {
  std::string line(state.label);
  const std::string done = std::to_string(state.done);
  if (state.total > 0) {
    const std::string total = std::to_string(state.total);
    const std::size_t pad = total.size() > done.size() ? total.size() - done.size() : 0;
    line += " " + std::string(pad, ' ') + done + "/" + total + " " + std::string(state.unit);
    const double share = static_cast<double>(state.done) / static_cast<double>(state.total);
    line += Format("  %3d%%", static_cast<int>(std::floor(100 * std::min(share, 1.0))));
  } else {
    line += " " + done + " " + std::string(state.unit);
  }
  const std::uint64_t timed = state.done - std::min(state.done, state.skipped);
  if (timed > 0 && state.seconds > 0) {
    const double rate = static_cast<double>(timed) / state.seconds;
    line += "  " + FormatRate(rate) + " " + std::string(state.unit) + "/s";
    if (state.total > state.done) {
      line += "  ETA " + DurationText(static_cast<double>(state.total - state.done) / rate);
    } else {
      line += "  in " + DurationText(state.seconds);
    }
  }
  if (!state.detail.empty()) line += "  " + std::string(state.detail);
  const auto limit = static_cast<std::size_t>(std::max(columns, 1));
  if (line.size() > limit) line.resize(limit);
  return line;
}

Progress::Progress(std::string label, std::string unit, std::uint64_t total, ProgressMode mode,
                   std::uint64_t skipped)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      skipped_(skipped),
      done_(skipped),
      start_(Clock::now()),
      drawn_(start_ - kDrawInterval),
      drawn_done_(skipped),
      terminal_(::isatty(STDERR_FILENO) == 1) {
  const bool automatic = mode == ProgressMode::kAuto || mode == ProgressMode::kLong ||
                         (mode == ProgressMode::kSeveral && total >= 2);
  log_ = mode == ProgressMode::kLong && !terminal_;
  if (log_) drawn_ = start_;
  active_ = mode == ProgressMode::kAlways || log_ || (automatic && terminal_);
}

Progress::~Progress() {
  Finish();
}

void Progress::Update(std::uint64_t done, std::string_view detail) {
  done_ = done;
  detail_ = detail;
  if (active_ && Due()) Draw();
}

bool Progress::Due() const {
  const auto since = Clock::now() - drawn_;
  if (!log_) return since >= kDrawInterval;
  return LogLineDue(std::chrono::duration<double>(since).count(),
                    done_ - std::min(done_, drawn_done_), total_);
}

void Progress::Message(std::string_view text) {
  if (visible_) Clear();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
  if (active_ && terminal_) Draw();
}

void Progress::Finish() {
  if (!active_) return;
  // The last line of a log is of use only where there was one before.
  if (!log_ || drawn_ != start_) Draw();
  if (visible_) std::fputc('\n', stderr);
  visible_ = false;
  active_ = false;
}

void Progress::Draw() {
  drawn_ = Clock::now();
  drawn_done_ = done_;
  const std::string detail = WithoutControls(detail_);
  const ProgressState state = {.label = label_,
                               .unit = unit_,
                               .done = done_,
                               .total = total_,
                               .skipped = skipped_,
                               .seconds = std::chrono::duration<double>(drawn_ - start_).count(),
                               .detail = detail};
  // The last column stays free: writing there moves some terminals to the next line.
  const std::string line = ProgressLine(state, log_ ? kLogColumns : TerminalColumns() - 1);
  if (!terminal_) {
    std::fprintf(stderr, "%s\n", line.c_str());
    return;
  }
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
  visible_ = true;
}

void Progress::Clear() {
  std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

}  // namespace seafusion::tools
