#include "learn/joint/content_settings.h"

#include <nlohmann/json.hpp>

#include "learn/joint/joint_settings.h"

namespace seafusion::learn {

Status ValidateContentSettings(const ContentSettings& s) {
  if (s.steps < 1) return InvalidArgument("steps must be at least 1");
  if (s.batch < 1 || s.batch > 4096) return InvalidArgument("batch is not in 1..4096");
  if (s.crop < 3 || s.crop > 16384) return InvalidArgument("crop is not in 3..16384");
  if (!(s.lr > 0 && s.lr < 1)) return InvalidArgument("lr is not between 0 and 1");
  if (!(s.final_lr >= 0 && s.final_lr <= s.lr)) return InvalidArgument("final_lr is not in 0..lr");
  return OkStatus();
}

std::string ContentSettingsToJson(const ContentSettings& s) {
  const nlohmann::ordered_json json = {
      {"seed", s.seed}, {"steps", s.steps},       {"batch", s.batch},  {"crop", s.crop},
      {"lr", s.lr},     {"final_lr", s.final_lr}, {"warmup", s.warmup}};
  return json.dump(2);
}

JointSettings JointSettingsOf(const ContentSettings& s) {
  JointSettings joint;
  joint.strategy = "content-only";
  joint.seed = s.seed;
  joint.rounds = 1;
  joint.fusion_steps = s.steps;
  joint.fusion_batch = s.batch;
  joint.fusion_crop = s.crop;
  joint.fusion_lr = s.lr;
  joint.fusion_final_lr = s.final_lr;
  joint.fusion_warmup = s.warmup;
  joint.fusion_cosine = true;
  joint.adam_beta2 = 0.999;
  joint.fusion_weight_decay = 0;
  return joint;
}

ContentSettings ContentSettingsOf(const JointSettings& joint) {
  return {.seed = joint.seed,
          .steps = joint.fusion_steps,
          .batch = joint.fusion_batch,
          .crop = joint.fusion_crop,
          .lr = joint.fusion_lr,
          .final_lr = joint.fusion_final_lr,
          .warmup = joint.fusion_warmup};
}

}  // namespace seafusion::learn
