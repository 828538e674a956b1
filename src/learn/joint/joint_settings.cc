#include "learn/joint/joint_settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"

namespace seafusion::learn {
namespace {

// Calls visit(name, member) for each member: the one list of names.
template <typename Settings, typename Visit>
void VisitMembers(Settings& s, const Visit& visit) {
  visit("strategy", s.strategy);
  visit("seed", s.seed);
  visit("rounds", s.rounds);
  visit("gamma", s.gamma);
  visit("carry_fusion", s.carry_fusion);
  visit("gradient_stream", s.gradient_stream);
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

using Json = nlohmann::ordered_json;

// Takes `value` without the conversions that nlohmann::json makes silently (1.5 to 1, true to 1).
template <typename T>
bool Take(const Json& value, T& member) {
  if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_boolean()) return false;
  } else if constexpr (std::is_integral_v<T>) {
    if (!value.is_number_integer()) return false;
    if (std::is_unsigned_v<T> && !value.is_number_unsigned()) return false;
  } else if constexpr (std::is_same_v<T, double>) {
    if (!value.is_number()) return false;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!value.is_string()) return false;
  } else {
    if (!value.is_array()) return false;
    for (const Json& v : value) {
      if (!v.is_number()) return false;
    }
  }
  member = value.get<T>();
  // A number that does not fit comes back as another one.
  return !value.is_number_integer() || Json(member) == value;
}

Status OutOfRange(const char* name, const char* range) {
  return InvalidArgument(std::string(name) + " is not in " + range);
}

Status NotOneOf(const char* name, const std::string& value,
                std::initializer_list<const char*> all) {
  std::string text;
  for (const char* one : all) {
    if (value == one) return OkStatus();
    text += std::string(text.empty() ? "" : ", ") + one;
  }
  return InvalidArgument(std::string(name) + " \"" + value + "\" is none of " + text);
}

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
  Json json;
  VisitMembers(settings, [&](const char* name, const auto& member) { json[name] = member; });
  if (settings.fusion_final_lr == 0) json.erase("fusion_final_lr");
  return json.dump(2);
}

Status OverrideJointSettings(const std::string& text, JointSettings& settings) {
  const Json json =
      Json::parse(text, nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
  if (!json.is_object()) return InvalidArgument("settings are not a JSON object");
  JointSettings changed = settings;
  std::size_t known = 0;
  std::string wrong;
  VisitMembers(changed, [&](const char* name, auto& member) {
    const auto it = json.find(name);
    if (it == json.end()) return;
    ++known;
    if (!Take(*it, member) && wrong.empty()) wrong = std::string(name) + " cannot be " + it->dump();
  });
  if (!wrong.empty()) return InvalidArgument(wrong);
  if (known != json.size()) {
    for (const auto& item : json.items()) {
      bool found = false;
      VisitMembers(changed, [&](const char* name, auto&) { found = found || item.key() == name; });
      if (!found) return InvalidArgument("no setting is called \"" + item.key() + "\"");
    }
    return InvalidArgument("a setting is given twice");
  }
  SEAFUSION_RETURN_IF_ERROR(ValidateJointSettings(changed));
  settings = std::move(changed);
  return OkStatus();
}

Status OverrideJointSetting(const std::string& assignment, JointSettings& settings) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return InvalidArgument("\"" + assignment + "\" is not NAME=VALUE");
  }
  Json value = Json::parse(assignment.substr(equals + 1), nullptr, false);
  if (value.is_discarded()) value = assignment.substr(equals + 1);
  Json object;
  object[assignment.substr(0, equals)] = value;
  return OverrideJointSettings(object.dump(), settings);
}

Status ValidateJointSettings(const JointSettings& s) {
  SEAFUSION_RETURN_IF_ERROR(NotOneOf(
      "strategy", s.strategy,
      {"joint", "content-only", "one-stage", "pretrained-vis", "pretrained-ir", "segmentation"}));
  SEAFUSION_RETURN_IF_ERROR(NotOneOf("precision", s.precision, {"fp32", "bf16"}));
  SEAFUSION_RETURN_IF_ERROR(NotOneOf("fused_range", s.fused_range, {"none", "image", "reference"}));
  SEAFUSION_RETURN_IF_ERROR(
      NotOneOf("segmentation_source", s.segmentation_source, {"fused", "vis", "ir"}));
  const auto in = [](double v, double lo, double hi) { return v >= lo && v <= hi; };
  if (!in(s.rounds, 1, 1000)) return OutOfRange("rounds", "1..1000");
  if (s.fusion_steps < 1) return OutOfRange("fusion_steps", "1..");
  if (s.segmentation_steps < 1) return OutOfRange("segmentation_steps", "1..");
  if (!in(s.fusion_batch, 1, 4096)) return OutOfRange("fusion_batch", "1..4096");
  // BatchNorm needs two values: the attention modules see one a picture and channel.
  if (!in(s.segmentation_batch, 2, 4096)) return OutOfRange("segmentation_batch", "2..4096");
  if (s.strategy == "one-stage" && s.fusion_batch < 2) {
    return OutOfRange("fusion_batch", "2..4096, as strategy one-stage needs");
  }
  if (s.fusion_crop != 0 && !in(s.fusion_crop, 3, 16384)) {
    return OutOfRange("fusion_crop", "3..16384, nor 0");
  }
  for (const auto& [name, side] : {std::pair{"segmentation_crop_width", s.segmentation_crop_width},
                                   {"segmentation_crop_height", s.segmentation_crop_height}}) {
    if (!in(side, 32, 16384)) return OutOfRange(name, "32..16384");
  }
  if (!in(s.classes, 2, 255)) return OutOfRange("classes", "2..255");
  if (s.segmentation_width % 8 != 0 || !in(s.segmentation_width, 8, 256)) {
    return OutOfRange("segmentation_width", "8, 16, ..., 256");
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
    if (!in(value, 0, 1)) return OutOfRange(name, "0..1");
  }
  for (const auto& [name, value] : {std::pair{"adam_beta1", s.adam_beta1},
                                    {"adam_beta2", s.adam_beta2},
                                    {"momentum", s.momentum}}) {
    if (!in(value, 0, 0.999999)) return OutOfRange(name, "0..1, without 1");
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
    if (!in(value, 0, 1e6)) return OutOfRange(name, "0..1000000");
  }
  for (double scale : s.scales) {
    if (!in(scale, 0.05, 16)) return OutOfRange("scales", "0.05..16");
  }
  return OkStatus();
}

}  // namespace seafusion::learn
