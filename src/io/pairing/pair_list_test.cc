#include "io/pairing/pair_list.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::io {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PairListTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("seafusion_pairs_") + info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Listing never opens the files, so that they can be empty.
  void Touch(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      fs::create_directories((folder_ / name).parent_path());
      std::ofstream(folder_ / name).put('x');
    }
  }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::vector<std::string> Stems(const PairList& list) const {
    std::vector<std::string> stems;
    for (const PicturePair& pair : list.pairs) stems.push_back(pair.stem);
    return stems;
  }

  fs::path folder_;
};

TEST(NaturalLessTest, DigitsCompareAsNumbers) {
  std::vector<std::string> names = {"img10", "img9", "img",   "a2b10",
                                    "a2b9",  "a10",  "01",    "1",
                                    "2",     "001",  "img1x", "99999999999999999999999"};
  std::sort(names.begin(), names.end(), NaturalLess);
  EXPECT_THAT(names, ElementsAre("001", "01", "1", "2", "99999999999999999999999", "a2b9", "a2b10",
                                 "a10", "img", "img1x", "img9", "img10"));
}

TEST(NaturalLessTest, IsAStrictOrder) {
  const std::vector<std::string> names = {"",     "0",   "00", "a",  "a0",
                                          "a00b", "a0b", "b1", "1b", "10"};
  for (const std::string& a : names) {
    EXPECT_FALSE(NaturalLess(a, a)) << a;
    for (const std::string& b : names) {
      EXPECT_EQ(NaturalLess(a, b) != NaturalLess(b, a), a != b) << a << " " << b;
      for (const std::string& c : names) {
        EXPECT_TRUE(!NaturalLess(a, b) || !NaturalLess(b, c) || NaturalLess(a, c))
            << a << " " << b << " " << c;
      }
    }
  }
}

TEST_F(PairListTest, FoldersPairByStemInNaturalOrder) {
  Touch({"ir/10.png", "ir/9.PNG", "ir/1.bmp", "ir/notes.txt", "ir/.hidden.png", "ir/deep/5.png",
         "vi/9.jpg", "vi/1.tiff", "vi/10.webp", "vi/11.JPEG"});
  const StatusOr<PairList> list = ListPairs(Path("ir"), Path("vi"));
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Stems(*list), ElementsAre("1", "9", "10"));
  EXPECT_EQ(list->pairs[1].infrared, Path("ir/9.PNG"));
  EXPECT_EQ(list->pairs[1].visible, Path("vi/9.jpg"));
  EXPECT_THAT(list->unpaired, ElementsAre(Path("vi/11.JPEG")));
}

TEST_F(PairListTest, TwoFilesAreAPairWhateverTheirNames) {
  Touch({"thermal", "colour.png"});
  const StatusOr<PairList> list = ListPairs(Path("thermal"), Path("colour.png"));
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Stems(*list), ElementsAre("colour"));
  EXPECT_THAT(list->unpaired, IsEmpty());
}

TEST_F(PairListTest, PatternsMatchPicturesOnly) {
  Touch({"night1.png", "night2.png", "day1.png", "night.txt", "night3/a.png", "vi/night1.jpg",
         "vi/night2.jpg"});
  const StatusOr<PairList> list = ListPairs(Path("night*"), Path("vi/*.jpg"));
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Stems(*list), ElementsAre("night1", "night2"));
  const StatusOr<std::vector<PictureFile>> none = ListPictures(Path("dusk*"));
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(none.status().message(), HasSubstr(Path("dusk*")));
}

TEST_F(PairListTest, AnExistingNameWithPatternCharactersIsMeantLiterally) {
  Touch({"a[1].png", "a1.png"});
  const StatusOr<std::vector<PictureFile>> files = ListPictures(Path("a[1].png"));
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ((*files)[0].path, Path("a[1].png"));
}

TEST_F(PairListTest, AFileFindsItsPartnerInAFolder) {
  Touch({"7.png", "vi/6.png", "vi/7.png"});
  const StatusOr<PairList> list = ListPairs(Path("7.png"), Path("vi"));
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Stems(*list), ElementsAre("7"));
  EXPECT_THAT(list->unpaired, ElementsAre(Path("vi/6.png")));
}

TEST_F(PairListTest, TwoFilesOfOneStemAreBothNamed) {
  Touch({"ir/a.png", "ir/a.jpg", "vi/a.png"});
  const Status status = ListPairs(Path("ir"), Path("vi")).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr(Path("ir/a.png")));
  EXPECT_THAT(status.message(), HasSubstr(Path("ir/a.jpg")));
}

TEST_F(PairListTest, DevicesAreNoPictures) {
  const auto list = ListPictures("/dev/null");
  EXPECT_EQ(list.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(list.status().message(), "/dev/null: is no file and no folder");
}

TEST_F(PairListTest, WhatIsMissingIsNamed) {
  Touch({"ir/a.png", "vi/b.png", "empty/readme.txt"});
  EXPECT_EQ(ListPairs(Path("ir"), Path("no")).status().code(), StatusCode::kNotFound);
  EXPECT_THAT(ListPairs(Path("ir"), Path("no")).status().message(), HasSubstr(Path("no")));
  EXPECT_THAT(ListPairs(Path("empty"), Path("vi")).status().message(), HasSubstr(Path("empty")));
  const Status none = ListPairs(Path("ir"), Path("vi")).status();
  EXPECT_EQ(none.code(), StatusCode::kNotFound);
  EXPECT_THAT(none.message(), HasSubstr(Path("ir")));
  EXPECT_THAT(none.message(), HasSubstr(Path("vi")));
}

}  // namespace
}  // namespace seafusion::io
