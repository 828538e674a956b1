#include "align/calibrate/point_fit.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/seeded_noise.h"

namespace seafusion::align {
namespace {

const Homography kTruth{{0.5, 0.02, -10, -0.01, 0.52, 4, 2e-5, -1e-5, 1}};

std::vector<PointPair> Pairs(int count, double noise_px, const Homography& truth = kTruth) {
  SeededNoise noise(5);
  std::vector<PointPair> pairs;
  for (int i = 0; i < count; ++i) {
    const Point v{noise.Between(0, 640), noise.Between(0, 480)};
    pairs.push_back({truth.Apply(v) + Point{noise.Between(-noise_px, noise_px),
                                            noise.Between(-noise_px, noise_px)},
                     v});
  }
  return pairs;
}

TEST(PointFitTest, IsExactWhereThePointsAre) {
  for (int count : {4, 5, 20}) {
    const auto fit = FitPoints(Pairs(count, 0), TransformModel::kHomography, 2);
    ASSERT_TRUE(fit.ok()) << fit.status().message();
    EXPECT_LE(DistanceOfCorners(fit->visible_to_infrared, kTruth, 640, 480).largest,
              0.02);  // OpenCV takes floats
  }
  const Homography similarity{{0.5, -0.05, 3, 0.05, 0.5, -8, 0, 0, 1}};
  for (int count : {2, 3, 12}) {
    const auto fit = FitPoints(Pairs(count, 0, similarity), TransformModel::kSimilarity, 2);
    ASSERT_TRUE(fit.ok()) << fit.status().message();
    EXPECT_LE(DistanceOfCorners(fit->visible_to_infrared, similarity, 640, 480).largest, 1e-6);
  }
}

TEST(PointFitTest, LeavesWrongPairsOut) {
  std::vector<PointPair> pairs = Pairs(30, 0.5);
  for (std::size_t i : {3u, 11u, 19u, 27u}) pairs[i].infrared = pairs[i].infrared + Point{40, -25};
  const auto fit = FitPoints(pairs, TransformModel::kHomography, 2);
  ASSERT_TRUE(fit.ok()) << fit.status().message();
  EXPECT_LE(DistanceOfCorners(fit->visible_to_infrared, kTruth, 640, 480).mean, 1.0);
  for (std::size_t i : {3u, 11u, 19u, 27u}) {
    EXPECT_FALSE(fit->used[i]);
    EXPECT_NEAR(fit->residuals[i], 47, 3);
  }
  EXPECT_TRUE(fit->used[0]);
  // Uniform noise of +-0.5 in both directions.
  EXPECT_NEAR(fit->deviation, 0.41, 0.15);
  const auto again = FitPoints(pairs, TransformModel::kHomography, 2);
  EXPECT_EQ(again->visible_to_infrared.m, fit->visible_to_infrared.m);
}

TEST(PointFitTest, RefusesWhatSaysNothing) {
  EXPECT_FALSE(FitPoints(Pairs(3, 0), TransformModel::kHomography, 2).ok());
  EXPECT_FALSE(FitPoints(Pairs(9, 0), TransformModel::kHomographyLens, 2).ok());
  EXPECT_FALSE(FitPoints(Pairs(9, 0), TransformModel::kHomography, 0).ok());
  std::vector<PointPair> line, same, random;
  SeededNoise noise(1);
  for (int i = 0; i < 8; ++i) {
    line.push_back({{10.0 * i, 5.0 * i}, {20.0 * i, 10.0 * i}});
    same.push_back({{3, 4}, {5, 6}});
  }
  for (int i = 0; i < 20; ++i) {
    random.push_back({{noise.Between(0, 500), noise.Between(0, 500)},
                      {noise.Between(0, 500), noise.Between(0, 500)}});
  }
  for (const auto* bad : {&line, &same, &random}) {
    const auto fit = FitPoints(*bad, TransformModel::kHomography, 2);
    EXPECT_EQ(fit.status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_FALSE(FitPoints(same, TransformModel::kSimilarity, 2).ok());
}

TEST(ReadPointsTest, ReadsAndNamesLines) {
  const std::string path = testing::TempDir() + "read_points_test.txt";
  const auto read = [&](const std::string& text) {
    EXPECT_TRUE(
        WriteFileAtomically(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                            IfExists::kReplace)
            .ok());
    return ReadPoints(path);
  };
  const auto pairs = read("# ir vis\n1 2 3 4\r\n\n5.5,6; 7,-8e1 # tower\n9\t10 11 12");
  ASSERT_TRUE(pairs.ok()) << pairs.status().message();
  ASSERT_EQ(pairs->size(), 3u);
  EXPECT_EQ((*pairs)[1].infrared.x, 5.5);
  EXPECT_EQ((*pairs)[1].visible.y, -80);
  for (const char* bad : {"1 2 3\n", "1 2 3 4\n1 2 3 4 5\n", "1 2 3 four\n", "nan 1 2 3\n",
                          "1e9 1 2 3\n", "", "#\n"}) {
    const auto r = read(bad);
    EXPECT_EQ(r.status().code(), StatusCode::kCorruptData) << bad;
    EXPECT_EQ(r.status().message().find(path), 0u);
  }
  EXPECT_NE(read("1 2 3 4\n1 2 x 4\n").status().message().find("line 2"), std::string::npos);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace seafusion::align
