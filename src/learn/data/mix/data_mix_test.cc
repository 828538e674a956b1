#include "learn/data/mix/data_mix.h"

#include <fstream>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/data/test_folder.h"
#include "learn/data/test_pairs.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseMix, PathsAndWeights) {
  const auto mix = ParseMix({"msrs", "road:3", "a:b/tno:0.5", "c:\\x"});
  ASSERT_TRUE(mix.ok()) << mix.status().message();
  EXPECT_THAT(*mix, ElementsAre(MixPart{"msrs", 1}, MixPart{"road", 3}, MixPart{"a:b/tno", 0.5},
                                MixPart{"c:\\x", 1}));
}

TEST(ParseMix, RefusesWeightsThatDrawNothing) {
  for (const char* text : {"road:0", "road:-1", "road:1e7", "road:nan", "road:inf"}) {
    const auto mix = ParseMix({text});
    ASSERT_FALSE(mix.ok()) << text;
    EXPECT_EQ(mix.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(mix.status().message(), HasSubstr("road: a weight must be above 0"));
  }
}

class MixFileTest : public PairFolderTest {
 protected:
  std::string File(const std::string& text) {
    std::ofstream(Path("mix.json")) << text;
    return Path("mix.json");
  }
};

TEST_F(MixFileTest, ReadsAnObjectWithPathsBesideIt) {
  const auto mix = ParseMix({File("{\"msrs\": 3, // most\n \"/data/tno\": 0.5}")});
  ASSERT_TRUE(mix.ok()) << mix.status().message();
  EXPECT_THAT(*mix, ElementsAre(MixPart{Path("msrs"), 3}, MixPart{"/data/tno", 0.5}));
}

TEST_F(MixFileTest, RefusesOtherFiles) {
  EXPECT_THAT(ParseMix({File("[1]")}).status().message(), HasSubstr("is not a JSON object"));
  EXPECT_THAT(ParseMix({File("{}")}).status().message(), HasSubstr("is not a JSON object"));
  EXPECT_THAT(ParseMix({File("{\"a\": \"b\"}")}).status().message(),
              HasSubstr("the weight of \"a\" is not a number"));
  EXPECT_EQ(ParseMix({Path("none.json")}).status().code(), StatusCode::kNotFound);
}

TEST_F(MixFileTest, LoadsSetsAndNamesThePictureThatIsTooSmall) {
  WritePair("a", 40, 30);
  WritePair("b", 26, 32);
  const auto mix = DataMix::Load({{folder(), 1}, {folder(), 2}}, "train", 1);
  ASSERT_TRUE(mix.ok()) << mix.status().message();
  EXPECT_EQ(mix->pairs(), 4u);
  EXPECT_TRUE(mix->CheckCrop(26).ok());
  EXPECT_EQ(mix->CheckCrop(28).message(),
            folder() + ": b is 26x32, smaller than crops of 28 pixels");
  EXPECT_EQ(DataMix::Load({}, "train", 1).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(DataMix::Load({{Path("none"), 1}}, "train", 1).status().code(), StatusCode::kNotFound);
}

DataMix Mix(std::vector<std::pair<int, int>> sizes, const std::vector<double>& weights) {
  std::vector<PairDataset> sets;
  for (const auto& [width, height] : sizes) sets.push_back(TestPairs(3, width, height));
  return DataMix::FromSets(std::move(sets), weights);
}

TEST(DataMix, SamplesDependOnTheirNumberAndTheSeedOnly) {
  const DataMix mix = Mix({{40, 30}, {33, 47}}, {1, 2});
  const MixCrops how{.side = 16, .border_share = 0.5, .margin = 2};
  const MixBatch whole = mix.Crops(100, 8, how, 7);
  for (int i = 0; i < 8; i += 2) {
    const MixBatch part = mix.Crops(100 + static_cast<std::uint64_t>(i), 2, how, 7);
    EXPECT_TRUE(torch::equal(part.vis, whole.vis.narrow(0, i, 2)));
    EXPECT_TRUE(torch::equal(part.inf, whole.inf.narrow(0, i, 2)));
    EXPECT_TRUE(torch::equal(part.counted, whole.counted.narrow(0, i, 2)));
  }
  EXPECT_FALSE(torch::equal(mix.Crops(100, 8, how, 8).vis, whole.vis));
}

// Sets of one gray level each tell which one a crop is from.
DataMix FlatSets(const std::vector<double>& weights) {
  std::vector<PairDataset> sets;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    ImageBuffer flat = *ImageBuffer::Create(16, 16, PixelFormat::kGray8);
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 16; ++x) {
        flat.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(51 * i);
      }
    }
    sets.push_back(*PairDataset::FromImages({flat.view()}, {flat.view()}));
  }
  return DataMix::FromSets(std::move(sets), weights);
}

