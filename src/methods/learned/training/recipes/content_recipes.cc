#include "methods/learned/training/recipes/content_recipes.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "learn/losses/ssim.h"
#include "methods/learned/network_weights.h"
#include "methods/learned/networks/densefuse_net.h"
#include "methods/learned/networks/ifcnn_net.h"
#include "methods/learned/networks/sdnet_net.h"
#include "methods/learned/networks/u2fusion_net.h"
#include "methods/learned/training/initial_values.h"
#include "methods/learned/training/losses/gan_losses.h"
#include "methods/networks/luma_reader.h"
#include "model/methods/method_weights.h"

namespace seafusion::methods {
namespace {

struct ContentDesign {
  MethodTrainSettings published;
  int smallest_crop;
  /// Of kernels; biases begin at 0.
  double (*deviation)(const model::TensorSpec& spec);
  std::vector<LossTerm> (*loss)(const TensorSource& tensors, const ContentStep& step);
  std::unique_ptr<torch::optim::Optimizer> (*optimizer)(
      const std::vector<torch::Tensor>& parameters, double lr);
  /// Power of the learning rate's way to 0; 0: it is constant.
  double rate_power = 0;
  /// After each step no weight is further from 0; 0: no limit.
  double largest_weight = 0;
};

class ContentRecipe : public Recipe {
 public:
  ContentRecipe(const ContentDesign& design, const MethodTrainSettings& settings)
      : design_(design), players_{{"network", {}}} {
    SeededNoise noise(settings.seed);
    const auto& network = *model::FindPublishedNetwork(design.published.method);
    for (const model::TensorSpec& spec : model::SpecsOf(network)) {
      const bool moving = spec.name.find(".running_") != std::string::npos;
      const bool ones = spec.name.ends_with(".bn.weight") || spec.name.ends_with(".running_var");
      torch::Tensor value = ones ? torch::ones(spec.shape) : torch::zeros(spec.shape);
      if (spec.shape.size() == 4) {
        value = TruncatedNormal(spec.shape, design_.deviation(spec), noise);
      }
      if (!moving) {
        value.requires_grad_(true);
        players_[0].parameters.push_back(value);
      }
      state_[spec.name] = value;
    }
  }

  const std::vector<Player>& players() const override { return players_; }
  const std::map<std::string, torch::Tensor>& state() const override { return state_; }

  Status Step(std::size_t, std::uint64_t step, const learn::PairBatch& batch, SeededNoise& noise,
              const TakeStep& take_step) override {
    const TensorSource tensors = [this](const std::string& name) { return state_.at(name); };
    SEAFUSION_RETURN_IF_ERROR(take_step(0, design_.loss(tensors, {batch, step, noise})));
    if (design_.largest_weight > 0) {
      const torch::NoGradGuard no_grad;
      for (const torch::Tensor& p : players_[0].parameters) {
        p.clamp_(-design_.largest_weight, design_.largest_weight);
      }
    }
    return OkStatus();
  }

  std::unique_ptr<torch::optim::Optimizer> MakeOptimizer(
      const std::vector<torch::Tensor>& parameters, double lr) const override {
    return design_.optimizer == nullptr ? Recipe::MakeOptimizer(parameters, lr)
                                        : design_.optimizer(parameters, lr);
  }
  double RateFactor(std::uint64_t step, std::uint64_t steps) const override {
    const double done = static_cast<double>(step) / static_cast<double>(steps);
    return design_.rate_power == 0 ? 1 : std::pow(1 - done, design_.rate_power);
  }

  model::TensorArchive Weights() const override {
    return ArchiveOf(state_, design_.published.method);
  }

