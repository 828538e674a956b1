// Everything that decides what training on the sources alone, over several scales, makes.
#ifndef SEAFUSION_LEARN_LITE_LITE_SETTINGS_H_
#define SEAFUSION_LEARN_LITE_LITE_SETTINGS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include <seafusion/status.h>

#include "learn/data/mix/camera_variation.h"
#include "model/graph/network.h"

namespace seafusion::learn {

/// The values are those of the preset `lite`.
struct LiteSettings {
  std::string network = "lite";  ///< lite, or full: SeAFusion's.
  int channels = 16;             ///< Of lite.
  int layers = 6;                ///< Of lite.
  bool coarse = true;            ///< Of lite: with the coarse path.
  std::uint64_t seed = 1;
  std::uint64_t steps = 10000;
  int batch = 8;
  int crop = 128;             ///< Side of the square crops, even.
  bool flips = true;          ///< In x and in y.
  double border_share = 0.4;  ///< Of the crops: moved to a border of their picture.
  int border_margin = 6;  ///< Pixels at a crop's sides left out of the loss, but for pictures' own.
  double lr = 3e-3;
  double final_lr = 1.5e-5;  ///< At the last step, along half a cosine.
  std::uint64_t warmup = 200;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.99;
  double clip_norm = 1.0;  ///< Of all gradients together; 0: not clipped.
  /// Each 3x3 kernel is trained as the sum of itself, a 1x1 kernel and, where channels agree, a
  /// multiple of the identity, and written as one.
  bool reparameterized = true;
  std::string precision = "bf16";  ///< Or fp32: the convolutions, see Autocast.
  bool channels_last = true;

  double intensity_weight = 1.0;
  double texture_weight = 1.0;
  double texture_gain = 1.12;  ///< Times the gradient that is asked for.
  /// Where the brighter source's gradient is at least this share of the strongest one, that is
  /// asked for, which leaves no dark rim around bright objects; 0: never.
  double halo_share = 0.8;
  /// Where the sources vary in opposite directions, the weaker one by at least this share of the
  /// stronger, gradients and levels are asked of the one that varies as max(vis, inf) does:
  /// infrared that shows a bright sky as black darkens it around whatever stands before it
  /// otherwise. 1: never.
  double opposed_share = 0.1;
  double levels_weight = 1.0;
  int levels = 5;  ///< Of the Laplacian pyramid; 0: none.
  double levels_gain = 1.12;
  /// Of falling short of the larger local deviation of the sources; 0: off.
  double contrast_weight = 0.0;
  double contrast_gain = 1.0;  ///< Times that deviation.
  /// Of 1 - SSIM (Wang 2004) with the source that varies more around the pixel; 0: off.
  double structure_weight = 0.0;
  /// Of what a segmentation network sees (losses/perceptual_loss.h); 0: off.
  double perceptual_weight = 0.0;
  std::string perceptual_network;  ///< Its file.

  /// Crops as other infrared cameras might have taken them (data/mix/camera_variation.h); 0: off.
  CameraVariation variation;

  model::LiteParameters lite() const { return {channels, layers, coarse}; }
};

/// lite (with the coarse path), lite-local (without it, crops of 64) or full; kInvalidArgument,
/// naming them.
StatusOr<LiteSettings> LitePreset(std::string_view name);

/// All members as a JSON object, in the order above; those of the perceptual loss are left out
/// while they have their defaults, which keeps the files of older runs the same.
std::string LiteSettingsToJson(const LiteSettings& settings);

/// Replaces the members that the JSON object `text` names; unknown ones and other types are refused
/// by name. Ranges are not checked, since those of some members depend on others that may yet come.
Status OverrideLiteSettings(const std::string& text, LiteSettings& settings);

/// "steps=100": one member, its value as JSON or a bare word.
Status OverrideLiteSetting(const std::string& assignment, LiteSettings& settings);

/// Checks ranges; messages name the member.
Status ValidateLiteSettings(const LiteSettings& settings);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LITE_LITE_SETTINGS_H_
