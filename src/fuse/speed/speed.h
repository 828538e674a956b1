// How fast this machine fuses.
#ifndef SEAFUSION_FUSE_SPEED_SPEED_H_
#define SEAFUSION_FUSE_SPEED_SPEED_H_

#include <cstddef>
#include <string>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "core/run_monitor.h"

namespace seafusion {

struct SpeedSettings {
  int width = 640;
  int height = 480;
  std::string weights;     ///< Safetensors file; empty: the built-in ones.
  FuserOptions engine;     ///< Its own `weights` are not used.
  double seconds = 3;      ///< To measure for, ...
  std::size_t frames = 3;  ///< ... at least this many frames.
};

/// Times in milliseconds, rates in 10^9 multiply-adds a second, memory in megabytes.
struct SpeedReport {
  std::string engine;
  int width = 0;
  int height = 0;
  int threads = 0;
  std::size_t frames = 0;
  double cold_start = 0;  ///< Until the first frame is done, reading the weights left out.
  double median = 0, least = 0, quartile_1 = 0, quartile_3 = 0;  ///< Of a frame.
  double rate = 0;       ///< Of the network as defined, whatever multiplications are saved.
  double peak_rate = 0;  ///< Of the processors' units: the higher one of before and after.
  double pictures_memory = 0;
  double engine_memory = 0;
  double peak_memory = 0;  ///< Of the process.

  double frames_per_second() const { return 1e3 / median; }
};

/// Fuses made-up pictures over and over on the calling thread and the engine's. kCancelled where
/// the monitor ends it. For one call at a time: memory is that of the process.
StatusOr<SpeedReport> MeasureSpeed(const SpeedSettings& settings, const RunMonitor& monitor = {});

/// Some lines for people; and a JSON object. Both end in a newline.
std::string SpeedText(const SpeedReport& report);
std::string SpeedJson(const SpeedReport& report);

/// Single frames, for comparisons in turn with other programs.
class FuseTimer {
 public:
  /// With some frames fused already, so that the next one is like those after it.
  static StatusOr<FuseTimer> Create(const SpeedSettings& settings);
  /// Fuses one frame; milliseconds.
  StatusOr<double> Fuse();

 private:
  FuseTimer(Fuser fuser, ImageBuffer infrared, ImageBuffer visible, ImageBuffer fused);

  Fuser fuser_;
  ImageBuffer infrared_, visible_, fused_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_SPEED_SPEED_H_
