#include "learn/retraining/retraining.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"
#include "learn/data/pair_folder.h"
#include "learn/joint/joint_settings.h"
#include "learn/joint/joint_trainer.h"
#include "learn/run/run_folder.h"
#include "learn/run/torch_setup.h"
#include "learn/run/training_run.h"
#include "model/espnetv2/espnetv2_head.h"
#include "model/espnetv2/espnetv2_onnx.h"
#include "model/onnx/segmentation_onnx.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

constexpr const char* kNetwork = "network.onnx";

// The nearest side that the network takes.
int NetworkSide(int side) {
  constexpr int kStep = 32;
  return std::max(kStep, (side + kStep / 2) / kStep * kStep);
}

// Networks of other data or schedules must not meet in one table.
Status Begin(const RetrainingSettings& s, const io::NamedSource& set, const JointSettings& joint,
             const RunFolder& folder) {
  nlohmann::ordered_json json = {
      {"pictures", set.source},
      {"labels", s.labels},
      {"settings", nlohmann::ordered_json::parse(JointSettingsToJson(joint))}};
  if (!s.init_segmentation.empty()) json["init_segmentation"] = s.init_segmentation;
  return folder.BeginWith("retrain.json", JsonFileText(json),
                          "other pictures, labels or settings; take another --output, or remove "
                          "this network's folder");
}

// For pictures of the size of those it was trained on. The network comes last: where it is, all is.
Status Export(const std::string& pictures, const std::string& weights, const RunFolder& folder) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto files, io::ListPictures(pictures));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer first, io::ReadImage(files.front().path));
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, model::LoadSafetensors(weights));
  const int width = NetworkSide(first.width()), height = NetworkSide(first.height());
  const bool espnetv2 = model::IsEspnetv2(archive);
  const auto export_onnx = espnetv2 ? model::ExportEspnetv2Onnx : model::ExportSegmentationOnnx;
  const auto settings =
      espnetv2 ? model::FineTunedEspnetv2OnnxSettings : model::SegmentationOnnxSettings;
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> onnx,
                             export_onnx(archive, width, height));
  SEAFUSION_RETURN_IF_ERROR(folder.WriteText("network.json", settings(archive, width, height)));
  return WriteFileAtomically(folder.path(kNetwork), onnx, IfExists::kReplace);
}

Status TrainOn(const RetrainingSettings& s, const io::NamedSource& set, const JointSettings& joint,
               const RunMonitor& monitor) {
  const RunFolder folder(std::filesystem::path(s.out) / set.name);
  SEAFUSION_RETURN_IF_ERROR(Begin(s, set, joint, folder));
  if (folder.Has(kNetwork)) {
    monitor.Say("  done before");
    return OkStatus();
  }
  TrainingSettings train;
  train.pictures = set.source;
  train.labels = s.labels;
  train.out = folder.path("training");
  train.resume = RunFolder(train.out).HoldsRun();
  train.checkpoint_every = s.checkpoint_every;
  train.workers = s.workers;
  train.threads = s.threads;
  train.device = s.device;
  train.joint = true;
  train.choice = s.choice;
  train.choice.strategy = "segmentation";
  train.init_segmentation = s.init_segmentation;
  train.choice.set.emplace_back("segmentation_source=vis");
  SEAFUSION_ASSIGN_OR_RETURN(const std::string weights, RunJointTraining(train, monitor));
  return Export(set.source, weights, folder);
}

}  // namespace

Status RunRetraining(const RetrainingSettings& s, const RunMonitor& monitor) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneProcess("segment runs as one; train takes several"));
  SEAFUSION_RETURN_IF_ERROR(SetUpTorch(s.threads, s.device).status());
  JointChoice choice = s.choice;
  choice.strategy = "segmentation";
  SEAFUSION_ASSIGN_OR_RETURN(const JointSettings joint, ChosenJointSettings(choice));
  SEAFUSION_RETURN_IF_ERROR(ValidateJointSettings(joint));
  if (!s.init_segmentation.empty()) {
    SEAFUSION_RETURN_IF_ERROR(JointTrainer::LoadSegmentation(joint, s.init_segmentation).status());
  }
  for (const io::NamedSource& set : s.sets) {
    SEAFUSION_RETURN_IF_ERROR(
        PairFolder::OpenLabelled(set.source, s.labels, joint.classes).status());
  }
  for (std::size_t i = 0; i < s.sets.size(); ++i) {
    const io::NamedSource& set = s.sets[i];
    if (monitor.Stopped()) return Cancelled("stopped; the same command goes on from there");
    monitor.Say("network " + std::to_string(i + 1) + " of " + std::to_string(s.sets.size()) + ": " +
                set.name);
    const Status status = TrainOn(s, set, joint, monitor);
    if (status.code() == StatusCode::kCancelled) {
      return Cancelled("stopped in " + set.name + "; the same command goes on from there");
    }
    SEAFUSION_RETURN_IF_ERROR(status);
  }
  return OkStatus();
}

}  // namespace seafusion::learn
