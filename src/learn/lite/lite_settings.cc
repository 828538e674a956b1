#include "learn/lite/lite_settings.h"

#include <utility>

#include "core/status_macros.h"
#include "learn/named_settings.h"

namespace seafusion::learn {

template <typename Settings, typename Visit>
void VisitMembers(Settings& s, const Visit& visit) requires
    std::is_same_v<std::remove_const_t<Settings>, LiteSettings> {
  visit("network", s.network);
  visit("channels", s.channels);
  visit("layers", s.layers);
  visit("coarse", s.coarse);
  visit("seed", s.seed);
  visit("steps", s.steps);
  visit("batch", s.batch);
  visit("crop", s.crop);
  visit("flips", s.flips);
  visit("border_share", s.border_share);
  visit("border_margin", s.border_margin);
  visit("lr", s.lr);
  visit("final_lr", s.final_lr);
  visit("warmup", s.warmup);
  visit("adam_beta1", s.adam_beta1);
  visit("adam_beta2", s.adam_beta2);
  visit("clip_norm", s.clip_norm);
  visit("reparameterized", s.reparameterized);
  visit("precision", s.precision);
  visit("channels_last", s.channels_last);
  visit("intensity_weight", s.intensity_weight);
  visit("texture_weight", s.texture_weight);
  visit("texture_gain", s.texture_gain);
  visit("halo_share", s.halo_share);
  visit("opposed_share", s.opposed_share);
  visit("levels_weight", s.levels_weight);
  visit("levels", s.levels);
  visit("levels_gain", s.levels_gain);
  visit("contrast_weight", s.contrast_weight);
  visit("contrast_gain", s.contrast_gain);
  visit("structure_weight", s.structure_weight);
  visit("perceptual_weight", s.perceptual_weight);
  visit("perceptual_network", s.perceptual_network);
  visit("infrared_gamma", s.variation.gamma);
  visit("infrared_contrast", s.variation.contrast);
  visit("polarity_share", s.variation.polarity_share);
  visit("flat_share", s.variation.flat_share);
  visit("infrared_blur", s.variation.blur);
  visit("misregistration", s.variation.misregistration);
  visit("noise", s.variation.noise);
}

StatusOr<LiteSettings> LitePreset(std::string_view name) {
  LiteSettings s;
  if (name == "lite") return s;
  if (name == "lite-local") {
    s.coarse = false;
    s.crop = 64;
    s.levels = 3;
    return s;
  }
  if (name == "full") {
    s.network = "full";
    s.coarse = false;
    s.batch = 4;
    s.crop = 96;
    s.lr = 1e-3;
    s.final_lr = 1e-5;
    return s;
  }
  return InvalidArgument("preset \"" + std::string(name) + "\" is none of lite, lite-local, full");
}

std::string LiteSettingsToJson(const LiteSettings& settings) {
  SettingsJson json = NamedSettingsAsJson(settings);
  if (settings.perceptual_weight == 0) json.erase("perceptual_weight");
  if (settings.perceptual_network.empty()) json.erase("perceptual_network");
  return json.dump(2);
}

Status OverrideLiteSettings(const std::string& text, LiteSettings& settings) {
  return OverrideNamedSettings(text, settings);
}

Status OverrideLiteSetting(const std::string& assignment, LiteSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string json, SettingAsJson(assignment));
  return OverrideLiteSettings(json, settings);
}

Status ValidateLiteSettings(const LiteSettings& s) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneOf("network", s.network, {"lite", "full"}));
  SEAFUSION_RETURN_IF_ERROR(CheckOneOf("precision", s.precision, {"fp32", "bf16"}));
  if (s.network == "lite") SEAFUSION_RETURN_IF_ERROR(model::LiteNetwork(s.lite()).status());
  const auto in = [](double v, double lo, double hi) { return v >= lo && v <= hi; };
  if (s.steps < 1) return SettingOutOfRange("steps", "1..");
  if (!in(s.batch, 1, 4096)) return SettingOutOfRange("batch", "1..4096");
  if (!in(s.crop, 16, 16384) || s.crop % 2 != 0) {
    return SettingOutOfRange("crop", "16, 18, ..., 16384");
  }
  if (!in(s.border_margin, 0, s.crop / 2 - 2)) {
    return SettingOutOfRange("border_margin", "0..crop/2 - 2");
  }
  if (!in(s.levels, 0, 12)) return SettingOutOfRange("levels", "0..12");
  // The coarsest level keeps some samples of which each has neighbours.
  if (s.levels > 0 && s.crop >> (s.levels - 1) < 4) {
    return SettingOutOfRange("levels", "0..log2(crop) - 1");
  }
  for (const auto& [name, value] : {std::pair{"border_share", s.border_share},
                                    {"halo_share", s.halo_share},
                                    {"opposed_share", s.opposed_share},
                                    {"lr", s.lr},
                                    {"polarity_share", s.variation.polarity_share},
                                    {"flat_share", s.variation.flat_share},
                                    {"noise", s.variation.noise}}) {
    if (!in(value, 0, 1)) return SettingOutOfRange(name, "0..1");
  }
  if (!in(s.final_lr, 0, s.lr)) return SettingOutOfRange("final_lr", "0..lr");
  for (const auto& [name, value] :
       {std::pair{"adam_beta1", s.adam_beta1}, {"adam_beta2", s.adam_beta2}}) {
    if (!in(value, 0, 0.999999)) return SettingOutOfRange(name, "0..1, without 1");
  }
  for (const auto& [name, value] : {std::pair{"clip_norm", s.clip_norm},
                                    {"intensity_weight", s.intensity_weight},
                                    {"texture_weight", s.texture_weight},
                                    {"texture_gain", s.texture_gain},
                                    {"levels_weight", s.levels_weight},
                                    {"levels_gain", s.levels_gain},
                                    {"contrast_weight", s.contrast_weight},
                                    {"contrast_gain", s.contrast_gain},
                                    {"structure_weight", s.structure_weight},
                                    {"perceptual_weight", s.perceptual_weight}}) {
    if (!in(value, 0, 1e6)) return SettingOutOfRange(name, "0..1000000");
  }
  if ((s.perceptual_weight > 0) != !s.perceptual_network.empty()) {
    return InvalidArgument("perceptual_weight and perceptual_network go together");
  }
  for (const auto& [name, value] : {std::pair{"infrared_gamma", s.variation.gamma},
                                    {"infrared_contrast", s.variation.contrast}}) {
    if (!in(value, 0, 4)) return SettingOutOfRange(name, "0..4");
  }
  if (!in(s.variation.blur, 0, 16)) return SettingOutOfRange("infrared_blur", "0..16");
  if (!in(s.variation.misregistration, 0, 64)) return SettingOutOfRange("misregistration", "0..64");
  return OkStatus();
}

}  // namespace seafusion::learn
