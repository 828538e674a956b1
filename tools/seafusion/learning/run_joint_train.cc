#include "run_joint_train.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "core/duration_text.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "learn/joint/joint_trainer.h"
#include "learn/joint/stage_samples.h"
#include "learn/log/event_file.h"
#include "learn/parallel/process_group.h"
#include "learn/parallel/process_place.h"
#include "learn/segmentation/evaluation.h"
#include "learn/trainer.h"
#include "progress.h"
#include "run_folder.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

using Clock = std::chrono::steady_clock;
using learn::JointTrainer;
using learn::PairDataset;

constexpr const char* kJointLogHeader =
    "stage,step,lr,intensity,texture,content,main,auxiliary,semantic,joint";
constexpr const char* kValHeader =
    "stage,name,intensity,texture,content,accuracy,miou,background,car,person,bike,curve,car_stop,"
    "guardrail,color_cone,bump";
constexpr const char* kThroughputHeader =
    "stage,name,pictures,seconds,pictures_per_second,waited_share";
constexpr std::uint64_t kMaxConfigBytes = 1 << 20;
constexpr std::size_t kSamplePictures = 4;
constexpr std::uint64_t kMaxSampleBytes = std::uint64_t{1} << 30;

StatusOr<learn::FusionNet> LoadInitial(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, model::LoadSafetensors(path));
  auto net = learn::FusionNet::FromArchive(archive);
  if (!net.ok()) return net.status().Annotate(path);
  return net;
}

std::string LogLine(std::size_t stage, const learn::JointEvent& e) {
  char number[40];
  std::string line = std::to_string(stage) + "," + std::to_string(e.step);
  std::snprintf(number, sizeof(number), ",%.6g", e.lr);
  line += number;
  for (const char* name :
       {"intensity", "texture", "content", "main", "auxiliary", "semantic", "joint"}) {
    const auto it = std::find_if(e.losses.begin(), e.losses.end(),
                                 [&](const auto& loss) { return loss.first == std::string(name); });
    line += ",";
    if (it == e.losses.end()) continue;
    std::snprintf(number, sizeof(number), "%.6g", it->second);
    line += number;
  }
  return line + "\n";
}

