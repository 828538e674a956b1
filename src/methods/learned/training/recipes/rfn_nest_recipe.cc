#include "methods/learned/training/recipes/rfn_nest_recipe.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "methods/learned/network_weights.h"
#include "methods/learned/training/initial_values.h"
#include "methods/learned/training/losses/ms_ssim.h"
#include "methods/networks/luma_reader.h"

namespace seafusion::methods {
namespace {

constexpr std::size_t kAutoEncoder = 0, kFusion = 1;
// 80,000 pictures in batches of 4, twice.
constexpr std::uint64_t kPublishedPictures = 160000;

class RfnNestRecipe : public Recipe {
 public:
  explicit RfnNestRecipe(const MethodTrainSettings& settings) : width_(settings.width) {
    players_ = {{"auto-encoder", {}}, {"fusion", {}}};
    SeededNoise noise(settings.seed);
    Add(kAutoEncoder, NestFuseTensors(width_), noise);
    Add(kFusion, RfnTensors(width_), noise);
  }

  const std::vector<Player>& players() const override { return players_; }
  const std::map<std::string, torch::Tensor>& state() const override { return state_; }
  std::vector<std::string> stages() const override { return {"auto-encoder", "fusion"}; }

  Status Step(std::size_t stage, std::uint64_t step, const learn::PairBatch& batch, SeededNoise&,
              const TakeStep& take_step) override {
    const torch::Tensor ir = batch.inf * kWhite, vi = batch.vis * kWhite;
    const TensorSource tensors = [this](const std::string& name) { return state_.at(name); };
    if (stage == kAutoEncoder) {
      const torch::Tensor& picture = step % 2 == 0 ? vi : ir;
      const torch::Tensor decoded = NestDecode(tensors, NestEncode(tensors, picture));
      return take_step(kAutoEncoder, {{"pixels", torch::mse_loss(decoded, picture)},
                                      {"structure", 100 * (1 - MsSsim(decoded, picture))}});
    }
    NestFeatures of_ir, of_vi;
    {
      const torch::NoGradGuard frozen;
      of_ir = NestEncode(tensors, ir);
      of_vi = NestEncode(tensors, vi);
    }
    const NestFeatures fused = FuseResidually(tensors, of_ir, of_vi);
    return take_step(kFusion, {{"detail", RfnDetailLoss(NestDecode(tensors, fused), vi)},
                               {"features", RfnFeatureLoss(fused, of_ir, of_vi)}});
  }

  model::TensorArchive Weights() const override {
    model::TensorArchive archive = ArchiveOf(state_, "rfn-nest");
    archive.metadata["width"] = std::to_string(width_);
    return archive;
  }

 private:
  // LibTorch's default: uniform within 1 / sqrt(fan-in), of a bias with the fan-in of its weight.
  void Add(std::size_t player, const std::vector<model::TensorSpec>& specs, SeededNoise& noise) {
    double bound = 1;
    for (const model::TensorSpec& spec : specs) {
      if (spec.shape.size() == 4) {
        const auto fan_in = std::accumulate(spec.shape.begin() + 1, spec.shape.end(),
                                            std::int64_t{1}, std::multiplies<>());
        bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
      }
      torch::Tensor value = UniformWithin(spec.shape, bound, noise);
      value.requires_grad_(true);
      players_[player].parameters.push_back(value);
      state_[spec.name] = value;
    }
  }

  int width_;
  std::vector<Player> players_;
  std::map<std::string, torch::Tensor> state_;
};

std::uint64_t RfnNestSteps(const MethodTrainSettings& s, const learn::PairDataset&) {
  return std::max<std::uint64_t>(1, kPublishedPictures / static_cast<std::uint64_t>(s.batch));
}

StatusOr<std::unique_ptr<Recipe>> MakeRecipe(const MethodTrainSettings& s) {
  if (s.crop < kRfnNestSmallestSide) {
    return InvalidArgument("crop " + std::to_string(s.crop) + " is too small for rfn-nest; " +
                           std::to_string(kRfnNestSmallestSide) + " is the least");
  }
  SEAFUSION_RETURN_IF_ERROR(CheckRfnNestWidth(s.width));
  return std::unique_ptr<Recipe>(std::make_unique<RfnNestRecipe>(s));
}

}  // namespace

torch::Tensor RfnDetailLoss(const torch::Tensor& fused, const torch::Tensor& vi) {
  return 700 * (1 - MsSsim(StretchRfnNest(fused), vi));
}

torch::Tensor RfnFeatureLoss(const NestFeatures& fused, const NestFeatures& ir,
                             const NestFeatures& vi) {
  torch::Tensor loss = torch::zeros({});
  double weight = 1;
  for (std::size_t k = 0; k < fused.size(); ++k, weight *= 10) {
    loss = loss + weight * torch::mse_loss(fused[k], 6 * ir[k] + 3 * vi[k]);
  }
  return loss;
}

TrainableMethod TrainableRfnNest() {
  return {
      "rfn-nest",
      {.method = "rfn-nest", .batch = 4, .crop = 256, .lr = 1e-4, .width = kRfnNestPublishedWidth},
      RfnNestSteps,
      MakeRecipe};
}

}  // namespace seafusion::methods
