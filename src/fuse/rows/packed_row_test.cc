// bgr8, rgba8 and yuyv8 are fused as the same picture in rgb8 or gray8 is; luma in video's range as
// the same luma in full range.
#include "fuse/rows/packed_row.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/fuser.h>

#include "core/memory/image_buffer.h"
#include "fuse/fuse_call.h"
#include "nn/test_weights.h"

namespace seafusion {
namespace {

using Bytes = std::uint8_t;

// More than a piece, and odd.
constexpr int kWidth = 2 * kPackedPixels + 35, kHeight = 5;

const Fuser& OurFuser() {
  static const Fuser fuser = *Fuser::Create({.threads = 1, .precision = Precision::kReference});
  return fuser;
}

ImageBuffer Make(PixelFormat format) {
  return *ImageBuffer::Create(kWidth, kHeight, format);
}

ImageBuffer Noise(PixelFormat format, std::uint64_t seed) {
  ImageBuffer image = Make(format);
  nn::TestNoise noise(seed);
  for (int y = 0; y < kHeight; ++y) {
    for (int i = 0; i < kWidth * ChannelCount(format); ++i) {
      image.view().Row<Bytes>(y)[i] = static_cast<Bytes>(127.5f + 127.0f * noise.Next());
    }
  }
  return image;
}

// Of rgb or gray: the same pixels in another order; alpha and chroma tell where they are.
ImageBuffer Repacked(const ImageBuffer& from, PixelFormat format) {
  ImageBuffer to = Make(format);
  const int channels = ChannelCount(from.format());
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const Bytes* in = from.view().Row<Bytes>(y) + channels * x;
      Bytes* out = to.view().Row<Bytes>(y) + ChannelCount(format) * x;
      switch (format) {
        case PixelFormat::kBgr8:
          out[0] = in[2], out[1] = in[1], out[2] = in[0];
          break;
        case PixelFormat::kRgba8:
          out[0] = in[0], out[1] = in[1], out[2] = in[2], out[3] = static_cast<Bytes>(x + 3 * y);
          break;
        default:
          out[0] = in[0], out[1] = static_cast<Bytes>(x + 5 * y);
      }
    }
  }
  return to;
}

std::vector<Bytes> All(const ImageBuffer& image) {
  const auto* data = image.view().Row<Bytes>(0);
  return {data, data + image.view().stride * kHeight};
}

ImageBuffer Fused(const ImageBuffer& ir, const ImageBuffer& vi, PixelFormat format,
                  const FuseSettings& settings = {}) {
  ImageBuffer out = Make(format);
  const Status status = OurFuser().Fuse(ir.view(), vi.view(), out.view(), settings);
  EXPECT_TRUE(status.ok()) << status.message();
  return out;
}

TEST(PackedRow, ColourInAnyOrderIsFusedAlike) {
  const ImageBuffer ir = Noise(PixelFormat::kGray8, 1), rgb = Noise(PixelFormat::kRgb8, 2);
  for (const auto kind : {OutputRange::Kind::kNone, OutputRange::Kind::kImage}) {
    const FuseSettings settings{.output_range = {.kind = kind}};
    const ImageBuffer expected = Fused(ir, rgb, PixelFormat::kRgb8, settings);
    for (const PixelFormat format : {PixelFormat::kBgr8, PixelFormat::kRgba8}) {
      const ImageBuffer vi = Repacked(rgb, format);
      EXPECT_EQ(All(Fused(ir, vi, format, settings)), All(Repacked(expected, format)))
          << PixelFormatName(format);
      EXPECT_EQ(All(Fused(ir, vi, PixelFormat::kRgb8, settings)), All(expected));
      EXPECT_EQ(All(Fused(ir, vi, PixelFormat::kGray8, settings)),
                All(Fused(ir, rgb, PixelFormat::kGray8, settings)));
    }
  }
}

TEST(PackedRow, AlphaIsOpaqueWhereTheVisiblePictureHasNone) {
  const ImageBuffer ir = Noise(PixelFormat::kGray8, 1);
  for (const PixelFormat format : {PixelFormat::kGray8, PixelFormat::kRgb8}) {
    const std::vector<Bytes> fused = All(Fused(ir, Noise(format, 2), PixelFormat::kRgba8));
    for (std::size_t i = 3; i < fused.size(); i += 4) ASSERT_EQ(fused[i], 255);
  }
}

