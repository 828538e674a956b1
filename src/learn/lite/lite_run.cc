#include "learn/lite/lite_run.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "fuse/weights/load_fuser.h"
#include "learn/data/mix/data_mix.h"
#include "learn/lite/lite_trainer.h"
#include "learn/run/run_folder.h"
#include "learn/run/saving.h"
#include "learn/run/torch_setup.h"
#include "model/json_text.h"

namespace seafusion::learn {
namespace {

constexpr std::uint64_t kMaxConfigBytes = 1 << 20;

std::string LossText(const ScaleLossValues& loss, const LiteSettings& settings) {
  char text[128];
  std::snprintf(text, sizeof(text), "total %.4f  intensity %.4f  texture %.4f  levels %.4f",
                loss.total, loss.intensity, loss.texture, loss.levels);
  std::string all = text;
  const auto add = [&](const char* name, double weight, double value) {
    if (weight == 0) return;
    std::snprintf(text, sizeof(text), "  %s %.4f", name, value);
    all += text;
  };
  add("contrast", settings.contrast_weight, loss.contrast);
  add("structure", settings.structure_weight, loss.structure);
  add("perceptual", settings.perceptual_weight, loss.perceptual);
  return all;
}

class LiteRun {
 public:
  LiteRun(const LiteRunSettings& s, const RunMonitor& monitor, torch::Device device)
      : s_(s),
        monitor_(monitor),
        device_(device),
        folder_(s.out),
        saving_(std::chrono::seconds(s.checkpoint_every), [this] { return Save(); }) {}

  StatusOr<std::string> Run() {
    SEAFUSION_RETURN_IF_ERROR(folder_.CheckResume(s_.resume));
    SEAFUSION_ASSIGN_OR_RETURN(parts_, ParseMix(s_.data));
    SEAFUSION_ASSIGN_OR_RETURN(const LiteSettings settings, Settings());
    SEAFUSION_ASSIGN_OR_RETURN(data_, DataMix::Load(parts_, "train", s_.threads, s_.placing));
    if (!s_.val.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(
          val_, PairDataset::Load(s_.val, "test", s_.threads, {.placing = s_.placing}));
    }
    SEAFUSION_RETURN_IF_ERROR(MakeTrainer(settings));
    if (monitor_.Stopped()) return Cancelled("stopped before the first step");
    SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    Report({});
    const std::uint64_t steps = trainer_->settings().steps;
    const Status trained = trainer_->Train(steps, monitor_.StopFlag(),
                                           [this](const LiteEvent& e) { return AfterStep(e); });
    SEAFUSION_RETURN_IF_ERROR(saving_.AtTheEnd(trained, [&] {
      return "stopped at step " + std::to_string(trainer_->step()) + " of " +
             std::to_string(steps) + "; --resume continues";
    }));
    SEAFUSION_RETURN_IF_ERROR(Measure(trainer_->settings().final_lr));
    return folder_.path("fusion.safetensors");
  }

 private:
  // Before any data is read, which takes longer.
  StatusOr<LiteSettings> Settings() const {
    if (!s_.resume) return ChosenLiteSettings(s_.choice);
    if (!s_.init.empty()) {
      return InvalidArgument("--init begins a run; one that is resumed goes on with its own");
    }
    SEAFUSION_ASSIGN_OR_RETURN(const LiteSettings begun,
                               LiteTrainer::SettingsOf(folder_.checkpoint()));
    SEAFUSION_ASSIGN_OR_RETURN(const LiteSettings asked, ChosenLiteSettings(s_.choice, &begun));
    // What asks for something else must not be ignored silently.
    const auto before = nlohmann::ordered_json::parse(LiteSettingsToJson(begun));
    const auto after = nlohmann::ordered_json::parse(LiteSettingsToJson(asked));
    for (const auto& [name, value] : after.items()) {
      const auto begun_with = before.value(name, nlohmann::ordered_json());
      if (value == begun_with) continue;
      return InvalidArgument(name + " " + value.dump() + " differs from " + begun_with.dump() +
                             " of the run to resume, which keeps its settings");
    }
    SEAFUSION_RETURN_IF_ERROR(CheckMixOfRun());
    return begun;
  }