// Losses smoothed over some fifty steps, for people.
class RecentLosses {
 public:
  std::string Text(const learn::JointEvent& e) {
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
  JointRun(const TrainOptions& o, const torch::Device& device,
           std::shared_ptr<learn::ProcessGroup> group)
      : o_(o),
        folder_(o.out),
        machine_{device, static_cast<int>(at::get_num_threads()), o.workers, std::move(group)} {}

  StatusOr<std::string> Run() {
    SEAFUSION_RETURN_IF_ERROR(folder_.CheckResume(o_.resume));
    SEAFUSION_ASSIGN_OR_RETURN(
        const learn::JointSettings asked,
        o_.joint ? AskedJointSettings(o_) : JointTrainer::SettingsOf(folder_.checkpoint()));
    SEAFUSION_RETURN_IF_ERROR(LoadData(asked));
    SEAFUSION_RETURN_IF_ERROR(MakeTrainer(asked));
    // Before anything is written.
    SEAFUSION_RETURN_IF_ERROR(trainer_->CheckTogether());
    SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    const InterruptGuard interrupt;
    stage_start_ = Clock::now();
    const Status trained = trainer_->Train(
        interrupt.Flag(),
        {[&](const learn::JointEvent& e) { return AfterStep(e); },
         [&](const learn::Stage& stage) { return AfterStage(stage, interrupt.Flag()); }});
    progress_.reset();
    if (!Writes()) {
      if (trained.ok()) return std::string();
      return trained.code() == StatusCode::kCancelled ? Cancelled("") : trained;
    }
    // The networks are as after the last good step whatever ended the loop: what is done is kept.
    const Status saved = Save();
    if (!trained.ok() && trained.code() != StatusCode::kCancelled) return trained;
    SEAFUSION_RETURN_IF_ERROR(saved);
    if (trained.code() == StatusCode::kCancelled) {
      const learn::Stage& stage = trainer_->stages()[trainer_->stage()];
      return Cancelled("stopped at step " + std::to_string(trainer_->step()) + " of " +
                       learn::StageName(stage) + "; --resume continues");
    }
    return folder_.path(TrainsFusion() ? "fusion.safetensors" : "segmentation.safetensors");
  }

 private:
  Status LoadData(const learn::JointSettings& asked) {
    const bool labels = learn::NeedsLabels(asked);
    const learn::PairContent content{true, labels, asked.classes};
    if (o_.pictures.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(data_, PairDataset::Load(o_.data, "train", o_.threads, content));
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(
          data_, PairDataset::LoadLabelled(o_.pictures, o_.labels, o_.threads, asked.classes));
    }
    if (!o_.val.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(val_, PairDataset::Load(o_.val, "test", o_.threads, content));
    }
    return OkStatus();
  }

  Status MakeTrainer(const learn::JointSettings& asked) {
    if (o_.resume) {
      SEAFUSION_ASSIGN_OR_RETURN(JointTrainer trainer,
                                 JointTrainer::Resume(folder_.checkpoint(), *data_, machine_));
      trainer_.emplace(std::move(trainer));
      const bool given = !o_.config.empty() || !o_.set.empty();
      if (given &&
          learn::JointSettingsToJson(asked) != learn::JointSettingsToJson(trainer_->settings())) {
        return InvalidArgument("the settings asked for differ from those of the run to resume (" +
                               folder_.path("settings.json") + "); leave them out");
      }
      return OkStatus();
    }
    std::optional<learn::FusionNet> initial;
    if (!o_.init.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(initial, LoadInitial(o_.init));
    }
    SEAFUSION_ASSIGN_OR_RETURN(JointTrainer trainer,
                               JointTrainer::Create(asked, *data_, machine_, std::move(initial)));
    trainer_.emplace(std::move(trainer));
    return OkStatus();
  }

  // Process 0 of several does.
  bool Writes() const { return machine_.group->first(); }

  Status OpenFolder() {
    if (!Writes()) return OkStatus();
    SEAFUSION_RETURN_IF_ERROR(folder_.Create(val_ ? "samples" : ""));
    auto json = nlohmann::ordered_json::parse(learn::JointSettingsToJson(trainer_->settings()));
    json["run"] = {{"preset", o_.preset},
                   {"data", o_.pictures.empty() ? o_.data : o_.pictures},
                   {"val", o_.val},
                   {"init", o_.init},
                   {"device", o_.device},
                   {"threads", machine_.threads},
                   {"pairs", data_->size()},
                   {"workers", o_.workers},
                   {"processes", machine_.group->size()}};
    SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("settings.json", json.dump(2) + "\n"));
    const auto position = std::pair(trainer_->stage(), trainer_->step());
    SEAFUSION_RETURN_IF_ERROR(
        folder_.TrimCsv("log.csv", kJointLogHeader, [&](const std::string& line) {
          std::pair<std::size_t, std::uint64_t> at;
          char comma = 0;
          std::istringstream(line) >> at.first >> comma >> at.second;
          return o_.resume && at <= position;
        }));
    for (const auto& [file, header] :
         {std::pair{"val.csv", kValHeader}, {"throughput.csv", kThroughputHeader}}) {
      SEAFUSION_RETURN_IF_ERROR(folder_.TrimCsv(file, header, [&](const std::string& line) {
        return o_.resume && std::strtoull(line.c_str(), nullptr, 10) < position.first;
      }));
    }
    log_.open(folder_.log(), std::ios::app);
    SEAFUSION_ASSIGN_OR_RETURN(
        events_, learn::EventFile::Create(o_.out, StepsBefore(position.first) + position.second));
    return OkStatus();
  }

