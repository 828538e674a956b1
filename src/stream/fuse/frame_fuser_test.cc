#include "stream/fuse/frame_fuser.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "stream/frame_source.h"

namespace seafusion::stream {
namespace {

constexpr int kFrameWidth = 48, kFrameHeight = 32;

// A ramp of brightness from `least` over `span` levels.
ImageBuffer GrayRamp(int least, int span) {
  ImageBuffer frame = *ImageBuffer::Create(kFrameWidth, kFrameHeight, PixelFormat::kGray8);
  for (int y = 0; y < kFrameHeight; ++y) {
    for (int x = 0; x < kFrameWidth; ++x) {
      frame.view().Row<std::uint8_t>(y)[x] =
          static_cast<std::uint8_t>(least + span * (x + y) / (kFrameWidth + kFrameHeight));
    }
  }
  return frame;
}

std::vector<std::uint8_t> SamplesOf(const ImageBuffer& frame) {
  const auto* row = frame.view().Row<std::uint8_t>(0);
  return {row, row + kFrameWidth * kFrameHeight};
}

std::vector<std::uint8_t> FusedBy(const Fuser& fuser, const ImageBuffer& frame,
                                  const FuseSettings& settings) {
  ImageBuffer out = *ImageBuffer::Create(kFrameWidth, kFrameHeight, PixelFormat::kGray8);
  EXPECT_TRUE(fuser.Fuse(frame.view(), frame.view(), out.view(), settings).ok());
  return SamplesOf(out);
}

TEST(FrameFuserTest, AGentleRangeIsThatOfTheFramesBefore) {
  const auto fuser = Fuser::Create({.threads = 1});
  ASSERT_TRUE(fuser.ok());
  const ImageBuffer dim = GrayRamp(60, 60), bright = GrayRamp(120, 90);
  OutputRange of_dim, of_bright;
  const OutputRange gentle{.kind = OutputRange::Kind::kGentle};
  const auto dim_alone = FusedBy(*fuser, dim, {.output_range = gentle, .gentle_range = &of_dim});
  const auto bright_alone =
      FusedBy(*fuser, bright, {.output_range = gentle, .gentle_range = &of_bright});

  FrameFuser frames({.settings = {.output_range = gentle}, .range_smoothing = 1});
  const auto fuse = [&](const ImageBuffer& frame, double seconds) {
    const auto fused = frames.Fuse(*fuser, &frame, frame.view(),
                                   static_cast<std::int64_t>(seconds * kMicroseconds));
    EXPECT_TRUE(fused.ok()) << fused.status().message();
    return SamplesOf(*fused);
  };
  EXPECT_EQ(fuse(dim, 0), dim_alone);
  EXPECT_EQ(fuse(bright, 0.04), FusedBy(*fuser, bright, {.output_range = of_dim}));
  EXPECT_NE(fuse(bright, 0.08), bright_alone);
  // Another scene, by the gap of time before it.
  EXPECT_EQ(fuse(bright, 100), bright_alone);
}

}  // namespace
}  // namespace seafusion::stream
