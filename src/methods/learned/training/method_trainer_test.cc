#include "methods/learned/training/method_trainer.h"

#include <unistd.h>

#include <filesystem>
#include <limits>

#include <gtest/gtest.h>

#include "learn/data/test_pairs.h"
#include "learn/libtorch.h"
#include "methods/learned/training/recipes/gan_recipe.h"
#include "methods/learned/training/recipes/rfn_nest_recipe.h"

namespace seafusion::methods {
namespace {

using State = std::map<std::string, torch::Tensor>;

bool IsGan(const std::string& method) {
  return method == "fusiongan" || method == "ganmcc";
}

// The smallest crop that the discriminator can judge, or one smaller still, and networks that take
// milliseconds.
MethodTrainSettings Tiny(const std::string& method) {
  if (method == "rfn-nest") {
    return {
        .method = method, .seed = 3, .steps = 3, .batch = 1, .crop = 16, .lr = 1e-3, .width = 8};
  }
  const int crop = IsGan(method) ? 43 : 24;
  return {.method = method, .seed = 3, .steps = 6, .batch = 2, .crop = crop, .lr = 1e-3};
}

GanDesign TinyDesign(const std::string& method) {
  GanDesign design;
  design.generator.channels = {4, 4, 4, 4};
  design.discriminator = {4, 4, 4, 4};
  if (method == "ganmcc") {
    design.generator.two_paths = true;
    design.judgements = 2;
    design.content = kGanMcCContent;
  }
  return design;
}

State Copy(const Recipe& recipe) {
  State copy;
  for (const auto& [name, tensor] : recipe.state()) copy[name] = tensor.detach().clone();
  return copy;
}

bool Moved(const State& before, const State& after, const std::string& name) {
  return !torch::equal(before.at(name), after.at(name));
}

class MethodTrainerTest : public ::testing::TestWithParam<const char*> {
 protected:
  MethodTrainerTest() : data_(learn::TestPairs(3, 50, 46)) { torch::set_num_threads(1); }
  ~MethodTrainerTest() override { std::filesystem::remove(checkpoint_); }

  MethodTrainer Make(const std::string& method) {
    const MethodTrainSettings settings = Tiny(method);
    auto trainer = IsGan(method)
                       ? MethodTrainer::Create(settings, data_, 0,
                                               *MakeGanRecipe(TinyDesign(method), settings))
                       : MethodTrainer::Create(settings, data_, 0);
    EXPECT_TRUE(trainer.ok()) << trainer.status().message();
    return *std::move(trainer);
  }
  std::vector<double> Train(MethodTrainer& trainer, std::uint64_t steps = 1000) {
    std::vector<double> losses;
    const Status s = trainer.Train(
        stop_,
        [&](const MethodTrainEvent& e) {
          for (const auto& [name, value] : e.losses) losses.push_back(value);
          return OkStatus();
        },
        steps);
    EXPECT_TRUE(s.ok()) << s.message();
    return losses;
  }