TEST(DataMix, DrawsSetsByTheirWeights) {
  const DataMix mix = FlatSets({1, 6, 3});
  const int count = 4000;
  const MixBatch batch = mix.Crops(0, count, {.side = 2}, 5);
  const torch::Tensor set = (batch.inf.mean({1, 2, 3}) * 5).round();
  for (const auto& [index, share] : {std::pair{0, 0.1}, {1, 0.6}, {2, 0.3}}) {
    const double found = (set == index).sum().item<double>() / count;
    EXPECT_NEAR(found, share, 0.03) << index;  // more than three standard deviations
  }
}

// Each pixel's value is its place, so that a crop shows where it is from.
DataMix Coordinates(int width, int height) {
  ImageBuffer x_of = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
  ImageBuffer y_of = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      x_of.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(x);
      y_of.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(y);
    }
  }
  std::vector<PairDataset> sets;
  sets.push_back(*PairDataset::FromImages({x_of.view()}, {y_of.view()}));
  return DataMix::FromSets(std::move(sets), {1});
}

TEST(DataMix, CountsBordersOfThePictureAndNotOfTheCrop) {
  const int width = 40, height = 31;  // an odd side never counts at its end
  const DataMix mix = Coordinates(width, height);
  const int side = 16, margin = 3;
  const int count = 300;
  const MixBatch batch =
      mix.Crops(0, count, {.side = side, .border_share = 0.5, .margin = margin}, 11);
  const torch::Tensor x = (batch.vis * 255).round(), y = (batch.inf * 255).round();
  std::set<int> seen;  // first columns
  for (int i = 0; i < count; ++i) {
    const torch::Tensor crop_x = x[i][0], crop_y = y[i][0], crop_counted = batch.counted[i][0];
    const auto px = crop_x.accessor<float, 2>();
    const auto py = crop_y.accessor<float, 2>();
    const auto counted = crop_counted.accessor<float, 2>();
    const int x0 = static_cast<int>(std::min(px[0][0], px[0][side - 1]));
    const int y0 = static_cast<int>(std::min(py[0][0], py[side - 1][0]));
    seen.insert(x0);
    for (int r = 0; r < side; ++r) {
      for (int c = 0; c < side; ++c) {
        const int dx = static_cast<int>(px[r][c]) - x0, dy = static_cast<int>(py[r][c]) - y0;
        ASSERT_TRUE(dx >= 0 && dx < side && dy >= 0 && dy < side);
        const bool in_x = (dx >= margin || x0 == 0) && (dx < side - margin || x0 + side == width);
        const bool in_y = (dy >= margin || y0 == 0) && dy < side - margin;
        ASSERT_EQ(counted[r][c], in_x && in_y ? 1.0f : 0.0f) << x0 << " " << y0;
      }
    }
  }
  EXPECT_GT(seen.size(), 15u) << "crops lie everywhere";
}

