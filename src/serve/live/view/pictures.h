// One moment as clients get it: each view as a JPEG.
#ifndef SEAFUSION_SERVE_LIVE_VIEW_PICTURES_H_
#define SEAFUSION_SERVE_LIVE_VIEW_PICTURES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace seafusion::serve {

enum class View : std::uint8_t {
  kFused,
  kInfrared,        ///< As it is fused: range, gain, warp; in a palette.
  kVisible,         ///< Likewise on the canvas.
  kInfraredCamera,  ///< As the camera delivers it, without the warp.
  kVisibleCamera,
  kMethod,  ///< Fused by the method that the network is compared with.
};
inline constexpr std::size_t kViews = 6;
inline constexpr std::array<std::string_view, kViews> kViewNames = {
    "fused", "infrared", "visible", "infrared-camera", "visible-camera", "method"};

constexpr std::uint32_t BitOf(View view) {
  return std::uint32_t{1} << static_cast<unsigned>(view);
}
/// Of a name in kViewNames.
std::optional<View> ViewNamed(std::string_view name);
/// "fused,infrared": at least one name, no other text.
std::optional<std::uint32_t> ViewsNamed(std::string_view names);

/// Immutable once it is given away; bytes are shared.
struct Pictures {
  std::uint64_t number = 0;   ///< Of the moment, counting up; a moment may come more than once.
  std::int64_t captured = 0;  ///< When the frame came, microseconds since 1970.
  std::int64_t time = 0;      ///< Microseconds into the recording.
  std::array<std::shared_ptr<const std::vector<std::uint8_t>>, kViews> jpeg;

  bool Has(std::uint32_t views) const {
    for (std::size_t i = 0; i < kViews; ++i) {
      if ((views >> i & 1) != 0 && jpeg[i] == nullptr) return false;
    }
    return true;
  }
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_VIEW_PICTURES_H_
