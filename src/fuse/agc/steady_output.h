// The output range of a stream, which follows it slowly, so that its brightness does not flicker.
#ifndef SEAFUSION_FUSE_AGC_STEADY_OUTPUT_H_
#define SEAFUSION_FUSE_AGC_STEADY_OUTPUT_H_

#include <optional>

#include <seafusion/fuser.h>

namespace seafusion {

/// Turns OutputRange::kGentle into fixed ranges that approach what each picture asks for
/// exponentially: after `seconds`, 63 % of a step has been followed. A picture is fused by what
/// those before it asked for; the first by its own, and so is one that is half of `seconds` or more
/// from the one before, either way: another scene, or pictures that are looked at one by one. Other
/// ranges stay what they are. Not thread-safe.
class SteadyOutput {
 public:
  /// `seconds`: time constant; 0: each picture by its own range.
  SteadyOutput(const OutputRange& range, double seconds) : range_(range), seconds_(seconds) {}

  /// Before a picture is fused, `time` seconds into the stream. `settings` must not outlive this.
  void Prepare(FuseSettings& settings, double time);

  /// After it was: what it asked for, which is also what it was fused with if it was the first.
  void Followed();
  const OutputRange& asked() const { return asked_; }

 private:
  OutputRange range_;
  double seconds_;
  double last_time_ = 0, time_ = 0;
  OutputRange asked_;  // by the picture that was fused last
  std::optional<OutputRange> current_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_AGC_STEADY_OUTPUT_H_
