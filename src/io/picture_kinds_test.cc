#include "io/image_file.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "core/status_macros.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"

namespace seafusion::io {
namespace {

using testing::Big;
using testing::Little;
using testing::Png;
using testing::PngChunk;
using testing::Tiff;
using testing::TiffSpec;

StatusOr<ImageBuffer> Read(const std::string& bytes) {
  SEAFUSION_ASSIGN_OR_RETURN(ReadPictureResult picture,
                             DecodePicture({bytes.begin(), bytes.end()}));
  return std::move(picture.image);
}

std::vector<int> Samples(const ImageBuffer& image, int y) {
  const int count = image.width() * ChannelCount(image.format());
  std::vector<int> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(BytesPerSample(image.format()) == 1 ? image.view().Row<std::uint8_t>(y)[i]
                                                          : image.view().Row<std::uint16_t>(y)[i]);
  }
  return samples;
}

TEST(PictureKindsTest, OrientationTagsTurnPicturesUpright) {
  const std::vector<std::string> upright = {"abc/def",  "cba/fed",  "fed/cba",  "def/abc",
                                            "ad/be/cf", "da/eb/fc", "fc/eb/da", "cf/be/ad"};
  for (const bool big_endian : {false, true}) {
    for (unsigned orientation = 1; orientation <= 8; ++orientation) {
      SCOPED_TRACE(orientation);
      const StatusOr<ImageBuffer> image = Read(Tiff({.width = 3,
                                                     .height = 2,
                                                     .pixels = "abcdef",
                                                     .big_endian = big_endian,
                                                     .shorts = {{274, orientation}}}));
      ASSERT_TRUE(image.ok()) << image.status().message();
      std::string rows;
      for (int y = 0; y < image->height(); ++y) {
        if (y > 0) rows += '/';
        for (const int v : Samples(*image, y)) rows += static_cast<char>(v);
      }
      EXPECT_EQ(rows, upright[orientation - 1]);
    }
  }
  // Exif: a TIFF with the orientation (6: turn by 90 degrees) in an APP1 segment.
  std::vector<std::uint8_t> encoded;
  ASSERT_TRUE(cv::imencode(".jpg", cv::Mat(11, 13, CV_8UC1, cv::Scalar(90)), encoded));
  std::string jpeg(encoded.begin(), encoded.end());
  const std::string exif = std::string("Exif\0\0II*\0\x08\0\0\0\x01\0", 16) + Little(274, 2) +
                           Little(3, 2) + Little(1, 4) + Little(6, 4) + Little(0, 4);
  jpeg.insert(2, "\xff\xe1" + Big(exif.size() + 2, 2) + exif);
  const StatusOr<ImageBuffer> image = Read(jpeg);
  ASSERT_TRUE(image.ok()) << image.status().message();
  EXPECT_EQ(image->width(), 11);
  EXPECT_EQ(image->height(), 13);
}

TEST(PictureKindsTest, PackedGrayBecomesEightBits) {
  const StatusOr<ImageBuffer> one = Read(Png(9, 2, 1, 0, std::string("\xaa\x80\x55\x00", 4)));
  ASSERT_TRUE(one.ok()) << one.status().message();
  ASSERT_EQ(one->format(), PixelFormat::kGray8);
  EXPECT_EQ(Samples(*one, 0), (std::vector<int>{255, 0, 255, 0, 255, 0, 255, 0, 255}));
  EXPECT_EQ(Samples(*one, 1), (std::vector<int>{0, 255, 0, 255, 0, 255, 0, 255, 0}));
  const StatusOr<ImageBuffer> four = Read(Png(2, 1, 4, 0, "\x3f"));
  ASSERT_TRUE(four.ok()) << four.status().message();
  EXPECT_EQ(Samples(*four, 0), (std::vector<int>{0x33, 0xff}));
}

TEST(PictureKindsTest, TiffsSayWhatTheirLastSampleIs) {
  const auto read = [](const TiffSpec& spec) {
    const std::string bytes = Tiff(spec);
    return DecodePicture({bytes.begin(), bytes.end()});
  };
  constexpr unsigned kExtraSamples = 338;
  TiffSpec spec = {
      .width = 2, .samples = 4, .photometric = 2, .pixels = "\x0a\x14\x1e\x7f\x01\x02\x03\x04"};
  EXPECT_TRUE(read(spec)->alpha.empty());
  spec.shorts = {{kExtraSamples, 2}};
  const auto plain = read(spec);
  ASSERT_TRUE(plain.ok()) << plain.status().message();
  EXPECT_EQ(Samples(plain->image, 0), (std::vector<int>{10, 20, 30, 1, 2, 3}));
  EXPECT_EQ(Samples(plain->alpha, 0), (std::vector<int>{127, 4}));
  // Colours that were multiplied by opacity.
  spec.shorts = {{kExtraSamples, 1}};
  EXPECT_EQ(Samples(read(spec)->image, 0), (std::vector<int>{20, 40, 60, 64, 128, 191}));
  // White is zero: opacity is not turned over.
  const auto white =
      read({.samples = 2, .photometric = 0, .pixels = "\x0a\x14", .shorts = {{kExtraSamples, 2}}});
  ASSERT_TRUE(white.ok()) << white.status().message();
  EXPECT_EQ(Samples(white->image, 0), (std::vector<int>{245}));
  EXPECT_EQ(Samples(white->alpha, 0), (std::vector<int>{20}));
}

TEST(PictureKindsTest, PngsHaveOpacityInAChannelOrOfTheirPalette) {
  const auto read = [](const std::string& bytes) {
    return DecodePicture({bytes.begin(), bytes.end()});
  };
  const std::string palette = PngChunk("PLTE", std::string("\x01\x02\x03\x0a\x0b\x0c", 6));
  const auto indexed =
      read(Png(2, 1, 8, 3, std::string("\x01\x00", 2), palette + PngChunk("tRNS", "\x40")));
  ASSERT_TRUE(indexed.ok()) << indexed.status().message();
  EXPECT_EQ(Samples(indexed->alpha, 0), (std::vector<int>{255, 0x40}));
  const auto gray = read(Png(2, 1, 8, 0, "ab", PngChunk("tRNS", std::string("\0a", 2))));
  ASSERT_TRUE(gray.ok()) << gray.status().message();
  EXPECT_EQ(Samples(gray->alpha, 0), (std::vector<int>{0, 255}));
  const auto deep = read(Png(1, 1, 16, 6, "\x10\x80\x20\x40\x01\x02\x03\x04"));
  ASSERT_TRUE(deep.ok()) << deep.status().message();
  EXPECT_EQ(Samples(deep->image, 0), (std::vector<int>{0x1080, 0x2040, 0x0102}));
  EXPECT_EQ(Samples(deep->alpha, 0), (std::vector<int>{0x0304}));
}

TEST(PictureKindsTest, PalettesAreExpandedAndGrayWithAlphaIsGray) {
  const std::string palette = PngChunk("PLTE", std::string("\x01\x02\x03\x0a\x0b\x0c", 6));
  const StatusOr<ImageBuffer> indexed = Read(Png(2, 1, 8, 3, std::string("\x01\x00", 2), palette));
  ASSERT_TRUE(indexed.ok()) << indexed.status().message();
  ASSERT_EQ(indexed->format(), PixelFormat::kRgb8);
  EXPECT_EQ(Samples(*indexed, 0), (std::vector<int>{10, 11, 12, 1, 2, 3}));

  const StatusOr<ImageBuffer> transparent =
      Read(Png(2, 1, 8, 3, std::string("\x01\x00", 2), palette + PngChunk("tRNS", "\x40")));
  ASSERT_TRUE(transparent.ok()) << transparent.status().message();
  EXPECT_EQ(Samples(*transparent, 0), (std::vector<int>{10, 11, 12, 1, 2, 3}));

  const StatusOr<ImageBuffer> alpha = Read(Png(2, 1, 8, 4, "\x10\x80\x20\x40"));
  ASSERT_TRUE(alpha.ok()) << alpha.status().message();
  ASSERT_EQ(alpha->format(), PixelFormat::kGray8);
  EXPECT_EQ(Samples(*alpha, 0), (std::vector<int>{0x10, 0x20}));

  const StatusOr<ImageBuffer> deep = Read(Png(1, 1, 16, 4, "\x10\x80\x20\x40"));
  ASSERT_TRUE(deep.ok()) << deep.status().message();
  ASSERT_EQ(deep->format(), PixelFormat::kGray16);
  EXPECT_EQ(Samples(*deep, 0), (std::vector<int>{0x1080}));
}

TEST(PictureKindsTest, TiffsOfBothByteOrdersAndSizesAreRead) {
  for (const bool big_endian : {false, true}) {
    for (const bool big_tiff : {false, true}) {
      SCOPED_TRACE(std::to_string(big_endian) + std::to_string(big_tiff));
      const StatusOr<ImageBuffer> rgb = Read(Tiff({.width = 2,
                                                   .height = 1,
                                                   .samples = 3,
                                                   .photometric = 2,
                                                   .pixels = "abcdef",
                                                   .big_endian = big_endian,
                                                   .big_tiff = big_tiff}));
      ASSERT_TRUE(rgb.ok()) << rgb.status().message();
      EXPECT_EQ(Samples(*rgb, 0), (std::vector<int>{'a', 'b', 'c', 'd', 'e', 'f'}));
      const StatusOr<ImageBuffer> deep = Read(Tiff({.width = 1,
                                                    .height = 2,
                                                    .bits = 16,
                                                    .pixels = "abcd",
                                                    .big_endian = big_endian,
                                                    .big_tiff = big_tiff}));
      ASSERT_TRUE(deep.ok()) << deep.status().message();
      EXPECT_EQ(Samples(*deep, 0)[0], big_endian ? 0x6162 : 0x6261);
      EXPECT_EQ(Samples(*deep, 1)[0], big_endian ? 0x6364 : 0x6463);
    }
  }
}

TEST(PictureKindsTest, TiffsWhereZeroIsWhiteComeOutTheRightWayRound) {
  const StatusOr<ImageBuffer> image =
      Read(Tiff({.width = 2, .height = 1, .photometric = 0, .pixels = std::string("\x01\xf0", 2)}));
  ASSERT_TRUE(image.ok()) << image.status().message();
  EXPECT_EQ(Samples(*image, 0), (std::vector<int>{254, 15}));
  const StatusOr<ImageBuffer> deep = Read(Tiff({.width = 1,
                                                .height = 1,
                                                .bits = 16,
                                                .photometric = 0,
                                                .pixels = std::string("\x00\x01", 2)}));
  ASSERT_TRUE(deep.ok()) << deep.status().message();
  EXPECT_EQ(Samples(*deep, 0), (std::vector<int>{65535 - 256}));
}

// Real files carry faulty colour profiles and private tags; decoders comment on them on stderr.
TEST(PictureKindsTest, MetadataIsNotCommentedOn) {
  ::testing::internal::CaptureStderr();
  const StatusOr<ImageBuffer> png = Read(Png(
      1, 1, 8, 0, "a", PngChunk("iCCP", "broken") + PngChunk("eXIf", "MM") + PngChunk("tIME", "")));
  ASSERT_TRUE(png.ok()) << png.status().message();
  EXPECT_EQ(Samples(*png, 0), std::vector<int>{'a'});
  const StatusOr<ImageBuffer> tiff =
      Read(Tiff({.pixels = "a", .shorts = {{42112, 7}, {65000, 1}, {271, 5}}}));
  ASSERT_TRUE(tiff.ok()) << tiff.status().message();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

// The counts stand before the picture for people: a file that ends too early may still hold them.
TEST(PictureKindsTest, ARadiometricJpegThatIsCutBehindItsCountsIsTakenWithARemark) {
  const std::string flir = testing::JpegWithFlir(
      testing::FlirFile({{1, testing::FlirPicture(24, 16, testing::SmoothCounts(24, 16, 12000))}}));
  std::vector<std::uint8_t> shown;
  ASSERT_TRUE(cv::imencode(".jpg", cv::Mat(48, 64, CV_8UC3, cv::Scalar(10, 90, 200)), shown));
  // After the start marker the segments of the other file, without its own markers.
  std::string file(shown.begin(), shown.end());
  file.insert(2, flir.substr(2, flir.size() - 4));
  const ReadImageOptions counts = {.camera_picture = CameraPicture::kCounts};
  const auto whole = DecodePicture({file.begin(), file.end()}, counts);
  ASSERT_TRUE(whole.ok()) << whole.status().message();
  EXPECT_EQ(whole->image.width(), 24);
  EXPECT_TRUE(whole->remarks.empty()) << whole->remarks.front();
  file.resize(file.size() - 40);
  const auto cut = DecodePicture({file.begin(), file.end()}, counts);
  ASSERT_TRUE(cut.ok()) << cut.status().message();
  EXPECT_EQ(Samples(cut->image, 7), Samples(whole->image, 7));
  ASSERT_EQ(cut->remarks.size(), 1u);
  EXPECT_NE(cut->remarks[0].find("cut short"), std::string::npos) << cut->remarks[0];
}

}  // namespace
}  // namespace seafusion::io
