#include "io/sources/source_checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::io {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kSide = 64;

// kSide x kSide pixels; `colour` gives red, green and blue of a pixel.
template <typename Colour>
ImageBuffer Picture(const Colour& colour) {
  ImageBuffer image = *ImageBuffer::Create(kSide, kSide, PixelFormat::kRgb8);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const std::array<int, 3> rgb = colour(x, y);
      for (int c = 0; c < 3; ++c) {
        image.view().Row<std::uint8_t>(y)[3 * x + c] =
            static_cast<std::uint8_t>(rgb[static_cast<std::size_t>(c)]);
      }
    }
  }
  return image;
}

ImageBuffer Gray() {
  return Picture([](int x, int y) { return std::array{2 * x + y, 2 * x + y, 2 * x + y}; });
}
// Hues of one brightness each: many colours for each brightness and the other way round.
ImageBuffer Photograph() {
  return Picture([](int x, int y) {
    const int base = 40 + 2 * y;
    return x % 3 == 0   ? std::array{base + 60, base, base / 2}
           : x % 3 == 1 ? std::array{base / 2, base + 50, base}
                        : std::array{base, base, base + 70};
  });
}
ImageBuffer Rainbow() {
  return Picture([](int x, int) {
    const double h = x / 64.0;
    const auto part = [&](double at) {
      return static_cast<int>(255 * std::clamp(1.5 - std::abs(4 * h - at), 0.0, 1.0));
    };
    return std::array{part(3), part(2), part(1)};
  });
}

Status Check(const ImageBuffer& infrared, const ImageBuffer& visible, CameraPicture picture,
             std::vector<std::string>& remarks) {
  return CheckSources("ir.png", infrared.view(), "vi.png", visible.view(), picture, remarks);
}

TEST(SourceChecksTest, AGrayInfraredPictureIsTakenWithoutAWord) {
  std::vector<std::string> remarks;
  EXPECT_TRUE(Check(Gray(), Photograph(), CameraPicture::kCounts, remarks).ok());
  EXPECT_THAT(remarks, IsEmpty());
}

TEST(SourceChecksTest, ARainbowIsRefusedUnlessAskedFor) {
  std::vector<std::string> remarks;
  const Status status = Check(Rainbow(), Photograph(), CameraPicture::kCounts, remarks);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("ir.png: is in a rainbow palette"));
  EXPECT_TRUE(Check(Rainbow(), Photograph(), CameraPicture::kShown, remarks).ok());
}

TEST(SourceChecksTest, SwappedSourcesAreNoticed) {
  std::vector<std::string> remarks;
  const Status status = Check(Photograph(), Gray(), CameraPicture::kCounts, remarks);
  EXPECT_THAT(status.message(), HasSubstr("seem swapped"));
  EXPECT_THAT(status.message(), HasSubstr("exchange them, or say --force"));
  EXPECT_TRUE(Check(Photograph(), Photograph(), CameraPicture::kCounts, remarks).ok());
  EXPECT_THAT(remarks, ::testing::ElementsAre(HasSubstr("is it infrared?")));
}

TEST(SourceChecksTest, OneFileForBothIsRefused) {
  EXPECT_FALSE(CheckDifferentFiles("a/b.png", "a/b.png").ok());
  EXPECT_TRUE(CheckDifferentFiles("a/b.png", "a/c.png").ok());
}

}  // namespace
}  // namespace seafusion::io
