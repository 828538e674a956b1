#include "metrics/sets/flicker.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "core/status_macros.h"

namespace seafusion::metrics {

Status Flicker::Add(const ImageView& infrared, const ImageView& visible, const ImageView& fused) {
  Triple next;
  SEAFUSION_ASSIGN_OR_RETURN(next.infrared, ToGray(infrared, "infrared"));
  SEAFUSION_ASSIGN_OR_RETURN(next.visible, ToGray(visible, "visible"));
  SEAFUSION_ASSIGN_OR_RETURN(next.fused, ToGray(fused, "fused"));
  const std::size_t pixels = next.fused.samples.size();
  if (next.width() == last_.width() && pixels == last_.fused.samples.size()) {
    const auto change = [](const GrayImage& a, const GrayImage& b, std::size_t i) {
      return std::abs(int{a.samples[i]} - int{b.samples[i]});
    };
    ++frames_;
    pixels_ += pixels;
    for (std::size_t i = 0; i < pixels; ++i) {
      const int sources = std::max(change(next.infrared, last_.infrared, i),
                                   change(next.visible, last_.visible, i));
      if (sources > kStillLevels) continue;
      const int here = change(next.fused, last_.fused, i);
      ++still_;
      change_ += static_cast<std::uint64_t>(here);
      excess_ += static_cast<std::uint64_t>(std::max(0, here - sources));
    }
  }
  last_ = std::move(next);
  return OkStatus();
}

std::optional<FlickerValue> Flicker::value() const {
  if (still_ == 0) return std::nullopt;
  const auto still = static_cast<double>(still_);
  return FlickerValue{.excess = static_cast<double>(excess_) / still,
                      .change = static_cast<double>(change_) / still,
                      .still_share = still / static_cast<double>(pixels_),
                      .frames = frames_};
}

}  // namespace seafusion::metrics
