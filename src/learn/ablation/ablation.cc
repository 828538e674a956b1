#include "learn/ablation/ablation.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/files/sha256.h"
#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "fuse/weights/load_fuser.h"
#include "learn/data/pair_dataset.h"
#include "learn/joint/joint_fusion.h"
#include "learn/joint/joint_settings.h"
#include "learn/joint/joint_trainer.h"
#include "learn/joint/stage_samples.h"
#include "learn/networks/fusion_model.h"
#include "learn/run/run_folder.h"
#include "learn/run/torch_setup.h"
#include "learn/run/training_run.h"
#include "learn/segmentation/evaluation.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

namespace fs = std::filesystem;

// Where none is named: what is beside the training split.
StatusOr<std::string> ValFolder(const AblationSettings& s) {
  if (!s.val.empty()) return s.val;
  std::error_code ec;
  for (const char* name : {"val", "test"}) {
    const fs::path folder = fs::path(s.data) / name;
    if (fs::is_directory(folder, ec)) return folder.string();
  }
  return NotFound(s.data + ": has neither val nor test in it; say with --val what to measure on");
}

StatusOr<std::string> NetworkOf(const std::string& weights) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, LoadWeights(weights));
  auto name = NetworkNameOf(archive);
  if (!name.ok()) return name.status().Annotate(weights);
  return name;
}

// What a run with such a network must say, whatever the others say. A stream that some networks
// lack is no matter where none is trained.
std::vector<std::string> SettingsOf(const std::string& network) {
  return {"gradient_stream=true", "network=" + network};
}

// Of the table: a way to train, or weights that are trained already.
struct Row {
  explicit Row(const AblationRow& row) : name(row.name), meaning(row.meaning), way(row) {}
  Row(const io::NamedSource& given, std::string hash)
      : name(given.name),
        meaning(given.source),
        way{.strategy = "", .gradient_stream = true, .source = "fused"},
        weights(given.source),
        sha256(std::move(hash)) {}

  std::string name, meaning;
  AblationRow way;
  std::string weights;  // empty: `way` trains them, or fuses nothing
  std::string sha256;   // of their bytes
};

class AblationRun {
 public:
  AblationRun(const AblationSettings& s, const RunMonitor& monitor, torch::Device device,
              std::string val, JointSettings joint)
      : s_(s),
        monitor_(monitor),
        device_(device),
        val_folder_(std::move(val)),
        joint_(std::move(joint)),
        folder_(s.out) {}

