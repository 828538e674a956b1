#include "fuse/show_visible.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion {
namespace {

constexpr int kWidth = 256, kHeight = 2;

ImageBuffer Ramp(PixelFormat format) {
  ImageBuffer image = *ImageBuffer::Create(kWidth, kHeight, format);
  const int channels = ChannelCount(format);
  for (int y = 0; y < kHeight; ++y) {
    for (int i = 0; i < kWidth * channels; ++i) {
      image.view().Row<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(i / channels);
    }
  }
  return image;
}

ImageBuffer Shown(const ImageBuffer& vi, PixelFormat format, const FuseSettings& settings = {}) {
  ImageBuffer out = *ImageBuffer::Create(kWidth, kHeight, format);
  const Status status = ShowVisible(vi.view(), out.view(), settings);
  EXPECT_TRUE(status.ok()) << status.message();
  return out;
}

TEST(ShowVisible, CopiesWhatNeedsNoChange) {
  for (const PixelFormat format : {PixelFormat::kGray8, PixelFormat::kRgb8, PixelFormat::kBgr8,
                                   PixelFormat::kRgba8, PixelFormat::kYuyv8}) {
    const ImageBuffer vi = Ramp(format), out = Shown(vi, format);
    for (int y = 0; y < kHeight; ++y) {
      for (int i = 0; i < kWidth * ChannelCount(format); ++i) {
        ASSERT_EQ(out.view().Row<std::uint8_t>(y)[i], vi.view().Row<std::uint8_t>(y)[i]);
      }
    }
  }
}

TEST(ShowVisible, ColourBecomesItsLuma) {
  for (const PixelFormat format : {PixelFormat::kRgb8, PixelFormat::kBgr8, PixelFormat::kRgba8}) {
    const ImageBuffer out = Shown(Ramp(format), PixelFormat::kGray8);
    for (int x = 0; x < kWidth; ++x) ASSERT_EQ(out.view().Row<std::uint8_t>(1)[x], x);
  }
}

TEST(ShowVisible, TheRangeOfVideoIsWidenedAndNarrowed) {
  const ImageBuffer vi = Ramp(PixelFormat::kGray8);
  const ImageBuffer wide = Shown(vi, PixelFormat::kGray8, {.visible_luma = LumaRange::kVideo});
  const auto* w = wide.view().Row<std::uint8_t>(0);
  EXPECT_EQ(w[0], 0);
  EXPECT_EQ(w[16], 0);
  EXPECT_EQ(w[235], 255);
  EXPECT_EQ(w[255], 255);
  EXPECT_NEAR(w[125], 255 * (125 - 16) / 219.0, 0.51);
  const ImageBuffer narrow = Shown(vi, PixelFormat::kGray8, {.output_luma = LumaRange::kVideo});
  const auto* n = narrow.view().Row<std::uint8_t>(0);
  EXPECT_EQ(n[0], 16);
  EXPECT_EQ(n[255], 235);
}

TEST(ShowVisible, RefusesWhatFuserRefuses) {
  const ImageBuffer vi = Ramp(PixelFormat::kYuyv8);
  ImageBuffer out = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  EXPECT_EQ(ShowVisible(vi.view(), out.view(), {}).code(), StatusCode::kInvalidArgument);
  ImageBuffer small = *ImageBuffer::Create(kWidth, 1, PixelFormat::kYuyv8);
  EXPECT_EQ(ShowVisible(vi.view(), small.view(), {}).code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace seafusion
