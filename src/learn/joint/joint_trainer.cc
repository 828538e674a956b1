#include "learn/joint/joint_trainer.h"

#include <cmath>
#include <exception>
#include <utility>

#include <torch/torch.h>

#include "core/status_macros.h"
#include "learn/colour.h"
#include "learn/content_loss.h"
#include "learn/data/prefetcher.h"
#include "learn/joint/stage_samples.h"
#include "learn/segmentation/semantic_loss.h"

namespace seafusion::learn {
namespace {

// The two kinds of samples and the two networks each draw from a seed of their own.
constexpr std::uint64_t kSegmentationSeed = 0x5e6;

Status AddLoss(const char* name, const torch::Tensor& loss, JointEvent& event) {
  const double value = loss.item<double>();
  if (!std::isfinite(value)) {
    return Internal(std::string("the ") + name + " loss is not finite at step " +
                    std::to_string(event.step) + " of " + StageName(event.stage));
  }
  event.losses.emplace_back(name, value);
  return OkStatus();
}

template <typename Options>
void SetLearningRate(torch::optim::OptimizerParamGroup& group, double lr) {
  static_cast<Options&>(group.options()).lr(lr);
}

}  // namespace

JointTrainer::JointTrainer(const JointSettings& settings, const PairDataset& data,
                           const Machine& machine, FusionNet fusion, SegmentationNet segmentation)
    : settings_(settings),
      data_(&data),
      machine_(machine),
      stages_(PlanStages(settings)),
      fusion_(std::move(fusion)),
      segmentation_(std::move(segmentation)) {
  for (const Stage& stage : stages_) {
    if (stage.kind != Stage::Kind::kFusion) segmentation_steps_ += stage.steps;
  }
  fusion_.To(machine.device);
  if (!settings.gradient_stream) fusion_.RemoveGradientStream();
  segmentation_.To(machine.device);
  MakeAdam();
  MakeSgd();
}

Status JointTrainer::CheckData(const JointSettings& s, const PairDataset& data) {
  if (NeedsLabels(s) && !data.has_labels()) {
    return InvalidArgument("strategy " + s.strategy +
                           " needs labels; content-only trains without them");
  }
  if (s.fusion_crop == 0) return data.CheckOneSize();
  if (s.fusion_crop > data.smallest_side()) {
    return InvalidArgument("fusion_crop " + std::to_string(s.fusion_crop) +
                           " does not fit the smallest picture side, " +
                           std::to_string(data.smallest_side()));
  }
  return OkStatus();
}

StatusOr<JointTrainer> JointTrainer::Create(const JointSettings& settings, const PairDataset& data,
                                            const Machine& machine,
                                            std::optional<FusionNet> initial) {
  SEAFUSION_RETURN_IF_ERROR(ValidateJointSettings(settings));
  SEAFUSION_RETURN_IF_ERROR(CheckData(settings, data));
  try {
    SEAFUSION_ASSIGN_OR_RETURN(SegmentationNet segmentation,
                               SegmentationNet::Initialized(
                                   {settings.classes, settings.segmentation_width}, settings.seed));
    JointTrainer trainer(settings, data, machine,
                         initial ? *std::move(initial) : FusionNet::Initialized(settings.seed),
                         std::move(segmentation));
    return trainer;
  } catch (const std::exception& e) {
    return Internal(std::string("cannot set up training: ") + e.what());
  }
}

void JointTrainer::MakeAdam() {
  adam_ = std::make_shared<torch::optim::Adam>(
      fusion_.parameter_tensors(), torch::optim::AdamOptions(settings_.fusion_lr)
                                       .betas({settings_.adam_beta1, settings_.adam_beta2})
                                       .weight_decay(settings_.fusion_weight_decay));
}

void JointTrainer::MakeSgd() {
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (const SegmentationNet::ParameterGroup& group : segmentation_.parameter_groups()) {
    auto options = std::make_unique<torch::optim::SGDOptions>(settings_.segmentation_lr);
    options->momentum(settings_.momentum)
        .weight_decay(group.convolution ? settings_.segmentation_weight_decay : 0.0);
    groups.emplace_back(group.tensors, std::move(options));
  }
  sgd_ = std::make_shared<torch::optim::SGD>(groups,
                                             torch::optim::SGDOptions(settings_.segmentation_lr));
}

void JointTrainer::BeginStage() {
  const Stage& stage = stages_[stage_];
  if (stage.kind == Stage::Kind::kSegmentation) {
    MakeSgd();
  } else if (!settings_.carry_fusion && stage.round > 1) {
    fusion_ = FusionNet::Initialized(settings_.seed + static_cast<std::uint64_t>(stage.round) - 1);
    fusion_.To(machine_.device);
    if (!settings_.gradient_stream) fusion_.RemoveGradientStream();
    MakeAdam();
  }
}

Status JointTrainer::FusionStep(const Stage& stage, const PairBatch& batch, JointEvent& event,
                                torch::Tensor& fused_rgb) {
  const double beta = StageSemanticWeight(settings_, stage);
  const torch::Tensor vis = batch.vis.to(machine_.device), inf = batch.inf.to(machine_.device);
  event.lr = FusionLearningRate(settings_, stage, step_, data_->size());
  for (auto& group : adam_->param_groups()) {
    SetLearningRate<torch::optim::AdamOptions>(group, event.lr);
  }
  adam_->zero_grad();
  const torch::Tensor fused = fusion_.Forward(vis, inf);
  const ContentLoss content = ComputeContentLoss(fused, vis, inf, settings_.texture_weight);
  SEAFUSION_RETURN_IF_ERROR(AddLoss("intensity", content.intensity, event));
  SEAFUSION_RETURN_IF_ERROR(AddLoss("texture", content.texture, event));
  SEAFUSION_RETURN_IF_ERROR(AddLoss("content", content.content, event));
  torch::Tensor joint = content.content;
  if (batch.chroma.defined() && (beta > 0 || stage.kind == Stage::Kind::kBoth)) {
    fused_rgb = RgbFromLuma(fused, batch.chroma.to(machine_.device));
  }
  if (beta > 0) {
    segmentation_.SetTraining(false);
    segmentation_.SetFrozen(true);
    const SemanticLoss semantic =
        ComputeSemanticLoss(segmentation_.Forward(fused_rgb), batch.labels.to(machine_.device),
                            settings_.fusion_lambda, settings_.fusion_hard());
    SEAFUSION_RETURN_IF_ERROR(AddLoss("main", semantic.main, event));
    SEAFUSION_RETURN_IF_ERROR(AddLoss("auxiliary", semantic.auxiliary, event));
    SEAFUSION_RETURN_IF_ERROR(AddLoss("semantic", semantic.semantic, event));
    joint = joint + beta * semantic.semantic;
    SEAFUSION_RETURN_IF_ERROR(AddLoss("joint", joint, event));
  }
  joint.backward();
  adam_->step();
  return OkStatus();
}

Status JointTrainer::SegmentationStep(const Stage& stage, const SegmentationBatch& batch,
                                      JointEvent& event) {
  const double lr = SegmentationLearningRate(settings_, stage, step_, segmentation_steps_);
  if (stage.kind == Stage::Kind::kSegmentation) event.lr = lr;
  const auto groups = segmentation_.parameter_groups();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    SetLearningRate<torch::optim::SGDOptions>(
        sgd_->param_groups()[i], lr * (groups[i].head ? settings_.head_lr_factor : 1.0));
  }
  segmentation_.SetFrozen(false);
  segmentation_.SetTraining(true);
  sgd_->zero_grad();
  const SemanticLoss loss = ComputeSemanticLoss(
      segmentation_.Forward(batch.rgb.to(machine_.device)), batch.labels.to(machine_.device),
      settings_.segmentation_lambda, settings_.segmentation_hard());
  SEAFUSION_RETURN_IF_ERROR(AddLoss("main", loss.main, event));
  SEAFUSION_RETURN_IF_ERROR(AddLoss("auxiliary", loss.auxiliary, event));
  SEAFUSION_RETURN_IF_ERROR(AddLoss("semantic", loss.semantic, event));
  loss.semantic.backward();
  sgd_->step();
  return OkStatus();
}

