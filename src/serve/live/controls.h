// What can be changed while pictures run, and its JSON. The names are those of the options of
// `seafusion fuse`, which reads the same file (--config).
#ifndef SEAFUSION_SERVE_LIVE_CONTROLS_H_
#define SEAFUSION_SERVE_LIVE_CONTROLS_H_

#include <string>
#include <string_view>

#include <seafusion/fuser.h>
#include <seafusion/status.h>
#include <nlohmann/json_fwd.hpp>

#include "serve/live/view/palette.h"
#include "stream/fuse/frame_fuser.h"

namespace seafusion::serve {

struct Controls {
  std::string model = "lite";  ///< "lite", "full", or kStartModel.
  Precision precision = Precision::kAuto;
  std::string range = "auto";  ///< As ParseInfraredRange takes it.
  bool invert = false;
  std::string output_range = "gentle";  ///< As ParseOutputRange takes it.
  InfraredGain gain;
  bool gray = false;
  double range_smoothing = 1;  ///< Seconds.
  double delay = 0;            ///< Seconds that are added to the infrared stream's times.
  bool hold = false;           ///< Bridge frames of a closed shutter.
  ViewPalette palette = ViewPalette::kGray;
  std::string method = "average";  ///< That is compared with: CheckComparable.
};

/// The weights that the command line named, a file perhaps: no request names one.
inline constexpr std::string_view kStartModel = "start";
/// The longest delay, either way, of live streams, whose frames must be kept as long.
inline constexpr double kMostLiveDelay = 2;  // s

/// Every member, flat.
nlohmann::json JsonOf(const Controls& controls);

/// `controls` with the members of `patch` in place. Errors: kInvalidArgument (no object, a member
/// unknown, of another kind or out of range; the message names it). `start_model`: whether
/// kStartModel may be asked for.
StatusOr<Controls> Patched(const Controls& controls, const nlohmann::json& patch, bool start_model);

/// The file's text: {"seafusion-settings": 1, "fuse": {...}, "view": {...}}, of what differs from
/// the defaults.
std::string SettingsFileText(const Controls& controls);
/// Of such a file: the defaults with its members.
StatusOr<Controls> ParseSettingsFile(std::string_view text, bool start_model);

/// What the network is run with.
stream::FrameSettings FrameSettingsOf(const Controls& controls);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_CONTROLS_H_
