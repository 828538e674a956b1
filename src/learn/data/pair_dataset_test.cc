#include "learn/data/pair_dataset.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "learn/data/test_folder.h"
#include "learn/data/test_pairs.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

TEST(PairDataset, WholeIsThePictureInUnitRange) {
  const ImageBuffer vis = TestPicture(5, 4, 1), inf = TestPicture(5, 4, 2);
  auto data = PairDataset::FromImages({vis.view()}, {inf.view()});
  ASSERT_TRUE(data.ok());
  const PairBatch pair = data->Whole(0);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_NEAR(pair.vis[0][0][y][x].item<float>(), vis.view().Row<std::uint8_t>(y)[x] / 255.0,
                  1e-5);
      EXPECT_NEAR(pair.inf[0][0][y][x].item<float>(), inf.view().Row<std::uint8_t>(y)[x] / 255.0,
                  1e-7);
    }
  }
}

TEST(PairDataset, CropsDependOnSeedAndSampleNumberOnly) {
  const PairDataset data = TestPairs(3, 20, 16);
  const PairBatch all = data.Crops(0, 12, 8, 9);
  const PairBatch later = data.Crops(5, 4, 8, 9);
  EXPECT_TRUE(torch::equal(all.vis.slice(0, 5, 9), later.vis));
  EXPECT_TRUE(torch::equal(all.inf.slice(0, 5, 9), later.inf));
  EXPECT_FALSE(torch::equal(all.vis, data.Crops(0, 12, 8, 10).vis));
}

TEST(PairDataset, EveryPassVisitsEveryPairOnceInAnOrderOfItsOwn) {
  // Pairs of one single gray level each: a crop tells which pair it is from.
  std::vector<ImageBuffer> pictures;
  for (int i = 0; i < 10; ++i) {
    pictures.push_back(*ImageBuffer::Create(8, 8, PixelFormat::kGray8));
    for (int y = 0; y < 8; ++y) {
      std::fill_n(pictures.back().view().Row<std::uint8_t>(y), 8, static_cast<std::uint8_t>(i));
    }
  }
  std::vector<ImageView> views;
  for (const ImageBuffer& p : pictures) views.push_back(p.view());
  const PairDataset data = *PairDataset::FromImages(views, views);
  std::vector<std::vector<int>> passes;
  for (std::uint64_t pass = 0; pass < 3; ++pass) {
    const PairBatch batch = data.Crops(10 * pass, 10, 4, 1);
    std::vector<int> order;
    for (int n = 0; n < 10; ++n) {
      order.push_back(static_cast<int>(batch.inf[n][0][0][0].item<float>() * 255 + 0.5f));
    }
    EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 10u);
    passes.push_back(order);
  }
  EXPECT_NE(passes[0], passes[1]);
  EXPECT_NE(passes[1], passes[2]);
}

TEST(PairDataset, FlipsBothBandsAlikeAndAllFourWays) {
  // One 2x2 picture with four values, crop 2: only the flips differ.
  ImageBuffer p = *ImageBuffer::Create(3, 3, PixelFormat::kGray8);
  for (int i = 0; i < 9; ++i) {
    p.view().Row<std::uint8_t>(i / 3)[i % 3] = static_cast<std::uint8_t>(20 * i);
  }
  const PairDataset data = *PairDataset::FromImages({p.view()}, {p.view()});
  const PairBatch batch = data.Crops(0, 64, 3, 4);
  EXPECT_LT((batch.vis - batch.inf).abs().max().item<float>(), 1e-4f);
  std::set<int> corners;
  for (int n = 0; n < 64; ++n) {
    corners.insert(static_cast<int>(batch.inf[n][0][0][0].item<float>() * 255 + 0.5f));
  }
  EXPECT_EQ(corners, (std::set<int>{0, 40, 120, 160}));
}

class PairDatasetOnDisk : public PairFolderTest {
 protected:
  void WriteGray(const std::string& name, int width, int height) {
    Write(name, width, height, PixelFormat::kGray8);
  }
};

TEST_F(PairDatasetOnDisk, LoadsTheSplitAndItsOtherBandNames) {
  WriteGray("train/ir/b", 9, 7);
  WriteGray("train/visible/b", 9, 7);
  WriteGray("train/ir/a", 8, 7);
  WriteGray("train/visible/a", 8, 7);
  auto data = PairDataset::Load(folder(), "train", 2);
  ASSERT_TRUE(data.ok()) << data.status().message();
  ASSERT_EQ(data->size(), 2u);
  EXPECT_EQ(data->name(0), "a");
  EXPECT_EQ(data->width(1), 9);
  EXPECT_EQ(data->smallest_side(), 7);
  EXPECT_TRUE(PairDataset::Load(folder() + "/train", "train", 1).ok());
}

TEST_F(PairDatasetOnDisk, NamesTheFileThatIsWrong) {
  const auto message = [&] { return PairDataset::Load(folder(), "train", 1).status().message(); };
  WriteGray("train/ir/a", 8, 7);
  WriteGray("train/visible/a", 8, 6);
  EXPECT_NE(message().find("ir/a.png is 8x7"), std::string::npos) << message();
  EXPECT_NE(message().find("visible/a.png is 8x6"), std::string::npos) << message();
  WriteGray("train/ir/lonely", 8, 7);
  EXPECT_NE(message().find("lonely.png: has no partner"), std::string::npos) << message();
  EXPECT_EQ(PairDataset::Load("/no/such", "train", 1).status().code(), StatusCode::kNotFound);
  std::filesystem::remove_all(folder() + "/train/visible");
  EXPECT_NE(message().find("has none of the folders vi, vis, visible"), std::string::npos);
}

}  // namespace
}  // namespace seafusion::learn
