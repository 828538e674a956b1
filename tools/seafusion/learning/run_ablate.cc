// seafusion ablate
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ablation_table.h"
#include "command_status.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "learn/joint/stage_samples.h"
#include "learn/segmentation/evaluation.h"
#include "model/safetensors.h"
#include "options/ablate_options.h"
#include "options/train_options.h"
#include "run_folder.h"
#include "run_joint_train.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxTextBytes = 1 << 20;

StatusOr<std::string> ReadText(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMaxTextBytes));
  return std::string(bytes.begin(), bytes.end());
}

// Where there is no --val: what is beside the training split.
StatusOr<std::string> ValFolder(const AblateOptions& o) {
  if (!o.val.empty()) return o.val;
  std::error_code ec;
  for (const char* name : {"val", "test"}) {
    const fs::path folder = fs::path(o.data) / name;
    if (fs::is_directory(folder, ec)) return folder.string();
  }
  return NotFound(o.data + ": has neither val nor test in it; say with --val what to measure on");
}

class Ablation {
 public:
  Ablation(const AblateOptions& o, torch::Device device, std::string val,
           learn::JointSettings settings)
      : o_(o),
        device_(device),
        val_folder_(std::move(val)),
        settings_(std::move(settings)),
        folder_(o.out) {}

  Status Run() {
    SEAFUSION_RETURN_IF_ERROR(OpenFolder());
    std::vector<const AblationRow*> rows;
    for (const AblationRow& row : kAblationRows) {
      const bool asked = std::find(o_.rows.begin(), o_.rows.end(), row.name) != o_.rows.end();
      if (o_.rows.empty() || asked) rows.push_back(&row);
    }
    std::vector<AblationResult> results;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Tell("strategy " + std::to_string(i + 1) + " of " + std::to_string(rows.size()) + ": " +
           std::string(rows[i]->name) + " (" + std::string(rows[i]->meaning) + ")");
      auto result = RowResult(*rows[i]);
      if (result.status().code() == StatusCode::kCancelled) {
        return Cancelled("stopped in " + std::string(rows[i]->name) +
                         "; the same command goes on from there");
      }
      if (!result.ok()) return result.status();
      results.push_back(*std::move(result));
      // After each: what is done can be read while the rest runs.
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("table.csv", AblationCsv(results)));
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("table.json", AblationJson(results)));
    }
    if (o_.json) {
      std::printf("%s", AblationJson(results).c_str());
      return OkStatus();
    }
    std::printf(
        "IoU in percent over %zu pictures and the labels of %s; a segmentation network trained for "
        "each row\n%s",
        results.front().pictures, val_folder_.c_str(), AblationText(results).c_str());
    return OkStatus();
  }

 private:
  // Rows of other settings must not meet in one table.
  Status OpenFolder() const {
    const std::string text = "{\"data\": \"" + o_.data + "\", \"val\": \"" + val_folder_ +
                             "\", \"settings\":\n" + learn::JointSettingsToJson(settings_) + "}\n";
    const std::string path = folder_.path("ablation.json");
    std::error_code ec;
    if (fs::exists(path, ec)) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::string there, ReadText(path));
      if (there == text) return OkStatus();
      return InvalidArgument(path + ": was begun with other data or settings; take another --out");
    }
    SEAFUSION_RETURN_IF_ERROR(folder_.Create());
    return folder_.WriteText("ablation.json", text);
  }

  StatusOr<AblationResult> RowResult(const AblationRow& row) {
    const std::string name(row.name), path = folder_.path(name + "/result.json");
    std::error_code ec;
    if (fs::exists(path, ec)) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::string text, ReadText(path));
      auto result = AblationResultFromJson(text);
      if (!result.ok()) return result.status().Annotate(path);
      Tell("  done before");
      return result;
    }
    SEAFUSION_RETURN_IF_ERROR(folder_.Create(name));
    std::string fusion;
    if (!row.strategy.empty()) {
      TrainOptions train = Common(name + "/fusion");
      train.strategy = row.strategy;
      train.set.push_back(std::string("gradient_stream=") +
                          (row.gradient_stream ? "true" : "false"));
      SEAFUSION_ASSIGN_OR_RETURN(fusion, RunJointTrain(train));
    }
    TrainOptions train = Common(name + "/segmentation");
    train.strategy = "segmentation";
    train.set.push_back("segmentation_source=" + std::string(row.source));
    train.init = fusion;
    SEAFUSION_ASSIGN_OR_RETURN(const std::string segmentation, RunJointTrain(train));
    SEAFUSION_ASSIGN_OR_RETURN(AblationResult result, Measure(row, fusion, segmentation));
    SEAFUSION_RETURN_IF_ERROR(
        folder_.WriteText(name + "/result.json", AblationResultToJson(result)));
    return result;
  }

  TrainOptions Common(const std::string& subfolder) const {
    TrainOptions train;
    train.data = o_.data;
    train.out = folder_.path(subfolder);
    train.joint = true;
    train.preset = o_.preset;
    train.config = o_.config;
    train.set = o_.set;
    train.workers = o_.workers;
    train.checkpoint_every = o_.checkpoint_every;
    train.threads = o_.threads;
    train.device = o_.device;
    train.quiet = o_.quiet;
    std::error_code ec;
    train.resume = fs::exists(RunFolder(train.out).checkpoint(), ec);
    return train;
  }

  StatusOr<AblationResult> Measure(const AblationRow& row, const std::string& fusion,
                                   const std::string& segmentation) {
    if (!val_) {
      SEAFUSION_ASSIGN_OR_RETURN(val_, learn::PairDataset::Load(val_folder_, "test", o_.threads,
                                                                {true, true, settings_.classes}));
    }
    SEAFUSION_ASSIGN_OR_RETURN(const learn::SegmentationSamples samples, Samples(row, fusion));
    SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                               model::LoadSafetensors(segmentation));
    auto net = learn::SegmentationNet::FromArchive(archive);
    if (!net.ok()) return net.status().Annotate(segmentation);
    net->To(device_);
    SEAFUSION_ASSIGN_OR_RETURN(
        const learn::ConfusionMatrix matrix,
        learn::EvaluateSegmentation(*net, samples, device_, &interrupt_.Flag()));
    AblationResult result{.name = std::string(row.name), .pictures = val_->size()};
    for (int c = 0; c < matrix.classes(); ++c) result.iou.push_back(matrix.Iou(c));
    result.mean_iou = matrix.MeanIou();
    result.accuracy = matrix.Accuracy();
    return result;
  }

  StatusOr<learn::SegmentationSamples> Samples(const AblationRow& row, const std::string& fusion) {
    std::optional<learn::FusionNet> net;
    if (!fusion.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                                 model::LoadSafetensors(fusion));
      auto read = learn::FusionNet::FromArchive(archive);
      if (!read.ok()) return read.status().Annotate(fusion);
      net = *std::move(read);
    }
    return learn::SamplesOfSource(row.source, net ? &*net : nullptr, *val_, settings_.fused_range,
                                  o_.threads);
  }

  void Tell(const std::string& text) const {
    if (!o_.quiet) std::fprintf(stderr, "%s\n", text.c_str());
  }

  const AblateOptions& o_;
  const torch::Device device_;
  const std::string val_folder_;
  const learn::JointSettings settings_;
  const RunFolder folder_;
  const InterruptGuard interrupt_;  // also between the trainings, which have their own
  std::optional<learn::PairDataset> val_;
};

Status RunAblate(const AblateOptions& o) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneProcess("ablate runs as one; train takes several"));
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device, SetUpTorch(o.threads, o.device));
  SEAFUSION_ASSIGN_OR_RETURN(std::string val, ValFolder(o));
  TrainOptions asked;
  asked.preset = o.preset;
  asked.config = o.config;
  asked.set = o.set;
  asked.strategy = "joint";
  SEAFUSION_ASSIGN_OR_RETURN(learn::JointSettings settings, AskedJointSettings(asked));
  return Ablation(o, device, std::move(val), std::move(settings)).Run();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_ablate(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  return ExitStatus("ablate", RunAblate(*static_cast<const AblateOptions*>(options)));
}
