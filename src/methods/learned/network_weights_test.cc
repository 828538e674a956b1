#include "methods/learned/network_weights.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

using ::testing::HasSubstr;

const std::vector<model::TensorSpec> kSpecs = {{"a.weight", {2, 1, 1, 2}}, {"a.bias", {2}}};

model::TensorArchive Good() {
  model::TensorArchive archive;
  archive.tensors["a.weight"] = {{2, 1, 1, 2}, {1, 2, 3, 4}};
  archive.tensors["a.bias"] = {{2}, {5, 6}};
  archive.metadata["method"] = "sdnet";
  return archive;
}

std::string Refusal(const model::TensorArchive& archive) {
  const auto weights = NetworkWeights::FromArchive(archive, "sdnet", kSpecs);
  return weights.ok() ? "taken" : weights.status().message();
}

TEST(NetworkWeights, RoundTrip) {
  const auto weights = NetworkWeights::FromArchive(Good(), "sdnet", kSpecs);
  ASSERT_TRUE(weights.ok()) << weights.status().message();
  EXPECT_EQ((*weights)["a.weight"].sizes(), (std::vector<std::int64_t>{2, 1, 1, 2}));
  EXPECT_EQ((*weights)["a.weight"][1][0][0][0].item<float>(), 3.0f);
  EXPECT_FALSE((*weights)["a.bias"].requires_grad());
  const model::TensorArchive again = ArchiveOf(
      {{"a.weight", (*weights)["a.weight"].requires_grad_()}, {"a.bias", (*weights)["a.bias"]}},
      "sdnet");
  EXPECT_EQ(again.metadata, Good().metadata);
  EXPECT_EQ(again.tensors.at("a.weight").values, Good().tensors.at("a.weight").values);
  EXPECT_EQ(again.tensors.at("a.weight").shape, Good().tensors.at("a.weight").shape);
}

TEST(NetworkWeights, RefusesWhatIsNotTheNetwork) {
  model::TensorArchive archive = Good();
  archive.tensors.erase("a.bias");
  EXPECT_EQ(Refusal(archive), "tensor a.bias is missing");
  archive = Good();
  archive.tensors["b\n"] = {{1}, {0}};
  EXPECT_EQ(Refusal(archive), "tensor b\\x0a does not belong to sdnet");
  archive = Good();
  archive.tensors["a.bias"] = {{1, 2}, {5, 6}};
  EXPECT_EQ(Refusal(archive), "tensor a.bias is 1x2, expected 2");
  archive = Good();
  archive.tensors["a.weight"].values[3] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(Refusal(archive), HasSubstr("a.weight"));
  archive = Good();
  archive.metadata["method"] = "densefuse";
  EXPECT_EQ(Refusal(archive), "holds weights of densefuse, not of sdnet");
  archive.metadata.clear();
  EXPECT_THAT(Refusal(archive), HasSubstr("does not say which method"));
}

}  // namespace
}  // namespace seafusion::methods
