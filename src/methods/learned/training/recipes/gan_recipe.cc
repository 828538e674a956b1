#include "methods/learned/training/recipes/gan_recipe.h"

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "methods/learned/network_weights.h"
#include "methods/learned/training/initial_values.h"
#include "methods/learned/training/losses/spectral_norm.h"

namespace seafusion::methods {
namespace {

constexpr int kDiscriminatorSteps = 2;
constexpr double kInitialDeviation = 1e-3;
constexpr int kPatchStride = 14;
constexpr std::uint64_t kEpochs = 10;
constexpr std::size_t kDiscriminatorPlayer = 0, kGeneratorPlayer = 1;

// Random targets of the least squares, drawn for each sample.
torch::Tensor Targets(std::int64_t count, double lo, double hi, SeededNoise& noise) {
  torch::Tensor targets = torch::empty({count});
  float* values = targets.data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(noise.Between(lo, hi));
  return targets;
}
torch::Tensor High(std::int64_t count, SeededNoise& noise) {
  return Targets(count, 0.7, 1.2, noise);
}
torch::Tensor Low(std::int64_t count, SeededNoise& noise) {
  return Targets(count, 0.0, 0.3, noise);
}

// Sides of a picture after the discriminator's four convolutions.
int JudgedSide(int side) {
  for (int i = 0; i < 4; ++i) side = side < 3 ? 0 : (side - 3) / 2 + 1;
  return side;
}

class GanRecipe : public Recipe {
 public:
  GanRecipe(const GanDesign& design, const MethodTrainSettings& settings) : design_(design) {
    players_ = {{"discriminator", {}}, {"generator", {}}};
    SeededNoise noise(settings.seed);
    for (const model::TensorSpec& spec : GanGeneratorTensors(design_.generator)) {
      const bool weight = spec.shape.size() == 4;
      AddParameter(kGeneratorPlayer, spec.name,
                   weight ? TruncatedNormal(spec.shape, kInitialDeviation, noise)
                          : torch::zeros(spec.shape));
      if (!weight) continue;
      AddU(spec.name, spec.shape[0], noise);
      const std::string layer = spec.name.substr(0, spec.name.rfind('/'));
      if (!layer.ends_with("layer5")) AddNorm(kGeneratorPlayer, layer, spec.shape[0]);
    }
    int in = 1;
    for (std::size_t i = 0; i < design_.discriminator.size(); ++i) {
      const int out = design_.discriminator[i];
      const std::string layer = DiscriminatorLayer(i);
      AddParameter(kDiscriminatorPlayer, layer + "/w",
                   TruncatedNormal({out, in, 3, 3}, kInitialDeviation, noise));
      AddParameter(kDiscriminatorPlayer, layer + "/b", torch::zeros({out}));
      AddU(layer + "/w", out, noise);
      if (i > 0) AddNorm(kDiscriminatorPlayer, layer, out);
      in = out;
    }
    const int side = JudgedSide(settings.crop - 2 * kGanBorder);
    AddParameter(kDiscriminatorPlayer, kLine + "/w",
                 TruncatedNormal({design_.judgements, in * side * side}, kInitialDeviation, noise));
    AddParameter(kDiscriminatorPlayer, kLine + "/b", torch::zeros({design_.judgements}));
    AddU(kLine + "/w", design_.judgements, noise);
  }

  const std::vector<Player>& players() const override { return players_; }
  const std::map<std::string, torch::Tensor>& state() const override { return state_; }

  Status Step(std::size_t, std::uint64_t, const learn::PairBatch& batch, SeededNoise& noise,
              const TakeStep& take_step) override {
    const torch::Tensor ir = batch.inf * 2 - 1, vi = batch.vis * 2 - 1;
    const torch::Tensor ir_middle = Middle(ir), vi_middle = Middle(vi);
    const torch::Tensor fused = Generate(ir, vi);
    for (int i = 0; i < kDiscriminatorSteps; ++i) {
      SEAFUSION_RETURN_IF_ERROR(take_step(
          kDiscriminatorPlayer, DiscriminatorTerms(fused.detach(), ir_middle, vi_middle, noise)));
    }
    const torch::Tensor judged = Judge(fused, /*advance=*/false);
    torch::Tensor adversarial = torch::zeros({});
    for (int j = 0; j < design_.judgements; ++j) {
      adversarial = adversarial + torch::mse_loss(judged.select(1, j), High(judged.size(0), noise));
    }
    const GanContent content = ComputeGanContent(design_.content, fused, ir_middle, vi_middle);
    return take_step(kGeneratorPlayer, {{"adversarial", adversarial},
                                        {"intensity", content.intensity},
                                        {"gradient", content.gradient}});
  }

  model::TensorArchive Weights() const override {
    const torch::NoGradGuard no_grad;
    std::map<std::string, torch::Tensor> weights;
    for (const model::TensorSpec& spec : GanGeneratorTensors(design_.generator)) {
      const torch::Tensor value = state_.at(spec.name);
      weights[spec.name] = spec.shape.size() == 4
                               ? NormalizeSpectrum(value, state_.at(spec.name + "/u")).weight
                               : value;
    }
    return ArchiveOf(weights, design_.method);
  }

 private:
  inline static const std::string kLine = "discriminator/line_5";

  static std::string DiscriminatorLayer(std::size_t index) {
    return "discriminator/layer_" + std::to_string(index + 1);
  }