TEST(PackedRow, YuyvKeepsItsChroma) {
  const ImageBuffer ir = Noise(PixelFormat::kGray8, 1), luma = Noise(PixelFormat::kGray8, 2);
  const ImageBuffer vi = Repacked(luma, PixelFormat::kYuyv8);
  const ImageBuffer expected = Fused(ir, luma, PixelFormat::kGray8);
  EXPECT_EQ(All(Fused(ir, vi, PixelFormat::kYuyv8)), All(Repacked(expected, PixelFormat::kYuyv8)));
  EXPECT_EQ(All(Fused(ir, vi, PixelFormat::kGray8)), All(expected));
}

TEST(PackedRow, InfraredOfAnyOrderIsItsLuma) {
  const ImageBuffer vi = Noise(PixelFormat::kGray8, 1), rgb = Noise(PixelFormat::kRgb8, 2);
  const auto expected = All(Fused(rgb, vi, PixelFormat::kGray8));
  for (const PixelFormat format : {PixelFormat::kBgr8, PixelFormat::kRgba8}) {
    EXPECT_EQ(All(Fused(Repacked(rgb, format), vi, PixelFormat::kGray8)), expected);
  }
  const ImageBuffer gray = Noise(PixelFormat::kGray8, 3);
  EXPECT_EQ(All(Fused(Repacked(gray, PixelFormat::kYuyv8), vi, PixelFormat::kGray8)),
            All(Fused(gray, vi, PixelFormat::kGray8)));
}

TEST(PackedRow, LumaInTheRangeOfVideoIsFusedAsInFullRange) {
  const ImageBuffer ir = Noise(PixelFormat::kGray8, 1);
  ImageBuffer video = Make(PixelFormat::kGray8), full = Make(PixelFormat::kGray16);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const int level = (x + 47 * y) % 220;
      video.view().Row<Bytes>(y)[x] = static_cast<Bytes>(16 + level);
      full.view().Row<std::uint16_t>(y)[x] =
          static_cast<std::uint16_t>(std::lround(65535.0 * level / 219));
    }
  }
  const ImageBuffer expected = Fused(ir, full, PixelFormat::kGray16);
  const FuseSettings both{.visible_luma = LumaRange::kVideo, .output_luma = LumaRange::kVideo};
  const FuseSettings in{.visible_luma = LumaRange::kVideo};
  const ImageBuffer kept = Fused(ir, video, PixelFormat::kGray8, both);
  const ImageBuffer widened = Fused(ir, video, PixelFormat::kGray8, in);
  const ImageBuffer deep = Fused(ir, video, PixelFormat::kGray16, both);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double unit = expected.view().Row<std::uint16_t>(y)[x] / 65535.0;
      ASSERT_NEAR(kept.view().Row<Bytes>(y)[x], 16 + 219 * unit, 0.52);
      ASSERT_NEAR(widened.view().Row<Bytes>(y)[x], 255 * unit, 0.52);
      ASSERT_NEAR(deep.view().Row<std::uint16_t>(y)[x], 4096 + 56064 * unit, 3);
    }
  }
  // Colour has no such range.
  const ImageBuffer rgb = Noise(PixelFormat::kRgb8, 2);
  EXPECT_EQ(All(Fused(ir, rgb, PixelFormat::kRgb8, both)), All(Fused(ir, rgb, PixelFormat::kRgb8)));
}

TEST(PackedRow, FormatsThatHoldNoResultAreRefused) {
  const ImageBuffer ir = Noise(PixelFormat::kGray8, 1);
  const auto refusal = [&](PixelFormat vi, PixelFormat out) {
    ImageBuffer to = Make(out);
    const Status status = OurFuser().Fuse(ir.view(), Noise(vi, 2).view(), to.view());
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    return status.message();
  };
  const std::string rule = ": yuyv8 is fused to yuyv8 or gray, and nothing else to yuyv8";
  EXPECT_EQ(refusal(PixelFormat::kYuyv8, PixelFormat::kRgba8), "vi is yuyv8, out rgba8" + rule);
  EXPECT_EQ(refusal(PixelFormat::kRgb8, PixelFormat::kYuyv8), "vi is rgb8, out yuyv8" + rule);
}

TEST(PackedRow, OtherMethodsRefuseTheRangeOfVideo) {
  const ImageBuffer ir = Noise(PixelFormat::kGray8, 1), vi = Noise(PixelFormat::kGray8, 2);
  const ImageBuffer out = Make(PixelFormat::kGray8);
  const FuseSettings settings{.visible_luma = LumaRange::kVideo};
  EXPECT_EQ(CheckFuseCall(ir.view(), vi.view(), out.view(), settings).code(),
            StatusCode::kUnsupported);
  EXPECT_TRUE(CheckFuseCall(ir.view(), vi.view(), out.view(), settings, LumaRange::kVideo).ok());
}

}  // namespace
}  // namespace seafusion
