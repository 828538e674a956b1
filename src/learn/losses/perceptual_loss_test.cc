#include "learn/losses/perceptual_loss.h"

#include <unistd.h>

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "learn/libtorch.h"
#include "model/espnetv2/test_weights.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

class PerceptualLossTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }

  void Write(const model::TensorArchive& archive) {
    const auto bytes = model::SerializeSafetensors(archive);
    ASSERT_TRUE(bytes.ok()) << bytes.status().message();
    ASSERT_TRUE(WriteFileAtomically(file_, *bytes, IfExists::kReplace).ok());
  }

  PerceptualLoss OfOurs() {
    Write(SegmentationNet::Initialized({.width = 8}, 3)->ToArchive());
    auto loss = PerceptualLoss::Load(file_);
    EXPECT_TRUE(loss.ok()) << loss.status().message();
    return *std::move(loss);
  }

  static torch::Tensor Picture(std::uint64_t seed) {
    return torch::rand({2, 1, 64, 64}, at::detail::createCPUGenerator(seed));
  }

  const torch::Tensor all_ = torch::ones({2, 1, 64, 64});
  const std::string file_ = (std::filesystem::temp_directory_path() /
                             ("perceptual_loss_test." + std::to_string(::getpid())))
                                .string();
};

TEST_F(PerceptualLossTest, IsNothingWhereThePictureIsTheSourceThatExcitesMore) {
  const PerceptualLoss loss = OfOurs();
  const auto of = [&](const torch::Tensor& f, const torch::Tensor& v, const torch::Tensor& i) {
    return loss.Of(f, v, i, all_).item<double>();
  };
  const torch::Tensor busy = Picture(1), flat = torch::full_like(busy, 0.5);
  EXPECT_NEAR(of(busy, busy, busy), 0, 1e-6);
  EXPECT_GT(of(flat, busy, busy), 0.1);
  // Whichever camera it is.
  EXPECT_DOUBLE_EQ(of(busy, busy, flat), of(busy, flat, busy));
  EXPECT_LT(of(busy, busy, flat), of(flat, busy, flat));
}

TEST_F(PerceptualLossTest, LowersItselfByItsGradient) {
  const PerceptualLoss loss = OfOurs();
  const torch::Tensor vis = Picture(1), inf = Picture(2);
  torch::Tensor fused = Picture(3).set_requires_grad(true);
  const torch::Tensor before = loss.Of(fused, vis, inf, all_);
  before.backward();
  ASSERT_TRUE(torch::isfinite(fused.grad()).all().item<bool>());
  const torch::NoGradGuard no_grad;
  const torch::Tensor step = fused - fused.grad() / fused.grad().norm() * 0.5;
  EXPECT_LT(loss.Of(step, vis, inf, all_).item<double>(), before.item<double>());
}

TEST_F(PerceptualLossTest, WhatDoesNotCountDoesNotMatterFarFromWhatDoes) {
  const PerceptualLoss loss = OfOurs();
  const torch::Tensor vis = Picture(1), inf = Picture(2), fused = Picture(3);
  torch::Tensor counted = all_.clone();
  counted.select(0, 1).zero_();
  torch::Tensor other = fused.clone();
  other.select(0, 1).zero_();
  EXPECT_FLOAT_EQ(loss.Of(fused, vis, inf, counted).item<float>(),
                  loss.Of(other, vis, inf, counted).item<float>());
}

TEST_F(PerceptualLossTest, BlackPicturesAreFinite) {
  const PerceptualLoss loss = OfOurs();
  const torch::Tensor black = torch::zeros({2, 1, 64, 64});
  EXPECT_TRUE(torch::isfinite(loss.Of(black, black, black, all_)).item<bool>());
}

TEST_F(PerceptualLossTest, TakesEspnetv2AndNamesTheFileOfWhatIsNone) {
  Write(model::RandomEspnetv2Weights(3));
  const auto loss = PerceptualLoss::Load(file_);
  ASSERT_TRUE(loss.ok()) << loss.status().message();
  const torch::Tensor busy = Picture(1);
  EXPECT_GT(loss->Of(Picture(2), busy, busy, all_).item<double>(), 0.01);
  EXPECT_NEAR(loss->Of(busy, busy, busy, all_).item<double>(), 0, 1e-6);

  model::TensorArchive other;
  other.tensors["a"] = {{1}, {0.0f}};
  Write(other);
  EXPECT_THAT(std::string(PerceptualLoss::Load(file_).status().message()), HasSubstr(file_));
}

}  // namespace
}  // namespace seafusion::learn
