#include "nn/winograd/ranges.h"

#include <string>

#include <gtest/gtest.h>

#include "nn/test_weights.h"

namespace seafusion::nn::winograd {
namespace {

// A different number everywhere.
Ranges CountedRanges() {
  Ranges ranges;
  float next = 1.0f;
  for (auto& blocks : ranges.spectra) {
    for (auto& spectrum : blocks) {
      for (float& v : spectrum) v = next += 1.0f;
    }
  }
  for (auto& blocks : ranges.tails) {
    for (float& v : blocks) v = next += 1.0f;
  }
  return ranges;
}

TEST(Ranges, AreReadAsTheyWereStored) {
  auto archive = RandomFusionWeights(1);
  const Ranges ranges = CountedRanges();
  StoreRanges(ranges, archive);
  const auto loaded = LoadRanges(archive);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(loaded->spectra, ranges.spectra);
  EXPECT_EQ(loaded->tails, ranges.tails);
}

TEST(Ranges, SurviveAFile) {
  auto archive = RandomFusionWeights(1);
  StoreRanges(CountedRanges(), archive);
  const auto bytes = model::SerializeSafetensors(archive);
  ASSERT_TRUE(bytes.ok());
  const auto back = model::ParseSafetensors(*bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(LoadRanges(*back).ok());
}

TEST(Ranges, MergeKeepsTheLarger) {
  Ranges a = CountedRanges(), b;
  b.spectra[8][3][7] = 1e6f;
  b.tails[1][2] = 1e6f;
  a.Merge(b);
  EXPECT_EQ(a.spectra[8][3][7], 1e6f);
  EXPECT_EQ(a.tails[1][2], 1e6f);
  EXPECT_EQ(a.spectra[8][3][6], CountedRanges().spectra[8][3][6]);
}

TEST(Ranges, WeightsWithoutThemSayWhatMakesThem) {
  const auto loaded = LoadRanges(RandomFusionWeights(1));
  EXPECT_EQ(loaded.status().code(), StatusCode::kNotFound);
  EXPECT_NE(loaded.status().message().find("seafusion calibrate"), std::string::npos);
}

TEST(Ranges, OfOtherWeightsAreRefused) {
  auto archive = RandomFusionWeights(1);
  StoreRanges(CountedRanges(), archive);
  archive.tensors.begin()->second.values[0] += 1.0f;
  const auto loaded = LoadRanges(archive);
  EXPECT_EQ(loaded.status().code(), StatusCode::kCorruptData);
  EXPECT_NE(loaded.status().message().find("other weights"), std::string::npos);
}

TEST(Ranges, BrokenOnesAreRefused) {
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
    EXPECT_EQ(LoadRanges(archive).status().code(), StatusCode::kCorruptData) << broken;
  }
}

}  // namespace
}  // namespace seafusion::nn::winograd
