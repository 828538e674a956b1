#include "learn/trainer.h"

#include <unistd.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/data/test_pairs.h"

namespace seafusion::learn {
namespace {

const TrainSettings kTiny{.seed = 3, .steps = 40, .batch = 2, .crop = 12, .lr = 5e-3, .warmup = 2};

class TrainerTest : public ::testing::Test {
 protected:
  TrainerTest() : data_(TestPairs(3, 20, 16)) { torch::set_num_threads(1); }
  ~TrainerTest() override { std::filesystem::remove(checkpoint_); }

  Trainer Make(const TrainSettings& settings = kTiny) {
    auto trainer = Trainer::Create(settings, data_, torch::kCPU);
    EXPECT_TRUE(trainer.ok());
    return *std::move(trainer);
  }
  // Trains and returns the content loss of every step.
  std::vector<double> Train(Trainer& trainer, std::uint64_t until) {
    std::vector<double> losses;
    const Status s = trainer.Train(until, stop_, [&](const TrainEvent& e) {
      losses.push_back(e.train.content);
      return OkStatus();
    });
    EXPECT_TRUE(s.ok()) << s.message();
    return losses;
  }

  PairDataset data_;
  std::atomic<bool> stop_{false};
  std::string checkpoint_ =
      (std::filesystem::temp_directory_path() / ("seafusion_trainer_" + std::to_string(::getpid())))
          .string();
};

TEST_F(TrainerTest, LowersTheLoss) {
  Trainer trainer = Make();
  const auto before = Evaluate(trainer.net(), data_, torch::kCPU, nullptr);
  Train(trainer, 40);
  const auto after = Evaluate(trainer.net(), data_, torch::kCPU, nullptr);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_LT(after->content, 0.9 * before->content);
}

TEST_F(TrainerTest, ResumeContinuesBitForBit) {
  Trainer whole = Make();
  const std::vector<double> expected = Train(whole, 12);

  Trainer first = Make();
  std::vector<double> losses = Train(first, 5);
  ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
  auto second = Trainer::Resume(checkpoint_, data_, torch::kCPU);
  ASSERT_TRUE(second.ok()) << second.status().message();
  EXPECT_EQ(second->step(), 5u);
  const std::vector<double> rest = Train(*second, 12);
  losses.insert(losses.end(), rest.begin(), rest.end());
  EXPECT_EQ(losses, expected);
  const auto a = whole.net().ToArchive(), b = second->net().ToArchive();
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_EQ(tensor.values, b.tensors.at(name).values) << name;
  }
}

TEST_F(TrainerTest, StopsWhenAsked) {
  Trainer trainer = Make();
  const Status s = trainer.Train(40, stop_, [&](const TrainEvent& e) {
    if (e.step == 3) stop_ = true;
    return OkStatus();
  });
  EXPECT_EQ(s.code(), StatusCode::kCancelled);
  EXPECT_EQ(trainer.step(), 3u);
}

TEST_F(TrainerTest, ANonFiniteLossStopsBeforeItReachesTheWeights) {
  TrainSettings wild = kTiny;
  wild.lr = 0.99;
  Trainer trainer = Make(wild);
  // Poison one weight: tanh keeps the output finite unless a NaN is inside.
  {
    const torch::NoGradGuard no_grad;
    trainer.net().parameters()[0].value.fill_(std::numeric_limits<float>::quiet_NaN());
  }
  const Status s = trainer.Train(1, stop_, [](const TrainEvent&) { return OkStatus(); });
  EXPECT_EQ(s.code(), StatusCode::kInternal);
  EXPECT_EQ(s.message(), "the intensity loss is not finite at step 1");
  EXPECT_EQ(trainer.step(), 0u);
}

TEST_F(TrainerTest, AnObserversFailureEndsTheRun) {
  Trainer trainer = Make();
  const Status s =
      trainer.Train(40, stop_, [](const TrainEvent&) { return IoError("log.csv: full"); });
  EXPECT_EQ(s.message(), "log.csv: full");
  EXPECT_EQ(trainer.step(), 1u);
}

TEST_F(TrainerTest, RefusesSettingsThatCannotWork) {
  TrainSettings large = kTiny;
  large.crop = 17;
  EXPECT_EQ(Trainer::Create(large, data_, torch::kCPU).status().message(),
            "crops of 17 pixels do not fit the smallest picture side, 16");
  for (auto change :
       {+[](TrainSettings& s) { s.steps = 0; }, +[](TrainSettings& s) { s.batch = 0; },
        +[](TrainSettings& s) { s.crop = 1; }, +[](TrainSettings& s) { s.lr = 0; },
        +[](TrainSettings& s) { s.final_lr = 1; }}) {
    TrainSettings s = kTiny;
    change(s);
    EXPECT_EQ(ValidateTrainSettings(s).code(), StatusCode::kInvalidArgument);
  }
}

TEST(LearningRate, WarmsUpThenFallsAlongHalfACosine) {
  const TrainSettings s{.steps = 110, .lr = 1.0, .final_lr = 0.2, .warmup = 10};
  EXPECT_DOUBLE_EQ(LearningRate(s, 0), 0.1);
  EXPECT_DOUBLE_EQ(LearningRate(s, 9), 1.0);
  EXPECT_DOUBLE_EQ(LearningRate(s, 10), 1.0);
  EXPECT_DOUBLE_EQ(LearningRate(s, 60), 0.6);
  EXPECT_NEAR(LearningRate(s, 109), 0.2, 1e-3);
}

}  // namespace
}  // namespace seafusion::learn
