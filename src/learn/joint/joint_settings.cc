#include "learn/joint/joint_settings.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "core/status_macros.h"
#include "learn/named_settings.h"

namespace seafusion::learn {
// Calls visit(name, member) for each member: the one list of names.
template <typename Settings, typename Visit>
void VisitMembers(Settings& s, const Visit& visit) requires
    std::is_same_v<std::remove_const_t<Settings>, JointSettings> {
  visit("strategy", s.strategy);
  visit("seed", s.seed);
  visit("rounds", s.rounds);
  visit("gamma", s.gamma);
  visit("carry_fusion", s.carry_fusion);
  visit("network", s.network);
  visit("gradient_stream", s.gradient_stream);
  visit("content_loss", s.content_loss);
  visit("texture_weight", s.texture_weight);
  visit("fusion_steps", s.fusion_steps);
  visit("fusion_batch", s.fusion_batch);
  visit("fusion_crop", s.fusion_crop);
  visit("fusion_lr", s.fusion_lr);
  visit("fusion_lr_decay", s.fusion_lr_decay);
  visit("fusion_warmup", s.fusion_warmup);
  visit("fusion_cosine", s.fusion_cosine);
  visit("fusion_final_lr", s.fusion_final_lr);
  visit("adam_beta1", s.adam_beta1);
  visit("adam_beta2", s.adam_beta2);
  visit("fusion_weight_decay", s.fusion_weight_decay);
  visit("fusion_lambda", s.fusion_lambda);
  visit("classes", s.classes);
  visit("segmentation_width", s.segmentation_width);
  visit("segmentation_steps", s.segmentation_steps);
  visit("segmentation_batch", s.segmentation_batch);
  visit("segmentation_crop_width", s.segmentation_crop_width);
  visit("segmentation_crop_height", s.segmentation_crop_height);
  visit("segmentation_shuffle", s.segmentation_shuffle);
  visit("jitter", s.jitter);
  visit("flip", s.flip);
  visit("scales", s.scales);
  visit("segmentation_lambda", s.segmentation_lambda);
  visit("segmentation_lr", s.segmentation_lr);
  visit("segmentation_lr_power", s.segmentation_lr_power);
  visit("segmentation_warmup", s.segmentation_warmup);
  visit("segmentation_warmup_lr", s.segmentation_warmup_lr);
  visit("head_lr_factor", s.head_lr_factor);
  visit("momentum", s.momentum);
  visit("segmentation_weight_decay", s.segmentation_weight_decay);
  visit("hard_examples", s.hard_examples);
  visit("hard_confidence", s.hard_confidence);
  visit("fusion_hard_least", s.fusion_hard_least);
  visit("segmentation_hard_least", s.segmentation_hard_least);
  visit("precision", s.precision);
  visit("fused_range", s.fused_range);
  visit("segmentation_source", s.segmentation_source);
}

namespace {

JointSettings ReferenceCode() {
  JointSettings s;
  s.carry_fusion = false;
  s.fusion_steps = 1350;  // 10 passes over 1,083 pictures
  s.fusion_lr = 0.001 / 0.75;
  s.fusion_lr_decay = 0.75;
  s.adam_beta2 = 0.999;
  s.fusion_weight_decay = 0;
  s.segmentation_shuffle = false;
  s.segmentation_lambda = 0.75;
  s.segmentation_warmup = 1000;
  s.head_lr_factor = 10;
  s.hard_examples = true;
  return s;
}

JointSettings Small() {
  JointSettings s;
  s.fusion_steps = 500;
  s.fusion_batch = 2;
  s.fusion_crop = 160;
  s.fusion_lr = 1.5e-3;
  s.fusion_warmup = 100;
  s.fusion_cosine = true;
  s.adam_beta2 = 0.999;
  s.fusion_weight_decay = 0;
  s.segmentation_width = 16;
  s.segmentation_steps = 1500;
  s.segmentation_batch = 8;
  s.segmentation_crop_width = 320;
  s.segmentation_crop_height = 240;
  s.jitter = 0.3;
  s.scales = {0.5, 0.75, 1, 1.25};
  s.segmentation_warmup = 50;
  s.segmentation_warmup_lr = 1e-3;
  s.segmentation_lr = 3e-2;
  return s;
}

}  // namespace

StatusOr<JointSettings> JointPreset(std::string_view name) {
  if (name == "paper") return JointSettings();
  if (name == "reference-code") return ReferenceCode();
  if (name == "small") return Small();
  return InvalidArgument("preset \"" + std::string(name) +
                         "\" is none of paper, reference-code, small");
}

std::string JointSettingsToJson(const JointSettings& settings) {
  SettingsJson json = NamedSettingsAsJson(settings);
  const JointSettings unnamed;
  if (settings.network == unnamed.network) json.erase("network");
  if (settings.content_loss == unnamed.content_loss) json.erase("content_loss");
  if (settings.fusion_final_lr == unnamed.fusion_final_lr) json.erase("fusion_final_lr");
  return json.dump(2);
}

Status OverrideJointSettings(const std::string& text, JointSettings& settings) {
  JointSettings changed = settings;
  SEAFUSION_RETURN_IF_ERROR(OverrideNamedSettings(text, changed));
  SEAFUSION_RETURN_IF_ERROR(ValidateJointSettings(changed));
  settings = std::move(changed);
  return OkStatus();
}

Status OverrideJointSetting(const std::string& assignment, JointSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string text, SettingAsJson(assignment));
  return OverrideJointSettings(text, settings);
}

