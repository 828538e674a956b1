// The first half of `seafusion segment --train-pictures`: a network for each set of pictures.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "command_status.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/pair_list.h"
#include "learn/data/pair_folder.h"
#include "learn/joint/joint_settings.h"
#include "model/safetensors.h"
#include "model/segmentation_onnx.h"
#include "options/retrain_options.h"
#include "options/train_options.h"
#include "run_folder.h"
#include "run_joint_train.h"
#include "torch_setup.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxTextBytes = 1 << 20;

bool Exists(const std::string& path) {
  std::error_code ec;
  return fs::exists(path, ec);
}

// The nearest side that the network takes.
int NetworkSide(int side) {
  constexpr int kStep = 32;
  return std::max(kStep, (side + kStep / 2) / kStep * kStep);
}

class Retraining {
 public:
  Retraining(const RetrainOptions& o, learn::JointSettings settings)
      : o_(o), settings_(std::move(settings)) {}

  Status Run() {
    // What cannot be trained on is found before hours of training, and before anything is written.
    for (const NamedSource& set : o_.pictures) {
      SEAFUSION_RETURN_IF_ERROR(
          learn::PairFolder::OpenLabelled(set.source, o_.labels, settings_.classes).status());
    }
    for (std::size_t i = 0; i < o_.pictures.size(); ++i) {
      if (interrupt_.Interrupted())
        return Cancelled("stopped; the same command goes on from there");
      const NamedSource& set = o_.pictures[i];
      Tell("network " + std::to_string(i + 1) + " of " + std::to_string(o_.pictures.size()) + ": " +
           set.name);
      const Status status = TrainOn(set);
      if (status.code() == StatusCode::kCancelled) {
        return Cancelled("stopped in " + set.name + "; the same command goes on from there");
      }
      SEAFUSION_RETURN_IF_ERROR(status);
    }
    return OkStatus();
  }

 private:
  Status TrainOn(const NamedSource& set) {
    const RunFolder folder(fs::path(o_.out) / set.name);
    SEAFUSION_RETURN_IF_ERROR(Begin(set, folder));
    const std::string network = o_.NetworkOf(set.name);
    if (Exists(network)) {
      Tell("  done before");
      return OkStatus();
    }
    TrainOptions train;
    train.pictures = set.source;
    train.labels = o_.labels;
    train.out = folder.path("training");
    train.joint = true;
    train.strategy = "segmentation";
    train.preset = o_.preset;
    train.config = o_.config;
    train.set = o_.set;
    train.set.emplace_back("segmentation_source=vis");
    train.workers = o_.workers;
    train.checkpoint_every = o_.checkpoint_every;
    train.threads = o_.threads;
    train.device = o_.device;
    train.quiet = o_.quiet;
    train.resume = Exists(RunFolder(train.out).checkpoint());
    SEAFUSION_ASSIGN_OR_RETURN(const std::string weights, RunJointTrain(train));
    return Export(set, weights, folder);
  }

  // Networks of other data or schedules must not meet in one table.
  Status Begin(const NamedSource& set, const RunFolder& folder) const {
    const nlohmann::ordered_json json = {
        {"pictures", set.source},
        {"labels", o_.labels},
        {"settings", nlohmann::ordered_json::parse(learn::JointSettingsToJson(settings_))}};
    const std::string text = json.dump(2) + "\n";
    const std::string path = folder.path("retrain.json");
    if (!Exists(path)) {
      SEAFUSION_RETURN_IF_ERROR(folder.Create());
      return folder.WriteText("retrain.json", text);
    }
    SEAFUSION_ASSIGN_OR_RETURN(const auto there, ReadFile(path, kMaxTextBytes));
    if (std::string(there.begin(), there.end()) == text) return OkStatus();
    return InvalidArgument(path +
                           ": was begun with other pictures, labels or settings; take another "
                           "--output, or remove this network's folder");
  }

  // For pictures of the size of those it was trained on. The network comes last: where it is, all
  // is.
  Status Export(const NamedSource& set, const std::string& weights, const RunFolder& folder) const {
    SEAFUSION_ASSIGN_OR_RETURN(const auto files, io::ListPictures(set.source));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer first, io::ReadImage(files.front().path));
    SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, model::LoadSafetensors(weights));
    const int width = NetworkSide(first.width()), height = NetworkSide(first.height());
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> onnx,
                               model::ExportSegmentationOnnx(archive, width, height));
    SEAFUSION_RETURN_IF_ERROR(
        folder.WriteText("network.json", model::SegmentationOnnxSettings(archive, width, height)));
    return WriteFileAtomically(o_.NetworkOf(set.name), onnx, IfExists::kReplace);
  }

  void Tell(const std::string& text) const {
    if (!o_.quiet) std::fprintf(stderr, "%s\n", text.c_str());
  }

  const RetrainOptions& o_;
  const learn::JointSettings settings_;
  const InterruptGuard interrupt_;  // also between the trainings, which have their own
};

Status RunRetrain(const RetrainOptions& o) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneProcess("segment runs as one; train takes several"));
  SEAFUSION_RETURN_IF_ERROR(SetUpTorch(o.threads, o.device).status());
  TrainOptions asked;
  asked.preset = o.preset;
  asked.config = o.config;
  asked.set = o.set;
  asked.strategy = "segmentation";
  SEAFUSION_ASSIGN_OR_RETURN(learn::JointSettings settings, AskedJointSettings(asked));
  SEAFUSION_RETURN_IF_ERROR(learn::ValidateJointSettings(settings));
  return Retraining(o, std::move(settings)).Run();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_retrain(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  return ExitStatus("segment", RunRetrain(*static_cast<const RetrainOptions*>(options)));
}