  learn::PairDataset data_;
  std::atomic<bool> stop_{false};
  std::string checkpoint_ = (std::filesystem::temp_directory_path() /
                             ("seafusion_method_trainer_" + std::to_string(::getpid())))
                                .string();
};

TEST_P(MethodTrainerTest, ResumeContinuesBitForBit) {
  MethodTrainer whole = Make(GetParam());
  const std::vector<double> expected = Train(whole);
  MethodTrainer first = Make(GetParam());
  // RFN-Nest: in the middle of its second stage.
  std::vector<double> losses = Train(first, 4);
  ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
  MethodTrainer second = Make(GetParam());
  const Status loaded = second.Load(checkpoint_);
  ASSERT_TRUE(loaded.ok()) << loaded.message();
  EXPECT_EQ(second.stage(), first.stage());
  EXPECT_EQ(second.step(), first.step());
  const std::vector<double> rest = Train(second);
  losses.insert(losses.end(), rest.begin(), rest.end());
  EXPECT_EQ(losses, expected);
  const auto a = whole.Weights(), b = second.Weights();
  EXPECT_EQ(a.metadata, b.metadata);
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_EQ(tensor.values, b.tensors.at(name).values) << name;
  }
}

TEST_P(MethodTrainerTest, LowersTheLossOfWhatFuses) {
  MethodTrainer trainer = Make(GetParam());
  const std::string method = GetParam();
  // The auto-encoder or the generator. One term alone may rise for the good of another.
  const std::size_t watched = IsGan(method) ? 1 : 0;
  std::vector<double> seen;
  // The same batch again and again: the trainer would go on to other crops.
  SeededNoise noise(1);
  const learn::PairBatch batch = data_.Crops(0, 2, trainer.settings().crop, 1);
  auto recipe = IsGan(method) ? MakeGanRecipe(TinyDesign(method), Tiny(method))
                              : (*FindTrainableMethod(method))->make(Tiny(method));
  ASSERT_TRUE(recipe.ok());
  std::vector<std::unique_ptr<torch::optim::Optimizer>> optimizers;
  const double lr = method == "u2fusion" ? 3e-4 : 5e-3;
  for (const Player& player : (*recipe)->players()) {
    optimizers.push_back((*recipe)->MakeOptimizer(player.parameters, lr));
  }
  for (int i = 0; i < 30; ++i) {
    const Status s = (*recipe)->Step(0, 0, batch, noise,
                                     [&](std::size_t player, const std::vector<LossTerm>& terms) {
                                       torch::Tensor total = torch::zeros({});
                                       for (const auto& [name, value] : terms) {
                                         total = total + value;
                                       }
                                       if (player == watched) seen.push_back(total.item<double>());
                                       optimizers[player]->zero_grad();
                                       total.backward();
                                       optimizers[player]->step();
                                       return OkStatus();
                                     });
    ASSERT_TRUE(s.ok());
  }
  EXPECT_LT(seen.back(), 0.9 * seen.front());
}

TEST_P(MethodTrainerTest, ANonFiniteLossStopsBeforeItReachesTheWeights) {
  MethodTrainer trainer = Make(GetParam());
  {
    const torch::NoGradGuard no_grad;
    torch::Tensor poisoned = trainer.recipe().players().back().parameters.back();
    if (!IsGan(GetParam())) {
      poisoned = trainer.recipe().players().front().parameters.back();
    }
    poisoned.fill_(std::numeric_limits<float>::quiet_NaN());
  }
  const Status s = trainer.Train(stop_, [](const MethodTrainEvent&) { return OkStatus(); });
  EXPECT_EQ(s.code(), StatusCode::kInternal);
  EXPECT_NE(s.message().find("is not finite at step 1"), std::string::npos) << s.message();
  EXPECT_EQ(trainer.step(), 0u);
  for (const Player& player : trainer.recipe().players()) {
    for (const torch::Tensor& p : player.parameters) EXPECT_FALSE(p.grad().defined());
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, MethodTrainerTest,
                         ::testing::Values("densefuse", "rfn-nest", "ifcnn", "fusiongan", "ganmcc",
                                           "u2fusion", "sdnet"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(MethodTrainerTest, AStepMovesDiscriminatorGeneratorAndTheirAverages) {
  MethodTrainer trainer = Make("fusiongan");
  const State before = Copy(trainer.recipe());
  Train(trainer, 1);
  const State& after = trainer.recipe().state();
  for (const char* name :
       {"fusion_model/layer1/w1", "fusion_model/layer5/w5", "fusion_model/layer1/w1/u",
        "fusion_model/layer1/gamma", "fusion_model/layer1/moving_variance",
        "discriminator/layer_1/w", "discriminator/layer_1/w/u", "discriminator/line_5/w"}) {
    EXPECT_TRUE(Moved(before, after, name)) << name;
  }
}

// The generator's turn pushes gradients through the discriminator, which must not learn from it.
TEST_F(MethodTrainerTest, NobodyLearnsFromAnothersLoss) {
  MethodTrainer trainer = Make("ganmcc");
  auto recipe = MakeGanRecipe(TinyDesign("ganmcc"), Tiny("ganmcc"));
  ASSERT_TRUE(recipe.ok());
  SeededNoise noise(1);
  std::vector<std::size_t> turns;
  const Status s = (*recipe)->Step(0, 0, data_.Crops(0, 2, 43, 1), noise,
                                   [&](std::size_t player, const std::vector<LossTerm>& terms) {
                                     turns.push_back(player);
                                     torch::Tensor total = torch::zeros({});
                                     for (const auto& term : terms) total = total + term.second;
                                     const auto& generator = (*recipe)->players()[1].parameters;
                                     if (player == 0) {
                                       // The discriminator sees the fused picture, not how it was
                                       // made.
                                       const auto grads = torch::autograd::grad(
                                           {total}, generator, {}, true, false, true);
                                       for (const torch::Tensor& grad : grads)
                                         EXPECT_FALSE(grad.defined());
                                     }
                                     return OkStatus();
                                   });
  ASSERT_TRUE(s.ok()) << s.message();
  EXPECT_EQ(turns, (std::vector<std::size_t>{0, 0, 1}));

  Train(trainer, 1);
  const State before = Copy(trainer.recipe());
  stop_ = true;
  EXPECT_EQ(trainer.Train(stop_, [](const MethodTrainEvent&) { return OkStatus(); }).code(),
            StatusCode::kCancelled);
  for (const auto& [name, tensor] : trainer.recipe().state()) {
    EXPECT_TRUE(torch::equal(tensor, before.at(name))) << name;
  }
}

TEST_F(MethodTrainerTest, RfnNestsAutoEncoderIsFrozenInTheSecondStage) {
  MethodTrainer trainer = Make("rfn-nest");
  const State start = Copy(trainer.recipe());
  Train(trainer, 3);
  const State middle = Copy(trainer.recipe());
  EXPECT_TRUE(Moved(start, middle, "DB1_0.denseblock.0.conv2d.weight"));
  EXPECT_FALSE(Moved(start, middle, "fusion_block1.conv_ir.conv2d.weight"));
  Train(trainer);
  EXPECT_EQ(trainer.stage(), 2u);
  const State& end = trainer.recipe().state();
  for (const model::TensorSpec& spec : NestFuseTensors(8)) {
    EXPECT_FALSE(Moved(middle, end, spec.name)) << spec.name;
  }
  EXPECT_TRUE(Moved(middle, end, "fusion_block1.conv_ir.conv2d.weight"));
  EXPECT_EQ(trainer.Weights().metadata.at("width"), "8");
}

TEST_F(MethodTrainerTest, RefusesWhatCannotWork) {
  const auto refused = [&](const MethodTrainSettings& s) {
    auto resolved = ResolveMethodSettings(s, data_);
    if (!resolved.ok()) return resolved.status().message();
    auto trainer = MethodTrainer::Create(*resolved, data_, 0);
    return trainer.ok() ? std::string("accepted") : trainer.status().message();
  };
  EXPECT_EQ(refused({.method = "gtf"}),
            "no method called 'gtf' can be trained; there are densefuse, rfn-nest, ifcnn, "
            "fusiongan, ganmcc, u2fusion, sdnet");
  EXPECT_EQ(refused({.method = "fusiongan"}),
            "crops of 132 pixels do not fit the smallest picture side, 46");
  EXPECT_EQ(refused({.method = "ganmcc", .crop = 42}),
            "crop 42 is too small for ganmcc; its discriminator needs 43");
  EXPECT_EQ(refused({.method = "fusiongan", .crop = 43, .width = 8}),
            "fusiongan has one width only; leave the width out");
  EXPECT_EQ(refused({.method = "rfn-nest", .crop = 16, .width = 12}),
            "width 12 is not a multiple of 8 in 8..256");
}

TEST_F(MethodTrainerTest, RefusesFilesThatAreNoCheckpointOfThisRun) {
  MethodTrainer trainer = Make("fusiongan");
  ASSERT_TRUE(trainer.SaveCheckpoint(checkpoint_).ok());
  MethodTrainSettings other = Tiny("fusiongan");
  other.lr = 2e-3;
  auto different =
      MethodTrainer::Create(other, data_, 0, *MakeGanRecipe(TinyDesign("fusiongan"), other));
  ASSERT_TRUE(different.ok());
  EXPECT_EQ(different->Load(checkpoint_).code(), StatusCode::kInvalidArgument);
  std::filesystem::resize_file(checkpoint_, std::filesystem::file_size(checkpoint_) - 1);
  EXPECT_EQ(trainer.Load(checkpoint_).code(), StatusCode::kCorruptData);
}

// Ten passes over the patches 14 pixels apart: 1 across and 1 down in each of three pictures.
TEST_F(MethodTrainerTest, PublishedSettingsFillWhatIsNotAskedFor) {
  const auto gan = ResolveMethodSettings({.method = "fusiongan", .crop = 43}, data_);
  ASSERT_TRUE(gan.ok());
  EXPECT_EQ(gan->batch, 32);
  EXPECT_EQ(gan->lr, 1e-4);
  EXPECT_EQ(gan->steps, 1u);  // 30 patches in batches of 32
  const auto rfn = ResolveMethodSettings({.method = "rfn-nest", .crop = 32}, data_);
  ASSERT_TRUE(rfn.ok());
  EXPECT_EQ(rfn->steps, 40000u);
  EXPECT_EQ(rfn->width, 64);
}

}  // namespace
}  // namespace seafusion::methods
