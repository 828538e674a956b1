#include "fuse/weights/calibration.h"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/version.h>

#include "core/memory/image_buffer.h"
#include "model/graph/fusion_graph.h"
#include "nn/depth_first/product_ranges.h"
#include "nn/test_weights.h"

namespace seafusion {
namespace {

ImageBuffer Picture(int width, int height, PixelFormat format, int seed) {
  auto image = *ImageBuffer::Create(width, height, format);
  for (int y = 0; y < height; ++y) {
    auto* row = image.view().Row<std::uint8_t>(y);
    for (int i = 0; i < width * ChannelCount(format); ++i) {
      row[i] = static_cast<std::uint8_t>(128 + 100 * std::sin(0.1 * seed * i + 0.2 * y));
    }
  }
  return image;
}

model::TensorArchive FullArchive() {
  return *model::ParseSafetensors(FullWeights());
}

// How far each sample may be from fp32 (`levels` of 255) with ranges of the same pair.
void ExpectNear(model::TensorArchive weights, const ImageBuffer& ir, const ImageBuffer& vi,
                const std::vector<std::pair<Precision, double>>& limits) {
  auto calibration = Calibration::Create(std::move(weights));
  ASSERT_TRUE(calibration.ok());
  ASSERT_TRUE(calibration->Add(ir.view(), vi.view(), {}).ok());
  const auto bytes = model::SerializeSafetensors((*std::move(calibration)).Finish());
  ASSERT_TRUE(bytes.ok());
  const int width = ir.view().width, height = ir.view().height;
  const auto fuse = [&](Precision precision) {
    const auto fuser = Fuser::Create({.threads = 1, .precision = precision, .weights = *bytes});
    EXPECT_TRUE(fuser.ok()) << fuser.status().message();
    auto out = *ImageBuffer::Create(width, height, PixelFormat::kGrayF32);
    EXPECT_TRUE(fuser->Fuse(ir.view(), vi.view(), out.view()).ok());
    return out;
  };
  const ImageBuffer exact = fuse(Precision::kFp32);
  for (const auto& [precision, levels] : limits) {
    const ImageBuffer rounded = fuse(precision);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        ASSERT_NEAR(rounded.view().Row<float>(y)[x], exact.view().Row<float>(y)[x], levels / 255);
      }
    }
  }
}

TEST(Calibration, WhatItMeasuresMakesInt16Precise) {
  ExpectNear(FullArchive(), Picture(70, 50, PixelFormat::kGray8, 1),
             Picture(70, 50, PixelFormat::kGray8, 3), {{Precision::kInt16, 0.5}});
}

TEST(Calibration, OfALiteNetworkIsForBothIntegers) {
  ExpectNear(nn::RandomLiteWeights({.channels = 16, .layers = 4, .coarse = true}, 3),
             Picture(70, 51, PixelFormat::kGray8, 1), Picture(70, 51, PixelFormat::kRgb8, 3),
             {{Precision::kInt16, 0.5}, {Precision::kInt8, 6.0}});
}

nn::ProductRanges RangesOf(const model::TensorArchive& archive) {
  const auto ranges = nn::LoadRanges(archive, *nn::plan::Compile(model::FusionGraph()));
  EXPECT_TRUE(ranges.ok()) << ranges.status().message();
  return *ranges;
}

TEST(Calibration, MorePicturesNeverMakeRangesSmaller) {
  const auto measure = [](int pictures) {
    auto calibration = Calibration::Create(FullArchive());
    EXPECT_TRUE(calibration.ok());
    for (int i = 1; i <= pictures; ++i) {
      EXPECT_TRUE(calibration
                      ->Add(Picture(33, 9, PixelFormat::kGray8, i).view(),
                            Picture(33, 9, PixelFormat::kRgb8, i + 1).view(), {})
                      .ok());
    }
    return RangesOf((*std::move(calibration)).Finish());
  };
  const auto one = measure(1), two = measure(2);
  auto merged = one;
  merged.Merge(two);
  EXPECT_EQ(merged.entries, two.entries);
  EXPECT_NE(one.entries, two.entries);
  for (const nn::ProductRanges::Entry& entry : one.entries) {
    if (entry.frequencies > 1) continue;
    for (const float range : entry.most) EXPECT_GT(range, 0.0f);
  }
}

TEST(Calibration, APictureInSeveralTilesGivesTheSameRangesAsItsParts) {
  // Wider than a tile; every value is met in some tile, and none beyond.
  auto calibration = Calibration::Create(FullArchive());
  ASSERT_TRUE(calibration.ok());
  const ImageBuffer ir = Picture(700, 5, PixelFormat::kGray8, 1);
  ASSERT_TRUE(calibration->Add(ir.view(), ir.view(), {}).ok());
  const auto ranges = RangesOf((*std::move(calibration)).Finish());
  for (const nn::ProductRanges::Entry& entry : ranges.entries) {
    for (const float range : entry.most) EXPECT_TRUE(std::isfinite(range));
  }
}

TEST(Calibration, RefusesPicturesOfTwoSizesAndOtherNetworks) {
  auto calibration = Calibration::Create(FullArchive());
  ASSERT_TRUE(calibration.ok());
  EXPECT_EQ(calibration
                ->Add(Picture(8, 8, PixelFormat::kGray8, 1).view(),
                      Picture(8, 9, PixelFormat::kGray8, 1).view(), {})
                .code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Calibration::Create({}).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace seafusion