  Status CheckMixOfRun() const {
    SEAFUSION_ASSIGN_OR_RETURN(const std::string text, folder_.ReadText("settings.json"));
    const auto json = model::ParseJson<nlohmann::json>(text);
    std::vector<double> before, now;
    for (const MixPart& part : parts_) now.push_back(part.weight);
    if (json.is_object() && json.contains("data") && json["data"].is_array()) {
      for (const auto& part : json["data"]) {
        const bool weighs =
            part.is_object() && part.contains("weight") && part["weight"].is_number();
        before.push_back(weighs ? part["weight"].get<double>() : 0.0);
      }
    }
    if (before == now) return OkStatus();
    return InvalidArgument(
        "--data must name the data sets of the run to resume, in their order and "
        "with their weights: see " +
        folder_.path("settings.json"));
  }

  Status MakeTrainer(const LiteSettings& settings) {
    if (!s_.resume) {
      std::optional<model::TensorArchive> initial;
      if (!s_.init.empty()) {
        SEAFUSION_ASSIGN_OR_RETURN(initial, LoadWeights(s_.init));
      }
      auto trainer = LiteTrainer::Create(settings, *data_, device_, initial ? &*initial : nullptr);
      if (!trainer.ok() && initial) return trainer.status().Annotate(s_.init);
      if (!trainer.ok()) return trainer.status();
      trainer_.emplace(*std::move(trainer));
      return OkStatus();
    }
    SEAFUSION_ASSIGN_OR_RETURN(trainer_,
                               LiteTrainer::Resume(folder_.checkpoint(), *data_, device_));
    skipped_ = trainer_->step();
    return OkStatus();
  }

  Status OpenFolder() {
    SEAFUSION_RETURN_IF_ERROR(folder_.Create());
    // For people; a resumed run reads its settings from the checkpoint.
    auto json = nlohmann::ordered_json::parse(LiteSettingsToJson(trainer_->settings()));
    json["data"] = nlohmann::ordered_json::parse(MixToJson(parts_));
    if (!s_.init.empty()) json["init"] = s_.init;
    if (!s_.placing.rig.file.empty()) json["rig"] = s_.placing.rig.file;
    json["val"] = s_.val;
    json["val_every"] = s_.val_every;
    json["device"] = s_.device;
    json["threads"] = at::get_num_threads();
    SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("settings.json", JsonFileText(json)));
    SEAFUSION_ASSIGN_OR_RETURN(
        log_, RunTable::Open(folder_, "log.csv", LogHeader(), [&](const std::string& line) {
          return s_.resume && std::strtoull(line.c_str(), nullptr, 10) <= trainer_->step();
        }));
    return OkStatus();
  }

  Status AfterStep(const LiteEvent& e) {
    // Smoothed, for people.
    const double keep = recent_ ? 0.98 : 0.0;
    const auto smooth = [&](double old, double now) { return keep * old + (1 - keep) * now; };
    const ScaleLossValues old = recent_.value_or(e.train);
    recent_ = ScaleLossValues{
        smooth(old.intensity, e.train.intensity),  smooth(old.texture, e.train.texture),
        smooth(old.levels, e.train.levels),        smooth(old.total, e.train.total),
        smooth(old.contrast, e.train.contrast),    smooth(old.structure, e.train.structure),
        smooth(old.perceptual, e.train.perceptual)};
    SEAFUSION_RETURN_IF_ERROR(AddLine(e.lr, e.train, "train"));
    if (s_.val_every != 0 && e.step % s_.val_every == 0 && e.step != trainer_->settings().steps) {
      SEAFUSION_RETURN_IF_ERROR(Measure(e.lr));
    }
    SEAFUSION_RETURN_IF_ERROR(saving_.WhenDue());
    Report(LossText(*recent_, trainer_->settings()));
    return OkStatus();
  }

