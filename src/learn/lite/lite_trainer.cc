#include "learn/lite/lite_trainer.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "learn/archive_file.h"
#include "learn/autocast.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

constexpr double kHalfTurn = 3.14159265358979323846;
constexpr std::string_view kFormat = "seafusion lite training checkpoint 1\n";
constexpr std::string_view kWhat = "checkpoint of lite training";

ScaleLossValues Values(const ScaleLoss& loss) {
  return {loss.intensity.item<double>(), loss.texture.item<double>(),
          loss.levels.item<double>(),    loss.total.item<double>(),
          loss.contrast.item<double>(),  loss.structure.item<double>(),
          loss.perceptual.item<double>()};
}

Status CheckFinite(const ScaleLossValues& loss, std::uint64_t step) {
  for (const auto& [name, value] : {std::pair{"intensity", loss.intensity},
                                    {"texture", loss.texture},
                                    {"levels", loss.levels},
                                    {"contrast", loss.contrast},
                                    {"structure", loss.structure},
                                    {"perceptual", loss.perceptual}}) {
    if (!std::isfinite(value)) {
      return Internal(std::string("the ") + name + " loss is not finite at step " +
                      std::to_string(step + 1));
    }
  }
  return OkStatus();
}

// Archive keys must not hold dots.
std::string PartKey(std::size_t index) {
  return "part" + std::to_string(index);
}

StatusOr<model::Network> NetworkOf(const LiteSettings& settings) {
  if (settings.network == "full") return model::SeAFusionNetwork();
  return model::LiteNetwork(settings.lite());
}

StatusOr<GraphNet> InitialNet(const LiteSettings& settings, const model::TensorArchive* initial) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, NetworkOf(settings));
  if (initial == nullptr) {
    return GraphNet::Initialized(network, settings.seed, settings.reparameterized);
  }
  SEAFUSION_ASSIGN_OR_RETURN(GraphNet net,
                             GraphNet::FromArchive(*initial, settings.reparameterized));
  if (net.network().name != network.name) {
    return InvalidArgument("the weights are of the network " + net.network().name +
                           ", the one to train is " + network.name);
  }
  SEAFUSION_RETURN_IF_ERROR(
      network.CheckWeights(*initial).Annotate("the weights do not fit the settings"));
  return net;
}

StatusOr<LiteSettings> ReadSettings(const std::string& path,
                                    torch::serialize::InputArchive& archive) {
  try {
    c10::IValue text;
    archive.read("settings", text);
    LiteSettings settings;
    SEAFUSION_RETURN_IF_ERROR(OverrideLiteSettings(text.toStringRef(), settings).Annotate(path));
    SEAFUSION_RETURN_IF_ERROR(ValidateLiteSettings(settings).Annotate(path));
    return settings;
  } catch (const std::exception&) {
    return CorruptData(path + ": not a complete " + std::string(kWhat));
  }
}

}  // namespace

double LearningRate(const LiteSettings& s, std::uint64_t step) {
  const double done = static_cast<double>(step) / static_cast<double>(s.steps);
  const double rise =
      s.warmup == 0 ? 1.0
                    : std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(s.warmup));
  return rise * (s.final_lr + (s.lr - s.final_lr) * 0.5 * (1.0 + std::cos(kHalfTurn * done)));
}

StatusOr<ScaleLossValues> LiteTrainer::Evaluate(const PairDataset& data,
                                                const std::atomic<bool>& stop) const {
  try {
    const torch::NoGradGuard no_grad;
    ScaleLossValues mean;
    const auto count = static_cast<double>(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (stop.load()) return Cancelled("stopped on request");
      const PairBatch pair = data.Whole(i);
      const torch::Tensor vis = pair.vis.to(device_), inf = pair.inf.to(device_);
      const ScaleLossValues loss =
          Values(Loss(net_.Forward(vis, inf), vis, inf, torch::ones_like(vis)));
      mean.intensity += loss.intensity / count;
      mean.texture += loss.texture / count;
      mean.levels += loss.levels / count;
      mean.total += loss.total / count;
      mean.contrast += loss.contrast / count;
      mean.structure += loss.structure / count;
      mean.perceptual += loss.perceptual / count;
    }
    return mean;
  } catch (const std::exception& e) {
    return Internal(std::string("evaluation failed: ") + e.what());
  }
}

LiteTrainer::LiteTrainer(const LiteSettings& settings, const DataMix& data, torch::Device device,
                         GraphNet net)
    : settings_(settings), data_(&data), device_(device), net_(std::move(net)) {
  net_.SetChannelsLast(settings.channels_last);
  net_.To(device);
  optimizer_ = std::make_shared<torch::optim::Adam>(
      net_.parameter_tensors(),
      torch::optim::AdamOptions(settings.lr).betas({settings.adam_beta1, settings.adam_beta2}));
}

ScaleLoss LiteTrainer::Loss(const torch::Tensor& fused, const torch::Tensor& vis,
                            const torch::Tensor& inf, const torch::Tensor& counted) const {
  return ComputeScaleLoss(fused, vis, inf, counted, settings_,
                          perceptual_ ? &*perceptual_ : nullptr);
}

