// Training in stages, with a segmentation network.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/duration_text.h"
#include "core/text/json_file_text.h"
#include "fuse/weights/load_fuser.h"
#include "learn/joint/joint_fusion.h"
#include "learn/joint/joint_trainer.h"
#include "learn/joint/stage_samples.h"
#include "learn/parallel/process_group.h"
#include "learn/parallel/process_place.h"
#include "learn/run/joint_log.h"
#include "learn/run/run_folder.h"
#include "learn/run/saving.h"
#include "learn/run/torch_setup.h"
#include "learn/run/training_run.h"
#include "learn/segmentation/evaluation.h"

namespace seafusion::learn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kSamplePictures = 4;

// Losses smoothed over some fifty steps, for people.
class RecentLosses {
 public:
  std::string Text(const JointEvent& e) {
    if (e.step == 1) smoothed_.clear();
    std::string text;
    for (const auto& [name, value] : e.losses) {
      double& smooth = smoothed_.try_emplace(name, value).first->second;
      smooth += 0.02 * (value - smooth);
      char one[48];
      std::snprintf(one, sizeof(one), "%s%s %.4f", text.empty() ? "" : "  ", name, smooth);
      text += one;
    }
    return text;
  }

 private:
  std::map<std::string, double> smoothed_;
};

// A run: what lasts from its beginning to its end.
class JointRun {
 public:
  JointRun(const TrainingSettings& s, const RunMonitor& monitor, const torch::Device& device,
           std::shared_ptr<ProcessGroup> group)
      : s_(s),
        monitor_(monitor),
        folder_(s.out),
        machine_{device, static_cast<int>(at::get_num_threads()), s.workers, std::move(group)},
        saving_(std::chrono::seconds(s.checkpoint_every), [this] { return Save(); }) {}

  StatusOr<std::string> Run() {
    SEAFUSION_RETURN_IF_ERROR(folder_.CheckResume(s_.resume));
    SEAFUSION_ASSIGN_OR_RETURN(
        const JointSettings asked,
        s_.joint ? ChosenJointSettings(s_.choice) : JointTrainer::SettingsOf(folder_.checkpoint()));
    SEAFUSION_RETURN_IF_ERROR(LoadData(asked));
    SEAFUSION_RETURN_IF_ERROR(MakeTrainer(asked));
    // Before anything is written.
    SEAFUSION_RETURN_IF_ERROR(trainer_->CheckTogether());
    if (Writes()) SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    stage_start_ = Clock::now();
    const Status trained =
        trainer_->Train(monitor_.StopFlag(), {[this](const JointEvent& e) { return AfterStep(e); },
                                              [this](const Stage& s) { return AfterStage(s); }});
    if (!Writes()) {
      if (trained.ok()) return std::string();
      return trained.code() == StatusCode::kCancelled ? Cancelled("") : trained;
    }
    SEAFUSION_RETURN_IF_ERROR(saving_.AtTheEnd(trained, [this] {
      return "stopped at step " + std::to_string(trainer_->step()) + " of " +
             StageName(trainer_->stages()[trainer_->stage()]) + "; --resume continues";
    }));
    return folder_.path(TrainsFusion() ? "fusion.safetensors" : "segmentation.safetensors");
  }

 private:
  Status LoadData(const JointSettings& asked) {
    const PairContent content{true, NeedsLabels(asked), asked.classes, s_.placing};
    if (s_.pictures.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(data_, PairDataset::Load(s_.data, "train", s_.threads, content));
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(
          data_, PairDataset::LoadLabelled(s_.pictures, s_.labels, s_.threads, asked.classes));
    }
    if (!s_.val.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(val_, PairDataset::Load(s_.val, "test", s_.threads, content));
    }
    return OkStatus();
  }

