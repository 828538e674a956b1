// seafusion train
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "command_status.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "learn/checkpoint.h"
#include "learn/joint/joint_trainer.h"
#include "learn/trainer.h"
#include "model/safetensors.h"
#include "options/train_options.h"
#include "progress.h"
#include "run_folder.h"
#include "run_joint_train.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kContentLogHeader = "step,lr,intensity,texture,content,set";

Status SaveWeights(const RunFolder& folder, const learn::Trainer& trainer) {
  model::TensorArchive archive = trainer.net().ToArchive();
  archive.metadata = {{"format", "seafusion fusion network"},
                      {"strategy", "content-only"},
                      {"steps_done", std::to_string(trainer.step())},
                      {"settings", learn::SettingsToJson(trainer.settings())}};
  return folder.WriteWeights("fusion.safetensors", archive);
}

// A resumed run keeps its settings; an option that asks for others must not be ignored silently.
Status CheckGivenSettings(const std::vector<std::string>& given, const learn::TrainSettings& asked,
                          const learn::TrainSettings& run) {
  const auto asked_json = nlohmann::json::parse(learn::SettingsToJson(asked));
  const auto run_json = nlohmann::json::parse(learn::SettingsToJson(run));
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

// For people; a resumed run reads its settings from the checkpoint.
std::string ResolvedSettings(const TrainOptions& o, const learn::TrainSettings& settings) {
  auto json = nlohmann::ordered_json::parse(learn::SettingsToJson(settings));
  json["strategy"] = o.strategy;
  json["data"] = o.data;
  json["val"] = o.val;
  json["val_every"] = o.val_every;
  json["device"] = o.device;
  json["threads"] = at::get_num_threads();
  return json.dump(2) + "\n";
}

std::string LossText(const learn::LossValues& loss) {
  char text[96];
  std::snprintf(text, sizeof(text), "content %.4f  intensity %.4f  texture %.4f", loss.content,
                loss.intensity, loss.texture);
  return text;
}

StatusOr<std::string> RunTrain(const TrainOptions& o) {
  SEAFUSION_RETURN_IF_ERROR(
      CheckOneProcess("content-only training without a preset runs as one; --preset, --config or "
                      "--set train with several"));
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(o.threads, o.device));
  const RunFolder folder(o.out);
  SEAFUSION_RETURN_IF_ERROR(folder.CheckResume(o.resume));
  SEAFUSION_ASSIGN_OR_RETURN(const learn::PairDataset data,
                             learn::PairDataset::Load(o.data, "train", o.threads));
  std::optional<learn::PairDataset> val;
  if (!o.val.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(val, learn::PairDataset::Load(o.val, "test", o.threads));
  }
  const learn::TrainSettings settings{.seed = o.seed,
                                      .steps = o.steps,
                                      .batch = o.batch,
                                      .crop = o.crop,
                                      .lr = o.lr,
                                      .final_lr = o.final_lr,
                                      .warmup = o.warmup};
  auto made = o.resume ? learn::Trainer::Resume(folder.checkpoint(), data, device)
                       : learn::Trainer::Create(settings, data, device);
  if (!made.ok()) return made.status();
  learn::Trainer& trainer = *made;
  if (o.resume) {
    SEAFUSION_RETURN_IF_ERROR(CheckGivenSettings(o.given, settings, trainer.settings()));
  }
  SEAFUSION_RETURN_IF_ERROR(folder.Create());
  SEAFUSION_RETURN_IF_ERROR(
      folder.WriteText("settings.json", ResolvedSettings(o, trainer.settings())));
  SEAFUSION_RETURN_IF_ERROR(
      folder.TrimCsv("log.csv", kContentLogHeader, [&](const std::string& line) {
        return o.resume && std::strtoull(line.c_str(), nullptr, 10) <= trainer.step();
      }));
  std::ofstream log(folder.log(), std::ios::app);
  const auto log_line = [&](double lr, const learn::LossValues& loss, const char* set) -> Status {
    char line[160];
    std::snprintf(line, sizeof(line), "%llu,%.6g,%.6g,%.6g,%.6g,%s\n",
                  static_cast<unsigned long long>(trainer.step()), lr, loss.intensity, loss.texture,
                  loss.content, set);
    log << line << std::flush;
    return log ? OkStatus() : IoError(folder.log() + ": cannot write");
  };

  const InterruptGuard interrupt;
  const std::uint64_t total = trainer.settings().steps;
  Progress progress("train", "steps", total, o.quiet ? ProgressMode::kNever : ProgressMode::kAuto,
                    trainer.step());
  const auto measure = [&](double lr) -> Status {
    if (!val) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(const learn::LossValues loss,
                               learn::Evaluate(trainer.net(), *val, device, &interrupt.Flag()));
    if (!o.quiet) {
      progress.Message("step " + std::to_string(trainer.step()) + ": val " + LossText(loss));
    }
    return log_line(lr, loss, "val");
  };

  auto saved = Clock::now();
  learn::LossValues recent;  // smoothed, for people
  const Status trained = trainer.Train(total, interrupt.Flag(), [&](const learn::TrainEvent& e) {
    const double keep = e.step == 1 || recent.content == 0 ? 0.0 : 0.98;
    recent.intensity = keep * recent.intensity + (1 - keep) * e.train.intensity;
    recent.texture = keep * recent.texture + (1 - keep) * e.train.texture;
    recent.content = keep * recent.content + (1 - keep) * e.train.content;
    SEAFUSION_RETURN_IF_ERROR(log_line(e.lr, e.train, "train"));
    if (o.val_every != 0 && e.step % o.val_every == 0 && e.step != total) {
      SEAFUSION_RETURN_IF_ERROR(measure(e.lr));
    }
    if (Clock::now() - saved > std::chrono::seconds(o.checkpoint_every)) {
      SEAFUSION_RETURN_IF_ERROR(trainer.SaveCheckpoint(folder.checkpoint()));
      SEAFUSION_RETURN_IF_ERROR(SaveWeights(folder, trainer));
      saved = Clock::now();
    }
    progress.Update(e.step, LossText(recent));
    return OkStatus();
  });
  progress.Finish();
  // The network is as after the last good step whatever ended the loop: what is done is kept.
  Status saved_last = trainer.SaveCheckpoint(folder.checkpoint());
  if (saved_last.ok()) saved_last = SaveWeights(folder, trainer);
  if (!trained.ok() && trained.code() != StatusCode::kCancelled) return trained;
  SEAFUSION_RETURN_IF_ERROR(saved_last);
  if (trained.code() == StatusCode::kCancelled) {
    return Cancelled("stopped at step " + std::to_string(trainer.step()) + " of " +
                     std::to_string(total) + "; --resume continues");
  }
  SEAFUSION_RETURN_IF_ERROR(measure(trainer.settings().final_lr));
  return folder.path("fusion.safetensors");
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_train(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  const auto& o = *static_cast<const TrainOptions*>(options);
  // A joint run is resumed as what it is when nothing is said of how it trains.
  const bool joint =
      o.joint || (o.resume && o.given.empty() &&
                  seafusion::learn::JointTrainer::SettingsOf(RunFolder(o.out).checkpoint()).ok());
  const auto weights = joint ? RunJointTrain(o) : RunTrain(o);
  if (weights.ok() && !weights->empty()) std::printf("%s\n", weights->c_str());
  return ExitStatus("train", weights.status());
}
