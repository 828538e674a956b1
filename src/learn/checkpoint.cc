#include "learn/checkpoint.h"

#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include <torch/torch.h>
#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "learn/archive_file.h"
#include "model/fusion_graph.h"

namespace seafusion::learn {
namespace {

constexpr std::string_view kFormat = "seafusion training checkpoint 1\n";

// Archive keys must not hold dots, so tensors are numbered in the order of model::FusionTensors().
std::string WeightKey(std::size_t index) {
  return "weight" + std::to_string(index);
}

}  // namespace

std::string SettingsToJson(const TrainSettings& s) {
  const nlohmann::ordered_json json = {
      {"seed", s.seed}, {"steps", s.steps},       {"batch", s.batch},  {"crop", s.crop},
      {"lr", s.lr},     {"final_lr", s.final_lr}, {"warmup", s.warmup}};
  return json.dump(2);
}

StatusOr<TrainSettings> SettingsFromJson(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    TrainSettings s;
    json.at("seed").get_to(s.seed);
    json.at("steps").get_to(s.steps);
    json.at("batch").get_to(s.batch);
    json.at("crop").get_to(s.crop);
    json.at("lr").get_to(s.lr);
    json.at("final_lr").get_to(s.final_lr);
    json.at("warmup").get_to(s.warmup);
    SEAFUSION_RETURN_IF_ERROR(ValidateTrainSettings(s));
    return s;
  } catch (const nlohmann::json::exception& e) {
    return CorruptData(std::string("training settings: ") + e.what());
  }
}

Status WriteCheckpoint(const std::string& path, const TrainSettings& settings, std::uint64_t step,
                       const FusionNet& net, const torch::optim::Adam& optimizer) {
  try {
    torch::serialize::OutputArchive archive;
    archive.write("settings", c10::IValue(SettingsToJson(settings)));
    archive.write("step", c10::IValue(static_cast<std::int64_t>(step)));
    for (std::size_t i = 0; i < net.parameters().size(); ++i) {
      archive.write(WeightKey(i), net.parameters()[i].value.detach().to(torch::kCPU));
    }
    torch::serialize::OutputArchive optimizer_archive;
    optimizer.save(optimizer_archive);
    archive.write("optimizer", optimizer_archive);
    return WriteArchiveFile(path, kFormat, archive);
  } catch (const std::exception& e) {
    return Internal(path + ": cannot serialise the training state: " + e.what());
  }
}

StatusOr<Checkpoint> ReadCheckpoint(const std::string& path) {
  const Status broken = CorruptData(path + ": not a complete training checkpoint");
  SEAFUSION_ASSIGN_OR_RETURN(torch::serialize::InputArchive archive,
                             ReadArchiveFile(path, kFormat, "training checkpoint"));
  try {
    c10::IValue settings_text, step;
    archive.read("settings", settings_text);
    archive.read("step", step);
    auto settings = SettingsFromJson(settings_text.toStringRef());
    if (!settings.ok()) return settings.status().Annotate(path);
    if (step.toInt() < 0) return broken;

    model::TensorArchive weights;
    std::size_t index = 0;
    for (const model::TensorSpec& spec : model::FusionTensors()) {
      torch::Tensor value;
      archive.read(WeightKey(index++), value);
      value = value.to(torch::kFloat32).contiguous();
      if (!torch::isfinite(value).all().item<bool>()) {
        return CorruptData(path + ": " + spec.name + " holds values that are not finite");
      }
      const float* data = value.data_ptr<float>();
      weights.tensors[spec.name] = {value.sizes().vec(), {data, data + value.numel()}};
    }
    auto net = FusionNet::FromArchive(weights);
    if (!net.ok()) return net.status().Annotate(path);
    Checkpoint checkpoint{*settings, static_cast<std::uint64_t>(step.toInt()), *std::move(net), {}};
    archive.read("optimizer", checkpoint.optimizer);
    return checkpoint;
  } catch (const std::exception&) {
    // LibTorch's own text is pages of stack frames.
    return broken;
  }
}

}  // namespace seafusion::learn
