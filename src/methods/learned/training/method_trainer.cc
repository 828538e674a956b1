#include "methods/learned/training/method_trainer.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "learn/archive_file.h"
#include "learn/data/prefetcher.h"
#include "learn/libtorch.h"
#include "model/json_text.h"

namespace seafusion::methods {
namespace {

constexpr std::string_view kFormat = "seafusion method training checkpoint 1\n";
// Apart from the places where the data set draws crops (see SampleOrder::SamplePlace).
constexpr std::uint64_t kStepSeed = 0x6d6574686f64u;

// Archive keys must not hold dots or slashes: tensors are numbered in the order of their names.
std::string TensorKey(std::size_t index) {
  return "tensor" + std::to_string(index);
}

StatusOr<MethodTrainSettings> SettingsFromJson(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    MethodTrainSettings s;
    json.at("method").get_to(s.method);
    json.at("lr").get_to(s.lr);
    if (!model::TakeWhole(json.at("seed"), s.seed) ||
        !model::TakeWhole(json.at("steps"), s.steps) ||
        !model::TakeWhole(json.at("batch"), s.batch) ||
        !model::TakeWhole(json.at("crop"), s.crop) ||
        !model::TakeWhole(json.at("width"), s.width)) {
      return CorruptData("training settings: a number is not whole or too large");
    }
    return s;
  } catch (const nlohmann::json::exception& e) {
    return CorruptData(std::string("training settings: ") + e.what());
  }
}

Status Failed(std::uint64_t step, const std::string& why) {
  return Internal("training failed after step " + std::to_string(step) + ": " + why);
}

}  // namespace

std::string MethodSettingsToJson(const MethodTrainSettings& s) {
  const nlohmann::ordered_json json = {{"method", s.method}, {"seed", s.seed}, {"steps", s.steps},
                                       {"batch", s.batch},   {"crop", s.crop}, {"lr", s.lr},
                                       {"width", s.width}};
  return json.dump(2);
}

StatusOr<MethodTrainSettings> ResolveMethodSettings(const MethodTrainSettings& asked,
                                                    const learn::PairDataset& data) {
  SEAFUSION_ASSIGN_OR_RETURN(const TrainableMethod* const method,
                             FindTrainableMethod(asked.method));
  MethodTrainSettings s = asked;
  if (s.batch == 0) s.batch = method->published.batch;
  if (s.crop == 0) s.crop = method->published.crop;
  if (s.lr == 0) s.lr = method->published.lr;
  if (s.width != 0 && method->published.width == 0) {
    return InvalidArgument(s.method + " has one width only; leave the width out");
  }
  if (s.width == 0) s.width = method->published.width;
  if (s.batch < 1 || s.batch > 4096) return InvalidArgument("batch is not in 1..4096");
  if (!(s.lr > 0 && s.lr < 1)) return InvalidArgument("lr is not between 0 and 1");
  if (s.crop < 1 || s.crop > data.smallest_side()) {
    return InvalidArgument("crops of " + std::to_string(s.crop) +
                           " pixels do not fit the smallest picture side, " +
                           std::to_string(data.smallest_side()));
  }
  if (s.steps == 0) s.steps = method->published_steps(s, data);
  return s;
}

MethodTrainer::MethodTrainer(const MethodTrainSettings& settings, const learn::PairDataset& data,
                             int workers, std::unique_ptr<Recipe> recipe)
    : settings_(settings), data_(&data), workers_(workers), recipe_(std::move(recipe)) {
  for (const Player& player : recipe_->players()) {
    optimizers_.push_back(recipe_->MakeOptimizer(player.parameters, settings.lr));
  }
}

StatusOr<MethodTrainer> MethodTrainer::Create(const MethodTrainSettings& settings,
                                              const learn::PairDataset& data, int workers) {
  SEAFUSION_ASSIGN_OR_RETURN(const TrainableMethod* const method,
                             FindTrainableMethod(settings.method));
  try {
    SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<Recipe> recipe, method->make(settings));
    return Create(settings, data, workers, std::move(recipe));
  } catch (const std::exception& e) {
    return Internal(std::string("cannot set up training: ") + e.what());
  }
}

StatusOr<MethodTrainer> MethodTrainer::Create(const MethodTrainSettings& settings,
                                              const learn::PairDataset& data, int workers,
                                              std::unique_ptr<Recipe> recipe) {
  return MethodTrainer(settings, data, workers, std::move(recipe));
}

Status MethodTrainer::TakeStep(std::size_t player, const std::vector<LossTerm>& terms,
                               MethodTrainEvent& event) {
  const Player& who = recipe_->players()[player];
  torch::Tensor total = torch::zeros({});
  for (const auto& [name, value] : terms) {
    const auto number = value.item<double>();
    const std::string label = who.name + " " + name;
    if (!std::isfinite(number)) {
      return Internal("the loss '" + label + "' is not finite at step " +
                      std::to_string(step_ + 1));
    }
    const auto it = std::find_if(event.losses.begin(), event.losses.end(),
                                 [&](const auto& loss) { return loss.first == label; });
    if (it == event.losses.end()) {
      event.losses.emplace_back(label, number);
    } else {
      it->second = number;
    }
    total = total + value;
  }
  optimizers_[player]->zero_grad();
  total.backward({}, c10::nullopt, false, at::TensorList(who.parameters));
  const double lr = settings_.lr * recipe_->RateFactor(step_, settings_.steps);
  for (auto& group : optimizers_[player]->param_groups()) group.options().set_lr(lr);
  optimizers_[player]->step();
  return OkStatus();
}

