// Flicker: what changes in a fused sequence while neither camera's picture does.
#ifndef SEAFUSION_METRICS_SETS_FLICKER_H_
#define SEAFUSION_METRICS_SETS_FLICKER_H_

#include <cstdint>
#include <optional>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "metrics/gray_image.h"

namespace seafusion::metrics {

/// Over the still pixels of a sequence, on 0..255.
struct FlickerValue {
  /// Mean of max(0, |F' - F| - max(|A' - A|, |B' - B|)), ' being the frame after: what the fused
  /// picture changed by more than either source. 0 for each source alone, for their mean and for
  /// their maximum.
  double excess = 0;
  double change = 0;         ///< Mean of |F' - F|.
  double still_share = 0;    ///< Still pixels in all pixels that have a frame before.
  std::uint64_t frames = 0;  ///< That have a frame before them.
};

/// Adds up frame after frame. A pixel is still where both sources change by at most
/// `kStillLevels` since the frame before. Not thread-safe.
class Flicker {
 public:
  /// Of 255: about the noise of a camera.
  static constexpr int kStillLevels = 2;

  /// The next frame: gray8 or rgb8, all of one size, for which the caller answers (`ToGray`'s
  /// errors otherwise). After another size, or after Cut, nothing is compared with the frame
  /// before.
  Status Add(const ImageView& infrared, const ImageView& visible, const ImageView& fused);
  /// The next frame does not follow the last one.
  void Cut() { last_ = {}; }
  /// Empty as long as no two frames followed each other, or no pixel was still.
  std::optional<FlickerValue> value() const;

 private:
  Triple last_;
  std::uint64_t frames_ = 0, pixels_ = 0, still_ = 0, change_ = 0, excess_ = 0;
};

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_SETS_FLICKER_H_
