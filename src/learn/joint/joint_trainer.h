// Joint training of the fusion and the segmentation network (Tang 2022, Algorithm 1).
#ifndef SEAFUSION_LEARN_JOINT_JOINT_TRAINER_H_
#define SEAFUSION_LEARN_JOINT_JOINT_TRAINER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include "learn/data/pair_dataset.h"
#include "learn/joint/joint_settings.h"
#include "learn/joint/stages.h"
#include "learn/networks/fusion_model.h"
#include "learn/parallel/process_group.h"
#include "learn/segmentation/networks/segmentation_net.h"
#include "learn/segmentation/samples/segmentation_samples.h"

namespace seafusion::learn {

/// One step, for whoever watches.
struct JointEvent {
  const Stage& stage;
  std::uint64_t step = 0;  ///< Steps of the stage done.
  double lr = 0;
  /// intensity, texture, levels, content, main, auxiliary, semantic, joint: those that the step
  /// has.
  std::vector<std::pair<const char*, double>> losses;
  /// Since the stage's first step, or its first one after a resume: seconds in all, those of them
  /// that it has waited for data, and pictures or crops seen, by all processes.
  double seconds = 0, waited = 0;
  std::uint64_t pictures = 0;
};

/// A failure that either returns ends the run.
struct JointObserver {
  std::function<Status(const JointEvent&)> step;
  /// After the last step of a stage. When it fails, a resumed run calls it again.
  std::function<Status(const Stage&)> stage_done;
};

/// What a checkpoint begins with, so that a run is not taken for one of another kind.
struct CheckpointKind {
  std::string_view line;
  std::string_view what;  ///< For messages: "not a complete `what`".
};
inline constexpr CheckpointKind kJointCheckpoint = {"seafusion joint training checkpoint 1\n",
                                                    "joint training checkpoint"};

/// Settings, networks, optimisers and position of one run. Not thread-safe.
class JointTrainer {
 public:
  /// Where the work is done.
  struct Machine {
    torch::Device device = torch::kCPU;
    int threads = 1;  ///< Of libseafusion, when training pictures are fused.
    int workers = 1;  ///< Threads that make batches; the result does not depend on it.
    /// Those that train together. Each takes its share of every batch; but for rounding, the result
    /// is that of one process.
    std::shared_ptr<ProcessGroup> group = ProcessGroup::Alone();
  };

  /// Fresh networks from the seed, or the given fusion weights and segmentation network (of
  /// LoadSegmentation); a segmentation network only where one is trained. Fails with
  /// kInvalidArgument when a setting is out of range, labels are missing, the pictures do not fit
  /// the crops or the weights are of another network. `data` must outlive the trainer.
  static StatusOr<JointTrainer> Create(const JointSettings& settings, const PairDataset& data,
                                       const Machine& machine,
                                       const model::TensorArchive* initial = nullptr,
                                       std::optional<SegmentationNet> segmentation = {});

  /// The segmentation network of a file, to begin with: one of ours, or ESPNetv2, whose last layer
  /// is made for the settings' classes where it is as published (model::WithEspnetv2Head). Besides
  /// what LoadSafetensors fails with, kInvalidArgument unless the settings train one, of these
  /// classes and, of ours, this width; ESPNetv2 in fp32. Every message names the file.
  static StatusOr<SegmentationNet> LoadSegmentation(const JointSettings& settings,
                                                    const std::string& path);

  /// Continues where a checkpoint stopped, with its settings. On one thread and one device the rest
  /// of the run is bit for bit what it would have been.
  static StatusOr<JointTrainer> Resume(const std::string& checkpoint, const PairDataset& data,
                                       const Machine& machine,
                                       const CheckpointKind& kind = kJointCheckpoint);

  /// The settings that Resume would go on with. Fails as it does when the file is no such
  /// checkpoint.
  static StatusOr<JointSettings> SettingsOf(const std::string& checkpoint,
                                            const CheckpointKind& kind = kJointCheckpoint);

  /// Runs all that is left. Fails with kCancelled when `stop` is set, and with kInternal, naming
  /// the term, when a loss is not finite or another process is lost; the networks are then as after
  /// the last good step. Of several processes, all have to call it, with the same settings, data
  /// and weights; when `stop` is set in one, all stop after the same step.
  Status Train(const std::atomic<bool>& stop, const JointObserver& observer);

  /// Fails, in all processes, unless they have the same settings, data, weights and position, and
  /// each a share of every batch. Train begins with it.
  Status CheckTogether() const;

  /// One file, written atomically: the networks, the optimisers, stage, step and settings. Samples
  /// depend on seed and step only, so there is no random state.
  Status SaveCheckpoint(const std::string& path,
                        const CheckpointKind& kind = kJointCheckpoint) const;

  const JointSettings& settings() const { return settings_; }
  const std::vector<Stage>& stages() const { return stages_; }
  std::size_t stage() const { return stage_; }  ///< Of stages(); their number at the end.
  std::uint64_t step() const { return step_; }  ///< Steps of that stage done.
  const FusionModel& fusion() const { return *fusion_; }
  /// There is one where the settings need labels (see NeedsLabels).
  const SegmentationNet& segmentation() const { return *segmentation_; }

 private:
  JointTrainer(const JointSettings& settings, const PairDataset& data, const Machine& machine,
               std::unique_ptr<FusionModel> fusion, std::optional<SegmentationNet> segmentation);
  static Status CheckFit(const JointSettings& settings, const PairDataset& data,
                         const Machine& machine);
  /// `fusion` becomes the network that is trained.
  void TakeFusion(std::unique_ptr<FusionModel> fusion);
  void MakeSgd();
  Status CheckSameWeights() const;  // throws ProcessLost
  torch::Tensor Fuse(const torch::Tensor& vis, const torch::Tensor& inf) const;
  SegmentationScores Segment(const torch::Tensor& rgb) const;
  /// What a stage begins with, unless it is resumed.
  Status BeginStage();
  Status RunFusionStage(const Stage& stage, const std::atomic<bool>& stop,
                        const JointObserver& observer);
  Status RunSegmentationStage(const Stage& stage, const std::atomic<bool>& stop,
                              const JointObserver& observer);
  /// Up to the gradients.
  Status FusionStep(const Stage& stage, const PairBatch& batch, JointEvent& event,
                    torch::Tensor& fused_rgb);
  Status SegmentationStep(const Stage& stage, const SegmentationBatch& batch, JointEvent& event);

  JointSettings settings_;
  const PairDataset* data_;
  Machine machine_;
  std::vector<Stage> stages_;
  std::uint64_t segmentation_steps_ = 0;  // of all stages
  std::unique_ptr<FusionModel> fusion_;
  std::optional<SegmentationNet> segmentation_;
  std::shared_ptr<torch::optim::Adam> adam_;
  std::shared_ptr<torch::optim::SGD> sgd_;  // of segmentation_
  std::size_t stage_ = 0;
  std::uint64_t step_ = 0;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_JOINT_TRAINER_H_
