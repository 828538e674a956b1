// seafusion train
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../command_status.h"
#include "../progress.h"
#include "../train_options.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "learn/checkpoint.h"
#include "learn/trainer.h"
#include "model/safetensors.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A run's folder: settings.json, checkpoint, log.csv, fusion.safetensors.
struct RunFolder {
  fs::path root;
  std::string checkpoint() const { return (root / "checkpoint").string(); }
  std::string log() const { return (root / "log.csv").string(); }
  std::string settings() const { return (root / "settings.json").string(); }
  std::string weights() const { return (root / "fusion.safetensors").string(); }
};

// Keeps what was logged up to `step` and drops the rest: a run that is resumed logs those steps
// again.
Status TrimLog(const std::string& path, std::uint64_t step) {
  std::ifstream in(path);
  std::string kept, line;
  while (std::getline(in, line)) {
    const bool header = line.rfind("step", 0) == 0;
    if (header || std::strtoull(line.c_str(), nullptr, 10) <= step) kept += line + "\n";
  }
  return WriteFileAtomically(path, Bytes(kept), IfExists::kReplace);
}

Status SaveWeights(const RunFolder& folder, const learn::Trainer& trainer) {
  model::TensorArchive archive = trainer.net().ToArchive();
  archive.metadata = {{"format", "seafusion fusion network"},
                      {"strategy", "content-only"},
                      {"steps_done", std::to_string(trainer.step())},
                      {"settings", learn::SettingsToJson(trainer.settings())}};
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                             model::SerializeSafetensors(archive));
  return WriteFileAtomically(folder.weights(), bytes, IfExists::kReplace);
}

std::string LossText(const learn::LossValues& loss) {
  char text[96];
  std::snprintf(text, sizeof(text), "content %.4f  intensity %.4f  texture %.4f", loss.content,
                loss.intensity, loss.texture);
  return text;
}

Status RunTrain(const TrainOptions& o) {
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(o.threads, o.device));
  const RunFolder folder{o.out};
  std::error_code ec;
  const bool exists = fs::exists(folder.checkpoint(), ec);
  if (exists && !o.resume) {
    return AlreadyExists(o.out + ": holds a run already; --resume continues it");
  }
  if (!exists && o.resume) return NotFound(folder.checkpoint() + ": no checkpoint to resume");
  fs::create_directories(folder.root, ec);
  if (ec) return IoError(o.out + ": cannot create: " + ec.message());

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
  SEAFUSION_RETURN_IF_ERROR(WriteFileAtomically(
      folder.settings(), Bytes(learn::SettingsToJson(trainer.settings()) + "\n"),
      IfExists::kReplace));
  if (o.resume) {
    SEAFUSION_RETURN_IF_ERROR(TrimLog(folder.log(), trainer.step()));
  } else {
    SEAFUSION_RETURN_IF_ERROR(WriteFileAtomically(
        folder.log(), Bytes("step,lr,intensity,texture,content,set\n"), IfExists::kReplace));
  }
  std::ofstream log(folder.log(), std::ios::app);
  const auto log_line = [&](double lr, const learn::LossValues& loss, const char* set) -> Status {
    char line[160];
    std::snprintf(line, sizeof(line), "%llu,%.6g,%.6g,%.6g,%.6g,%s\n",
                  static_cast<unsigned long long>(trainer.step()), lr, loss.intensity, loss.texture,
                  loss.content, set);
    log << line << std::flush;
    return log ? OkStatus() : IoError(folder.log() + ": cannot write");
  };

  const std::uint64_t total = trainer.settings().steps;
  Progress progress("train", "steps", total, o.quiet ? ProgressMode::kNever : ProgressMode::kAuto,
                    trainer.step());
  const auto measure = [&](double lr) -> Status {
    if (!val) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(const learn::LossValues loss,
                               learn::Evaluate(trainer.net(), *val, device, &StopRequested()));
    if (!o.quiet) {
      progress.Message("step " + std::to_string(trainer.step()) + ": val " + LossText(loss));
    }
    return log_line(lr, loss, "val");
  };

  auto saved = Clock::now();
  learn::LossValues recent;  // smoothed, for people
  const Status trained = trainer.Train(total, StopRequested(), [&](const learn::TrainEvent& e) {
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
  SEAFUSION_RETURN_IF_ERROR(trainer.SaveCheckpoint(folder.checkpoint()));
  SEAFUSION_RETURN_IF_ERROR(SaveWeights(folder, trainer));
  if (trained.code() == StatusCode::kCancelled) {
    return Cancelled("stopped at step " + std::to_string(trainer.step()) + " of " +
                     std::to_string(total) + "; --resume continues");
  }
  SEAFUSION_RETURN_IF_ERROR(trained);
  SEAFUSION_RETURN_IF_ERROR(measure(trainer.settings().final_lr));
  std::printf("%s\n", folder.weights().c_str());
  return OkStatus();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_train(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  return ExitStatus("train", RunTrain(*static_cast<const TrainOptions*>(options)));
}