Status MethodTrainer::Train(const std::atomic<bool>& stop,
                            const std::function<Status(const MethodTrainEvent&)>& observe,
                            std::uint64_t until) {
  const std::size_t stages = recipe_->stages().size();
  const auto size = static_cast<std::uint64_t>(settings_.batch);
  try {
    while (stage_ < stages) {
      const std::uint64_t before = stage_ * settings_.steps;
      learn::Prefetcher<learn::PairBatch> batches(
          workers_, before + step_, [&](std::uint64_t number) {
            return data_->Crops(number * size, settings_.batch, settings_.crop, settings_.seed);
          });
      while (step_ < settings_.steps) {
        if (stop.load()) return Cancelled("stopped on request");
        if (until-- == 0) return OkStatus();
        const learn::PairBatch batch = batches.Next();
        SeededNoise noise(settings_.seed + kStepSeed, before + step_);
        MethodTrainEvent event{.stage = stage_};
        SEAFUSION_RETURN_IF_ERROR(
            recipe_->Step(stage_, step_, batch, noise,
                          [&](std::size_t player, const std::vector<LossTerm>& terms) {
                            return TakeStep(player, terms, event);
                          }));
        event.step = ++step_;
        SEAFUSION_RETURN_IF_ERROR(observe(event));
      }
      ++stage_;
      step_ = 0;
    }
    return OkStatus();
  } catch (const c10::Error& e) {
    // what() holds pages of stack frames.
    return Failed(step_, e.what_without_backtrace());
  } catch (const std::exception& e) {
    return Failed(step_, e.what());
  }
}

Status MethodTrainer::SaveCheckpoint(const std::string& path) const {
  try {
    torch::serialize::OutputArchive archive;
    archive.write("settings", c10::IValue(MethodSettingsToJson(settings_)));
    archive.write("stage", c10::IValue(static_cast<std::int64_t>(stage_)));
    archive.write("step", c10::IValue(static_cast<std::int64_t>(step_)));
    std::size_t index = 0;
    for (const auto& [name, value] : recipe_->state()) {
      archive.write(TensorKey(index++), value.detach(), /*is_buffer=*/true);
    }
    for (std::size_t i = 0; i < optimizers_.size(); ++i) {
      torch::serialize::OutputArchive optimizer;
      optimizers_[i]->save(optimizer);
      archive.write("optimizer" + std::to_string(i), optimizer);
    }
    return learn::WriteArchiveFile(path, kFormat, archive);
  } catch (const std::exception& e) {
    return Internal(path + ": cannot serialise the training state: " + e.what());
  }
}

StatusOr<MethodTrainSettings> MethodTrainer::CheckpointSettings(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(
      torch::serialize::InputArchive archive,
      learn::ReadArchiveFile(path, kFormat, "checkpoint of a method's training"));
  try {
    c10::IValue text;
    archive.read("settings", text);
    auto settings = SettingsFromJson(text.toStringRef());
    if (!settings.ok()) return settings.status().Annotate(path);
    return settings;
  } catch (const std::exception&) {
    return CorruptData(path + ": not a complete checkpoint of a method's training");
  }
}

Status MethodTrainer::Load(const std::string& path) {
  const Status broken = CorruptData(path + ": not a complete checkpoint of a method's training");
  SEAFUSION_ASSIGN_OR_RETURN(const MethodTrainSettings settings, CheckpointSettings(path));
  if (MethodSettingsToJson(settings) != MethodSettingsToJson(settings_)) {
    return InvalidArgument(path + ": is of a run with other settings");
  }
  SEAFUSION_ASSIGN_OR_RETURN(
      torch::serialize::InputArchive archive,
      learn::ReadArchiveFile(path, kFormat, "checkpoint of a method's training"));
  try {
    const torch::NoGradGuard no_grad;
    c10::IValue stage, step;
    archive.read("stage", stage);
    archive.read("step", step);
    if (stage.toInt() < 0 || step.toInt() < 0) return broken;
    std::size_t index = 0;
    for (const auto& [name, value] : recipe_->state()) {
      torch::Tensor read;
      archive.read(TensorKey(index++), read, /*is_buffer=*/true);
      if (read.sizes() != value.sizes() || read.scalar_type() != torch::kFloat32) return broken;
      if (!torch::isfinite(read).all().item<bool>()) {
        return CorruptData(path + ": " + name + " holds values that are not finite");
      }
      torch::Tensor target = value;
      target.copy_(read);
    }
    for (std::size_t i = 0; i < optimizers_.size(); ++i) {
      torch::serialize::InputArchive optimizer;
      archive.read("optimizer" + std::to_string(i), optimizer);
      optimizers_[i]->load(optimizer);
    }
    stage_ = static_cast<std::size_t>(stage.toInt());
    step_ = static_cast<std::uint64_t>(step.toInt());
    return OkStatus();
  } catch (const std::exception&) {
    return broken;
  }
}

model::TensorArchive MethodTrainer::Weights() const {
  model::TensorArchive archive = recipe_->Weights();
  archive.metadata["format"] = "seafusion method";
  archive.metadata["method"] = settings_.method;
  archive.metadata["stages_done"] = std::to_string(stage_);
  archive.metadata["steps_done"] = std::to_string(step_);
  archive.metadata["settings"] = MethodSettingsToJson(settings_);
  return archive;
}

}  // namespace seafusion::methods
