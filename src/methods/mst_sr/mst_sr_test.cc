#include "methods/mst_sr/mst_sr.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "methods/testing/test_planes.h"
#include "model/import/mat/mat_dictionary.h"
#include "model/weights/sparse_dictionary.h"

namespace seafusion::methods::mst_sr {
namespace {

using ::testing::HasSubstr;

// Cosines of 16 x 16 frequencies without the constant: a dictionary of 255 atoms and one more.
model::TensorArchive CosineDictionary() {
  constexpr int kFrequencies = 16;
  model::Tensor tensor = {.shape = {kFrequencies * kFrequencies, model::kDictionaryPatchPixels}};
  for (int v = 0; v < kFrequencies; ++v) {
    for (int u = 0; u < kFrequencies; ++u) {
      for (int x = 0; x < 8; ++x) {
        for (int y = 0; y < 8; ++y) {
          const double value = u + v == 0 ? (x < 4 ? 1 : -1)
                                          : std::cos(std::numbers::pi * (x + 0.5) * u / 16) *
                                                std::cos(std::numbers::pi * (y + 0.5) * v / 16);
          tensor.values.push_back(static_cast<float>(value));
        }
      }
    }
  }
  model::TensorArchive archive;
  archive.tensors[model::kDictionaryTensor] = tensor;
  return archive;
}

LumaPlane TestVisible(int width, int height) {
  return Draw(width, height, [](int x, int y) {
    return std::floor(127.5 + 60 * std::sin(0.09 * x) + 50 * std::cos(0.07 * y) +
                      10 * std::sin(0.9 * x + 0.5 * y) + 0.5);
  });
}
LumaPlane TestInfrared(int width, int height) {
  return Draw(width, height, [](int x, int y) {
    return (y - 60) * (y - 60) + (x - 70) * (x - 70) < 900 ? 200.0
                                                           : 40 + std::floor((2 * y + x) / 4.0);
  });
}

struct Solution {
  LumaPlane fused;
  std::vector<PatchChoice> patches;
};

Solution Solve(const LumaPlane& ir, const LumaPlane& vi, const SparseCoder& coder,
               const Parameters& parameters = {}, int threads = 1) {
  const std::unique_ptr<ThreadPool> pool = *ThreadPool::Create(threads);
  Solution solution;
  auto fused = Fuse(ir, vi, coder, parameters, *pool,
                    [&](const PatchChoice& choice) { solution.patches.push_back(choice); });
  EXPECT_TRUE(fused.ok()) << fused.status().message();
  solution.fused = *std::move(fused);
  return solution;
}

// Numbers of an independent implementation in double precision.
TEST(MstSrTest, TestVector) {
  const std::string path =
      std::string(SEAFUSION_SHARED_DIR) + "/data/weights/mst_sr_dictionary_D_100000_256_8.mat";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto bytes = ReadFile(path, 1 << 20);
  ASSERT_TRUE(bytes.ok());
  const auto arrays = model::ParseMatFile(*bytes);
  ASSERT_TRUE(arrays.ok());
  const auto archive = model::ImportMatDictionary(*arrays);
  ASSERT_TRUE(archive.ok());
  const Solution s = Solve(TestInfrared(137, 130), TestVisible(137, 130), *MakeCoder(*archive));
  ASSERT_EQ(s.patches.size(), 1u);
  EXPECT_EQ(s.patches[0].ir_atoms, 61);
  EXPECT_EQ(s.patches[0].vi_atoms, 63);
  EXPECT_TRUE(s.patches[0].from_ir);
  const auto at = [&](int y, int x) { return s.fused.Row(y)[x]; };
  constexpr double kTolerance = 1e-4 * 255;
  EXPECT_NEAR(at(0, 0), 42.6271, kTolerance);
  EXPECT_NEAR(at(60, 70), 187.4814, kTolerance);
  EXPECT_NEAR(at(64, 64), 203.5922, kTolerance);
  EXPECT_NEAR(at(129, 136), 98.6046, kTolerance);
  EXPECT_NEAR(at(30, 100), 84.0940, kTolerance);
  EXPECT_NEAR(at(0, 136), 139.8506, kTolerance);
  EXPECT_NEAR(at(129, 0), 72.5089, kTolerance);
  double sum = 0;
  for (const double v : s.fused.samples()) sum += v;
  EXPECT_NEAR(sum / (130 * 137), 109.45837, kTolerance);
  const auto [least, greatest] =
      std::minmax_element(s.fused.samples().begin(), s.fused.samples().end());
  EXPECT_NEAR(*least, 0.5357, kTolerance);
  EXPECT_NEAR(*greatest, 228.8457, kTolerance);
}

// A picture fused with itself comes back up to what sparse coding leaves of the base.
TEST(MstSrTest, FusedWithItself) {
  const SparseCoder coder = *MakeCoder(CosineDictionary());
  for (const auto& [width, height] : {std::pair(160, 131), std::pair(201, 144)}) {
    const LumaPlane picture = TestVisible(width, height);
    const Solution s = Solve(picture, picture, coder);
    EXPECT_FALSE(s.patches.empty());
    for (std::size_t i = 0; i < picture.samples().size(); ++i) {
      ASSERT_NEAR(s.fused.samples()[i], picture.samples()[i], 0.1) << width << " " << i;
    }
  }
}

// Bases smaller than a patch are averaged: two flat pictures show it.
TEST(MstSrTest, SmallAndFlatPictures) {
  const SparseCoder coder = *MakeCoder(CosineDictionary());
  for (const auto& [width, height] : {std::pair(1, 1), std::pair(2, 40), std::pair(3, 3),
                                      std::pair(16, 5), std::pair(112, 112)}) {
    const Solution same = Solve(TestVisible(width, height), TestVisible(width, height), coder);
    EXPECT_TRUE(same.patches.empty());
    const LumaPlane expected = TestVisible(width, height);
    for (std::size_t i = 0; i < expected.samples().size(); ++i) {
      ASSERT_NEAR(same.fused.samples()[i], expected.samples()[i], 1e-9);
    }
  }
  // 2 x 40 is too small for a level.
  const auto flat = [](double level) { return Draw(2, 40, [level](int, int) { return level; }); };
  const Solution mean = Solve(flat(10), flat(50), coder);
  for (const double v : mean.fused.samples()) EXPECT_EQ(v, 30);
  // Flat patches have no coefficients, which is equal, so the infrared is taken; the base is not
  // quite flat, since the corners beyond the picture count as zeros.
  const auto large = [](double level) {
    return Draw(160, 160, [level](int, int) { return level; });
  };
  const Solution infrared = Solve(large(90), large(20), coder);
  EXPECT_NEAR(infrared.fused.Row(80)[80], 90, 0.1);
}

TEST(MstSrTest, ThreadsChangeNothing) {
  const SparseCoder coder = *MakeCoder(CosineDictionary());
  const LumaPlane ir = TestInfrared(220, 190), vi = TestVisible(220, 190);
  EXPECT_EQ(Solve(ir, vi, coder, {}, 3).fused.samples(), Solve(ir, vi, coder).fused.samples());
}

// On 0..1 the same epsilon leaves 255 times as much: fewer atoms.
TEST(MstSrTest, TheScaleIsThatOfEpsilon) {
  const SparseCoder coder = *MakeCoder(CosineDictionary());
  const LumaPlane ir = TestInfrared(160, 160), vi = TestVisible(160, 160);
  const Solution levels = Solve(ir, vi, coder);
  const Solution unit = Solve(ir, vi, coder, {.scale = 1});
  const Solution same = Solve(ir, vi, coder, {.epsilon = 0.1 / 255, .scale = 1});
  EXPECT_LT(unit.patches[0].vi_atoms, levels.patches[0].vi_atoms);
  EXPECT_EQ(same.patches[0].vi_atoms, levels.patches[0].vi_atoms);
  for (std::size_t i = 0; i < ir.samples().size(); ++i) {
    ASSERT_NEAR(same.fused.samples()[i], levels.fused.samples()[i], 1e-6);
  }
}

TEST(MakeMstSrTest, NeedsADictionary) {
  EXPECT_EQ(MakeMstSr({}).status().code(), StatusCode::kNotFound);
  model::TensorArchive other;
  other.tensors["w"] = {.shape = {1}, .values = {1}};
  const auto bytes = model::SerializeSafetensors(other);
  ASSERT_TRUE(bytes.ok());
  EXPECT_THAT(MakeMstSr({.weights = *bytes}).status().message(), HasSubstr("not a dictionary"));
  const std::vector<std::uint8_t> text = {'a', 'b', 'c'};
  EXPECT_EQ(MakeMstSr({.weights = text}).status().code(), StatusCode::kCorruptData);
}

TEST(MakeMstSrTest, FusesThroughTheInterface) {
  const auto bytes = model::SerializeSafetensors(CosineDictionary());
  ASSERT_TRUE(bytes.ok());
  const auto method = MakeMstSr({.threads = 1, .weights = *bytes});
  ASSERT_TRUE(method.ok()) << method.status().message();
  std::vector<std::uint8_t> ir(130 * 120, 60), vi(ir.size(), 60), out(ir.size());
  for (std::size_t i = 0; i < ir.size(); ++i) vi[i] = static_cast<std::uint8_t>(i % 120);
  std::vector<std::string> lines;
  ASSERT_TRUE((*method)
                  ->Fuse({ir.data(), 120, 130, 120, PixelFormat::kGray8},
                         {vi.data(), 120, 130, 120, PixelFormat::kGray8},
                         {out.data(), 120, 130, 120, PixelFormat::kGray8}, {},
                         [&](const std::string& line) { lines.push_back(line); })
                  .ok());
  EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("base: 1 patches, 0 from the infrared")));
}

}  // namespace
}  // namespace seafusion::methods::mst_sr