  Status AfterStep(const learn::JointEvent& e) {
    if (!Writes()) return OkStatus();
    log_ << LogLine(trainer_->stage(), e) << std::flush;
    if (!log_) return IoError(folder_.log() + ": cannot write");
    if (!progress_) {
      progress_.emplace(learn::StageName(e.stage), "steps", e.stage.steps,
                        o_.quiet ? ProgressMode::kNever : ProgressMode::kAuto, e.step - 1);
    }
    SEAFUSION_RETURN_IF_ERROR(AddEvents(e));
    throughput_ = {e.seconds, e.waited, e.pictures};
    progress_->Update(e.step, recent_.Text(e));
    if (Clock::now() - saved_ > std::chrono::seconds(o_.checkpoint_every)) return Save();
    return OkStatus();
  }

  // TensorBoard knows one count of steps.
  std::uint64_t StepsBefore(std::size_t stage) const {
    std::uint64_t steps = 0;
    for (std::size_t i = 0; i < stage; ++i) steps += trainer_->stages()[i].steps;
    return steps;
  }

  Status AddEvents(const learn::JointEvent& e) {
    const std::string kind =
        e.stage.kind == learn::Stage::Kind::kSegmentation ? "segmentation" : "fusion";
    std::vector<std::pair<std::string, double>> named = {{kind + "/learning rate", e.lr}};
    for (const auto& [name, value] : e.losses) named.emplace_back(kind + "/" + name, value);
    const std::vector<learn::EventFile::Scalar> scalars(named.begin(), named.end());
    return events_->AddScalars(StepsBefore(trainer_->stage()) + e.step, scalars);
  }

  Status AfterStage(const learn::Stage& stage, const std::atomic<bool>& stop) {
    return machine_.group->OnFirst(
        stop, [&](const std::atomic<bool>& told) { return SaveAndValidate(stage, told); });
  }

  Status SaveAndValidate(const learn::Stage& stage, const std::atomic<bool>& stop) {
    if (progress_) {
      const double seconds = std::chrono::duration<double>(Clock::now() - stage_start_).count();
      progress_.reset();
      char rate[48];
      std::snprintf(rate, sizeof(rate), ", %.2f pictures/s", throughput_.rate());
      Tell(learn::StageName(stage) + ": " + DurationText(seconds) + rate + ", waited for data " +
           Percent(throughput_.waited_share()));
      SEAFUSION_RETURN_IF_ERROR(WriteThroughput(stage));
    }
    SEAFUSION_RETURN_IF_ERROR(Save());
    if (val_) SEAFUSION_RETURN_IF_ERROR(Validate(stage, stop));
    stage_start_ = Clock::now();
    return OkStatus();
  }

  // Of the steps since the stage was begun or resumed.
  Status WriteThroughput(const learn::Stage& stage) const {
    char line[128];
    std::snprintf(line, sizeof(line), ",%llu,%.3f,%.4f,%.5f\n",
                  static_cast<unsigned long long>(throughput_.pictures), throughput_.seconds,
                  throughput_.rate(), throughput_.waited_share());
    std::ofstream csv(folder_.path("throughput.csv"), std::ios::app);
    csv << trainer_->stage() << "," << learn::StageName(stage) << line << std::flush;
    return csv ? OkStatus() : IoError(folder_.path("throughput.csv") + ": cannot write");
  }