 private:
  const ContentDesign& design_;
  std::vector<Player> players_;
  std::map<std::string, torch::Tensor> state_;
};

StatusOr<std::unique_ptr<Recipe>> Make(const ContentDesign& design,
                                       const MethodTrainSettings& settings) {
  if (settings.crop < design.smallest_crop) {
    return InvalidArgument("crop " + std::to_string(settings.crop) + " is too small for " +
                           settings.method + "; " + std::to_string(design.smallest_crop) +
                           " is the least");
  }
  return std::unique_ptr<Recipe>(std::make_unique<ContentRecipe>(design, settings));
}

// A picture out of focus: Gaussian blur by `size` pixels, odd, edges repeated.
torch::Tensor Blurred(const torch::Tensor& picture, std::int64_t size) {
  const double deviation = 0.6 * static_cast<double>(size - 1) + 0.8;
  const std::int64_t middle = size / 2;
  const torch::Tensor at = torch::arange(size, picture.options()) - static_cast<double>(middle);
  const torch::Tensor line = torch::exp(at.square() / (-2 * deviation * deviation));
  const torch::Tensor kernel = line / line.sum();
  const std::int64_t pad = size / 2;
  const torch::Tensor padded = torch::replication_pad2d(picture, {pad, pad, pad, pad});
  return torch::conv2d(torch::conv2d(padded, kernel.reshape({1, 1, size, 1})),
                       kernel.reshape({1, 1, 1, size}));
}

// 1 on one side of a random line through the picture, else 0; (N, 1, H, W).
torch::Tensor HalfPlanes(const torch::Tensor& like, SeededNoise& noise) {
  const std::int64_t height = like.size(2), width = like.size(3);
  const torch::Tensor y = torch::linspace(-1, 1, height).reshape({height, 1});
  const torch::Tensor x = torch::linspace(-1, 1, width).reshape({1, width});
  std::vector<torch::Tensor> masks;
  for (std::int64_t i = 0; i < like.size(0); ++i) {
    const double angle = noise.Between(0, 2 * std::numbers::pi);
    const double offset = noise.Between(-0.7, 0.7);
    masks.push_back((x * std::cos(angle) + y * std::sin(angle) > offset).to(torch::kFloat32));
  }
  return torch::stack(masks).unsqueeze(1);
}

}  // namespace

std::vector<LossTerm> DenseFuseLoss(const TensorSource& tensors, const ContentStep& step) {
  constexpr double kStructureWeight = 100, kC2 = 0.0009;
  const torch::Tensor picture = kWhite * (step.step % 2 == 0 ? step.batch.vis : step.batch.inf);
  const torch::Tensor decoded = DenseFuseDecode(tensors, DenseFuseEncode(tensors, picture));
  const torch::Tensor contrast = learn::CompareStructure(decoded, picture, 0, kC2).contrast.mean();
  return {{"structure", kStructureWeight * (1 - contrast)},
          {"pixels", torch::mse_loss(decoded, picture)}};
}

std::vector<LossTerm> IfcnnLoss(const TensorSource& tensors, const ContentStep& step) {
  const torch::Tensor& sharp = step.batch.vis;
  // Windows of 3 to 15 pixels.
  const std::int64_t size = 3 + 2 * static_cast<std::int64_t>(step.noise.Between(0, 7));
  const torch::Tensor blurred = Blurred(sharp, size);
  const torch::Tensor near = HalfPlanes(sharp, step.noise);
  const torch::Tensor mean = torch::tensor({0.485f, 0.456f, 0.406f}).view({1, 3, 1, 1});
  const torch::Tensor deviation = torch::tensor({0.229f, 0.224f, 0.225f}).view({1, 3, 1, 1});
  const auto normalised = [&](const torch::Tensor& picture) {
    return (picture - mean) / deviation;
  };
  const torch::Tensor fused =
      RunIfcnn(tensors, normalised(near * sharp + (1 - near) * blurred),
               normalised((1 - near) * sharp + near * blurred), /*training=*/true);
  return {{"pixels", torch::mse_loss(fused, normalised(sharp))}};
}

torch::Tensor InformationOf(const torch::Tensor& picture) {
  constexpr int kScales = 5;
  constexpr float kAround = 0.125f;
  const torch::Tensor kernel = torch::full({1, 1, 3, 3}, kAround);
  kernel[0][0][1][1] = -1;
  torch::Tensor x = kWhite * picture, sum = torch::zeros({picture.size(0)});
  for (int i = 0; i < kScales; ++i) {
    const torch::Tensor padded = torch::replication_pad2d(x, {1, 1, 1, 1});
    sum = sum + torch::conv2d(padded, kernel).square().mean({1, 2, 3});
    if (std::min(x.size(2), x.size(3)) >= 2) x = torch::avg_pool2d(x, 2);
  }
  return sum / kScales;
}

std::vector<LossTerm> U2FusionLoss(const TensorSource& tensors, const ContentStep& step) {
  constexpr double kPixelWeight = 20, kC1 = 1e-4, kC2 = 9e-4;
  // Where the information of both differs by this, one counts e times as much.
  constexpr double kTemperature = 100;
  const bool swapped = step.noise.Uniform() < 0.5;
  const torch::Tensor& first = swapped ? step.batch.vis : step.batch.inf;
  const torch::Tensor& second = swapped ? step.batch.inf : step.batch.vis;
  const torch::Tensor share =
      torch::softmax(torch::stack({InformationOf(first), InformationOf(second)}) / kTemperature, 0);
  const torch::Tensor fused = RunU2Fusion(tensors, first, second);
  torch::Tensor structure = torch::zeros({}), pixels = torch::zeros({});
  for (const auto& [source, s] : {std::pair{first, share[0]}, std::pair{second, share[1]}}) {
    const learn::SimilarityMaps maps = learn::CompareStructure(fused, source, kC1, kC2);
    structure = structure + (s * (1 - (maps.luminance * maps.contrast).mean({1, 2, 3}))).mean();
    pixels = pixels + (s * (fused - source).square().mean({1, 2, 3})).mean();
  }
  return {{"structure", structure}, {"pixels", kPixelWeight * pixels}};
}

std::vector<LossTerm> SdNetLoss(const TensorSource& tensors, const ContentStep& step) {
  constexpr double kVisible = 0.5, kGradient = 80;
  const torch::Tensor ir = step.batch.inf * 2 - 1, vi = step.batch.vis * 2 - 1;
  const torch::Tensor blur = torch::tensor({0.0947f, 0.1183f, 0.0947f, 0.1183f, 0.1478f, 0.1183f,
                                            0.0947f, 0.1183f, 0.0947f})
                                 .reshape({1, 1, 3, 3});
  const auto strength = [&](const torch::Tensor& picture) {
    return Laplacian(torch::conv2d(picture, blur, {}, 1, 1)).abs();
  };
  const torch::Tensor of_vi = (strength(vi) > strength(ir)).to(torch::kFloat32);
  const torch::Tensor fused = RunSdNet(tensors, ir, vi);
  const torch::Tensor lap = Laplacian(fused);
  const Decomposed decomposed = DecomposeSdNet(tensors, fused);
  return {
      {"intensity", torch::mse_loss(fused, ir) + kVisible * torch::mse_loss(fused, vi)},
      {"gradient", kGradient * (((1 - of_vi) * (lap - Laplacian(ir)).square()).mean() +
                                (of_vi * (lap - Laplacian(vi)).square()).mean())},
      {"decomposition", torch::mse_loss(decomposed.ir, ir) + torch::mse_loss(decomposed.vi, vi)}};
}

TrainableMethod TrainableDenseFuse() {
  static const ContentDesign design = {
      .published = {.method = "densefuse", .batch = 2, .crop = 256, .lr = 1e-4},
      .smallest_crop = 11,
      .deviation = [](const model::TensorSpec&) { return 0.1; },
      .loss = DenseFuseLoss,
      .optimizer = nullptr};
  return {"densefuse", design.published,
          [](const MethodTrainSettings& s, const learn::PairDataset&) {
            // 80,000 pictures, four times.
            return std::max<std::uint64_t>(1, 320000 / static_cast<std::uint64_t>(s.batch));
          },
          [](const MethodTrainSettings& s) { return Make(design, s); }};
}

TrainableMethod TrainableIfcnn() {
  static const ContentDesign design = {
      .published = {.method = "ifcnn", .batch = 16, .crop = 128, .lr = 0.01},
      .smallest_crop = 16,
      .deviation =
          [](const model::TensorSpec& spec) {
            return std::sqrt(2.0 /
                             static_cast<double>(spec.shape[2] * spec.shape[3] * spec.shape[0]));
          },
      .loss = IfcnnLoss,
      .optimizer = [](const std::vector<torch::Tensor>& parameters,
                      double lr) -> std::unique_ptr<torch::optim::Optimizer> {
        constexpr double kMomentum = 0.9;
        return std::make_unique<torch::optim::SGD>(
            parameters, torch::optim::SGDOptions(lr).momentum(kMomentum));
      },
      .rate_power = 0.9};
  return {
      "ifcnn", design.published,
      [](const MethodTrainSettings&, const learn::PairDataset&) -> std::uint64_t { return 60000; },
      [](const MethodTrainSettings& s) { return Make(design, s); }};
}

TrainableMethod TrainableU2Fusion() {
  static const ContentDesign design = {
      .published = {.method = "u2fusion", .batch = 18, .crop = 64, .lr = 1e-4},
      .smallest_crop = 11,
      .deviation = [](const model::TensorSpec&) { return 0.05; },
      .loss = U2FusionLoss,
      .optimizer = [](const std::vector<torch::Tensor>& parameters,
                      double lr) -> std::unique_ptr<torch::optim::Optimizer> {
        constexpr double kDecay = 0.6, kMomentum = 0.15;
        return std::make_unique<torch::optim::RMSprop>(
            parameters, torch::optim::RMSpropOptions(lr).alpha(kDecay).momentum(kMomentum));
      },
      .largest_weight = 50};
  return {"u2fusion", design.published,
          [](const MethodTrainSettings& s, const learn::PairDataset& data) {
            return StepsOfPatches(s, data, s.crop, 3);
          },
          [](const MethodTrainSettings& s) { return Make(design, s); }};
}

TrainableMethod TrainableSdNet() {
  static const ContentDesign design = {
      .published = {.method = "sdnet", .batch = 32, .crop = 120, .lr = 1e-4},
      .smallest_crop = 3,
      .deviation = [](const model::TensorSpec&) { return 1e-3; },
      .loss = SdNetLoss,
      .optimizer = nullptr};
  return {"sdnet", design.published,
          [](const MethodTrainSettings& s, const learn::PairDataset& data) {
            return StepsOfPatches(s, data, 10, 15);
          },
          [](const MethodTrainSettings& s) { return Make(design, s); }};
}

}  // namespace seafusion::methods
