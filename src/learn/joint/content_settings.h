// Training on content loss alone in few numbers: what `train` takes without a preset. Without
// LibTorch.
#ifndef SEAFUSION_LEARN_JOINT_CONTENT_SETTINGS_H_
#define SEAFUSION_LEARN_JOINT_CONTENT_SETTINGS_H_

#include <cstdint>
#include <string>

#include <seafusion/status.h>

namespace seafusion::learn {

struct JointSettings;

/// Everything that decides the resulting weights.
struct ContentSettings {
  std::uint64_t seed = 1;
  std::uint64_t steps = 8000;
  int batch = 4;
  int crop = 96;               ///< Side of the square crops in pixels.
  double lr = 1.5e-3;          ///< Adam's peak learning rate; betas 0.9 and 0.999, eps 1e-8.
  double final_lr = 1e-5;      ///< Reached at the last step along half a cosine.
  std::uint64_t warmup = 200;  ///< Steps over which the rate rises linearly to `lr`.
};

/// Checks ranges; messages name the setting.
Status ValidateContentSettings(const ContentSettings& settings);

/// All members as a JSON object, in the order above.
std::string ContentSettingsToJson(const ContentSettings& settings);

/// The same training for JointTrainer: one round of strategy content-only.
JointSettings JointSettingsOf(const ContentSettings& settings);
/// And back: what `joint`, which JointSettingsOf made, was made of.
ContentSettings ContentSettingsOf(const JointSettings& joint);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_CONTENT_SETTINGS_H_