StatusOr<LiteTrainer> LiteTrainer::Create(const LiteSettings& settings, const DataMix& data,
                                          torch::Device device,
                                          const model::TensorArchive* initial) {
  SEAFUSION_RETURN_IF_ERROR(ValidateLiteSettings(settings));
  SEAFUSION_RETURN_IF_ERROR(data.CheckCrop(settings.crop));
  if (settings.precision == "bf16") SEAFUSION_RETURN_IF_ERROR(CheckBfloat16(device));
  try {
    SEAFUSION_ASSIGN_OR_RETURN(GraphNet net, InitialNet(settings, initial));
    LiteTrainer trainer(settings, data, device, std::move(net));
    if (!settings.perceptual_network.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(trainer.perceptual_,
                                 PerceptualLoss::Load(settings.perceptual_network));
      trainer.perceptual_->To(device);
    }
    return trainer;
  } catch (const std::exception& e) {
    return Internal(std::string("cannot set up training: ") + e.what());
  }
}

StatusOr<LiteSettings> LiteTrainer::SettingsOf(const std::string& checkpoint) {
  SEAFUSION_ASSIGN_OR_RETURN(torch::serialize::InputArchive archive,
                             ReadArchiveFile(checkpoint, kFormat, kWhat));
  return ReadSettings(checkpoint, archive);
}

StatusOr<LiteTrainer> LiteTrainer::Resume(const std::string& path, const DataMix& data,
                                          torch::Device device) {
  SEAFUSION_ASSIGN_OR_RETURN(torch::serialize::InputArchive archive,
                             ReadArchiveFile(path, kFormat, kWhat));
  SEAFUSION_ASSIGN_OR_RETURN(const LiteSettings settings, ReadSettings(path, archive));
  SEAFUSION_ASSIGN_OR_RETURN(LiteTrainer trainer, Create(settings, data, device));
  try {
    c10::IValue step;
    archive.read("step", step);
    trainer.step_ = static_cast<std::uint64_t>(step.toInt());
    const torch::NoGradGuard no_grad;
    const std::vector<torch::Tensor> parts = trainer.net_.parameter_tensors();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      torch::Tensor saved;
      archive.read(PartKey(i), saved);
      torch::Tensor part = parts[i];  // a handle to the live tensor
      if (saved.sizes() != part.sizes() || !torch::isfinite(saved).all().item<bool>()) {
        return CorruptData(path + ": its weights do not fit the network of its settings");
      }
      part.copy_(saved);
    }
    torch::serialize::InputArchive optimizer;
    archive.read("optimizer", optimizer);
    trainer.optimizer_->load(optimizer);
    return trainer;
  } catch (const std::exception&) {
    // LibTorch's own text is pages of stack frames.
    return CorruptData(path + ": not a complete " + std::string(kWhat));
  }
}

Status LiteTrainer::Train(std::uint64_t until, const std::atomic<bool>& stop,
                          const std::function<Status(const LiteEvent&)>& observe) {
  until = std::min(until, settings_.steps);
  const MixCrops crops{settings_.crop, settings_.flips, settings_.border_share,
                       settings_.border_margin, settings_.variation};
  const std::vector<torch::Tensor> parameters = net_.parameter_tensors();
  const auto batch_size = static_cast<std::uint64_t>(settings_.batch);
  try {
    while (step_ < until) {
      if (stop.load()) return Cancelled("stopped on request");
      const MixBatch batch =
          data_->Crops(step_ * batch_size, settings_.batch, crops, settings_.seed);
      const torch::Tensor vis = batch.vis.to(device_), inf = batch.inf.to(device_);
      const double lr = LearningRate(settings_, step_);
      for (auto& group : optimizer_->param_groups()) {
        static_cast<torch::optim::AdamOptions&>(group.options()).lr(lr);
      }
      optimizer_->zero_grad();
      torch::Tensor fused;
      {
        const Autocast autocast(device_.type(), settings_.precision == "bf16");
        fused = net_.Unclamped(batch.seen_vis.to(device_), batch.seen_inf.to(device_));
      }
      const ScaleLoss loss = Loss(fused, vis, inf, batch.counted.to(device_));
      const ScaleLossValues values = Values(loss);
      SEAFUSION_RETURN_IF_ERROR(CheckFinite(values, step_));
      loss.total.backward();
      if (settings_.clip_norm > 0) {
        torch::nn::utils::clip_grad_norm_(parameters, settings_.clip_norm);
      }
      optimizer_->step();
      ++step_;
      SEAFUSION_RETURN_IF_ERROR(observe({step_, lr, values}));
    }
    return OkStatus();
  } catch (const std::exception& e) {
    return Internal("training failed at step " + std::to_string(step_ + 1) + ": " + e.what());
  }
}

Status LiteTrainer::SaveCheckpoint(const std::string& path) const {
  try {
    torch::serialize::OutputArchive archive;
    archive.write("settings", c10::IValue(LiteSettingsToJson(settings_)));
    archive.write("step", c10::IValue(static_cast<std::int64_t>(step_)));
    const std::vector<torch::Tensor> parts = net_.parameter_tensors();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      archive.write(PartKey(i), parts[i].detach().to(torch::kCPU));
    }
    torch::serialize::OutputArchive optimizer_archive;
    optimizer_->save(optimizer_archive);
    archive.write("optimizer", optimizer_archive);
    return WriteArchiveFile(path, kFormat, archive);
  } catch (const std::exception& e) {
    return Internal(path + ": cannot serialise the training state: " + e.what());
  }
}

}  // namespace seafusion::learn