  void AddParameter(std::size_t player, const std::string& name, const torch::Tensor& value) {
    value.requires_grad_(true);
    players_[player].parameters.push_back(value);
    state_[name] = value;
  }
  void AddU(const std::string& weight, std::int64_t out, SeededNoise& noise) {
    state_[weight + "/u"] = TruncatedNormal({1, out}, 1.0, noise);
  }
  void AddNorm(std::size_t player, const std::string& layer, std::int64_t channels) {
    AddParameter(player, layer + "/gamma", torch::ones({channels}));
    AddParameter(player, layer + "/beta", torch::zeros({channels}));
    state_[layer + "/moving_mean"] = torch::zeros({channels});
    state_[layer + "/moving_variance"] = torch::ones({channels});
  }

  static torch::Tensor Middle(const torch::Tensor& picture) {
    return picture.slice(2, kGanBorder, -kGanBorder).slice(3, kGanBorder, -kGanBorder);
  }

  torch::Tensor SpectralWeight(const std::string& name, bool advance) {
    const SpectralNorm norm = NormalizeSpectrum(state_.at(name), state_.at(name + "/u"));
    if (advance) state_.at(name + "/u").copy_(norm.u);
    return norm.weight;
  }

  GanLayer Layer(const std::string& layer, const std::string& weight, const std::string& bias,
                 bool advance) {
    GanLayer made{SpectralWeight(weight, advance), state_.at(bias), {}, {}, {}, {}};
    if (state_.contains(layer + "/gamma")) {
      made.gamma = state_.at(layer + "/gamma");
      made.beta = state_.at(layer + "/beta");
      made.mean = state_.at(layer + "/moving_mean");
      made.variance = state_.at(layer + "/moving_variance");
    }
    return made;
  }

  torch::Tensor Generate(const torch::Tensor& ir, const torch::Tensor& vi) {
    const auto layers = [&](const std::string& name) {
      return Layer("fusion_model/" + name, GanTensorName(name, 'w'), GanTensorName(name, 'b'),
                   true);
    };
    return RunGanGenerator(design_.generator, layers, ir, vi);
  }

  // (N, judgements). `advance`: the power iterations go on.
  torch::Tensor Judge(const torch::Tensor& picture, bool advance) {
    torch::Tensor x = picture;
    for (std::size_t i = 0; i < design_.discriminator.size(); ++i) {
      const std::string name = DiscriminatorLayer(i);
      const GanLayer layer = Layer(name, name + "/w", name + "/b", advance);
      x = i == 0 ? torch::leaky_relu(torch::conv2d(x, layer.weight, layer.bias, 2), 0.2)
                 : ConvolveNormalized(layer, x, 2);
    }
    return torch::linear(x.flatten(1), SpectralWeight(kLine + "/w", advance),
                         state_.at(kLine + "/b"));
  }

  std::vector<LossTerm> DiscriminatorTerms(const torch::Tensor& fused, const torch::Tensor& ir,
                                           const torch::Tensor& vi, SeededNoise& noise) {
    const std::int64_t count = fused.size(0);
    const auto toward = [](const torch::Tensor& judged, int j, const torch::Tensor& target) {
      return torch::mse_loss(judged.select(1, j), target);
    };
    const torch::Tensor of_vi = Judge(vi, /*advance=*/true);
    const torch::Tensor of_fused = Judge(fused, /*advance=*/false);
    if (design_.judgements == 1) {
      return {{"judged visible", toward(of_vi, 0, High(count, noise))},
              {"judged fused", toward(of_fused, 0, Low(count, noise))}};
    }
    const torch::Tensor of_ir = Judge(ir, /*advance=*/false);
    const torch::Tensor visible =
        toward(of_vi, 0, High(count, noise)) + toward(of_vi, 1, Low(count, noise));
    const torch::Tensor infrared =
        toward(of_ir, 0, Low(count, noise)) + toward(of_ir, 1, High(count, noise));
    const torch::Tensor judged_fused =
        toward(of_fused, 0, Low(count, noise)) + toward(of_fused, 1, Low(count, noise));
    return {
        {"judged visible", visible}, {"judged infrared", infrared}, {"judged fused", judged_fused}};
  }

  GanDesign design_;
  std::vector<Player> players_;
  std::map<std::string, torch::Tensor> state_;
};

// Ten passes over all patches that lie 14 pixels apart.
std::uint64_t PublishedSteps(const MethodTrainSettings& s, const learn::PairDataset& data) {
  return StepsOfPatches(s, data, kPatchStride, kEpochs);
}

const GanDesign kFusionGan{.method = "fusiongan"};
const GanDesign kGanMcC{.method = "ganmcc",
                        .generator = {.two_paths = true},
                        .judgements = 2,
                        .content = kGanMcCContent};

MethodTrainSettings Published(const GanDesign& design) {
  return {.method = std::string(design.method), .batch = 32, .crop = 132, .lr = 1e-4};
}

}  // namespace

StatusOr<std::unique_ptr<Recipe>> MakeGanRecipe(const GanDesign& design,
                                                const MethodTrainSettings& settings) {
  if (JudgedSide(settings.crop - 2 * kGanBorder) < 1) {
    return InvalidArgument("crop " + std::to_string(settings.crop) + " is too small for " +
                           settings.method + "; its discriminator needs 43");
  }
  return std::unique_ptr<Recipe>(std::make_unique<GanRecipe>(design, settings));
}

TrainableMethod TrainableFusionGan() {
  return {kFusionGan.method, Published(kFusionGan), PublishedSteps,
          [](const MethodTrainSettings& s) { return MakeGanRecipe(kFusionGan, s); }};
}

TrainableMethod TrainableGanMcC() {
  return {kGanMcC.method, Published(kGanMcC), PublishedSteps,
          [](const MethodTrainSettings& s) { return MakeGanRecipe(kGanMcC, s); }};
}

}  // namespace seafusion::methods
