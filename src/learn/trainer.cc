#include "learn/trainer.h"

#include <cmath>
#include <exception>
#include <memory>
#include <utility>

#include <torch/torch.h>

#include "core/status_macros.h"
#include "learn/checkpoint.h"
#include "learn/content_loss.h"

namespace seafusion::learn {
namespace {

constexpr double kPi = 3.14159265358979323846;

LossValues Values(const ContentLoss& loss) {
  return {loss.intensity.item<double>(), loss.texture.item<double>(), loss.content.item<double>()};
}

Status CheckFinite(const LossValues& loss, std::uint64_t step) {
  for (const auto& [name, value] :
       {std::pair{"intensity", loss.intensity}, {"texture", loss.texture}}) {
    if (!std::isfinite(value)) {
      return Internal(std::string("the ") + name + " loss is not finite at step " +
                      std::to_string(step + 1));
    }
  }
  return OkStatus();
}

}  // namespace

Status ValidateTrainSettings(const TrainSettings& s) {
  if (s.steps < 1) return InvalidArgument("steps must be at least 1");
  if (s.batch < 1 || s.batch > 4096) return InvalidArgument("batch is not in 1..4096");
  if (s.crop < 3 || s.crop > 16384) return InvalidArgument("crop is not in 3..16384");
  if (!(s.lr > 0 && s.lr < 1)) return InvalidArgument("lr is not between 0 and 1");
  if (!(s.final_lr >= 0 && s.final_lr <= s.lr)) return InvalidArgument("final_lr is not in 0..lr");
  return OkStatus();
}

double LearningRate(const TrainSettings& s, std::uint64_t step) {
  if (step < s.warmup) return s.lr * static_cast<double>(step + 1) / static_cast<double>(s.warmup);
  const double span = static_cast<double>(s.steps > s.warmup ? s.steps - s.warmup : 1);
  const double t = std::min(1.0, static_cast<double>(step - s.warmup) / span);
  return s.final_lr + (s.lr - s.final_lr) * 0.5 * (1.0 + std::cos(kPi * t));
}

StatusOr<LossValues> Evaluate(const FusionNet& net, const PairDataset& data, torch::Device device,
                              const std::atomic<bool>* stop) {
  try {
    const torch::NoGradGuard no_grad;
    LossValues mean;
    const auto count = static_cast<double>(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (stop != nullptr && stop->load()) return Cancelled("stopped on request");
      const PairBatch pair = data.Whole(i);
      const torch::Tensor vis = pair.vis.to(device), inf = pair.inf.to(device);
      const LossValues loss = Values(ComputeContentLoss(net.Forward(vis, inf), vis, inf));
      mean.intensity += loss.intensity / count;
      mean.texture += loss.texture / count;
      mean.content += loss.content / count;
    }
    return mean;
  } catch (const std::exception& e) {
    return Internal(std::string("evaluation failed: ") + e.what());
  }
}

Trainer::Trainer(const TrainSettings& settings, const PairDataset& data, torch::Device device,
                 FusionNet net)
    : settings_(settings), data_(&data), device_(device), net_(std::move(net)) {
  net_.To(device);
  optimizer_ = std::make_shared<torch::optim::Adam>(net_.parameter_tensors(),
                                                    torch::optim::AdamOptions(settings.lr));
}

StatusOr<Trainer> Trainer::Create(const TrainSettings& settings, const PairDataset& data,
                                  torch::Device device) {
  SEAFUSION_RETURN_IF_ERROR(ValidateTrainSettings(settings));
  if (settings.crop > data.smallest_side()) {
    return InvalidArgument("crops of " + std::to_string(settings.crop) +
                           " pixels do not fit the smallest picture side, " +
                           std::to_string(data.smallest_side()));
  }
  try {
    return Trainer(settings, data, device, FusionNet::Initialized(settings.seed));
  } catch (const std::exception& e) {
    return Internal(std::string("cannot set up training: ") + e.what());
  }
}

StatusOr<Trainer> Trainer::Resume(const std::string& path, const PairDataset& data,
                                  torch::Device device) {
  SEAFUSION_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(path));
  SEAFUSION_ASSIGN_OR_RETURN(Trainer trainer, Create(checkpoint.settings, data, device));
  try {
    trainer.net_ = std::move(checkpoint.net);
    trainer.net_.To(device);
    trainer.optimizer_ = std::make_shared<torch::optim::Adam>(
        trainer.net_.parameter_tensors(), torch::optim::AdamOptions(checkpoint.settings.lr));
    trainer.optimizer_->load(checkpoint.optimizer);
    trainer.step_ = checkpoint.step;
    return trainer;
  } catch (const std::exception&) {
    return CorruptData(path + ": its optimiser state does not fit this network");
  }
}

Status Trainer::Train(std::uint64_t until, const std::atomic<bool>& stop,
                      const std::function<Status(const TrainEvent&)>& observe) {
  until = std::min(until, settings_.steps);
  try {
    while (step_ < until) {
      if (stop.load()) return Cancelled("stopped on request");
      const PairBatch batch = data_->Crops(step_ * static_cast<std::uint64_t>(settings_.batch),
                                           settings_.batch, settings_.crop, settings_.seed);
      const torch::Tensor vis = batch.vis.to(device_), inf = batch.inf.to(device_);
      const double lr = LearningRate(settings_, step_);
      for (auto& group : optimizer_->param_groups()) {
        static_cast<torch::optim::AdamOptions&>(group.options()).lr(lr);
      }
      optimizer_->zero_grad();
      const ContentLoss loss = ComputeContentLoss(net_.Forward(vis, inf), vis, inf);
      const LossValues values = Values(loss);
      SEAFUSION_RETURN_IF_ERROR(CheckFinite(values, step_));
      loss.content.backward();
      optimizer_->step();
      ++step_;
      SEAFUSION_RETURN_IF_ERROR(observe({step_, lr, values}));
    }
    return OkStatus();
  } catch (const std::exception& e) {
    return Internal("training failed at step " + std::to_string(step_ + 1) + ": " + e.what());
  }
}

Status Trainer::SaveCheckpoint(const std::string& path) const {
  return WriteCheckpoint(path, settings_, step_, net_, *optimizer_);
}

}  // namespace seafusion::learn
