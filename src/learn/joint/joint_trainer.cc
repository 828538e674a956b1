#include "learn/joint/joint_trainer.h"

#include <chrono>
#include <cmath>
#include <exception>
#include <utility>

#include "core/status_macros.h"
#include "learn/autocast.h"
#include "learn/colour.h"
#include "learn/data/prefetcher.h"
#include "learn/joint/joint_fusion.h"
#include "learn/joint/stage_samples.h"
#include "learn/libtorch.h"
#include "learn/networks/fusion_net.h"
#include "learn/segmentation/semantic_loss.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/espnetv2_head.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

// The two kinds of samples and the two networks each draw from a seed of their own.
constexpr std::uint64_t kSegmentationSeed = 0x5e6;

// Sums over all processes of their shares of a step's losses, in the order in which they are told.
Status AddLosses(const NamedLosses& losses, ProcessGroup& group, JointEvent& event) {
  torch::Tensor values = torch::empty({static_cast<std::int64_t>(losses.size())}, torch::kFloat64);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    values[static_cast<std::int64_t>(i)] = losses[i].second.item<double>();
  }
  group.Sum(values);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double value = values[static_cast<std::int64_t>(i)].item<double>();
    if (!std::isfinite(value)) {
      return Internal(std::string("the ") + losses[i].first + " loss is not finite at step " +
                      std::to_string(event.step) + " of " + StageName(event.stage));
    }
    event.losses.emplace_back(losses[i].first, value);
  }
  return OkStatus();
}

// Puts BatchNorm's statistics back unless the step that changes them is kept.
class StatisticsGuard {
 public:
  explicit StatisticsGuard(SegmentationNet& net) : net_(net), before_(net.Statistics()) {}
  ~StatisticsGuard() {
    if (!kept_) net_.RestoreStatistics(before_);
  }
  StatisticsGuard(const StatisticsGuard&) = delete;
  StatisticsGuard& operator=(const StatisticsGuard&) = delete;
  void Keep() { kept_ = true; }

 private:
  SegmentationNet& net_;
  const std::vector<torch::Tensor> before_;
  bool kept_ = false;
};

// What the steps of a stage took, from now on.
class StageClock {
 public:
  explicit StageClock(std::uint64_t batch) : batch_(batch) {}
  void AddStep(double waited, JointEvent& event) {
    pictures_ += batch_;
    event.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    event.waited = waited;
    event.pictures = pictures_;
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const std::uint64_t batch_;
  std::uint64_t pictures_ = 0;
};

template <typename Options>
void SetLearningRate(torch::optim::OptimizerParamGroup& group, double lr) {
  static_cast<Options&>(group.options()).lr(lr);
}

}  // namespace

JointTrainer::JointTrainer(const JointSettings& settings, const PairDataset& data,
                           const Machine& machine, std::unique_ptr<FusionModel> fusion,
                           std::optional<SegmentationNet> segmentation)
    : settings_(settings),
      data_(&data),
      machine_(machine),
      stages_(PlanStages(settings)),
      segmentation_(std::move(segmentation)) {
  for (const Stage& stage : stages_) {
    if (stage.kind != Stage::Kind::kFusion) segmentation_steps_ += stage.steps;
  }
  TakeFusion(std::move(fusion));
  if (!segmentation_) return;
  segmentation_->To(machine.device);
  segmentation_->SetGroup(machine.group);
  MakeSgd();
}

Status JointTrainer::CheckFit(const JointSettings& s, const PairDataset& data,
                              const Machine& machine) {
  if (s.precision == "bf16") SEAFUSION_RETURN_IF_ERROR(CheckBfloat16(machine.device));
  if (NeedsLabels(s) && !data.has_labels()) {
    return InvalidArgument("strategy " + s.strategy +
                           " needs labels; content-only trains without them");
  }
  if (s.strategy == "segmentation") return OkStatus();
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
                                            const model::TensorArchive* initial,
                                            std::optional<SegmentationNet> segmentation) {
  SEAFUSION_RETURN_IF_ERROR(ValidateJointSettings(settings));
  SEAFUSION_RETURN_IF_ERROR(CheckFit(settings, data, machine));
  try {
    if (NeedsLabels(settings) && !segmentation) {
      SEAFUSION_ASSIGN_OR_RETURN(
          segmentation, SegmentationNet::Initialized(
                            {settings.classes, settings.segmentation_width}, settings.seed));
    }
    SEAFUSION_ASSIGN_OR_RETURN(
        std::unique_ptr<FusionModel> fusion,
        initial == nullptr ? FreshFusion(settings, settings.seed) : FusionOf(settings, *initial));
    return JointTrainer(settings, data, machine, std::move(fusion), std::move(segmentation));
  } catch (const std::exception& e) {
    return Internal(std::string("cannot set up training: ") + e.what());
  }
}

