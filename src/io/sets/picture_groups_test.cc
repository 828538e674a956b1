#include "io/sets/picture_groups.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::io {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PictureGroupsTest, ThreeFoldersAreGroupedByStem) {
  const ScratchFolder scratch;
  for (const char* name : {"ir/10.png", "ir/9.png", "vi/9.jpg", "vi/10.png", "fused/10.bmp"}) {
    scratch.WriteFile(name, "x");
  }
  const std::vector<std::string> sources = {scratch / "ir", scratch / "vi", scratch / "fused"};
  const auto found = GroupPictures(sources);
  ASSERT_TRUE(found.ok()) << found.status().message();
  const auto* groups = &found->groups;
  ASSERT_EQ(groups->size(), 2u);
  EXPECT_EQ((*groups)[0].stem, "9");
  EXPECT_EQ((*groups)[0].missing, 2u);
  EXPECT_THAT((*groups)[0].Complaints(sources),
              ElementsAre(scratch / "ir/9.png: has no partner in " + sources[2],
                          scratch / "vi/9.jpg: has no partner in " + sources[2]));
  EXPECT_TRUE((*groups)[1].complete());
  EXPECT_THAT((*groups)[1].Complaints(sources), IsEmpty());
  EXPECT_THAT((*groups)[1].paths,
              ElementsAre(scratch / "ir/10.png", scratch / "vi/10.png", scratch / "fused/10.bmp"));
}

TEST(PictureGroupsTest, SingleFilesAreOneGroupWhateverTheirNames) {
  const ScratchFolder scratch;
  const auto found =
      GroupPictures({scratch.WriteFile("a.png", "x"), scratch.WriteFile("b.png", "x"),
                     scratch.WriteFile("c.png", "x")});
  ASSERT_TRUE(found.ok());
  const auto* groups = &found->groups;
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_EQ((*groups)[0].stem, "c");
  EXPECT_TRUE((*groups)[0].complete());
}

TEST(PictureGroupsTest, ASourceWithoutPicturesIsNamed) {
  const ScratchFolder scratch;
  const Status status = GroupPictures({scratch.WriteFile("a.png", "x"), scratch / "no"}).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), ::testing::HasSubstr(scratch / "no"));
}

}  // namespace
}  // namespace seafusion::io
