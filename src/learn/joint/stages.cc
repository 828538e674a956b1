#include "learn/joint/stages.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace seafusion::learn {

std::vector<Stage> PlanStages(const JointSettings& s) {
  using Kind = Stage::Kind;
  std::vector<Stage> stages;
  const auto rounds = static_cast<std::uint64_t>(s.rounds);
  const auto all_segmentation = rounds * s.segmentation_steps;
  if (s.strategy == "segmentation") {
    return {{Kind::kSegmentation, 1, all_segmentation, s.segmentation_source}};
  }
  const bool pretrained = s.strategy == "pretrained-vis" || s.strategy == "pretrained-ir";
  if (pretrained) {
    stages.push_back(
        {Kind::kSegmentation, 1, all_segmentation, s.strategy == "pretrained-vis" ? "vis" : "ir"});
  }
  for (int round = 1; round <= s.rounds; ++round) {
    const auto before = static_cast<std::uint64_t>(round - 1);
    const bool both = s.strategy == "one-stage";
    stages.push_back({both ? Kind::kBoth : Kind::kFusion, round, s.fusion_steps, "fused",
                      before * s.fusion_steps, both ? before * s.fusion_steps : 0});
    if (s.strategy == "joint") {
      stages.push_back({Kind::kSegmentation, round, s.segmentation_steps, "fused", 0,
                        before * s.segmentation_steps});
    }
  }
  return stages;
}

std::string StageName(const Stage& stage) {
  const std::string round = "round " + std::to_string(stage.round) + ": ";
  switch (stage.kind) {
    case Stage::Kind::kFusion:
      return round + "fusion";
    case Stage::Kind::kSegmentation:
      return round + "segmentation";
    case Stage::Kind::kBoth:
      break;
  }
  return round + "fusion and segmentation";
}

double StageSemanticWeight(const JointSettings& s, const Stage& stage) {
  if (s.strategy == "content-only" || stage.kind == Stage::Kind::kSegmentation) return 0.0;
  if (stage.kind == Stage::Kind::kBoth) return s.gamma * (s.rounds - 1) / 2;
  return SemanticWeight(stage.round, s.gamma);
}

bool NeedsLabels(const JointSettings& s) {
  return s.strategy != "content-only";
}

double FusionLearningRate(const JointSettings& s, const Stage& stage, std::uint64_t step,
                          std::size_t pictures) {
  // A network that is made anew in each round starts its schedule anew.
  const std::uint64_t done = step + (s.carry_fusion ? stage.fusion_steps_before : 0);
  const std::uint64_t total =
      s.fusion_steps * static_cast<std::uint64_t>(s.carry_fusion ? s.rounds : 1);
  if (done < s.fusion_warmup) {
    return s.fusion_lr * static_cast<double>(done + 1) / static_cast<double>(s.fusion_warmup);
  }
  if (s.fusion_cosine) {
    const double span =
        static_cast<double>(std::max<std::uint64_t>(total, s.fusion_warmup + 1) - s.fusion_warmup);
    const double t = std::min(1.0, static_cast<double>(done - s.fusion_warmup) / span);
    return s.fusion_final_lr +
           (s.fusion_lr - s.fusion_final_lr) * 0.5 * (1.0 + std::cos(std::numbers::pi * t));
  }
  const auto passes = step * static_cast<std::uint64_t>(s.fusion_batch) / pictures;
  return s.fusion_lr * std::pow(s.fusion_lr_decay, static_cast<double>(passes));
}

double SegmentationLearningRate(const JointSettings& s, const Stage& stage, std::uint64_t step,
                                std::uint64_t total) {
  const auto t = static_cast<double>(stage.segmentation_steps_before + step);
  const auto warmup = static_cast<double>(s.segmentation_warmup);
  if (s.segmentation_warmup > 0 && t <= warmup) {
    return s.segmentation_warmup_lr *
           std::pow(s.segmentation_lr / s.segmentation_warmup_lr, t / warmup);
  }
  const double left = 1.0 - (t - warmup) / std::max(1.0, static_cast<double>(total) - warmup);
  return s.segmentation_lr * std::pow(std::max(left, 0.0), s.segmentation_lr_power);
}

}  // namespace seafusion::learn