StatusOr<SegmentationNet> JointTrainer::LoadSegmentation(const JointSettings& settings,
                                                         const std::string& path) {
  if (!NeedsLabels(settings)) {
    return InvalidArgument(path + ": strategy " + settings.strategy +
                           " trains no segmentation network");
  }
  SEAFUSION_ASSIGN_OR_RETURN(model::TensorArchive archive, model::LoadSafetensors(path));
  const bool espnetv2 = model::IsEspnetv2(archive);
  if (espnetv2 && settings.precision != "fp32") {
    return InvalidArgument(path + ": ESPNetv2 is trained in fp32 only, not in " +
                           settings.precision);
  }
  // As published, for the classes of Cityscapes.
  if (espnetv2 && model::Espnetv2ClassesOf(archive) == model::kEspnetv2Classes &&
      settings.classes != model::kEspnetv2Classes) {
    auto headed = model::WithEspnetv2Head(archive, settings.classes, settings.seed);
    if (!headed.ok()) return headed.status().Annotate(path);
    archive = *std::move(headed);
  }
  try {
    auto net = SegmentationNet::FromArchive(archive);
    if (!net.ok()) return net.status().Annotate(path);
    const SegmentationShape& shape = net->shape();
    if (espnetv2 && shape.classes != settings.classes) {
      return InvalidArgument(path + ": ESPNetv2 for " + std::to_string(shape.classes) +
                             " classes; the settings say " + std::to_string(settings.classes));
    }
    if (!espnetv2 &&
        (shape.classes != settings.classes || shape.width != settings.segmentation_width)) {
      return InvalidArgument(path + ": a network of " + std::to_string(shape.classes) +
                             " classes and segmentation_width " + std::to_string(shape.width) +
                             "; the settings say " + std::to_string(settings.classes) + " and " +
                             std::to_string(settings.segmentation_width));
    }
    net->SetTraining(true);
    return net;
  } catch (const std::exception& e) {
    return Internal(std::string("cannot set up training: ") + e.what());
  }
}

void JointTrainer::TakeFusion(std::unique_ptr<FusionModel> fusion) {
  fusion_ = std::move(fusion);
  fusion_->To(machine_.device);
  // Only SeAFusion's network has one (ValidateJointSettings).
  if (!settings_.gradient_stream) static_cast<FusionNet&>(*fusion_).RemoveGradientStream();
  adam_ = std::make_shared<torch::optim::Adam>(
      fusion_->parameter_tensors(), torch::optim::AdamOptions(settings_.fusion_lr)
                                        .betas({settings_.adam_beta1, settings_.adam_beta2})
                                        .weight_decay(settings_.fusion_weight_decay));
}

void JointTrainer::MakeSgd() {
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (const SegmentationNet::ParameterGroup& group : segmentation_->parameter_groups()) {
    auto options = std::make_unique<torch::optim::SGDOptions>(settings_.segmentation_lr);
    options->momentum(settings_.momentum)
        .weight_decay(group.convolution ? settings_.segmentation_weight_decay : 0.0);
    groups.emplace_back(group.tensors, std::move(options));
  }
  sgd_ = std::make_shared<torch::optim::SGD>(groups,
                                             torch::optim::SGDOptions(settings_.segmentation_lr));
}

Status JointTrainer::BeginStage() {
  const Stage& stage = stages_[stage_];
  if (stage.kind == Stage::Kind::kSegmentation) {
    MakeSgd();
  } else if (!settings_.carry_fusion && stage.round > 1) {
    SEAFUSION_ASSIGN_OR_RETURN(
        std::unique_ptr<FusionModel> fresh,
        FreshFusion(settings_, settings_.seed + static_cast<std::uint64_t>(stage.round) - 1));
    TakeFusion(std::move(fresh));
  }
  return OkStatus();
}

Status JointTrainer::CheckSameWeights() const {
  if (machine_.group->alone()) return OkStatus();
  std::vector<model::TensorArchive> nets = {fusion_->ToArchive()};
  if (segmentation_) nets.push_back(segmentation_->ToArchive());
  for (const model::TensorArchive& net : nets) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                               model::SerializeSafetensors(net));
    SEAFUSION_RETURN_IF_ERROR(
        machine_.group->CheckSame("weights", std::string(bytes.begin(), bytes.end())));
  }
  return OkStatus();
}

