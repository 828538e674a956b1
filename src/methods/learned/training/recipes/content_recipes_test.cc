// The losses with a network whose weights are all zero, so that its result is known.
#include "methods/learned/training/recipes/content_recipes.h"

#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "learn/losses/ssim.h"
#include "model/methods/method_weights.h"

namespace seafusion::methods {
namespace {

constexpr int kSide = 24;

class ContentLossTest : public ::testing::Test {
 protected:
  // Both pictures of one level.
  std::vector<LossTerm> Loss(const std::string& method,
                             std::vector<LossTerm> (*loss)(const TensorSource&, const ContentStep&),
                             std::uint64_t step = 0) {
    std::map<std::string, torch::Tensor> zeros;
    for (const auto& spec : model::SpecsOf(*model::FindPublishedNetwork(method))) {
      zeros[spec.name] = torch::zeros(spec.shape);
    }
    learn::PairBatch batch;
    batch.vis = torch::full({2, 1, kSide, kSide}, kVisible);
    batch.inf = torch::full({2, 1, kSide, kSide}, kInfrared);
    SeededNoise noise(4);
    return loss([&](const std::string& name) { return zeros.at(name); }, {batch, step, noise});
  }
  static double Value(const std::vector<LossTerm>& terms, const std::string& name) {
    for (const auto& [term, value] : terms) {
      if (term == name) return value.item<double>();
    }
    ADD_FAILURE() << name;
    return 0;
  }

  static constexpr float kVisible = 0.75f, kInfrared = 1.0f;
};

TEST_F(ContentLossTest, DenseFuseTakesBothPicturesInTurn) {
  const auto first = Loss("densefuse", DenseFuseLoss, 0);
  EXPECT_NEAR(Value(first, "pixels"), std::pow(255 * 0.75, 2), 0.5);
  // Pictures without contrast, up to rounding of single precision beside the tiny c2.
  EXPECT_LE(Value(first, "structure"), 100.0);
  EXPECT_NEAR(Value(Loss("densefuse", DenseFuseLoss, 1), "pixels"), 255 * 255, 0.5);
}

TEST_F(ContentLossTest, SdNet) {
  // In -1..1: the visible picture is 0.5, the infrared 1, the fused 0.
  const auto terms = Loss("sdnet", SdNetLoss);
  EXPECT_NEAR(Value(terms, "intensity"), 1 + 0.5 * 0.25, 1e-5);
  EXPECT_NEAR(Value(terms, "decomposition"), 1 + 0.25, 1e-5);
  // Zeros outside: four corners of 2 v, 88 other border pixels of v; the larger, infrared, counts.
  EXPECT_NEAR(Value(terms, "gradient"), 80.0 * (4 * 4 + 88) / (kSide * kSide), 1e-3);
}

TEST_F(ContentLossTest, U2Fusion) {
  // The fused picture is 0.5; neither source tells anything, so that each counts half.
  const auto terms = Loss("u2fusion", U2FusionLoss);
  EXPECT_NEAR(Value(terms, "pixels"), 20 * (0.5 * 0.25 * 0.25 + 0.5 * 0.25), 1e-4);
  const auto unlike = [](double v) { return 1 - (v + 1e-4) / (0.25 + v * v + 1e-4); };
  EXPECT_NEAR(Value(terms, "structure"), 0.5 * unlike(0.75) + 0.5 * unlike(1), 1e-3);
}

TEST_F(ContentLossTest, Ifcnn) {
  double expected = 0;
  for (const auto& [mean, deviation] :
       {std::pair{0.485, 0.229}, std::pair{0.456, 0.224}, std::pair{0.406, 0.225}}) {
    expected += std::pow((0.75 - mean) / deviation, 2) / 3;
  }
  EXPECT_NEAR(Value(Loss("ifcnn", IfcnnLoss), "pixels"), expected, 1e-4);
}

TEST(InformationOf, StripesByHand) {
  torch::Tensor stripes = torch::zeros({1, 1, 8, 16});
  stripes.index_put_({torch::indexing::Slice(), torch::indexing::Slice(), torch::indexing::Slice(),
                      torch::indexing::Slice(1, torch::indexing::None, 2)},
                     1.0f);
  // Inside, six of eight neighbours are the other level; at the left and right edge three. The
  // means of the next scale are all alike.
  const double inside = std::pow(255 * 0.75, 2), edge = std::pow(255 * 0.375, 2);
  EXPECT_NEAR(InformationOf(stripes)[0].item<double>(), (14 * inside + 2 * edge) / 16 / 5, 1);
  EXPECT_EQ(InformationOf(torch::full({3, 1, 5, 4}, 0.5f)).sum().item<double>(), 0);
}

TEST(CompareStructure, IsOneForEqualPictures) {
  torch::manual_seed(1);
  const torch::Tensor a = torch::rand({2, 1, 20, 17});
  const learn::SimilarityMaps same = learn::CompareStructure(a, a, 1e-4, 9e-4);
  EXPECT_EQ(same.contrast.sizes(), (std::vector<std::int64_t>{2, 1, 10, 7}));
  EXPECT_NEAR((same.contrast * same.luminance).min().item<double>(), 1, 1e-4);
  // Turned upside down in brightness: as much contrast, of the other sign.
  EXPECT_LT(learn::CompareStructure(a, 1 - a, 1e-4, 9e-4).contrast.max().item<double>(), -0.9);
}

}  // namespace
}  // namespace seafusion::methods
