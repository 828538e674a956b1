#include "learn/lite/lite_trainer.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "learn/data/test_pairs.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

LiteSettings TinyLite() {
  LiteSettings s;
  s.channels = 8;
  s.layers = 3;
  s.steps = 30;
  s.batch = 2;
  s.crop = 32;
  s.levels = 3;
  s.warmup = 2;
  s.precision = "fp32";
  return s;
}

class LiteTrainerTest : public ::testing::Test {
 protected:
  LiteTrainerTest() : data_(Mix(40, 36)) { torch::set_num_threads(1); }
  ~LiteTrainerTest() override { std::filesystem::remove(checkpoint_); }

  static DataMix Mix(int width, int height) {
    std::vector<PairDataset> sets;
    sets.push_back(TestPairs(3, width, height));
    sets.push_back(TestPairs(2, width + 7, height));
    return DataMix::FromSets(std::move(sets), {1, 2});
  }
  LiteTrainer Make(const LiteSettings& settings = TinyLite()) {
    auto trainer = LiteTrainer::Create(settings, data_, torch::kCPU);
    EXPECT_TRUE(trainer.ok()) << trainer.status().message();
    return *std::move(trainer);
  }
  // Trains and returns the loss of every step.
  std::vector<double> Train(LiteTrainer& trainer, std::uint64_t until) {
    std::vector<double> losses;
    const Status s = trainer.Train(until, stop_, [&](const LiteEvent& e) {
      losses.push_back(e.train.total);
      return OkStatus();
    });
    EXPECT_TRUE(s.ok()) << s.message();
    return losses;
  }

  DataMix data_;
  std::atomic<bool> stop_{false};
  std::string checkpoint_ =
      (std::filesystem::temp_directory_path() / ("seafusion_lite_" + std::to_string(::getpid())))
          .string();
};

TEST_F(LiteTrainerTest, MoreLossesAndVariedCamerasTrainAndResumeExactly) {
  LiteSettings settings = TinyLite();
  settings.contrast_weight = 0.5;
  settings.structure_weight = 0.5;
  settings.variation = {.gamma = 0.5,
                        .contrast = 0.3,
                        .polarity_share = 0.1,
                        .flat_share = 0.1,
                        .blur = 1,
                        .misregistration = 1,
                        .noise = 0.02};
  LiteTrainer whole = Make(settings);
  const std::vector<double> losses = Train(whole, 6);
  EXPECT_NE(losses, [&] {
    LiteTrainer plain = Make();
    return Train(plain, 6);
  }());
  LiteTrainer first = Make(settings);
  Train(first, 3);
  ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
  auto second = LiteTrainer::Resume(checkpoint_, data_, torch::kCPU);
  ASSERT_TRUE(second.ok()) << second.status().message();
  EXPECT_EQ(Train(*second, 6), std::vector<double>(losses.begin() + 3, losses.end()));
}

TEST_F(LiteTrainerTest, LowersTheLossOfBothNetworks) {
  for (const char* network : {"lite", "full"}) {
    LiteSettings s = TinyLite();
    s.network = network;
    LiteTrainer trainer = Make(s);
    const auto loss = [&] {
      const auto value = trainer.Evaluate(data_.sets()[0], stop_);
      EXPECT_TRUE(value.ok());
      return value->total;
    };
    const double before = loss();
    Train(trainer, 30);
    EXPECT_LT(loss(), 0.95 * before) << network;
  }
}

TEST_F(LiteTrainerTest, OneSeedGivesTheSameWeightsAgain) {
  for (const char* precision : {"fp32", "bf16"}) {
    LiteSettings s = TinyLite();
    s.precision = precision;
    const auto made = LiteTrainer::Create(s, data_, torch::kCPU);
    if (!made.ok()) GTEST_SKIP() << made.status().message();
    LiteTrainer a = Make(s), b = Make(s);
    EXPECT_EQ(Train(a, 10), Train(b, 10));
    const auto first = a.net().ToArchive(), second = b.net().ToArchive();
    for (const auto& [name, tensor] : first.tensors) {
      EXPECT_EQ(tensor.values, second.tensors.at(name).values) << name;
    }
  }
}

TEST_F(LiteTrainerTest, ResumeContinuesBitForBit) {
  LiteTrainer whole = Make();
  const std::vector<double> expected = Train(whole, 12);
  LiteTrainer first = Make();
  Train(first, 5);
  ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
  auto second = LiteTrainer::Resume(checkpoint_, data_, torch::kCPU);
  ASSERT_TRUE(second.ok()) << second.status().message();
  EXPECT_EQ(second->step(), 5u);
  EXPECT_EQ(LiteSettingsToJson(*LiteTrainer::SettingsOf(checkpoint_)),
            LiteSettingsToJson(first.settings()));
  const std::vector<double> rest = Train(*second, 12);
  EXPECT_EQ(rest, std::vector<double>(expected.begin() + 5, expected.end()));
  const auto a = whole.net().ToArchive(), b = second->net().ToArchive();
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_EQ(tensor.values, b.tensors.at(name).values) << name;
  }
}

TEST_F(LiteTrainerTest, RefusesWhatIsNoCheckpoint) {
  EXPECT_EQ(LiteTrainer::Resume(checkpoint_, data_, torch::kCPU).status().code(),
            StatusCode::kNotFound);
  ASSERT_TRUE(Make().SaveCheckpoint(checkpoint_).ok());
  auto bytes = *ReadFile(checkpoint_, 64 << 20);
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, bytes.size() / 2}) {
    std::ofstream(checkpoint_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
    const Status s = LiteTrainer::Resume(checkpoint_, data_, torch::kCPU).status();
    EXPECT_EQ(s.code(), StatusCode::kCorruptData) << size;
    EXPECT_THAT(s.message(), HasSubstr(checkpoint_));
  }
}

TEST_F(LiteTrainerTest, RefusesCropsThatDoNotFit) {
  LiteSettings s = TinyLite();
  s.crop = 38;
  EXPECT_THAT(LiteTrainer::Create(s, data_, torch::kCPU).status().message(),
              HasSubstr("is 40x36, smaller than crops of 38 pixels"));
}

TEST_F(LiteTrainerTest, StopsOnRequestAndPassesFailuresOn) {
  LiteTrainer trainer = Make();
  Status s = trainer.Train(30, stop_, [&](const LiteEvent& e) {
    stop_ = e.step == 3;
    return OkStatus();
  });
  EXPECT_EQ(s.code(), StatusCode::kCancelled);
  EXPECT_EQ(trainer.step(), 3u);
  stop_ = false;
  s = trainer.Train(30, stop_, [&](const LiteEvent&) { return IoError("disk full"); });
  EXPECT_EQ(s.message(), "disk full");
}

TEST(LearningRate, RisesThenFallsAlongHalfACosine) {
  LiteSettings s;
  s.steps = 1000;
  s.warmup = 100;
  s.lr = 1e-2;
  s.final_lr = 1e-4;
  EXPECT_NEAR(LearningRate(s, 0), 1e-4, 1e-9);
  EXPECT_GT(LearningRate(s, 99), 0.97e-2);
  EXPECT_NEAR(LearningRate(s, 500), (1e-2 + 1e-4) / 2, 1e-9);
  EXPECT_NEAR(LearningRate(s, 1000), 1e-4, 1e-9);
  s.warmup = 0;
  EXPECT_EQ(LearningRate(s, 0), 1e-2);
}

}  // namespace
}  // namespace seafusion::learn