Status JointTrainer::CheckTogether() const {
  ProcessGroup& group = *machine_.group;
  if (group.alone()) return OkStatus();
  try {
    for (const Stage& stage : stages_) {
      const bool segmentation = stage.kind == Stage::Kind::kSegmentation;
      const int batch = segmentation ? settings_.segmentation_batch : settings_.fusion_batch;
      if (batch < group.size()) {
        return InvalidArgument((segmentation ? "segmentation_batch " : "fusion_batch ") +
                               std::to_string(batch) + " cannot be shared by " +
                               std::to_string(group.size()) + " processes: each needs a picture");
      }
    }
    SEAFUSION_RETURN_IF_ERROR(group.CheckSame("settings", JointSettingsToJson(settings_)));
    SEAFUSION_RETURN_IF_ERROR(
        group.CheckSame("steps behind it", std::to_string(stage_) + " " + std::to_string(step_)));
    std::string pairs;
    for (std::size_t i = 0; i < data_->size(); ++i) {
      pairs += data_->name(i) + " " + std::to_string(data_->width(i)) + " " +
               std::to_string(data_->height(i)) + "\n";
    }
    SEAFUSION_RETURN_IF_ERROR(group.CheckSame("training pairs", pairs));
    return CheckSameWeights();
  } catch (const ProcessLost& e) {
    return Internal(e.what());
  }
}

torch::Tensor JointTrainer::Fuse(const torch::Tensor& vis, const torch::Tensor& inf) const {
  const Autocast autocast(machine_.device.type(), settings_.precision == "bf16");
  return fusion_->Unclamped(vis, inf).to(torch::kFloat32);
}

SegmentationScores JointTrainer::Segment(const torch::Tensor& rgb) const {
  const Autocast autocast(machine_.device.type(), settings_.precision == "bf16");
  const SegmentationScores scores = segmentation_->Forward(rgb);
  return {scores.main.to(torch::kFloat32),
          scores.auxiliary.defined() ? scores.auxiliary.to(torch::kFloat32) : torch::Tensor()};
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
  const torch::Tensor fused = Fuse(vis, inf);
  const double share = machine_.group->ShareOf(settings_.fusion_batch).weight;
  NamedLosses losses = ContentLosses(settings_, fused, vis, inf);
  for (auto& [name, loss] : losses) loss = loss * share;
  torch::Tensor joint = losses.back().second;
  if (batch.chroma.defined() && (beta > 0 || stage.kind == Stage::Kind::kBoth)) {
    fused_rgb = RgbFromLuma(fused.clamp(0, 1), batch.chroma.to(machine_.device));
  }
  if (beta > 0) {
    segmentation_->SetTraining(false);
    segmentation_->SetFrozen(true);
    const SemanticLoss semantic =
        ComputeSemanticLoss(Segment(fused_rgb), batch.labels.to(machine_.device),
                            settings_.fusion_lambda, settings_.fusion_hard(), machine_.group.get());
    joint = joint + beta * semantic.semantic;
    losses.insert(losses.end(), {{"main", semantic.main},
                                 {"auxiliary", semantic.auxiliary},
                                 {"semantic", semantic.semantic},
                                 {"joint", joint}});
  }
  SEAFUSION_RETURN_IF_ERROR(AddLosses(losses, *machine_.group, event));
  joint.backward();
  machine_.group->SumGradients(fusion_->parameter_tensors());
  return OkStatus();
}

Status JointTrainer::SegmentationStep(const Stage& stage, const SegmentationBatch& batch,
                                      JointEvent& event) {
  const double lr = SegmentationLearningRate(settings_, stage, step_, segmentation_steps_);
  if (stage.kind == Stage::Kind::kSegmentation) event.lr = lr;
  const auto groups = segmentation_->parameter_groups();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    SetLearningRate<torch::optim::SGDOptions>(
        sgd_->param_groups()[i], lr * (groups[i].head ? settings_.head_lr_factor : 1.0));
  }
  segmentation_->SetFrozen(false);
  segmentation_->SetTraining(true);
  StatisticsGuard statistics(*segmentation_);
  sgd_->zero_grad();
  const SemanticLoss loss = ComputeSemanticLoss(
      Segment(batch.rgb.to(machine_.device)), batch.labels.to(machine_.device),
      settings_.segmentation_lambda, settings_.segmentation_hard(), machine_.group.get());
  SEAFUSION_RETURN_IF_ERROR(
      AddLosses({{"main", loss.main}, {"auxiliary", loss.auxiliary}, {"semantic", loss.semantic}},
                *machine_.group, event));
  loss.semantic.backward();
  std::vector<torch::Tensor> parameters;
  for (const auto& group : groups) {
    parameters.insert(parameters.end(), group.tensors.begin(), group.tensors.end());
  }
  machine_.group->SumGradients(parameters);
  sgd_->step();
  statistics.Keep();
  return OkStatus();
}