TEST(DataMix, BorderShareMovesCropsToBorders) {
  const DataMix mix = Coordinates(200, 200);
  const auto at_border = [&](double share) {
    const MixBatch batch =
        mix.Crops(0, 1000, {.side = 16, .flips = false, .border_share = share}, 3);
    const torch::Tensor x = (batch.vis * 255).round().select(3, 0).select(2, 0);
    const torch::Tensor y = (batch.inf * 255).round().select(3, 0).select(2, 0);
    return ((x == 0) | (x == 184) | (y == 0) | (y == 184)).sum().item<double>() / 1000;
  };
  EXPECT_LT(at_border(0), 0.06);
  EXPECT_NEAR(at_border(0.4), 0.4, 0.08);
  EXPECT_EQ(at_border(1), 1.0);
}

TEST(DataMix, VariationLeavesPlacesAndTheVisiblePictureAlone) {
  const DataMix mix = Mix({{40, 30}, {33, 47}}, {1, 2});
  const auto crops = [&](const CameraVariation& variation) {
    return mix.Crops(100, 6, {.side = 16, .border_share = 0.5, .margin = 2, .variation = variation},
                     7);
  };
  const MixBatch plain = crops({});
  EXPECT_TRUE(plain.seen_vis.is_same(plain.vis));
  EXPECT_TRUE(plain.seen_inf.is_same(plain.inf));
  for (const CameraVariation& variation :
       {CameraVariation{.gamma = 1}, CameraVariation{.contrast = 1}, CameraVariation{.blur = 2},
        CameraVariation{.misregistration = 2}, CameraVariation{.polarity_share = 1}}) {
    const MixBatch varied = crops(variation);
    EXPECT_TRUE(torch::equal(varied.vis, plain.vis));
    EXPECT_TRUE(torch::equal(varied.counted, plain.counted));
    EXPECT_FALSE(torch::equal(varied.inf, plain.inf));
    EXPECT_TRUE(varied.seen_inf.is_same(varied.inf));
  }
  // Noise is for the network, not for the loss.
  const MixBatch noisy = crops({.noise = 0.1});
  EXPECT_TRUE(torch::equal(noisy.inf, plain.inf));
  EXPECT_TRUE(torch::equal(noisy.vis, plain.vis));
  EXPECT_FALSE(torch::equal(noisy.seen_inf, plain.inf));
  EXPECT_FALSE(torch::equal(noisy.seen_vis, plain.vis));
}

TEST(DataMix, MisregistrationMovesTheInfraredByWholePixels) {
  const DataMix mix = Coordinates(200, 200);
  const MixBatch batch =
      mix.Crops(0, 200, {.side = 8, .flips = false, .variation = {.misregistration = 2}}, 3);
  const MixBatch plain = mix.Crops(0, 200, {.side = 8, .flips = false}, 3);
  // The infrared holds rows; away from borders all of a crop's move alike.
  const torch::Tensor moved = ((batch.inf - plain.inf) * 255).round().view({200, -1});
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) {
    const float first = moved[i][0].item<float>();
    if ((plain.inf[i] * 255 < 3).any().item<bool>()) continue;
    if ((plain.inf[i] * 255 > 196).any().item<bool>()) continue;
    EXPECT_TRUE((moved[i] == first).all().item<bool>());
    seen.insert(static_cast<int>(first));
  }
  EXPECT_THAT(seen, ElementsAre(-2, -1, 0, 1, 2));
}

TEST(DataMix, FlipsAllFourWays) {
  const DataMix mix = Coordinates(64, 64);
  const MixBatch batch = mix.Crops(0, 64, {.side = 8}, 3);
  std::set<std::pair<bool, bool>> ways;
  for (int i = 0; i < 64; ++i) {
    ways.insert({(batch.vis[i][0][0][7] > batch.vis[i][0][0][0]).item<bool>(),
                 (batch.inf[i][0][7][0] > batch.inf[i][0][0][0]).item<bool>()});
  }
  EXPECT_EQ(ways.size(), 4u);
  const MixBatch plain = mix.Crops(0, 64, {.side = 8, .flips = false}, 3);
  EXPECT_TRUE((plain.vis.select(3, 7) > plain.vis.select(3, 0)).all().item<bool>());
}

}  // namespace
}  // namespace seafusion::learn
