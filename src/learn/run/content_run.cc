// Content-only training of one stage.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "learn/joint/joint_trainer.h"
#include "learn/losses/content_evaluation.h"
#include "learn/run/run_folder.h"
#include "learn/run/saving.h"
#include "learn/run/torch_setup.h"
#include "learn/run/training_run.h"

namespace seafusion::learn {
namespace {

constexpr CheckpointKind kContentCheckpoint = {"seafusion training checkpoint 2\n",
                                               "training checkpoint"};
constexpr const char* kContentLogHeader = "step,lr,intensity,texture,content,set";

// A resumed run keeps its settings; an option that asks for others must not be ignored silently.
Status CheckGivenSettings(const std::vector<std::string>& given, const ContentSettings& asked,
                          const ContentSettings& run) {
  const auto asked_json = nlohmann::json::parse(ContentSettingsToJson(asked));
  const auto run_json = nlohmann::json::parse(ContentSettingsToJson(run));
  for (const std::string& option : given) {
    std::string key = option.substr(option.find_first_not_of('-'));
    std::replace(key.begin(), key.end(), '-', '_');
    if (asked_json.at(key) != run_json.at(key)) {
      return InvalidArgument(option + " " + asked_json.at(key).dump() + " differs from " +
                             run_json.at(key).dump() + " of the run to resume; leave it out");
    }
  }
  return OkStatus();
}

LossValues ValuesOf(const JointEvent& e) {
  LossValues values;
  for (const auto& [name, value] : e.losses) {
    if (name == std::string_view("intensity")) values.intensity = value;
    if (name == std::string_view("texture")) values.texture = value;
    if (name == std::string_view("content")) values.content = value;
  }
  return values;
}

std::string LossText(const LossValues& loss) {
  char text[96];
  std::snprintf(text, sizeof(text), "content %.4f  intensity %.4f  texture %.4f", loss.content,
                loss.intensity, loss.texture);
  return text;
}

class ContentRun {
 public:
  ContentRun(const TrainingSettings& s, const RunMonitor& monitor, torch::Device device)
      : s_(s),
        monitor_(monitor),
        folder_(s.out),
        machine_{device, static_cast<int>(at::get_num_threads()), s.workers},
        saving_(std::chrono::seconds(s.checkpoint_every), [this] { return Save(); }) {}

  StatusOr<std::string> Run() {
    SEAFUSION_RETURN_IF_ERROR(folder_.CheckResume(s_.resume));
    SEAFUSION_ASSIGN_OR_RETURN(
        data_, PairDataset::Load(s_.data, "train", s_.threads, {.placing = s_.placing}));
    if (!s_.val.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(
          val_, PairDataset::Load(s_.val, "test", s_.threads, {.placing = s_.placing}));
    }
    SEAFUSION_RETURN_IF_ERROR(MakeTrainer());
    if (monitor_.Stopped()) return Cancelled("stopped before the first step");
    SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    Report({});
    const Status trained = trainer_->Train(
        monitor_.StopFlag(), {[this](const JointEvent& e) { return AfterStep(e); }, nullptr});
    SEAFUSION_RETURN_IF_ERROR(saving_.AtTheEnd(trained, [this] {
      return "stopped at step " + std::to_string(Step()) + " of " + std::to_string(run_.steps) +
             "; --resume continues";
    }));
    SEAFUSION_RETURN_IF_ERROR(Measure(run_.final_lr));
    return folder_.path("fusion.safetensors");
  }

 private:
  Status MakeTrainer() {
    run_ = s_.content;
    if (s_.resume) {
      SEAFUSION_ASSIGN_OR_RETURN(
          const JointSettings settings,
          JointTrainer::SettingsOf(folder_.checkpoint(), kContentCheckpoint));
      run_ = ContentSettingsOf(settings);
    }
    SEAFUSION_RETURN_IF_ERROR(ValidateContentSettings(run_));
    if (run_.crop > data_->smallest_side()) {
      return InvalidArgument("crops of " + std::to_string(run_.crop) +
                             " pixels do not fit the smallest picture side, " +
                             std::to_string(data_->smallest_side()));
    }
    auto trainer =
        s_.resume ? JointTrainer::Resume(folder_.checkpoint(), *data_, machine_, kContentCheckpoint)
                  : JointTrainer::Create(JointSettingsOf(run_), *data_, machine_);
    if (!trainer.ok()) return trainer.status();
    trainer_.emplace(*std::move(trainer));
    skipped_ = Step();
    return s_.resume ? CheckGivenSettings(s_.given, s_.content, run_) : OkStatus();
  }