Status JointTrainer::RunFusionStage(const Stage& stage, const std::atomic<bool>& stop,
                                    const JointObserver& observer) {
  const auto size = static_cast<std::uint64_t>(settings_.fusion_batch);
  const auto share = machine_.group->ShareOf(settings_.fusion_batch);
  const auto first = static_cast<std::uint64_t>(share.first);
  Prefetcher<PairBatch> batches(machine_.workers, stage.fusion_steps_before + step_,
                                [&](std::uint64_t number) {
                                  return data_->Crops(number * size + first, share.count,
                                                      settings_.fusion_crop, settings_.seed);
                                });
  StageClock clock(size);
  while (step_ < stage.steps) {
    if (machine_.group->Any(stop.load())) return Cancelled("stopped on request");
    const PairBatch batch = batches.Next();
    JointEvent event{.stage = stage, .step = step_ + 1};
    torch::Tensor fused;
    SEAFUSION_RETURN_IF_ERROR(FusionStep(stage, batch, event, fused));
    if (stage.kind == Stage::Kind::kBoth) {
      JointEvent learnt{.stage = stage, .step = step_ + 1};
      SEAFUSION_RETURN_IF_ERROR(SegmentationStep(stage, {fused.detach(), batch.labels}, learnt));
      if (StageSemanticWeight(settings_, stage) == 0) event.losses.push_back(learnt.losses.back());
    }
    // Last: a step is done by both networks or by neither.
    adam_->step();
    ++step_;
    clock.AddStep(batches.waited(), event);
    SEAFUSION_RETURN_IF_ERROR(observer.step(event));
  }
  return OkStatus();
}

Status JointTrainer::RunSegmentationStage(const Stage& stage, const std::atomic<bool>& stop,
                                          const JointObserver& observer) {
  SEAFUSION_ASSIGN_OR_RETURN(
      const SegmentationSamples samples,
      SamplesOfSource(stage.source, fusion_.get(), *data_, settings_.fused_range, machine_.threads,
                      machine_.group.get()));
  const auto size = static_cast<std::uint64_t>(settings_.segmentation_batch);
  const auto share = machine_.group->ShareOf(settings_.segmentation_batch);
  const auto first = static_cast<std::uint64_t>(share.first);
  const CropSize crop{settings_.segmentation_crop_width, settings_.segmentation_crop_height};
  Prefetcher<SegmentationBatch> batches(
      machine_.workers, stage.segmentation_steps_before + step_, [&](std::uint64_t number) {
        return samples.Crops(number * size + first, share.count, crop, settings_.augmentation(),
                             settings_.segmentation_shuffle, settings_.seed + kSegmentationSeed);
      });
  StageClock clock(size);
  while (step_ < stage.steps) {
    if (machine_.group->Any(stop.load())) return Cancelled("stopped on request");
    const SegmentationBatch batch = batches.Next();
    JointEvent event{.stage = stage, .step = step_ + 1};
    SEAFUSION_RETURN_IF_ERROR(SegmentationStep(stage, batch, event));
    ++step_;
    clock.AddStep(batches.waited(), event);
    SEAFUSION_RETURN_IF_ERROR(observer.step(event));
  }
  return OkStatus();
}

Status JointTrainer::Train(const std::atomic<bool>& stop, const JointObserver& observer) {
  try {
    SEAFUSION_RETURN_IF_ERROR(CheckTogether());
    while (stage_ < stages_.size()) {
      const Stage stage = stages_[stage_];
      if (step_ == 0) SEAFUSION_RETURN_IF_ERROR(BeginStage());
      if (step_ < stage.steps) {
        SEAFUSION_RETURN_IF_ERROR(stage.kind == Stage::Kind::kSegmentation
                                      ? RunSegmentationStage(stage, stop, observer)
                                      : RunFusionStage(stage, stop, observer));
      }
      SEAFUSION_RETURN_IF_ERROR(CheckSameWeights());
      if (observer.stage_done) SEAFUSION_RETURN_IF_ERROR(observer.stage_done(stage));
      ++stage_;
      step_ = 0;
    }
    return OkStatus();
  } catch (const ProcessLost& e) {
    return Internal("stopped after step " + std::to_string(step_) + " of " +
                    StageName(stages_[stage_]) + ": " + e.what());
  } catch (const c10::Error& e) {
    // what() holds pages of stack frames.
    return Internal("training failed after step " + std::to_string(step_) + ": " +
                    e.what_without_backtrace());
  } catch (const std::exception& e) {
    return Internal("training failed after step " + std::to_string(step_) + ": " + e.what());
  }
}

}  // namespace seafusion::learn