  Status Validate(const learn::Stage& stage, const std::atomic<bool>& stop) {
    const std::size_t number = trainer_->stage();
    std::string line = std::to_string(number) + "," + learn::StageName(stage);
    std::string text = "  val";
    char numbers[96];
    std::vector<learn::EventFile::Scalar> scalars;
    if (stage.kind != learn::Stage::Kind::kSegmentation) {
      SEAFUSION_ASSIGN_OR_RETURN(
          const learn::LossValues loss,
          learn::Evaluate(trainer_->fusion(), *val_, machine_.device, &stop));
      std::snprintf(numbers, sizeof(numbers), ",%.6g,%.6g,%.6g", loss.intensity, loss.texture,
                    loss.content);
      line += numbers;
      scalars = {{"val/intensity", loss.intensity},
                 {"val/texture", loss.texture},
                 {"val/content", loss.content}};
      std::snprintf(numbers, sizeof(numbers), "  content %.4f", loss.content);
      text += numbers;
    } else {
      line += ",,,";
    }
    const learn::FusionNet& fusion = trainer_->fusion();
    SEAFUSION_ASSIGN_OR_RETURN(
        const learn::SegmentationSamples samples,
        learn::SamplesOfSource(stage.source, &fusion, *val_, trainer_->settings().fused_range,
                               machine_.threads));
    learn::SegmentationNet segmentation = trainer_->segmentation();
    if (stage.kind == learn::Stage::Kind::kFusion) {
      line += ",,,,,,,,,,,";
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(
          const learn::ConfusionMatrix matrix,
          learn::EvaluateSegmentation(segmentation, samples, machine_.device, &stop));
      std::snprintf(numbers, sizeof(numbers), ",%.6g,%.6g", matrix.Accuracy(), matrix.MeanIou());
      line += numbers;
      text += "  mIoU " + Percent(matrix.MeanIou());
      scalars.emplace_back("val/accuracy", matrix.Accuracy());
      scalars.emplace_back("val/mIoU", matrix.MeanIou());
      for (int c = 0; c < 9; ++c) {
        line += ",";
        const auto iou = c < matrix.classes() ? matrix.Iou(c) : std::nullopt;
        if (!iou) continue;
        std::snprintf(numbers, sizeof(numbers), "%.6g", *iou);
        line += numbers;
        if (c == 1 || c == 2 || c == 3) {
          text += "  " + std::string(model::kSegmentationClasses[static_cast<std::size_t>(c)]) +
                  " " + Percent(*iou);
        }
      }
    }
    Tell(text);
    SEAFUSION_RETURN_IF_ERROR(events_->AddScalars(StepsBefore(number) + stage.steps, scalars));
    std::ofstream val(folder_.path("val.csv"), std::ios::app);
    val << line << "\n" << std::flush;
    if (!val) return IoError(folder_.path("val.csv") + ": cannot write");
    return WriteSamples(stage, number, samples);
  }

  Status WriteSamples(const learn::Stage& stage, std::size_t number,
                      const learn::SegmentationSamples& samples) {
    learn::SegmentationNet segmentation = trainer_->segmentation();
    const std::uint64_t step = StepsBefore(number) + stage.steps;
    const std::size_t count = std::min(kSamplePictures, samples.size());
    for (std::size_t k = 0; k < count; ++k) {
      // Spread over the set: day and night.
      const std::size_t i = k * samples.size() / count;
      const auto write = [&](const std::string& what, const ImageView& picture) {
        return WriteSample(number, step, val_->name(i), what, picture);
      };
      SEAFUSION_RETURN_IF_ERROR(write(stage.source, samples.picture(i)));
      if (stage.kind == learn::Stage::Kind::kFusion) continue;
      SEAFUSION_ASSIGN_OR_RETURN(
          const ImageBuffer segmented,
          learn::SegmentedPicture(segmentation, samples, i, machine_.device));
      SEAFUSION_RETURN_IF_ERROR(write("segmented", segmented.view()));
    }
    return OkStatus();
  }

  // As a file, and in the same form for TensorBoard.
  Status WriteSample(std::size_t number, std::uint64_t step, const std::string& name,
                     const std::string& what, const ImageView& picture) {
    const std::string path =
        folder_.path("samples/" + std::to_string(number) + "-" + name + "-" + what + ".png");
    SEAFUSION_RETURN_IF_ERROR(io::WriteImage(path, picture, IfExists::kReplace));
    SEAFUSION_ASSIGN_OR_RETURN(const auto png, ReadFile(path, kMaxSampleBytes));
    return events_->AddPicture(step, what + "/" + name, picture.width, picture.height, png);
  }

