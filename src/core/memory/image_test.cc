#include <seafusion/image.h>

#include <array>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion {
namespace {

TEST(Image, PixelSizes) {
  EXPECT_EQ(BytesPerPixel(PixelFormat::kGray8), 1);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kGray16), 2);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kRgb8), 3);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kRgb16), 6);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kGrayF32), 4);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kBgr8), 3);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kRgba8), 4);
  EXPECT_EQ(BytesPerPixel(PixelFormat::kYuyv8), 2);
}

class ValidateImageTest : public ::testing::Test {
 protected:
  alignas(8) std::array<std::uint8_t, 64> bytes_{};
};

TEST_F(ValidateImageTest, AcceptsExactAndPaddedStrides) {
  EXPECT_TRUE(ValidateImage({bytes_.data(), 8, 8, 8, PixelFormat::kGray8}, "ir").ok());
  EXPECT_TRUE(ValidateImage({bytes_.data(), 3, 2, 32, PixelFormat::kRgb16}, "vi").ok());
}

TEST_F(ValidateImageTest, NamesTheViewAndTheNumbers) {
  const Status s = ValidateImage({bytes_.data(), 0, 5, 8, PixelFormat::kGray8}, "ir");
  EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(s.message().find("ir is 0x5"), std::string::npos) << s.message();
}

TEST_F(ValidateImageTest, RefusesWhatCannotBeRead) {
  const int kMax = std::numeric_limits<int>::max();
  const auto kFar = std::numeric_limits<std::ptrdiff_t>::max();
  EXPECT_FALSE(ValidateImage({nullptr, 8, 8, 8, PixelFormat::kGray8}, "ir").ok());
  EXPECT_FALSE(ValidateImage({bytes_.data(), 8, -1, 8, PixelFormat::kGray8}, "ir").ok());
  EXPECT_FALSE(ValidateImage({bytes_.data(), 8, 8, 7, PixelFormat::kGray8}, "ir").ok());
  EXPECT_FALSE(ValidateImage({bytes_.data(), 8, 8, -8, PixelFormat::kGray8}, "ir").ok());
  EXPECT_FALSE(ValidateImage({bytes_.data(), 2, 2, 5, PixelFormat::kGray16}, "ir").ok());
  EXPECT_FALSE(ValidateImage({bytes_.data() + 1, 2, 2, 4, PixelFormat::kGray16}, "ir").ok());
  EXPECT_FALSE(ValidateImage({bytes_.data(), 8, kMax, kFar, PixelFormat::kGray8}, "ir").ok());
}

TEST(ImageBuffer, OwnsZeroedSamplesAndRefusesWhatCannotBe) {
  auto b = ImageBuffer::Create(5, 3, PixelFormat::kRgb16);
  ASSERT_TRUE(b.ok());
  EXPECT_TRUE(ValidateImage(b->view(), "b").ok());
  EXPECT_EQ(b->view().stride, 30);
  EXPECT_EQ(b->view().Row<std::uint16_t>(2)[14], 0);
  EXPECT_EQ(ImageBuffer::Create(0, 3, PixelFormat::kGray8).status().code(),
            StatusCode::kInvalidArgument);
  const int kMax = std::numeric_limits<int>::max();
  EXPECT_EQ(ImageBuffer::Create(kMax, kMax, PixelFormat::kRgb16).status().code(),
            StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace seafusion