Status JointTrainer::RunFusionStage(const Stage& stage, const std::atomic<bool>& stop,
                                    const JointObserver& observer) {
  const auto size = static_cast<std::uint64_t>(settings_.fusion_batch);
  Prefetcher<PairBatch> batches(machine_.workers, stage.fusion_steps_before + step_,
                                [&](std::uint64_t number) {
                                  return data_->Crops(number * size, settings_.fusion_batch,
                                                      settings_.fusion_crop, settings_.seed);
                                });
  while (step_ < stage.steps) {
    if (stop.load()) return Cancelled("stopped on request");
    const PairBatch batch = batches.Next();
    JointEvent event{.stage = stage, .step = step_ + 1};
    torch::Tensor fused;
    SEAFUSION_RETURN_IF_ERROR(FusionStep(stage, batch, event, fused));
    if (stage.kind == Stage::Kind::kBoth) {
      JointEvent learnt{.stage = stage, .step = step_ + 1};
      SEAFUSION_RETURN_IF_ERROR(SegmentationStep(stage, {fused.detach(), batch.labels}, learnt));
      if (event.losses.size() == 3) event.losses.push_back(learnt.losses.back());
    }
    ++step_;
    event.waited = batches.waited();
    SEAFUSION_RETURN_IF_ERROR(observer.step(event));
  }
  return OkStatus();
}