  Status Save() {
    SEAFUSION_RETURN_IF_ERROR(trainer_->SaveCheckpoint(folder_.checkpoint()));
    const std::map<std::string, std::string> metadata = {
        {"strategy", trainer_->settings().strategy},
        {"stages_done", std::to_string(trainer_->stage())},
        {"steps_done", std::to_string(trainer_->step())},
        {"settings", learn::JointSettingsToJson(trainer_->settings())}};
    if (TrainsFusion()) {
      model::TensorArchive fusion = trainer_->fusion().ToArchive();
      fusion.metadata.insert(metadata.begin(), metadata.end());
      fusion.metadata["format"] = "seafusion fusion network";
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteWeights("fusion.safetensors", fusion));
    }
    if (learn::NeedsLabels(trainer_->settings())) {
      model::TensorArchive segmentation = trainer_->segmentation().ToArchive();
      segmentation.metadata.insert(metadata.begin(), metadata.end());
      segmentation.metadata["format"] = "seafusion segmentation network";
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteWeights("segmentation.safetensors", segmentation));
    }
    saved_ = Clock::now();
    return OkStatus();
  }

  bool TrainsFusion() const { return trainer_->settings().strategy != "segmentation"; }

  static std::string Percent(double share) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.1f %%", 100 * share);
    return text;
  }

  void Tell(const std::string& text) const {
    if (!o_.quiet) std::fprintf(stderr, "%s\n", text.c_str());
  }

  const TrainOptions& o_;
  const RunFolder folder_;
  const JointTrainer::Machine machine_;
  std::optional<PairDataset> data_, val_;
  std::optional<JointTrainer> trainer_;
  std::ofstream log_;
  std::optional<learn::EventFile> events_;
  std::optional<Progress> progress_;
  RecentLosses recent_;
  // A stage's time includes fusing the pictures that it trains on.
  Clock::time_point saved_ = Clock::now(), stage_start_;
  struct Throughput {
    double seconds = 0, waited = 0;
    std::uint64_t pictures = 0;
    double rate() const { return static_cast<double>(pictures) / std::max(seconds, 1e-9); }
    double waited_share() const { return waited / std::max(seconds, 1e-9); }
  } throughput_;
};

}  // namespace

StatusOr<learn::JointSettings> AskedJointSettings(const TrainOptions& o) {
  SEAFUSION_ASSIGN_OR_RETURN(learn::JointSettings settings, learn::JointPreset(o.preset));
  if (!o.config.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(o.config, kMaxConfigBytes));
    SEAFUSION_RETURN_IF_ERROR(
        learn::OverrideJointSettings({bytes.begin(), bytes.end()}, settings).Annotate(o.config));
  }
  for (const std::string& assignment : o.set) {
    SEAFUSION_RETURN_IF_ERROR(
        learn::OverrideJointSetting(assignment, settings).Annotate("--set " + assignment));
  }
  if (!o.strategy.empty()) settings.strategy = o.strategy;
  return settings;
}

StatusOr<std::string> RunJointTrain(const TrainOptions& o) {
  SEAFUSION_ASSIGN_OR_RETURN(const learn::ProcessPlace place, learn::FindProcessPlace());
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(o.threads, o.device, place));
  // First of all: when one fails from here on, the others know.
  SEAFUSION_ASSIGN_OR_RETURN(
      const auto group,
      learn::ProcessGroup::Join(place, device, std::chrono::seconds(o.process_timeout)));
  auto result = JointRun(o, device, group).Run();
  if (result.ok() || place.alone() || result.status().message().empty()) return result;
  return result.status().Annotate("process " + std::to_string(place.rank) + " of " +
                                  std::to_string(place.size));
}

}  // namespace seafusion::tools
