#include "io/sets/picture_sets.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PictureSetsTest : public ::testing::Test {
 protected:
  PictureSetsTest() {
    Touch({"ir/b2.png", "ir/b10.png", "ir/a.png", "vi/a.jpg", "vi/b2.jpg", "vi/b10.jpg"});
  }

  // Listing never opens the files.
  void Touch(const std::vector<std::string>& names) const {
    for (const std::string& name : names) scratch_.WriteFile(name, "x");
  }
  NamedSource Source(const std::string& name) const { return {name, scratch_ / name}; }
  static std::vector<std::string> Stems(const PictureSet& set) {
    std::vector<std::string> stems;
    for (const PictureFile& file : set.files) stems.push_back(file.stem);
    return stems;
  }

  const ScratchFolder scratch_;
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
    EXPECT_THAT(status.message(), StartsWith(scratch_ / "vi/c.jpg"));
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
