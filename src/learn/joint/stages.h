// The order of work in a training run, and the learning rates in it.
#ifndef SEAFUSION_LEARN_JOINT_STAGES_H_
#define SEAFUSION_LEARN_JOINT_STAGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "learn/joint/joint_settings.h"

namespace seafusion::learn {

/// A stretch of steps of one kind.
struct Stage {
  enum class Kind : std::uint8_t {
    kFusion,        ///< The fusion network learns, guided by the frozen segmentation network.
    kSegmentation,  ///< The segmentation network learns, on pictures of `source`.
    kBoth,          ///< One-stage: both learn in every step.
  };
  Kind kind = Kind::kFusion;
  int round = 1;
  std::uint64_t steps = 0;
  std::string source = "fused";  ///< fused, vis or ir.
  /// Steps of the same network in the stages before: its samples and rates go on from there.
  std::uint64_t fusion_steps_before = 0;
  std::uint64_t segmentation_steps_before = 0;
};

/// Tang 2022, Algorithm 1, and its alternatives of Section 4.8:
/// - joint: in each round fusion, then segmentation on newly fused pictures;
/// - content-only: fusion alone, without labels;
/// - one-stage: both networks in every step;
/// - pretrained-vis, pretrained-ir: segmentation on one source first, then fusion guided by it;
/// - segmentation: segmentation alone, on segmentation_source, as long as all rounds of `joint`.
std::vector<Stage> PlanStages(const JointSettings& settings);

/// "round 2: fusion"
std::string StageName(const Stage& stage);

/// Weight beta of the semantic loss in a stage (Eq. 13). `one-stage` has no rounds in which the
/// segmentation network could be learnt first: gamma (rounds - 1) / 2, the mean of `joint`.
double StageSemanticWeight(const JointSettings& settings, const Stage& stage);

/// Whether any stage needs labels.
bool NeedsLabels(const JointSettings& settings);

/// Learning rate of step `step` (0-based) of a stage; `pictures` in the data set.
double FusionLearningRate(const JointSettings& settings, const Stage& stage, std::uint64_t step,
                          std::size_t pictures);
/// `total`: segmentation steps of all stages. Heads have head_lr_factor times as much.
double SegmentationLearningRate(const JointSettings& settings, const Stage& stage,
                                std::uint64_t step, std::uint64_t total);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_STAGES_H_
