#include "fuse/load_fuser.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/file.h"
#include "model/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion {
namespace {

namespace fs = std::filesystem;

class LoadFuserTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("seafusion_load_fuser_test_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
    const std::string path = (folder_ / name).string();
    EXPECT_TRUE(WriteFileAtomically(path, bytes, IfExists::kFail).ok());
    return path;
  }

  fs::path folder_;
};

TEST_F(LoadFuserTest, NoNameMeansTheBuiltInWeights) {
  EXPECT_TRUE(ReadWeights("")->empty());
  EXPECT_TRUE(LoadFuser("", {.threads = 1}).ok());
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
  const std::string missing = (folder_ / "missing").string();
  const std::string empty = Write("empty", {});
  const std::string broken = Write("broken", {1, 2, 3});
  EXPECT_EQ(LoadFuser(missing).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(LoadFuser(empty).status().code(), StatusCode::kCorruptData);
  for (const std::string& path : {missing, empty, broken}) {
    const Status status = LoadFuser(path).status();
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.message().rfind(path, 0), 0u) << status.message();
  }
}

}  // namespace
}  // namespace seafusion
