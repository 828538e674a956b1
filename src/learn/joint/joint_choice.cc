#include "learn/joint/joint_choice.h"

#include <cstdint>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "learn/joint/joint_settings.h"

namespace seafusion::learn {

StatusOr<JointSettings> ChosenJointSettings(const JointChoice& choice) {
  constexpr std::uint64_t kMaxConfigBytes = 1 << 20;
  SEAFUSION_ASSIGN_OR_RETURN(JointSettings settings, JointPreset(choice.preset));
  if (!choice.config.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(choice.config, kMaxConfigBytes));
    SEAFUSION_RETURN_IF_ERROR(
        OverrideJointSettings({bytes.begin(), bytes.end()}, settings).Annotate(choice.config));
  }
  for (const std::string& assignment : choice.set) {
    SEAFUSION_RETURN_IF_ERROR(
        OverrideJointSetting(assignment, settings).Annotate("--set " + assignment));
  }
  if (!choice.strategy.empty()) settings.strategy = choice.strategy;
  return settings;
}

}  // namespace seafusion::learn
