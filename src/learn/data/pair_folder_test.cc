#include "learn/data/pair_folder.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "learn/data/test_folder.h"

namespace seafusion::learn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PairFolderOnDisk : public PairFolderTest {
 protected:
  std::string Message(const PairContent& content = {.colour = true, .labels = true}) {
    const auto pairs = PairFolder::Open(folder(), content);
    if (!pairs.ok()) return pairs.status().message();
    for (std::size_t i = 0; i < pairs->size(); ++i) {
      const auto pair = pairs->Decode(i);
      if (!pair.ok()) return pair.status().message();
    }
    return "";
  }
};

TEST_F(PairFolderOnDisk, KeepsTheBytesOfColourInfraredAndLabels) {
  WritePair("a", 7, 5);
  const auto pairs = PairFolder::Open(folder(), {.colour = true, .labels = true});
  ASSERT_TRUE(pairs.ok()) << pairs.status().message();
  const auto pair = pairs->Decode(0);
  ASSERT_TRUE(pair.ok()) << pair.status().message();
  const ImageBuffer vis = *io::ReadImage(Path("msrs/vi/a.png"));
  const ImageBuffer inf = *io::ReadImage(Path("msrs/ir/a.png"));
  const ImageBuffer labels = *io::ReadImage(Path("msrs/labels/a.png"));
  for (int y = 0; y < 5; ++y) {
    const auto row = static_cast<std::size_t>(7 * y);
    EXPECT_TRUE(std::equal(pair->rgb.begin() + 3 * row, pair->rgb.begin() + 3 * row + 21,
                           vis.view().Row<std::uint8_t>(y)));
    EXPECT_TRUE(std::equal(pair->infrared.begin() + row, pair->infrared.begin() + row + 7,
                           inf.view().Row<std::uint8_t>(y)));
    EXPECT_TRUE(std::equal(pair->labels.begin() + row, pair->labels.begin() + row + 7,
                           labels.view().Row<std::uint8_t>(y)));
  }
}

TEST_F(PairFolderOnDisk, AVisibleValueThatIsNotFiniteIsNamed) {
  WritePair("a", 2, 1);
  std::filesystem::remove(Path("msrs/vi/a.png"));
  const float values[] = {0.5f, std::nanf("")};
  std::ofstream(Path("msrs/vi/a.pfm"), std::ios::binary)
      << "Pf\n2 1\n-1.0\n"
      << std::string(reinterpret_cast<const char*>(values), sizeof(values));
  EXPECT_THAT(Message({.colour = true}), AllOf(HasSubstr("a.pfm"), HasSubstr("not finite")));
}

TEST_F(PairFolderOnDisk, ARigPlacesPicturesAndLabels) {
  // Both cameras see the same, the visible one two pixels more at the left.
  WritePair("a", 19, 17);
  align::Rig rig;
  rig.infrared.width = 19;
  rig.visible.width = 21;
  rig.infrared.height = rig.visible.height = 17;
  rig.map.map = {{1, 0, -2, 0, 1, 0, 0, 0, 1}};
  PairContent content{.colour = true, .labels = true};
  content.placing.rig.file = Path("rig.json");
  ASSERT_TRUE(align::WriteRig(content.placing.rig.file, rig, IfExists::kFail).ok());
  ImageBuffer wide = *ImageBuffer::Create(21, 17, PixelFormat::kGray8);
  for (int y = 0; y < 17; ++y) {
    for (int x = 0; x < 21; ++x) {
      wide.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(x % 9);
    }
  }
  for (const char* name : {"msrs/vi/a.png", "msrs/labels/a.png"}) {
    ASSERT_TRUE(io::WriteImage(Path(name), wide.view(), IfExists::kReplace).ok());
  }
  const auto pairs = PairFolder::Open(folder(), content);
  ASSERT_TRUE(pairs.ok()) << pairs.status().message();
  const auto pair = pairs->Decode(0);
  ASSERT_TRUE(pair.ok()) << pair.status().message();
  EXPECT_EQ(pair->width, 19);
  for (std::size_t x = 0; x < 19; ++x) {
    EXPECT_EQ(pair->labels[x], (x + 2) % 9);
    EXPECT_EQ(pair->rgb[3 * x], (x + 2) % 9);
  }
  content.placing.labels_of = align::Source::kInfrared;
  EXPECT_THAT(Message(content), AllOf(HasSubstr("labels/a.png"), HasSubstr("21x17")));
}

TEST_F(PairFolderOnDisk, LabelsAreAClassOrIgnored) {
  WritePair("a", 7, 5);
  EXPECT_EQ(Message(), "");
  ImageBuffer labels = *ImageBuffer::Create(7, 5, PixelFormat::kGray8);
  const auto write = [&] {
    return io::WriteImage(Path("msrs/labels/a.png"), labels.view(), IfExists::kReplace).ok();
  };
  labels.view().Row<std::uint8_t>(3)[2] = 255;
  ASSERT_TRUE(write());
  EXPECT_EQ(Message(), "");
  labels.view().Row<std::uint8_t>(3)[2] = 9;
  ASSERT_TRUE(write());
  EXPECT_THAT(Message(), AllOf(HasSubstr("labels/a.png"), HasSubstr("label 9 at (2, 3)")));
  EXPECT_EQ(Message({.colour = true, .labels = true, .classes = 10}), "");
  EXPECT_EQ(Message({}), "") << "labels that are not asked for are not read";
}

TEST_F(PairFolderOnDisk, NamesTheLabelFileThatIsWrong) {
  WritePair("a", 7, 5);
  Write("labels/a", 7, 4, PixelFormat::kGray8, 9);
  EXPECT_THAT(Message(), AllOf(HasSubstr("labels/a.png"), HasSubstr("7x4"), HasSubstr("7x5")));
  Write("labels/a", 7, 5, PixelFormat::kGray16, 9);
  EXPECT_THAT(Message(), AllOf(HasSubstr("labels/a.png"), HasSubstr("gray16")));
  Write("labels/a", 7, 5, PixelFormat::kRgb8, 9);
  EXPECT_THAT(Message(), AllOf(HasSubstr("labels/a.png"), HasSubstr("rgb8")));
  std::filesystem::resize_file(Path("msrs/labels/a.png"), 40);
  EXPECT_THAT(Message(), HasSubstr("labels/a.png"));
}

TEST_F(PairFolderOnDisk, EveryPairNeedsLabelsAndEveryLabelAPair) {
  WritePair("a", 7, 5);
  WritePair("b", 7, 5);
  std::filesystem::remove(Path("msrs/labels/b.png"));
  EXPECT_THAT(Message(), HasSubstr("vi/b.png: has no label picture"));
  Write("labels/b", 7, 5, PixelFormat::kGray8, 9);
  Write("labels/lonely", 7, 5, PixelFormat::kGray8, 9);
  EXPECT_THAT(Message(), HasSubstr("labels/lonely.png: has no partner"));
  std::filesystem::remove_all(Path("msrs/labels"));
  EXPECT_FALSE(HasLabelFolder(folder()));
  EXPECT_THAT(Message(), HasSubstr("has none of the folders labels, Label"));
  EXPECT_EQ(Message({}), "");
}

}  // namespace
}  // namespace seafusion::learn
