// seafusion train --method
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "command_status.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "methods/learned/training/method_trainer.h"
#include "options/method_train_options.h"
#include "progress.h"
#include "run_folder.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

using Clock = std::chrono::steady_clock;
using methods::MethodTrainer;
using methods::MethodTrainSettings;

constexpr const char* kMethodLogHeader = "stage,step,loss,value";

// Zero stands for "not asked for". A resumed run keeps its settings; one that asks for others must
// not be ignored silently.
Status CheckAsked(const MethodTrainOptions& o, const MethodTrainSettings& run) {
  const auto differs = [](const std::string& option) {
    return InvalidArgument(option + " differs from that of the run to resume; leave it out");
  };
  if (o.method != run.method) return differs("--method");
  if (o.seed_given && o.seed != run.seed) return differs("--seed");
  if (o.steps != 0 && o.steps != run.steps) return differs("--steps");
  if (o.batch != 0 && o.batch != run.batch) return differs("--batch");
  if (o.crop != 0 && o.crop != run.crop) return differs("--crop");
  if (o.lr != 0 && o.lr != run.lr) return differs("--lr");
  if (o.width != 0 && o.width != run.width) return differs("--width");
  return OkStatus();
}

StatusOr<MethodTrainer> MakeTrainer(const MethodTrainOptions& o, const RunFolder& folder,
                                    const learn::PairDataset& data) {
  if (o.resume) {
    SEAFUSION_ASSIGN_OR_RETURN(const MethodTrainSettings settings,
                               MethodTrainer::CheckpointSettings(folder.checkpoint()));
    SEAFUSION_RETURN_IF_ERROR(CheckAsked(o, settings));
    SEAFUSION_ASSIGN_OR_RETURN(const MethodTrainSettings checked,
                               methods::ResolveMethodSettings(settings, data));
    SEAFUSION_ASSIGN_OR_RETURN(MethodTrainer trainer,
                               MethodTrainer::Create(checked, data, o.workers));
    SEAFUSION_RETURN_IF_ERROR(trainer.Load(folder.checkpoint()));
    return trainer;
  }
  const MethodTrainSettings asked{.method = o.method,
                                  .seed = o.seed,
                                  .steps = o.steps,
                                  .batch = o.batch,
                                  .crop = o.crop,
                                  .lr = o.lr,
                                  .width = o.width};
  SEAFUSION_ASSIGN_OR_RETURN(const MethodTrainSettings settings,
                             methods::ResolveMethodSettings(asked, data));
  return MethodTrainer::Create(settings, data, o.workers);
}

StatusOr<std::string> RunMethodTrain(const MethodTrainOptions& o) {
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(o.threads, "cpu"));
  static_cast<void>(device);
  const RunFolder folder(o.out);
  SEAFUSION_RETURN_IF_ERROR(folder.CheckResume(o.resume));
  SEAFUSION_RETURN_IF_ERROR(methods::FindTrainableMethod(o.method).status());
  SEAFUSION_ASSIGN_OR_RETURN(const learn::PairDataset data,
                             learn::PairDataset::Load(o.data, "train", o.threads));
  SEAFUSION_ASSIGN_OR_RETURN(MethodTrainer trainer, MakeTrainer(o, folder, data));

  SEAFUSION_RETURN_IF_ERROR(folder.Create());
  auto json = nlohmann::ordered_json::parse(methods::MethodSettingsToJson(trainer.settings()));
  json["data"] = o.data;
  json["pairs"] = data.size();
  json["threads"] = at::get_num_threads();
  SEAFUSION_RETURN_IF_ERROR(folder.WriteText("settings.json", json.dump(2) + "\n"));
  const auto position = std::pair(trainer.stage(), trainer.step());
  SEAFUSION_RETURN_IF_ERROR(
      folder.TrimCsv("log.csv", kMethodLogHeader, [&](const std::string& line) {
        std::pair<std::size_t, std::uint64_t> at;
        char comma = 0;
        std::istringstream(line) >> at.first >> comma >> at.second;
        return o.resume && at <= position;
      }));
  std::ofstream log(folder.log(), std::ios::app);

  const std::string weights = o.method + ".safetensors";
  const auto save = [&]() -> Status {
    SEAFUSION_RETURN_IF_ERROR(trainer.SaveCheckpoint(folder.checkpoint()));
    return folder.WriteWeights(weights, trainer.Weights());
  };
  const auto stages = trainer.recipe().stages();
  const std::uint64_t steps = trainer.settings().steps;
  const InterruptGuard interrupt;
  Progress progress("train " + o.method, "steps", steps * stages.size(),
                    o.quiet ? ProgressMode::kNever : ProgressMode::kAuto,
                    position.first * steps + position.second);
  auto saved = Clock::now();
  const Status trained =
      trainer.Train(interrupt.Flag(), [&](const methods::MethodTrainEvent& e) -> Status {
        std::string text = stages[e.stage];
        for (const auto& [name, value] : e.losses) {
          char number[40];
          std::snprintf(number, sizeof(number), "%.6g", value);
          log << e.stage << ',' << e.step << ',' << name << ',' << number << '\n';
          std::snprintf(number, sizeof(number), " %.4g", value);
          text += "  " + name + number;
        }
        log << std::flush;
        if (!log) return IoError(folder.log() + ": cannot write");
        progress.Update(e.stage * steps + e.step, text);
        if (Clock::now() - saved > std::chrono::seconds(o.checkpoint_every)) {
          SEAFUSION_RETURN_IF_ERROR(save());
          saved = Clock::now();
        }
        return OkStatus();
      });
  progress.Finish();
  // What is done is kept, whatever ended the loop.
  const Status saved_last = save();
  if (!trained.ok() && trained.code() != StatusCode::kCancelled) return trained;
  SEAFUSION_RETURN_IF_ERROR(saved_last);
  if (trained.code() == StatusCode::kCancelled) {
    return Cancelled("stopped at step " + std::to_string(trainer.step()) + " of " +
                     std::to_string(steps) + " (" + stages[trainer.stage()] +
                     "); --resume continues");
  }
  return folder.path(weights);
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_method_train(
    const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  const auto weights = RunMethodTrain(*static_cast<const MethodTrainOptions*>(options));
  if (weights.ok()) std::printf("%s\n", weights->c_str());
  return ExitStatus("train", weights.status());
}
