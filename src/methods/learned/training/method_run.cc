#include "methods/learned/training/method_run.h"

#include <chrono>
#include <cstdio>
#include <utility>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "learn/run/run_folder.h"
#include "learn/run/saving.h"
#include "learn/run/torch_setup.h"
#include "methods/learned/training/method_trainer.h"

namespace seafusion::methods {
namespace {

constexpr const char* kMethodLogHeader = "stage,step,loss,value";

// Zero stands for "not asked for". What a resumed run does not take up must not be ignored
// silently.
Status CheckAsked(const MethodRunSettings& s, const MethodTrainSettings& run) {
  const auto differs = [](const std::string& option) {
    return InvalidArgument(option + " differs from that of the run to resume; leave it out");
  };
  const MethodTrainSettings& asked = s.training;
  if (asked.method != run.method) return differs("--method");
  if (s.seed_given && asked.seed != run.seed) return differs("--seed");
  if (asked.steps != 0 && asked.steps != run.steps) return differs("--steps");
  if (asked.batch != 0 && asked.batch != run.batch) return differs("--batch");
  if (asked.crop != 0 && asked.crop != run.crop) return differs("--crop");
  if (asked.lr != 0 && asked.lr != run.lr) return differs("--lr");
  if (asked.width != 0 && asked.width != run.width) return differs("--width");
  return OkStatus();
}

StatusOr<MethodTrainer> MakeTrainer(const MethodRunSettings& s, const learn::RunFolder& folder,
                                    const learn::PairDataset& data) {
  MethodTrainSettings asked = s.training;
  if (s.resume) {
    SEAFUSION_ASSIGN_OR_RETURN(asked, MethodTrainer::CheckpointSettings(folder.checkpoint()));
    SEAFUSION_RETURN_IF_ERROR(CheckAsked(s, asked));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const MethodTrainSettings settings,
                             ResolveMethodSettings(asked, data));
  SEAFUSION_ASSIGN_OR_RETURN(MethodTrainer trainer,
                             MethodTrainer::Create(settings, data, s.workers));
  if (s.resume) SEAFUSION_RETURN_IF_ERROR(trainer.Load(folder.checkpoint()));
  return trainer;
}

Status WriteSettings(const MethodRunSettings& s, const MethodTrainSettings& run,
                     const learn::PairDataset& data, const learn::RunFolder& folder) {
  auto json = nlohmann::ordered_json::parse(MethodSettingsToJson(run));
  json["data"] = s.data;
  if (!s.placing.rig.file.empty()) json["rig"] = s.placing.rig.file;
  json["pairs"] = data.size();
  json["threads"] = at::get_num_threads();
  return folder.WriteText("settings.json", JsonFileText(json));
}

// Adds a step's losses to the log; returns them for people.
StatusOr<std::string> LogLosses(const MethodTrainEvent& e, learn::RunTable& log) {
  std::string lines, text;
  for (const auto& [name, value] : e.losses) {
    char number[40];
    std::snprintf(number, sizeof(number), "%.6g", value);
    if (!lines.empty()) lines += '\n';
    lines.append(std::to_string(e.stage)).append(",").append(std::to_string(e.step));
    lines.append(",").append(name).append(",").append(number);
    std::snprintf(number, sizeof(number), " %.4g", value);
    text.append("  ").append(name).append(number);
  }
  if (!lines.empty()) SEAFUSION_RETURN_IF_ERROR(log.Add(lines));
  return text;
}

}  // namespace

StatusOr<std::string> RunMethodTraining(const MethodRunSettings& s, const RunMonitor& monitor) {
  SEAFUSION_RETURN_IF_ERROR(learn::CheckOneProcess("training with --method runs as one"));
  SEAFUSION_RETURN_IF_ERROR(learn::SetUpTorch(s.threads, "cpu").status());
  const learn::RunFolder folder(s.out);
  SEAFUSION_RETURN_IF_ERROR(folder.CheckResume(s.resume));
  SEAFUSION_RETURN_IF_ERROR(FindTrainableMethod(s.training.method).status());
  SEAFUSION_ASSIGN_OR_RETURN(
      const learn::PairDataset data,
      learn::PairDataset::Load(s.data, "train", s.threads, {.placing = s.placing}));
  SEAFUSION_ASSIGN_OR_RETURN(MethodTrainer trainer, MakeTrainer(s, folder, data));
  if (monitor.Stopped()) return Cancelled("stopped before the first step");

  SEAFUSION_RETURN_IF_ERROR(folder.Create());
  SEAFUSION_RETURN_IF_ERROR(WriteSettings(s, trainer.settings(), data, folder));
  const learn::RunPosition position{trainer.stage(), trainer.step()};
  SEAFUSION_ASSIGN_OR_RETURN(
      learn::RunTable log,
      learn::RunTable::Open(folder, "log.csv", kMethodLogHeader, [&](const std::string& line) {
        return s.resume && learn::PositionOf(line) <= position;
      }));
  const std::string weights = s.training.method + ".safetensors";
  learn::Saving saving(std::chrono::seconds(s.checkpoint_every), [&]() -> Status {
    SEAFUSION_RETURN_IF_ERROR(trainer.SaveCheckpoint(folder.checkpoint()));
    return folder.WriteWeights(weights, trainer.Weights());
  });
  const auto stages = trainer.recipe().stages();
  const std::uint64_t steps = trainer.settings().steps;
  const std::string label = "train " + s.training.method;
  const auto report = [&](std::size_t stage, std::uint64_t step, const std::string& detail) {
    monitor.Report({.label = label,
                    .unit = "steps",
                    .done = stage * steps + step,
                    .total = steps * stages.size(),
                    .skipped = position.stage * steps + position.step,
                    .detail = detail});
  };
  report(position.stage, position.step, "");
  const Status trained =
      trainer.Train(monitor.StopFlag(), [&](const MethodTrainEvent& e) -> Status {
        SEAFUSION_ASSIGN_OR_RETURN(const std::string losses, LogLosses(e, log));
        report(e.stage, e.step, stages[e.stage] + losses);
        return saving.WhenDue();
      });
  SEAFUSION_RETURN_IF_ERROR(saving.AtTheEnd(trained, [&] {
    return "stopped at step " + std::to_string(trainer.step()) + " of " + std::to_string(steps) +
           " (" + stages[trainer.stage()] + "); --resume continues";
  }));
  return folder.path(weights);
}

}  // namespace seafusion::methods