  Status MakeTrainer(const JointSettings& asked) {
    if (s_.resume) {
      SEAFUSION_ASSIGN_OR_RETURN(JointTrainer trainer,
                                 JointTrainer::Resume(folder_.checkpoint(), *data_, machine_));
      trainer_.emplace(std::move(trainer));
      const bool given = !s_.choice.config.empty() || !s_.choice.set.empty();
      if (given && JointSettingsToJson(asked) != JointSettingsToJson(trainer_->settings())) {
        return InvalidArgument("the settings asked for differ from those of the run to resume (" +
                               folder_.path("settings.json") + "); leave them out");
      }
      return OkStatus();
    }
    std::optional<model::TensorArchive> initial;
    if (!s_.init.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(initial, LoadWeights(s_.init));
      // What is wrong with the weights, with their file.
      const auto fusion = FusionOf(asked, *initial);
      if (!fusion.ok()) return fusion.status().Annotate(s_.init);
    }
    std::optional<SegmentationNet> segmentation;
    if (!s_.init_segmentation.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(segmentation,
                                 JointTrainer::LoadSegmentation(asked, s_.init_segmentation));
    }
    SEAFUSION_ASSIGN_OR_RETURN(
        JointTrainer trainer,
        JointTrainer::Create(asked, *data_, machine_, initial ? &*initial : nullptr, segmentation));
    trainer_.emplace(std::move(trainer));
    return OkStatus();
  }

  // Process 0 of several does.
  bool Writes() const { return machine_.group->first(); }

