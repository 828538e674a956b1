// Everything that decides what joint training (Tang 2022, Algorithm 1) makes: one flat set of named
// numbers, from a preset, a JSON file and the command line.
#ifndef SEAFUSION_LEARN_JOINT_JOINT_SETTINGS_H_
#define SEAFUSION_LEARN_JOINT_JOINT_SETTINGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "learn/segmentation/samples/augmentation.h"
#include "learn/segmentation/semantic_loss.h"

namespace seafusion::learn {

/// The values are those of the preset `paper`. docs/training.md describes each.
struct JointSettings {
  /// joint, content-only, one-stage, pretrained-vis, pretrained-ir or segmentation (of one source).
  std::string strategy = "joint";
  std::uint64_t seed = 1;
  int rounds = 4;      ///< M
  double gamma = 1.0;  ///< beta = gamma (round - 1), Eq. 13
  /// true: a round trains the fusion network of the round before. false: a new one (public code).
  bool carry_fusion = true;
  /// full: SeAFusion's, lite or lite-local: see LitePreset. Of a lite one that training begins
  /// with, widths and depths are its own.
  std::string network = "full";
  bool gradient_stream = true;  ///< false: without the gradient residual stream (Section 4.7).
  /// paper: Tang 2022, Eq. 7 to 9. scales: ComputeScaleLoss, with the numbers of LitePreset.
  std::string content_loss = "paper";
  double texture_weight = 10.0;  ///< alpha, Eq. 7

  std::uint64_t fusion_steps = 2700;  ///< p, in each round
  int fusion_batch = 8;
  int fusion_crop = 0;  ///< Side of square crops with flips; 0: whole pictures.
  double fusion_lr = 1e-3;
  double fusion_lr_decay = 1.0;  ///< Factor after each pass over the data, from each round's start.
  std::uint64_t fusion_warmup = 0;  ///< Steps of the first round over which the rate rises.
  bool fusion_cosine = false;       ///< Falls along half a cosine over all rounds,
  double fusion_final_lr = 0;       ///< to this.
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.99;
  double fusion_weight_decay = 2e-4;
  double fusion_lambda = 0.1;  ///< Weight of the auxiliary loss that guides the fusion network.

  int classes = 9;
  int segmentation_width = 64;
  std::uint64_t segmentation_steps = 20000;  ///< q, in each round
  int segmentation_batch = 16;
  int segmentation_crop_width = 640;
  int segmentation_crop_height = 480;
  bool segmentation_shuffle = true;
  double jitter = 0.5;
  bool flip = true;
  std::vector<double> scales = {0.75, 1, 1.25, 1.5, 1.75, 2};
  double segmentation_lambda = 0.1;
  double segmentation_lr = 1e-2;
  double segmentation_lr_power = 0.9;
  std::uint64_t segmentation_warmup = 0;  ///< Steps of geometric rise, in round 1 only.
  double segmentation_warmup_lr = 1e-5;
  double head_lr_factor = 1.0;
  double momentum = 0.9;
  double segmentation_weight_decay = 5e-4;

  bool hard_examples = false;  ///< Online hard example mining.
  double hard_confidence = 0.7;
  std::int64_t fusion_hard_least = 307200;
  std::int64_t segmentation_hard_least = 307200;

  std::string precision = "fp32";  ///< Or bf16: the networks' convolutions, see Autocast.

  /// How fused training pictures become 8 bits: none, image or reference, as `fuse --range`.
  std::string fused_range = "reference";
  /// What strategy `segmentation` trains on: fused, vis or ir.
  std::string segmentation_source = "fused";

  Augmentation augmentation() const { return {jitter, flip, scales}; }
  HardExamples fusion_hard() const { return {hard_examples, hard_confidence, fusion_hard_least}; }
  HardExamples segmentation_hard() const {
    return {hard_examples, hard_confidence, segmentation_hard_least};
  }
};

/// paper, reference-code or small; fails with kInvalidArgument, naming them.
StatusOr<JointSettings> JointPreset(std::string_view name);

/// All members as a JSON object, in the order above. network, content_loss and fusion_final_lr are
/// left out while they have their defaults: runs that were begun before there were such members are
/// compared by this text.
std::string JointSettingsToJson(const JointSettings& settings);

/// Replaces the members that the JSON object `text` names; unknown ones, other types and values out
/// of range are refused by name.
Status OverrideJointSettings(const std::string& text, JointSettings& settings);

/// "fusion_steps=100": one member, its value as JSON or a bare word.
Status OverrideJointSetting(const std::string& assignment, JointSettings& settings);

/// Checks ranges; messages name the member.
Status ValidateJointSettings(const JointSettings& settings);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_JOINT_SETTINGS_H_