Status ValidateJointSettings(const JointSettings& s) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneOf(
      "strategy", s.strategy,
      {"joint", "content-only", "one-stage", "pretrained-vis", "pretrained-ir", "segmentation"}));
  SEAFUSION_RETURN_IF_ERROR(CheckOneOf("precision", s.precision, {"fp32", "bf16"}));
  SEAFUSION_RETURN_IF_ERROR(CheckOneOf("network", s.network, {"full", "lite", "lite-local"}));
  SEAFUSION_RETURN_IF_ERROR(CheckOneOf("content_loss", s.content_loss, {"paper", "scales"}));
  if (s.network != "full" && !s.gradient_stream) {
    return InvalidArgument("gradient_stream: the network " + s.network + " has none");
  }
  SEAFUSION_RETURN_IF_ERROR(
      CheckOneOf("fused_range", s.fused_range, {"none", "image", "reference"}));
  SEAFUSION_RETURN_IF_ERROR(
      CheckOneOf("segmentation_source", s.segmentation_source, {"fused", "vis", "ir"}));
  const auto in = [](double v, double lo, double hi) { return v >= lo && v <= hi; };
  if (!in(s.rounds, 1, 1000)) return SettingOutOfRange("rounds", "1..1000");
  if (s.fusion_steps < 1) return SettingOutOfRange("fusion_steps", "1..");
  if (s.segmentation_steps < 1) return SettingOutOfRange("segmentation_steps", "1..");
  if (!in(s.fusion_batch, 1, 4096)) return SettingOutOfRange("fusion_batch", "1..4096");
  // BatchNorm needs two values: the attention modules see one a picture and channel.
  if (!in(s.segmentation_batch, 2, 4096)) return SettingOutOfRange("segmentation_batch", "2..4096");
  if (s.strategy == "one-stage" && s.fusion_batch < 2) {
    return SettingOutOfRange("fusion_batch", "2..4096, as strategy one-stage needs");
  }
  if (s.fusion_crop != 0 && !in(s.fusion_crop, 3, 16384)) {
    return SettingOutOfRange("fusion_crop", "3..16384, nor 0");
  }
  for (const auto& [name, side] : {std::pair{"segmentation_crop_width", s.segmentation_crop_width},
                                   {"segmentation_crop_height", s.segmentation_crop_height}}) {
    if (!in(side, 32, 16384)) return SettingOutOfRange(name, "32..16384");
  }
  if (!in(s.classes, 2, 255)) return SettingOutOfRange("classes", "2..255");
  if (s.segmentation_width % 8 != 0 || !in(s.segmentation_width, 8, 256)) {
    return SettingOutOfRange("segmentation_width", "8, 16, ..., 256");
  }
  const std::array<std::pair<const char*, double>, 8> up_to_one = {
      {{"jitter", s.jitter},
       {"fusion_lr", s.fusion_lr},
       {"fusion_final_lr", s.fusion_final_lr},
       {"segmentation_lr", s.segmentation_lr},
       {"segmentation_warmup_lr", s.segmentation_warmup_lr},
       {"fusion_weight_decay", s.fusion_weight_decay},
       {"segmentation_weight_decay", s.segmentation_weight_decay},
       {"hard_confidence", s.hard_confidence}}};
  for (const auto& [name, value] : up_to_one) {
    if (!in(value, 0, 1)) return SettingOutOfRange(name, "0..1");
  }
  // The rise is geometric.
  if (s.segmentation_warmup > 0 && s.segmentation_warmup_lr <= 0) {
    return InvalidArgument("segmentation_warmup_lr must be above 0 while segmentation_warmup is");
  }
  for (const auto& [name, value] : {std::pair{"adam_beta1", s.adam_beta1},
                                    {"adam_beta2", s.adam_beta2},
                                    {"momentum", s.momentum}}) {
    if (!in(value, 0, 0.999999)) return SettingOutOfRange(name, "0..1, without 1");
  }
  const std::array<std::pair<const char*, double>, 7> weights = {
      {{"gamma", s.gamma},
       {"texture_weight", s.texture_weight},
       {"fusion_lambda", s.fusion_lambda},
       {"segmentation_lambda", s.segmentation_lambda},
       {"head_lr_factor", s.head_lr_factor},
       {"fusion_lr_decay", s.fusion_lr_decay},
       {"segmentation_lr_power", s.segmentation_lr_power}}};
  for (const auto& [name, value] : weights) {
    if (!in(value, 0, 1e6)) return SettingOutOfRange(name, "0..1000000");
  }
  for (double scale : s.scales) {
    if (!in(scale, 0.05, 16)) return SettingOutOfRange("scales", "0.05..16");
  }
  return OkStatus();
}

}  // namespace seafusion::learn
