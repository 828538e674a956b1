// One line on the terminal that says how far a long run is.
#ifndef SEAFUSION_TOOLS_PROGRESS_H_
#define SEAFUSION_TOOLS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace seafusion::tools {

/// What a progress line shows.
struct ProgressState {
  std::string_view label;     ///< "fuse"
  std::string_view unit;      ///< "pairs": what is counted, plural
  std::uint64_t done = 0;     ///< of `total`, `skipped` included
  std::uint64_t total = 0;    ///< 0: not known
  std::uint64_t skipped = 0;  ///< of `done`: took no time, as the steps before a resumed run
  double seconds = 0;         ///< since the start
  std::string_view detail;    ///< "loss 0.0312"; may be empty
};

/// "fuse   12/361 pairs    3%  1.52 pairs/s  ETA 3:49  detail", cut to `columns` characters. The
/// rate is left out until something is done, the ETA where the total is unknown.
std::string ProgressLine(const ProgressState& state, int columns);

enum class ProgressMode : std::uint8_t {
  kAuto,     ///< Shown when stderr is a terminal.
  kSeveral,  ///< The same, where the total is two or more.
  kLong,     ///< The same, and elsewhere a line now and then (see LogLineDue), for hours of work.
  kAlways,   ///< Shown, one line an update where stderr is no terminal.
  kNever,
};

/// Whether a log wants another line: one for each hundredth of the steps, but none within 30
/// seconds and none later than 5 minutes after the last, so that a run of a minute is silent and
/// whoever waits for a sign of life sees one. `seconds` and `steps`: since the last line.
bool LogLineDue(double seconds, std::uint64_t steps, std::uint64_t total);

/// What --progress and --quiet ask for, in place of `usual`.
inline ProgressMode ModeOf(bool progress, bool quiet, ProgressMode usual = ProgressMode::kAuto) {
  if (progress) return ProgressMode::kAlways;
  return quiet ? ProgressMode::kNever : usual;
}

/// Draws ProgressLine on a terminal's stderr, at most ten times a second, over itself. Not
/// thread-safe.
class Progress {
 public:
  /// `skipped` steps were done before the clock started (a resumed run). `label` and `unit` are
  /// copied.
  Progress(std::string label, std::string unit, std::uint64_t total, ProgressMode mode,
           std::uint64_t skipped = 0);
  /// Finish().
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` counts the skipped steps too.
  void Update(std::uint64_t done, std::string_view detail = {});
  /// Prints `text` and a newline on stderr, above the progress line; printed in every mode.
  void Message(std::string_view text);
  /// Draws the last state and ends the line. Later updates show nothing.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;
  void Draw();
  bool Due() const;
  void Clear();

  std::string label_;
  std::string unit_;
  std::uint64_t total_;
  std::uint64_t skipped_;
  std::uint64_t done_;
  std::string detail_;
  Clock::time_point start_;
  Clock::time_point drawn_;
  std::uint64_t drawn_done_;
  bool terminal_;
  bool log_ = false;  // draws when LogLineDue says so
  bool active_;
  bool visible_ = false;  // a line that is not ended yet stands on the terminal
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_PROGRESS_H_