  Status OpenFolder() {
    SEAFUSION_RETURN_IF_ERROR(folder_.Create());
    // For people; a resumed run reads its settings from the checkpoint.
    auto json = nlohmann::ordered_json::parse(ContentSettingsToJson(run_));
    json["strategy"] = "content-only";
    json["data"] = s_.data;
    if (!s_.placing.rig.file.empty()) json["rig"] = s_.placing.rig.file;
    json["val"] = s_.val;
    json["val_every"] = s_.val_every;
    json["device"] = s_.device;
    json["threads"] = machine_.threads;
    SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("settings.json", JsonFileText(json)));
    SEAFUSION_ASSIGN_OR_RETURN(
        log_, RunTable::Open(folder_, "log.csv", kContentLogHeader, [&](const std::string& line) {
          return s_.resume && std::strtoull(line.c_str(), nullptr, 10) <= Step();
        }));
    return OkStatus();
  }

  // The one stage is behind once it has all its steps.
  std::uint64_t Step() const { return trainer_->stage() == 0 ? trainer_->step() : run_.steps; }

  Status AfterStep(const JointEvent& e) {
    const LossValues loss = ValuesOf(e);
    const double keep = e.step == 1 || recent_.content == 0 ? 0.0 : 0.98;
    recent_.intensity = keep * recent_.intensity + (1 - keep) * loss.intensity;
    recent_.texture = keep * recent_.texture + (1 - keep) * loss.texture;
    recent_.content = keep * recent_.content + (1 - keep) * loss.content;
    SEAFUSION_RETURN_IF_ERROR(AddLine(e.lr, loss, "train"));
    if (s_.val_every != 0 && e.step % s_.val_every == 0 && e.step != run_.steps) {
      SEAFUSION_RETURN_IF_ERROR(Measure(e.lr));
    }
    SEAFUSION_RETURN_IF_ERROR(saving_.WhenDue());
    Report(LossText(recent_));
    return OkStatus();
  }

  void Report(const std::string& detail) const {
    monitor_.Report({.label = "train",
                     .unit = "steps",
                     .done = Step(),
                     .total = run_.steps,
                     .skipped = skipped_,
                     .detail = detail});
  }

  Status Measure(double lr) {
    if (!val_) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(const LossValues loss,
                               Evaluate(trainer_->fusion(), *val_, machine_.device, monitor_.stop));
    monitor_.Say("step " + std::to_string(Step()) + ": val " + LossText(loss));
    return AddLine(lr, loss, "val");
  }

  Status AddLine(double lr, const LossValues& loss, const char* set) {
    char line[160];
    std::snprintf(line, sizeof(line), "%llu,%.6g,%.6g,%.6g,%.6g,%s",
                  static_cast<unsigned long long>(Step()), lr, loss.intensity, loss.texture,
                  loss.content, set);
    return log_->Add(line);
  }

  Status Save() const {
    SEAFUSION_RETURN_IF_ERROR(trainer_->SaveCheckpoint(folder_.checkpoint(), kContentCheckpoint));
    model::TensorArchive archive = trainer_->fusion().ToArchive();
    archive.metadata = {{"format", "seafusion fusion network"},
                        {"strategy", "content-only"},
                        {"steps_done", std::to_string(Step())},
                        {"settings", ContentSettingsToJson(run_)}};
    return folder_.WriteWeights("fusion.safetensors", archive);
  }

  const TrainingSettings& s_;
  const RunMonitor& monitor_;
  const RunFolder folder_;
  const JointTrainer::Machine machine_;
  Saving saving_;
  std::optional<PairDataset> data_, val_;
  std::optional<JointTrainer> trainer_;
  ContentSettings run_;  // of a resumed run, those it was begun with
  std::uint64_t skipped_ = 0;
  std::optional<RunTable> log_;
  LossValues recent_;  // smoothed, for people
};

}  // namespace

StatusOr<std::string> RunContentTraining(const TrainingSettings& settings,
                                         const RunMonitor& monitor) {
  SEAFUSION_RETURN_IF_ERROR(
      CheckOneProcess("content-only training without a preset runs as one; --preset, --config or "
                      "--set train with several"));
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device,
                             SetUpTorch(settings.threads, settings.device));
  return ContentRun(settings, monitor, device).Run();
}

}  // namespace seafusion::learn