  Status OpenFolder() {
    SEAFUSION_RETURN_IF_ERROR(folder_.Create(val_ ? "samples" : ""));
    auto json = nlohmann::ordered_json::parse(JointSettingsToJson(trainer_->settings()));
    json["run"] = {{"preset", s_.choice.preset},
                   {"data", s_.pictures.empty() ? s_.data : s_.pictures},
                   {"val", s_.val},
                   {"init", s_.init},
                   {"init_segmentation", s_.init_segmentation},
                   {"device", s_.device},
                   {"threads", machine_.threads},
                   {"pairs", data_->size()},
                   {"workers", s_.workers},
                   {"processes", machine_.group->size()}};
    if (!s_.placing.rig.file.empty()) json["run"]["rig"] = s_.placing.rig.file;
    SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("settings.json", JsonFileText(json)));
    SEAFUSION_ASSIGN_OR_RETURN(JointLog log,
                               JointLog::Open(folder_, trainer_->stages(),
                                              {trainer_->stage(), trainer_->step()}, s_.resume));
    log_.emplace(std::move(log));
    return OkStatus();
  }

  Status AfterStep(const JointEvent& e) {
    if (!Writes()) return OkStatus();
    SEAFUSION_RETURN_IF_ERROR(log_->AddStep(trainer_->stage(), e));
    if (!throughput_) first_step_ = e.step;
    throughput_ = {e.seconds, e.waited, e.pictures};
    const std::string label = StageName(e.stage), losses = recent_.Text(e);
    monitor_.Report({.label = label,
                     .unit = "steps",
                     .done = e.step,
                     .total = e.stage.steps,
                     .skipped = first_step_ - 1,
                     .detail = losses});
    return saving_.WhenDue();
  }

  Status AfterStage(const Stage& stage) {
    return machine_.group->OnFirst(monitor_.StopFlag(), [&](const std::atomic<bool>& told) {
      return SaveAndMeasure(stage, told);
    });
  }

  Status SaveAndMeasure(const Stage& stage, const std::atomic<bool>& stop) {
    if (throughput_) {
      const double seconds = std::chrono::duration<double>(Clock::now() - stage_start_).count();
      char rate[96];
      std::snprintf(rate, sizeof(rate), ", %.2f pictures/s, waited for data %.1f %%",
                    throughput_->rate(), 100 * throughput_->waited_share());
      monitor_.Say(StageName(stage) + ": " + DurationText(seconds) + rate);
      SEAFUSION_RETURN_IF_ERROR(log_->AddThroughput(trainer_->stage(), *throughput_));
      throughput_.reset();
    }
    SEAFUSION_RETURN_IF_ERROR(saving_.Now());
    if (val_) SEAFUSION_RETURN_IF_ERROR(Measure(stage, stop));
    stage_start_ = Clock::now();
    return OkStatus();
  }

  Status Measure(const Stage& stage, const std::atomic<bool>& stop) {
    StageMeasurement measurement;
    const FusionModel& fusion = trainer_->fusion();
    if (stage.kind != Stage::Kind::kSegmentation) {
      SEAFUSION_ASSIGN_OR_RETURN(measurement.content,
                                 Evaluate(fusion, *val_, machine_.device, &stop));
    }
    SEAFUSION_ASSIGN_OR_RETURN(const SegmentationSamples samples,
                               SamplesOfSource(stage.source, &fusion, *val_,
                                               trainer_->settings().fused_range, machine_.threads));
    std::optional<SegmentationNet> segmentation;
    if (stage.kind != Stage::Kind::kFusion) {
      segmentation = trainer_->segmentation();
      SEAFUSION_ASSIGN_OR_RETURN(measurement.classes, EvaluateSegmentation(*segmentation, samples,
                                                                           machine_.device, &stop));
    }
    monitor_.Say(MeasurementText(measurement));
    SEAFUSION_RETURN_IF_ERROR(log_->AddMeasurement(trainer_->stage(), measurement));
    return WriteSamples(stage, samples, segmentation);
  }

  Status WriteSamples(const Stage& stage, const SegmentationSamples& samples,
                      std::optional<SegmentationNet>& segmentation) {
    const std::size_t count = std::min(kSamplePictures, samples.size());
    for (std::size_t k = 0; k < count; ++k) {
      // Spread over the set: day and night.
      const std::size_t i = k * samples.size() / count;
      const auto write = [&](const std::string& what, const ImageView& picture) {
        return log_->AddSample(trainer_->stage(), val_->name(i), what, picture);
      };
      SEAFUSION_RETURN_IF_ERROR(write(stage.source, samples.picture(i)));
      if (!segmentation) continue;
      SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer segmented,
                                 SegmentedPicture(*segmentation, samples, i, machine_.device));
      SEAFUSION_RETURN_IF_ERROR(write("segmented", segmented.view()));
    }
    return OkStatus();
  }

  Status Save() const {
    SEAFUSION_RETURN_IF_ERROR(trainer_->SaveCheckpoint(folder_.checkpoint()));
    const std::map<std::string, std::string> metadata = {
        {"strategy", trainer_->settings().strategy},
        {"stages_done", std::to_string(trainer_->stage())},
        {"steps_done", std::to_string(trainer_->step())},
        {"settings", JointSettingsToJson(trainer_->settings())}};
    if (TrainsFusion()) {
      model::TensorArchive fusion = trainer_->fusion().ToArchive();
      fusion.metadata.insert(metadata.begin(), metadata.end());
      fusion.metadata["format"] = "seafusion fusion network";
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteWeights("fusion.safetensors", fusion));
    }
    if (NeedsLabels(trainer_->settings())) {
      model::TensorArchive segmentation = trainer_->segmentation().ToArchive();
      segmentation.metadata.insert(metadata.begin(), metadata.end());
      segmentation.metadata["format"] = "seafusion segmentation network";
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteWeights("segmentation.safetensors", segmentation));
    }
    return OkStatus();
  }

  bool TrainsFusion() const { return trainer_->settings().strategy != "segmentation"; }

  const TrainingSettings& s_;
  const RunMonitor& monitor_;
  const RunFolder folder_;
  const JointTrainer::Machine machine_;
  Saving saving_;
  std::optional<PairDataset> data_, val_;
  std::optional<JointTrainer> trainer_;
  std::optional<JointLog> log_;
  RecentLosses recent_;
  Clock::time_point stage_start_;              // its time includes fusing what it trains on
  std::optional<StageThroughput> throughput_;  // none before the stage's first step
  std::uint64_t first_step_ = 1;               // of this stage in this run
};

}  // namespace

StatusOr<std::string> RunJointTraining(const TrainingSettings& settings,
                                       const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(const ProcessPlace place, FindProcessPlace());
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device,
                             SetUpTorch(settings.threads, settings.device, place));
  // First of all: when one fails from here on, the others know.
  SEAFUSION_ASSIGN_OR_RETURN(
      const auto group,
      ProcessGroup::Join(place, device, std::chrono::seconds(settings.process_timeout)));
  auto result = JointRun(settings, monitor, device, group).Run();
  if (result.ok() || place.alone() || result.status().message().empty()) return result;
  return result.status().Annotate("process " + std::to_string(place.rank) + " of " +
                                  std::to_string(place.size));
}

}  // namespace seafusion::learn