Status JointTrainer::RunSegmentationStage(const Stage& stage, const std::atomic<bool>& stop,
                                          const JointObserver& observer) {
  SEAFUSION_ASSIGN_OR_RETURN(
      const SegmentationSamples samples,
      SamplesOfSource(stage.source, &fusion_, *data_, settings_.fused_range, machine_.threads));
  const auto size = static_cast<std::uint64_t>(settings_.segmentation_batch);
  const CropSize crop{settings_.segmentation_crop_width, settings_.segmentation_crop_height};
  Prefetcher<SegmentationBatch> batches(
      machine_.workers, stage.segmentation_steps_before + step_, [&](std::uint64_t number) {
        return samples.Crops(number * size, settings_.segmentation_batch, crop,
                             settings_.augmentation(), settings_.segmentation_shuffle,
                             settings_.seed + kSegmentationSeed);
      });
  while (step_ < stage.steps) {
    if (stop.load()) return Cancelled("stopped on request");
    const SegmentationBatch batch = batches.Next();
    JointEvent event{.stage = stage, .step = step_ + 1};
    SEAFUSION_RETURN_IF_ERROR(SegmentationStep(stage, batch, event));
    ++step_;
    event.waited = batches.waited();
    SEAFUSION_RETURN_IF_ERROR(observer.step(event));
  }
  return OkStatus();
}

Status JointTrainer::Train(const std::atomic<bool>& stop, const JointObserver& observer) {
  try {
    while (stage_ < stages_.size()) {
      const Stage stage = stages_[stage_];
      if (step_ == 0) BeginStage();
      if (step_ < stage.steps) {
        SEAFUSION_RETURN_IF_ERROR(stage.kind == Stage::Kind::kSegmentation
                                      ? RunSegmentationStage(stage, stop, observer)
                                      : RunFusionStage(stage, stop, observer));
      }
      if (observer.stage_done) SEAFUSION_RETURN_IF_ERROR(observer.stage_done(stage));
      ++stage_;
      step_ = 0;
    }
    return OkStatus();
  } catch (const c10::Error& e) {
    // what() holds pages of stack frames.
    return Internal("training failed after step " + std::to_string(step_) + ": " +
                    e.what_without_backtrace());
  } catch (const std::exception& e) {
    return Internal("training failed after step " + std::to_string(step_) + ": " + e.what());
  }
}

}  // namespace seafusion::learn
