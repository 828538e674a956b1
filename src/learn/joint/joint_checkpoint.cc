// Saving and resuming a joint training run.
#include <cstring>
#include <exception>
#include <span>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "learn/archive_file.h"
#include "learn/joint/joint_fusion.h"
#include "learn/joint/joint_trainer.h"
#include "learn/libtorch.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

// Networks are kept as safetensors files inside the archive: read with the same checks as weights
// from anywhere else.
Status WriteNet(const char* key, const model::TensorArchive& net,
                torch::serialize::OutputArchive& archive) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                             model::SerializeSafetensors(net));
  torch::Tensor tensor = torch::empty({static_cast<std::int64_t>(bytes.size())}, torch::kUInt8);
  std::memcpy(tensor.data_ptr<std::uint8_t>(), bytes.data(), bytes.size());
  archive.write(key, tensor, /*is_buffer=*/true);
  return OkStatus();
}

StatusOr<model::TensorArchive> ReadNet(const char* key, torch::serialize::InputArchive& archive) {
  torch::Tensor tensor;
  archive.read(key, tensor, /*is_buffer=*/true);
  tensor = tensor.to(torch::kUInt8).contiguous();
  return model::ParseSafetensors(
      {tensor.data_ptr<std::uint8_t>(), static_cast<std::size_t>(tensor.numel())});
}

StatusOr<torch::serialize::InputArchive> Open(const std::string& path, const CheckpointKind& kind) {
  return ReadArchiveFile(path, kind.line, kind.what);
}

// Throws what LibTorch throws.
StatusOr<JointSettings> SettingsIn(const std::string& path,
                                   torch::serialize::InputArchive& archive) {
  c10::IValue text;
  archive.read("settings", text);
  JointSettings settings;
  SEAFUSION_RETURN_IF_ERROR(OverrideJointSettings(text.toStringRef(), settings).Annotate(path));
  return settings;
}

Status Broken(const std::string& path, const CheckpointKind& kind) {
  return CorruptData(path + ": not a complete " + std::string(kind.what));
}

}  // namespace

StatusOr<JointSettings> JointTrainer::SettingsOf(const std::string& path,
                                                 const CheckpointKind& kind) {
  SEAFUSION_ASSIGN_OR_RETURN(torch::serialize::InputArchive archive, Open(path, kind));
  try {
    return SettingsIn(path, archive);
  } catch (const std::exception&) {
    return Broken(path, kind);
  }
}

Status JointTrainer::SaveCheckpoint(const std::string& path, const CheckpointKind& kind) const {
  try {
    torch::serialize::OutputArchive archive;
    archive.write("settings", c10::IValue(JointSettingsToJson(settings_)));
    archive.write("stage", c10::IValue(static_cast<std::int64_t>(stage_)));
    archive.write("step", c10::IValue(static_cast<std::int64_t>(step_)));
    SEAFUSION_RETURN_IF_ERROR(WriteNet("fusion", fusion_->ToArchive(), archive));
    torch::serialize::OutputArchive adam, sgd;
    if (segmentation_) {
      SEAFUSION_RETURN_IF_ERROR(WriteNet("segmentation", segmentation_->ToArchive(), archive));
    }
    adam_->save(adam);
    archive.write("adam", adam);
    if (segmentation_) {
      sgd_->save(sgd);
      archive.write("sgd", sgd);
    }
    return WriteArchiveFile(path, kind.line, archive);
  } catch (const std::exception& e) {
    return Internal(path + ": cannot serialise the training state: " + e.what());
  }
}

StatusOr<JointTrainer> JointTrainer::Resume(const std::string& path, const PairDataset& data,
                                            const Machine& machine, const CheckpointKind& kind) {
  const Status broken = Broken(path, kind);
  SEAFUSION_ASSIGN_OR_RETURN(torch::serialize::InputArchive archive, Open(path, kind));
  try {
    c10::IValue stage, step;
    archive.read("stage", stage);
    archive.read("step", step);
    SEAFUSION_ASSIGN_OR_RETURN(const JointSettings settings, SettingsIn(path, archive));
    SEAFUSION_RETURN_IF_ERROR(CheckFit(settings, data, machine));
    auto fusion_archive = ReadNet("fusion", archive);
    if (!fusion_archive.ok()) return fusion_archive.status().Annotate(path);
    auto fusion = FusionOf(settings, *fusion_archive);
    if (!fusion.ok()) return fusion.status().Annotate(path);
    // Written also of trainings that have no use for it, at first.
    std::optional<SegmentationNet> segmentation;
    if (NeedsLabels(settings)) {
      auto segmentation_archive = ReadNet("segmentation", archive);
      if (!segmentation_archive.ok()) return segmentation_archive.status().Annotate(path);
      auto read = SegmentationNet::FromArchive(*segmentation_archive);
      if (!read.ok()) return read.status().Annotate(path);
      segmentation = *std::move(read);
    }

    JointTrainer trainer(settings, data, machine, *std::move(fusion), std::move(segmentation));
    if (stage.toInt() < 0 || step.toInt() < 0) return broken;
    trainer.stage_ = static_cast<std::size_t>(stage.toInt());
    trainer.step_ = static_cast<std::uint64_t>(step.toInt());
    if (trainer.stage_ > trainer.stages_.size()) return broken;
    torch::serialize::InputArchive adam, sgd;
    archive.read("adam", adam);
    trainer.adam_->load(adam);
    if (trainer.segmentation_) {
      archive.read("sgd", sgd);
      trainer.sgd_->load(sgd);
    }
    return trainer;
  } catch (const std::exception&) {
    return broken;
  }
}

}  // namespace seafusion::learn
