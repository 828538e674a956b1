// How a user says what to train: a preset, and what differs from it. Without LibTorch.
#ifndef SEAFUSION_LEARN_JOINT_JOINT_CHOICE_H_
#define SEAFUSION_LEARN_JOINT_JOINT_CHOICE_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::learn {

struct JointSettings;

/// Each takes effect after those before it.
struct JointChoice {
  std::string preset = "paper";  ///< See JointPreset.
  std::string config;            ///< JSON file; may be empty.
  std::vector<std::string> set;  ///< "fusion_steps=100"
  std::string strategy;          ///< Empty: what the others say.
};

/// The settings that these amount to. Fails with what is wrong, naming the file or assignment; what
/// needs data to be judged is not (JointTrainer::Create does).
StatusOr<JointSettings> ChosenJointSettings(const JointChoice& choice);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_JOINT_CHOICE_H_