  void Report(const std::string& detail) const {
    monitor_.Report({.label = "train",
                     .unit = "steps",
                     .done = trainer_->step(),
                     .total = trainer_->settings().steps,
                     .skipped = skipped_,
                     .detail = detail});
  }

  Status Measure(double lr) {
    if (!val_) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(const ScaleLossValues loss,
                               trainer_->Evaluate(*val_, monitor_.StopFlag()));
    monitor_.Say("step " + std::to_string(trainer_->step()) + ": val " +
                 LossText(loss, trainer_->settings()));
    return AddLine(lr, loss, "val");
  }

  // Of the terms that may be off: as before there were they, a log has no columns for those that
  // are.
  bool MoreLosses() const {
    const LiteSettings& settings = trainer_->settings();
    return settings.contrast_weight > 0 || settings.structure_weight > 0;
  }
  bool Perceptual() const { return trainer_->settings().perceptual_weight > 0; }

  std::string LogHeader() const {
    return std::string("step,lr,intensity,texture,levels,") +
           (MoreLosses() ? "contrast,structure," : "") + (Perceptual() ? "perceptual," : "") +
           "total,set";
  }

  Status AddLine(double lr, const ScaleLossValues& loss, const char* set) {
    std::string line = std::to_string(trainer_->step());
    std::vector<double> values = {lr, loss.intensity, loss.texture, loss.levels};
    if (MoreLosses()) values.insert(values.end(), {loss.contrast, loss.structure});
    if (Perceptual()) values.push_back(loss.perceptual);
    values.push_back(loss.total);
    for (const double value : values) {
      char text[32];
      std::snprintf(text, sizeof(text), ",%.6g", value);
      line += text;
    }
    return log_->Add(line + "," + set);
  }

  Status Save() const {
    SEAFUSION_RETURN_IF_ERROR(trainer_->SaveCheckpoint(folder_.checkpoint()));
    model::TensorArchive archive = trainer_->net().ToArchive();
    archive.metadata["format"] = "seafusion fusion network";
    archive.metadata["strategy"] = "scales";
    archive.metadata["steps_done"] = std::to_string(trainer_->step());
    archive.metadata["settings"] = LiteSettingsToJson(trainer_->settings());
    return folder_.WriteWeights("fusion.safetensors", archive);
  }

  const LiteRunSettings& s_;
  const RunMonitor& monitor_;
  const torch::Device device_;
  const RunFolder folder_;
  Saving saving_;
  std::vector<MixPart> parts_;
  std::optional<DataMix> data_;
  std::optional<PairDataset> val_;
  std::optional<LiteTrainer> trainer_;
  std::uint64_t skipped_ = 0;
  std::optional<RunTable> log_;
  std::optional<ScaleLossValues> recent_;
};

}  // namespace

StatusOr<LiteSettings> ChosenLiteSettings(const LiteChoice& choice, const LiteSettings* begun) {
  SEAFUSION_ASSIGN_OR_RETURN(LiteSettings settings, LitePreset(choice.preset));
  if (begun != nullptr) {
    const LiteSettings preset = std::exchange(settings, *begun);
    settings.network = preset.network;
    settings.coarse = preset.coarse;
  }
  if (!choice.config.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(choice.config, kMaxConfigBytes));
    SEAFUSION_RETURN_IF_ERROR(
        OverrideLiteSettings(std::string(bytes.begin(), bytes.end()), settings)
            .Annotate(choice.config));
  }
  for (const std::string& assignment : choice.set) {
    SEAFUSION_RETURN_IF_ERROR(OverrideLiteSetting(assignment, settings).Annotate("--set"));
  }
  SEAFUSION_RETURN_IF_ERROR(ValidateLiteSettings(settings));
  return settings;
}

StatusOr<std::string> RunLiteTraining(const LiteRunSettings& settings, const RunMonitor& monitor) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneProcess("training with --network runs as one process"));
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device,
                             SetUpTorch(settings.threads, settings.device));
  return LiteRun(settings, monitor, device).Run();
}

}  // namespace seafusion::learn
