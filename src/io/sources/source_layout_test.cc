#include "io/sources/source_layout.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "io/decode/raw.h"
#include "io/image_file.h"
#include "io/testing/crafted_pictures.h"

namespace seafusion::io {
namespace {

using testing::Big;
using ::testing::HasSubstr;
using testing::Little;

TEST(SourceLayoutTest, FormatsAndPartsAreRead) {
  const auto format = ParseRawFormat("gray16le:640x512+128");
  ASSERT_TRUE(format.ok());
  EXPECT_EQ(format->pixel_format, "gray16le");
  EXPECT_EQ(format->width, 640);
  EXPECT_EQ(format->height, 512);
  EXPECT_EQ(format->skip, 128u);
  EXPECT_EQ(ParseRawFormat("gray:2x3")->skip, 0u);
  const auto crop = ParsePictureCrop("256x192+0+7");
  ASSERT_TRUE(crop.ok());
  EXPECT_EQ(crop->height, 192);
  EXPECT_EQ(crop->y, 7);
  for (const char* text :
       {"", "gray16le", ":4x4", "gray:4x", "gray:4x4+", "gray:0x4", "gray:4x4+1x", "gray:4x-4",
        "gray:40000x4", "gray:4x4+99999999999999999999"}) {
    EXPECT_FALSE(ParseRawFormat(text).ok()) << text;
  }
  for (const char* text : {"", "4x4", "4x4+1", "4x4+1+1+1", "4x4+-1+1", "4x4 +1+1"}) {
    EXPECT_FALSE(ParsePictureCrop(text).ok()) << text;
  }
}

TEST(SourceLayoutTest, APartIsCutOut) {
  ImageBuffer picture = *ImageBuffer::Create(4, 3, PixelFormat::kGray16);
  for (int i = 0; i < 12; ++i) {
    picture.view().Row<std::uint16_t>(i / 4)[i % 4] = static_cast<std::uint16_t>(1000 + i);
  }
  const auto part = Crop(picture.view(), {.width = 2, .height = 2, .x = 2, .y = 1});
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->view().Row<std::uint16_t>(0)[0], 1006);
  EXPECT_EQ(part->view().Row<std::uint16_t>(1)[1], 1011);
  EXPECT_THAT(Crop(picture.view(), {.width = 2, .height = 2, .x = 3, .y = 0}).status().message(),
              HasSubstr("not inside its 4x3"));
}

TEST(SourceLayoutTest, BareSamplesAreReadInBothByteOrders) {
  const ScratchFolder scratch;
  const std::string path =
      scratch.WriteFile("counts.raw", "head" + Big(258, 2) + Big(3, 2) + Big(40000, 2) + Big(5, 2) +
                                          Big(6, 2) + Big(7, 2) + "x");
  const auto read = [&](const char* format, std::optional<int> page) {
    return ReadPicture(path, {.page = page, .raw_format = *ParseRawFormat(format)});
  };
  const auto one = read("gray16be:3x2+4", {});
  ASSERT_TRUE(one.ok()) << one.status().message();
  EXPECT_EQ(one->image.view().Row<std::uint16_t>(0)[0], 258);
  EXPECT_EQ(one->image.view().Row<std::uint16_t>(0)[2], 40000);
  ASSERT_EQ(one->remarks.size(), 1u);
  EXPECT_THAT(one->remarks[0], HasSubstr("1 bytes behind the last whole frame"));
  EXPECT_EQ(read("gray16le:3x2+4", {})->image.view().Row<std::uint16_t>(0)[0], 513);
  EXPECT_THAT(read("gray16be:3x1+4", {}).status().message(), HasSubstr("holds 2 frames"));
  EXPECT_EQ(read("gray16be:3x1+4", 1)->image.view().Row<std::uint16_t>(0)[2], 7);
  EXPECT_EQ(read("gray16be:3x1+4", 2).status().code(), StatusCode::kNotFound);
  EXPECT_THAT(read("gray16be:30x20", {}).status().message(),
              HasSubstr("counts.raw: a 30x20 picture of gray16be behind 0 bytes needs 1200 bytes"));
  EXPECT_THAT(read("yuv420p:2x2", {}).status().message(), HasSubstr("known are gray, "));
  const auto colour = read("bgr24:2x1+4", 0);
  ASSERT_TRUE(colour.ok());
  EXPECT_EQ(colour->image.view().Row<std::uint8_t>(0)[2], 1) << "blue was first";
  EXPECT_EQ(colour->image.view().Row<std::uint8_t>(0)[0], 0);
}

}  // namespace
}  // namespace seafusion::io
