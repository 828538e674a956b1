#include "methods/registry.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion::methods {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<FusionMethod> Make(std::string_view name) {
  StatusOr<std::unique_ptr<FusionMethod>> method = BuiltInMethods().Create(name, {.threads = 1});
  EXPECT_TRUE(method.ok()) << method.status().message();
  return *std::move(method);
}

ImageView Gray(const std::vector<std::uint8_t>& samples, int width) {
  return {samples.data(), width, static_cast<int>(samples.size()) / width, width,
          PixelFormat::kGray8};
}

TEST(MethodRegistryTest, NamesAreKnownAndUnknownOnesListThem) {
  for (const RegisteredMethod& method : BuiltInMethods().all()) {
    EXPECT_EQ(BuiltInMethods().Find(method.info.name), &method);
    EXPECT_FALSE(method.info.title.empty());
    EXPECT_FALSE(method.info.summary.empty());
    EXPECT_FALSE(method.info.training.empty());
    EXPECT_FALSE(method.info.colour.empty());
    EXPECT_FALSE(method.info.published_range.empty());
  }
  const Status unknown = BuiltInMethods().Create("Average", {}).status();
  EXPECT_EQ(unknown.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(unknown.message(), HasSubstr("no method is called 'Average'; there are seafusion"));
}

TEST(PixelwiseTest, KnownAnswers) {
  const std::vector<std::uint8_t> ir = {0, 255, 10, 13, 100, 200};
  const std::vector<std::uint8_t> vi = {0, 255, 20, 10, 255, 199};
  std::vector<std::uint8_t> out(6);
  const MutableImageView view{out.data(), 3, 2, 3, PixelFormat::kGray8};
  ASSERT_TRUE(Make("average")->Fuse(Gray(ir, 3), Gray(vi, 3), view).ok());
  EXPECT_EQ(out, (std::vector<std::uint8_t>{0, 255, 15, 12, 178, 200}));
  ASSERT_TRUE(Make("maximum")->Fuse(Gray(ir, 3), Gray(vi, 3), view).ok());
  EXPECT_EQ(out, (std::vector<std::uint8_t>{0, 255, 20, 13, 255, 200}));
}

// Every half is rounded up, at each level.
TEST(PixelwiseTest, HalvesAreRoundedUp) {
  std::vector<std::uint8_t> ir(255), vi(255), out(255);
  for (int i = 0; i < 255; ++i) {
    ir[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
    vi[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i + 1);
  }
  const MutableImageView view{out.data(), 255, 1, 255, PixelFormat::kGray8};
  ASSERT_TRUE(Make("average")->Fuse(Gray(ir, 255), Gray(vi, 255), view).ok());
  EXPECT_EQ(out, vi);
}

TEST(PixelwiseTest, KeepsTheVisibleColour) {
  const std::vector<std::uint8_t> ir = {100};
  const std::vector<std::uint8_t> red = {200, 50, 50};
  std::vector<std::uint8_t> out(3);
  const ImageView vi{red.data(), 1, 1, 3, PixelFormat::kRgb8};
  const MutableImageView view{out.data(), 1, 1, 3, PixelFormat::kRgb8};
  // The luma of the red is 94.85, so the maximum is the infrared and each channel rises by 5.
  ASSERT_TRUE(Make("maximum")->Fuse(Gray(ir, 1), vi, view).ok());
  EXPECT_NEAR(out[0], 205, 1);
  EXPECT_NEAR(out[1], 55, 1);
  EXPECT_NEAR(out[2], 55, 1);
}

// A gray picture stored as colour gives what the gray one does: halves show the last digit.
TEST(PixelwiseTest, GrayStoredAsColourIsGray) {
  std::vector<std::uint8_t> ir(255), rgb, out(255), expected(255);
  for (int i = 0; i < 255; ++i) {
    ir[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
    expected[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i + 1);
    rgb.insert(rgb.end(), 3, static_cast<std::uint8_t>(i + 1));
  }
  const ImageView vi{rgb.data(), 255, 1, 3 * 255, PixelFormat::kRgb8};
  const MutableImageView view{out.data(), 255, 1, 255, PixelFormat::kGray8};
  ASSERT_TRUE(Make("average")->Fuse(Gray(ir, 255), vi, view).ok());
  EXPECT_EQ(out, expected);
}

// The same cases for every method that needs no model: what Fuse refuses, and odd formats.
class EveryMethodTest : public testing::TestWithParam<std::string> {};

std::vector<std::string> MethodsWithoutModel() {
  std::vector<std::string> names;
  for (const RegisteredMethod& method : BuiltInMethods().all()) {
    if (method.info.model != ModelUse::kRequired) names.emplace_back(method.info.name);
  }
  return names;
}

TEST_P(EveryMethodTest, RefusesWhatCannotBeFused) {
  const auto method = Make(GetParam());
  const std::vector<std::uint8_t> samples(12, 7);
  std::vector<std::uint8_t> out(12);
  const MutableImageView view{out.data(), 4, 3, 4, PixelFormat::kGray8};
  EXPECT_THAT(method->Fuse(Gray(samples, 3), Gray(samples, 4), view).message(),
              HasSubstr("ir is 3x4, vi is 4x3"));
  EXPECT_THAT(method->Fuse(Gray(out, 4), Gray(samples, 4), view).message(), HasSubstr("overlaps"));
  const std::vector<float> bad = {0, 1, std::numeric_limits<float>::quiet_NaN()};
  const ImageView with_nan{bad.data(), 3, 1, 12, PixelFormat::kGrayF32};
  const MutableImageView row{out.data(), 3, 1, 3, PixelFormat::kGray8};
  EXPECT_THAT(method->Fuse(Gray({1, 2, 3}, 3), with_nan, row).message(),
              HasSubstr("vi has a value that is not finite at (2, 0)"));
}

TEST_P(EveryMethodTest, TheVisiblePictureStandsWhereThereIsNoInfraredData) {
  const auto method = Make(GetParam());
  constexpr int kWidth = 24, kHeight = 20;
  std::vector<float> ir;
  std::vector<std::uint8_t> vi, out(std::size_t{kWidth} * kHeight);
  for (int i = 0; i < kWidth * kHeight; ++i) {
    ir.push_back(i % kWidth < 4 ? std::numeric_limits<float>::quiet_NaN()
                                : 30.0f + static_cast<float>(i % 13));
    vi.push_back(static_cast<std::uint8_t>(40 + i % 150));
  }
  const ImageView infrared{ir.data(), kWidth, kHeight, 4 * kWidth, PixelFormat::kGrayF32};
  const MutableImageView view{out.data(), kWidth, kHeight, kWidth, PixelFormat::kGray8};
  const Status fused = method->Fuse(infrared, Gray(vi, kWidth), view);
  ASSERT_TRUE(fused.ok()) << fused.message();
  for (int i = 0; i < kWidth * kHeight; ++i) {
    if (i % kWidth >= 4) continue;
    ASSERT_EQ(out[static_cast<std::size_t>(i)], vi[static_cast<std::size_t>(i)]);
  }
}

TEST_P(EveryMethodTest, FormatsAndRangesGiveOnePicture) {
  const auto method = Make(GetParam());
  constexpr int kWidth = 21, kHeight = 19;
  std::vector<std::uint8_t> ir, vi;
  std::vector<std::uint16_t> ir16, vi16;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      ir.push_back(static_cast<std::uint8_t>((29 * y * y + 53 * x + 17) % 256));
      vi.push_back(static_cast<std::uint8_t>((37 * y + 71 * x + 11 * y * x) % 256));
      ir16.push_back(static_cast<std::uint16_t>(257 * ir.back()));
      vi16.push_back(static_cast<std::uint16_t>(257 * vi.back()));
    }
  }
  std::vector<std::uint8_t> a(ir.size()), b(ir.size()), rgb(3 * ir.size());
  const MutableImageView out_a{a.data(), kWidth, kHeight, kWidth, PixelFormat::kGray8};
  const MutableImageView out_b{b.data(), kWidth, kHeight, kWidth, PixelFormat::kGray8};
  const MutableImageView out_rgb{rgb.data(), kWidth, kHeight, 3 * kWidth, PixelFormat::kRgb8};
  ASSERT_TRUE(method->Fuse(Gray(ir, kWidth), Gray(vi, kWidth), out_a).ok());
  const FuseSettings full = {.infrared_range = {.kind = InfraredRange::Kind::kFull}};
  ASSERT_TRUE(method
                  ->Fuse({ir16.data(), kWidth, kHeight, 2 * kWidth, PixelFormat::kGray16},
                         {vi16.data(), kWidth, kHeight, 2 * kWidth, PixelFormat::kGray16}, out_b,
                         full)
                  .ok());
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1) << i;
  // A gray visible picture gives three equal channels.
  ASSERT_TRUE(method->Fuse(Gray(ir, kWidth), Gray(vi, kWidth), out_rgb).ok());
  for (std::size_t i = 0; i < rgb.size(); ++i) ASSERT_EQ(rgb[i], a[i / 3]) << i;
  // Stretched to the extremes.
  const FuseSettings image = {.output_range = {.kind = OutputRange::Kind::kImage}};
  ASSERT_TRUE(method->Fuse(Gray(ir, kWidth), Gray(vi, kWidth), out_b, image).ok());
  EXPECT_EQ(*std::min_element(b.begin(), b.end()), 0);
  EXPECT_EQ(*std::max_element(b.begin(), b.end()), 255);
}

TEST_P(EveryMethodTest, SmallAndFlatPictures) {
  const auto method = Make(GetParam());
  for (const int width : {1, 2, 3, 5, 8, 17}) {
    for (const int height : {1, 2, 3, 7, 18}) {
      const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
      const std::vector<std::uint8_t> ir(size, 90), vi(size, 90);
      std::vector<std::uint8_t> out(size);
      const MutableImageView view{out.data(), width, height, width, PixelFormat::kGray8};
      ASSERT_TRUE(method->Fuse(Gray(ir, width), Gray(vi, width), view).ok());
      if (GetParam() == "seafusion") continue;  // its network keeps no level
      EXPECT_EQ(out, vi) << width << "x" << height;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethodTest, testing::ValuesIn(MethodsWithoutModel()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace seafusion::methods
