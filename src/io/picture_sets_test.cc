#include "io/picture_sets.h"

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
using ::testing::StartsWith;

class PictureSetsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("seafusion_sets_") + info->name());
    fs::remove_all(folder_);
    Touch({"ir/b2.png", "ir/b10.png", "ir/a.png", "vi/a.jpg", "vi/b2.jpg", "vi/b10.jpg"});
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Listing never opens the files.
  void Touch(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      fs::create_directories((folder_ / name).parent_path());
      std::ofstream(folder_ / name).put('x');
    }
  }
  NamedSource Source(const std::string& name) const { return {name, (folder_ / name).string()}; }
  static std::vector<std::string> Stems(const PictureSet& set) {
    std::vector<std::string> stems;
    for (const PictureFile& file : set.files) stems.push_back(file.stem);
    return stems;
  }

  fs::path folder_;
};

TEST_F(PictureSetsTest, SetsHoldTheSameScenesInOneOrder) {
  const auto sets = ListPictureSets({Source("ir"), Source("vi")});
  ASSERT_TRUE(sets.ok()) << sets.status().message();
  ASSERT_EQ(sets->size(), 2u);
  EXPECT_EQ((*sets)[1].name, "vi");
  EXPECT_THAT((*sets)[1].files[0].path, HasSubstr("vi/a.jpg"));
  EXPECT_THAT(Stems((*sets)[0]), ElementsAre("a", "b2", "b10"));
  EXPECT_THAT(Stems((*sets)[1]), ElementsAre("a", "b2", "b10"));
}

TEST_F(PictureSetsTest, APictureThatOneSetLacksIsNamed) {
  Touch({"vi/c.jpg"});
  for (const auto& sources :
       {std::vector{Source("ir"), Source("vi")}, std::vector{Source("vi"), Source("ir")}}) {
    const Status status = ListPictureSets(sources).status();
    EXPECT_EQ(status.code(), StatusCode::kNotFound);
    EXPECT_THAT(status.message(), StartsWith((folder_ / "vi" / "c.jpg").string()));
    EXPECT_THAT(status.message(), HasSubstr("ir has no picture of that name"));
  }
}

TEST_F(PictureSetsTest, SomeOfThePicturesInTheOrderAskedFor) {
  Touch({"vi/c.jpg"});
  const auto sets = ListPictureSets({Source("ir"), Source("vi")}, {"b10", "a"});
  ASSERT_TRUE(sets.ok()) << sets.status().message();
  EXPECT_THAT(Stems((*sets)[0]), ElementsAre("b10", "a"));
  EXPECT_THAT(Stems((*sets)[1]), ElementsAre("b10", "a"));
  const Status status = ListPictureSets({Source("ir")}, {"c"}).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("has no picture called c"));
}

}  // namespace
}  // namespace seafusion::io
