#include <gtest/gtest.h>
#include <seafusion/version.h>

#include "core/sha256.h"
#include "model/fusion_graph.h"
#include "model/safetensors.h"

namespace seafusion::model {
namespace {

TEST(DefaultWeightsTest, HashIsOfTheBytesCompiledIn) {
  EXPECT_EQ(DefaultWeightsSha256(), Sha256Hex(DefaultWeights()));
}

TEST(DefaultWeightsTest, FitTheFusionNetwork) {
  const auto archive = ParseSafetensors(DefaultWeights());
  ASSERT_TRUE(archive.ok()) << archive.status().message();
  const Status fits = CheckFusionWeights(*archive);
  EXPECT_TRUE(fits.ok()) << fits.message();
}

}  // namespace
}  // namespace seafusion::model
