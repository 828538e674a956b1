#include "fuse/weights/load_fuser.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/version.h>

#include "core/testing/scratch_folder.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion {
namespace {

class LoadFuserTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
    return scratch_.WriteFile(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  const ScratchFolder scratch_;
};

TEST_F(LoadFuserTest, NoNameMeansTheBuiltInWeights) {
  EXPECT_TRUE(ReadWeights("")->empty());
  EXPECT_TRUE(LoadFuser("", {.threads = 1}).ok());
}

TEST_F(LoadFuserTest, NamesMeanBuiltInWeights) {
  const auto same = [](std::span<const std::uint8_t> a, const std::vector<std::uint8_t>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  EXPECT_TRUE(same(DefaultWeights(), *ReadWeights("default")));
  EXPECT_TRUE(same(FullWeights(), *ReadWeights("full")));
  EXPECT_TRUE(same(LiteWeights(), *ReadWeights("lite")));
  EXPECT_TRUE(LoadFuser("lite", {.threads = 1}).ok());
  for (const char* own : {"", "default", "lite", "full"}) {
    EXPECT_EQ(DefaultOutputRange(own).kind, OutputRange::Kind::kGentle) << own;
  }
  EXPECT_EQ(DefaultOutputRange("./lite").kind, OutputRange::Kind::kNone);
  EXPECT_EQ(LoadWeights("lite")->metadata.at("network"), "lite");
  EXPECT_EQ(LoadWeights("")->tensors.size(), LoadWeights("default")->tensors.size());
  // Any other text is a path.
  EXPECT_EQ(ReadWeights("./lite").status().code(), StatusCode::kNotFound);
}

TEST_F(LoadFuserTest, TheFilesWeightsFuse) {
  const auto bytes = model::SerializeSafetensors(nn::RandomFusionWeights(3));
  ASSERT_TRUE(bytes.ok());
  const std::string path = Write("weights.safetensors", *bytes);
  EXPECT_EQ(*ReadWeights(path), *bytes);
  const auto loaded = LoadFuser(path, {.threads = 1, .precision = Precision::kReference});
  const auto created =
      Fuser::Create({.threads = 1, .precision = Precision::kReference, .weights = *bytes});
  ASSERT_TRUE(loaded.ok() && created.ok());
  const std::vector<std::uint8_t> ir = {10, 90, 200, 30}, vis = {60, 20, 120, 250};
  const auto fused = [&](const Fuser& fuser) {
    std::vector<float> out(4);
    EXPECT_TRUE(fuser
                    .Fuse({ir.data(), 2, 2, 2, PixelFormat::kGray8},
                          {vis.data(), 2, 2, 2, PixelFormat::kGray8},
                          {out.data(), 2, 2, 8, PixelFormat::kGrayF32})
                    .ok());
    return out;
  };
  EXPECT_EQ(fused(*loaded), fused(*created));
}

TEST_F(LoadFuserTest, FailuresNameTheFile) {
  const std::string missing = scratch_ / "missing";
  const std::string empty = Write("empty", {});
  const std::string broken = Write("broken", {1, 2, 3});
  EXPECT_EQ(LoadFuser(missing).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(LoadFuser(empty).status().code(), StatusCode::kCorruptData);
  for (const std::string& path : {missing, empty, broken}) {
    for (const Status& status : {LoadFuser(path).status(), LoadWeights(path).status()}) {
      EXPECT_FALSE(status.ok());
      EXPECT_EQ(status.message().rfind(path, 0), 0u) << status.message();
    }
  }
}

}  // namespace
}  // namespace seafusion
