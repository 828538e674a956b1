#include "learn/checkpoint.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/file.h"
#include "learn/data/test_pairs.h"

namespace seafusion::learn {
namespace {

namespace fs = std::filesystem;

class CheckpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    torch::set_num_threads(1);
    path_ = (fs::temp_directory_path() / ("seafusion_checkpoint_" + std::to_string(::getpid())))
                .string();
    const PairDataset data = TestPairs(1, 16, 16);
    auto trainer =
        Trainer::Create({.steps = 2, .batch = 1, .crop = 8, .warmup = 0}, data, torch::kCPU);
    ASSERT_TRUE(trainer.ok());
    ASSERT_TRUE(trainer->SaveCheckpoint(path_).ok());
    bytes_ = *ReadFile(path_, 1 << 28);
  }
  void TearDown() override { fs::remove(path_); }
  StatusCode CodeFor(const std::vector<std::uint8_t>& bytes) {
    EXPECT_TRUE(WriteFileAtomically(path_, bytes, IfExists::kReplace).ok());
    const auto checkpoint = ReadCheckpoint(path_);
    if (checkpoint.ok()) return StatusCode::kOk;
    EXPECT_NE(checkpoint.status().message().find(path_), std::string::npos);
    EXPECT_LT(checkpoint.status().message().size(), 300u) << "no stack trace in a message";
    return checkpoint.status().code();
  }
  std::string path_;
  std::vector<std::uint8_t> bytes_;
};

TEST_F(CheckpointTest, KeepsTheSettings) {
  const auto checkpoint = ReadCheckpoint(path_);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().message();
  EXPECT_EQ(checkpoint->settings.crop, 8);
  EXPECT_EQ(checkpoint->settings.steps, 2u);
  EXPECT_EQ(checkpoint->step, 0u);
}

TEST_F(CheckpointTest, RefusesWhatIsCutShort) {
  for (std::size_t keep :
       {std::size_t{0}, std::size_t{1}, std::size_t{100}, bytes_.size() / 2, bytes_.size() - 1}) {
    EXPECT_EQ(CodeFor({bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(keep)}),
              StatusCode::kCorruptData)
        << keep;
  }
}

TEST_F(CheckpointTest, NoticesAChangedByteInTheWeights) {
  std::vector<std::uint8_t> broken = bytes_;
  broken[broken.size() / 2] ^= 0x40;
  EXPECT_EQ(CodeFor(broken), StatusCode::kCorruptData);
}

TEST_F(CheckpointTest, RefusesOtherFiles) {
  EXPECT_EQ(CodeFor(std::vector<std::uint8_t>(5000, 'x')), StatusCode::kCorruptData);
  EXPECT_EQ(ReadCheckpoint(path_ + ".none").status().code(), StatusCode::kNotFound);
}

TEST(TrainSettingsJson, RoundTripsAndRefusesWhatIsMissing) {
  const TrainSettings s{.seed = 9, .steps = 8, .batch = 7, .crop = 6, .lr = 0.5, .final_lr = 0.25};
  const auto back = SettingsFromJson(SettingsToJson(s));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(SettingsToJson(*back), SettingsToJson(s));
  EXPECT_EQ(SettingsFromJson("{}").status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(SettingsFromJson("[").status().code(), StatusCode::kCorruptData);
}

}  // namespace
}  // namespace seafusion::learn