  StatusOr<Ablation> Run() {
    // Rows of other settings must not meet in one table.
    nlohmann::ordered_json json = {{"data", s_.data}, {"val", val_folder_}};
    if (!s_.init.empty()) json["init"] = s_.init;
    if (!s_.init_segmentation.empty()) json["init_segmentation"] = s_.init_segmentation;
    json["settings"] = nlohmann::ordered_json::parse(JointSettingsToJson(joint_));
    SEAFUSION_RETURN_IF_ERROR(folder_.BeginWith("ablation.json", JsonFileText(json),
                                                "other data or settings; take another --out"));
    std::vector<Row> rows;
    for (const AblationRow& row : kAblationRows) {
      const bool asked = std::find(s_.rows.begin(), s_.rows.end(), row.name) != s_.rows.end();
      const bool possible = row.gradient_stream || joint_.network == "full";
      if (asked && !possible) {
        return InvalidArgument("strategy " + std::string(row.name) + ": the network " +
                               joint_.network + " has no gradient stream");
      }
      if (asked || (s_.rows.empty() && possible)) rows.emplace_back(row);
    }
    for (const io::NamedSource& given : s_.weights) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadWeights(given.source));
      rows.emplace_back(given, Sha256Hex(bytes));
    }
    Ablation ablation{.val = val_folder_};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      monitor_.Say("strategy " + std::to_string(i + 1) + " of " + std::to_string(rows.size()) +
                   ": " + rows[i].name + " (" + rows[i].meaning + ")");
      auto result = RowResult(rows[i]);
      if (result.status().code() == StatusCode::kCancelled) {
        return Cancelled("stopped in " + rows[i].name + "; the same command goes on from there");
      }
      if (!result.ok()) return result.status();
      ablation.results.push_back(*std::move(result));
      // After each: what is done can be read while the rest runs.
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("table.csv", AblationCsv(ablation.results)));
      SEAFUSION_RETURN_IF_ERROR(folder_.WriteText("table.json", AblationJson(ablation.results)));
    }
    return ablation;
  }

 private:
  StatusOr<AblationResult> RowResult(const Row& row) {
    if (!row.weights.empty()) {
      SEAFUSION_RETURN_IF_ERROR(RunFolder(folder_.path(row.name))
                                    .BeginWith("weights.json",
                                               JsonFileText(nlohmann::json{{"sha256", row.sha256}}),
                                               "other weights; take another name or --out"));
    }
    std::vector<AblationResult> results;
    for (int i = 0; i < s_.seeds; ++i) {
      const std::uint64_t seed = joint_.seed + static_cast<std::uint64_t>(i);
      if (s_.seeds > 1) monitor_.Say("  seed " + std::to_string(seed));
      SEAFUSION_ASSIGN_OR_RETURN(AblationResult result, SeedResult(row, seed));
      results.push_back(std::move(result));
    }
    return MeanOverSeeds(results);
  }

  StatusOr<AblationResult> SeedResult(const Row& row, std::uint64_t seed) {
    std::string name = row.name;
    if (seed != joint_.seed) name += "/seed-" + std::to_string(seed);
    const std::string file = name + "/result.json";
    if (folder_.Has(file)) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::string text, folder_.ReadText(file));
      auto result = AblationResultFromJson(text);
      if (!result.ok()) return result.status().Annotate(folder_.path(file));
      monitor_.Say("  done before");
      return result;
    }
    SEAFUSION_RETURN_IF_ERROR(folder_.Create(name));
    std::string fusion = row.weights;
    if (!row.way.strategy.empty()) {
      TrainingSettings train = Common(name + "/fusion", seed);
      train.choice.strategy = row.way.strategy;
      train.init = s_.init;
      if (row.way.strategy != "content-only") train.init_segmentation = s_.init_segmentation;
      train.choice.set.push_back(std::string("gradient_stream=") +
                                 (row.way.gradient_stream ? "true" : "false"));
      SEAFUSION_ASSIGN_OR_RETURN(fusion, RunJointTraining(train, monitor_));
    }
    TrainingSettings train = Common(name + "/segmentation", seed);
    train.choice.strategy = "segmentation";
    train.choice.set.push_back("segmentation_source=" + std::string(row.way.source));
    train.init = fusion;
    if (!row.weights.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const std::string network, NetworkOf(row.weights));
      for (const std::string& setting : SettingsOf(network)) train.choice.set.push_back(setting);
    }
    train.init_segmentation = s_.init_segmentation;
    SEAFUSION_ASSIGN_OR_RETURN(const std::string segmentation, RunJointTraining(train, monitor_));
    SEAFUSION_ASSIGN_OR_RETURN(AblationResult result, Measure(row, fusion, segmentation));
    SEAFUSION_RETURN_IF_ERROR(folder_.WriteText(file, AblationResultToJson(result)));
    return result;
  }

  TrainingSettings Common(const std::string& subfolder, std::uint64_t seed) const {
    TrainingSettings train;
    train.data = s_.data;
    train.out = folder_.path(subfolder);
    train.resume = RunFolder(train.out).HoldsRun();
    train.checkpoint_every = s_.checkpoint_every;
    train.workers = s_.workers;
    train.threads = s_.threads;
    train.device = s_.device;
    train.joint = true;
    train.choice = s_.choice;
    train.choice.set.push_back("seed=" + std::to_string(seed));
    return train;
  }

  StatusOr<AblationResult> Measure(const Row& row, const std::string& fusion,
                                   const std::string& segmentation) {
    if (!val_) {
      SEAFUSION_ASSIGN_OR_RETURN(
          val_, PairDataset::Load(val_folder_, "test", s_.threads, {true, true, joint_.classes}));
    }
    SEAFUSION_ASSIGN_OR_RETURN(const SegmentationSamples samples, Samples(row, fusion));
    SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                               model::LoadSafetensors(segmentation));
    auto net = SegmentationNet::FromArchive(archive);
    if (!net.ok()) return net.status().Annotate(segmentation);
    net->To(device_);
    SEAFUSION_ASSIGN_OR_RETURN(const ConfusionMatrix matrix,
                               EvaluateSegmentation(*net, samples, device_, monitor_.stop));
    AblationResult result{.name = row.name, .pictures = val_->size()};
    for (int c = 0; c < matrix.classes(); ++c) result.iou.push_back(matrix.Iou(c));
    result.mean_iou = matrix.MeanIou();
    result.accuracy = matrix.Accuracy();
    return result;
  }

  StatusOr<SegmentationSamples> Samples(const Row& row, const std::string& fusion) const {
    std::unique_ptr<FusionModel> net;
    if (!fusion.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, LoadWeights(fusion));
      auto read = FusionModelOf(archive);
      if (!read.ok()) return read.status().Annotate(fusion);
      net = *std::move(read);
    }
    return SamplesOfSource(row.way.source, net.get(), *val_, joint_.fused_range, s_.threads);
  }

  const AblationSettings& s_;
  const RunMonitor& monitor_;
  const torch::Device device_;
  const std::string val_folder_;
  const JointSettings joint_;
  const RunFolder folder_;
  std::optional<PairDataset> val_;
};

}  // namespace

StatusOr<Ablation> RunAblation(const AblationSettings& settings, const RunMonitor& monitor) {
  SEAFUSION_RETURN_IF_ERROR(CheckOneProcess("ablate runs as one; train takes several"));
  SEAFUSION_ASSIGN_OR_RETURN(const torch::Device device,
                             SetUpTorch(settings.threads, settings.device));
  SEAFUSION_ASSIGN_OR_RETURN(std::string val, ValFolder(settings));
  JointChoice choice = settings.choice;
  choice.strategy = "joint";
  SEAFUSION_ASSIGN_OR_RETURN(JointSettings joint, ChosenJointSettings(choice));
  if (!settings.init_segmentation.empty()) {
    SEAFUSION_RETURN_IF_ERROR(
        JointTrainer::LoadSegmentation(joint, settings.init_segmentation).status());
  }
  for (const io::NamedSource& given : settings.weights) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::string network, NetworkOf(given.source));
    JointChoice of_row = choice;
    for (const std::string& setting : SettingsOf(network)) of_row.set.push_back(setting);
    SEAFUSION_RETURN_IF_ERROR(ChosenJointSettings(of_row).status().Annotate(given.source));
  }
  return AblationRun(settings, monitor, device, std::move(val), std::move(joint)).Run();
}

}  // namespace seafusion::learn
