#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <seafusion/version.h>

#include "core/files/sha256.h"
#include "model/graph/network.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {
namespace {

TEST(BuiltInWeights, HashesAreOfTheBytesCompiledIn) {
  EXPECT_EQ(DefaultWeightsSha256(), Sha256Hex(DefaultWeights()));
  EXPECT_EQ(FullWeightsSha256(), Sha256Hex(FullWeights()));
  EXPECT_EQ(LiteWeightsSha256(), Sha256Hex(LiteWeights()));
}

TEST(BuiltInWeights, FitTheirNetworks) {
  for (const auto& [name, network] :
       {std::pair{"default", kLiteName}, {"full", kSeAFusionName}, {"lite", kLiteName}}) {
    const auto archive = ParseSafetensors(BuiltInWeights(name));
    ASSERT_TRUE(archive.ok()) << name << ": " << archive.status().message();
    const auto found = IdentifyNetwork(*archive);
    ASSERT_TRUE(found.ok()) << name << ": " << found.status().message();
    EXPECT_EQ(found->name, network);
  }
}

TEST(BuiltInWeights, OtherNamesHaveNone) {
  EXPECT_TRUE(BuiltInWeights("").empty());
  EXPECT_TRUE(BuiltInWeights("Lite").empty());
  EXPECT_TRUE(BuiltInWeights("lite.safetensors").empty());
}

}  // namespace
}  // namespace seafusion::model
