#include "nn/depth_first/product_ranges.h"

#include <string>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

const plan::Plan& FusionPlan() {
  static const plan::Plan plan = *plan::Compile(model::FusionGraph());
  return plan;
}

// A different number everywhere.
ProductRanges CountedRanges() {
  ProductRanges ranges(FusionPlan());
  float next = 1.0f;
  for (ProductRanges::Entry& entry : ranges.entries) {
    for (float& v : entry.most) v = next += 1.0f;
  }
  return ranges;
}

TEST(ProductRanges, HaveTheNamesAndTheOrderOfTheFileFormat) {
  std::string names;
  for (const ProductRanges::Entry& entry : ProductRanges(FusionPlan()).entries) {
    names += entry.name + " " + std::to_string(entry.most.size() / entry.frequencies) + "\n";
  }
  EXPECT_EQ(names,
            "vis_rgbd1.dense.conv1 1\nvis_rgbd1.dense.conv2 1\n"
            "vis_rgbd2.dense.conv1 2\nvis_rgbd2.dense.conv2 2\n"
            "inf_rgbd1.dense.conv1 1\ninf_rgbd1.dense.conv2 1\n"
            "inf_rgbd2.dense.conv1 2\ninf_rgbd2.dense.conv2 2\n"
            "decode4 6\ndecode3 4\ndecode2 2\n"
            "vis_rgbd1.convup 4\nvis_rgbd2.convup 8\n"
            "inf_rgbd1.convup 4\ninf_rgbd2.convup 8\n");
}

TEST(ProductRanges, AreReadAsTheyWereStored) {
  auto archive = RandomFusionWeights(1);
  const ProductRanges ranges = CountedRanges();
  StoreRanges(ranges, archive);
  const auto loaded = LoadRanges(archive, FusionPlan());
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(loaded->entries, ranges.entries);
}

TEST(ProductRanges, SurviveAFile) {
  auto archive = RandomFusionWeights(1);
  StoreRanges(CountedRanges(), archive);
  const auto bytes = model::SerializeSafetensors(archive);
  ASSERT_TRUE(bytes.ok());
  const auto back = model::ParseSafetensors(*bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(LoadRanges(*back, FusionPlan()).ok());
}

TEST(ProductRanges, MergeKeepsTheLarger) {
  ProductRanges a = CountedRanges(), b(FusionPlan());
  b.entries[8].Block(3)[7] = 1e6f;
  b.entries[12].most[2] = 1e6f;
  a.Merge(b);
  EXPECT_EQ(a.entries[8].Block(3)[7], 1e6f);
  EXPECT_EQ(a.entries[12].most[2], 1e6f);
  EXPECT_EQ(a.entries[8].Block(3)[6], CountedRanges().entries[8].Block(3)[6]);
}

TEST(ProductRanges, WeightsWithoutThemSayWhatMakesThem) {
  const auto loaded = LoadRanges(RandomFusionWeights(1), FusionPlan());
  EXPECT_EQ(loaded.status().code(), StatusCode::kNotFound);
  EXPECT_NE(loaded.status().message().find("seafusion calibrate"), std::string::npos);
}

TEST(ProductRanges, OfOtherWeightsAreRefused) {
  auto archive = RandomFusionWeights(1);
  StoreRanges(CountedRanges(), archive);
  archive.tensors.begin()->second.values[0] += 1.0f;
  const auto loaded = LoadRanges(archive, FusionPlan());
  EXPECT_EQ(loaded.status().code(), StatusCode::kCorruptData);
  EXPECT_NE(loaded.status().message().find("other weights"), std::string::npos);
}

TEST(ProductRanges, BrokenOnesAreRefused) {
  auto archive = RandomFusionWeights(1);
  StoreRanges(CountedRanges(), archive);
  std::string& text = archive.metadata.at("int16_ranges");
  const std::string good = text;
  const auto replace = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  for (const std::string& broken :
       {std::string(), std::string("[]"), good.substr(0, good.size() / 2),
        replace("decode4", "decode9"), replace("[[2,", "[["), replace("[[2,", "[[-2,"),
        replace("[[2,", "[[1e99,"), replace("[[2,", "[[\"2\","), replace("\"weights\"", "\"w\"")}) {
    text = broken;
    EXPECT_EQ(LoadRanges(archive, FusionPlan()).status().code(), StatusCode::kCorruptData)
        << broken;
  }
}

}  // namespace
}  // namespace seafusion::nn
