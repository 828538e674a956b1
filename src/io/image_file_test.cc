#include "io/image_file.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "io/testing/crafted_pictures.h"

namespace seafusion::io {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ImageFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("seafusion_io_") + info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t FileCount() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

// Samples that differ by channel and position, so that a swapped channel or row shows.
template <typename T>
ImageBuffer Pattern(int width, int height, PixelFormat format) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  const int channels = ChannelCount(format);
  const MutableImageView view = image.view();
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * channels; ++i) {
      view.Row<T>(y)[i] = static_cast<T>(y * 1009 + i * 37 + (i % channels) * 4001);
    }
  }
  return image;
}

ImageBuffer PatternOf(int width, int height, PixelFormat format) {
  return BytesPerSample(format) == 1 ? Pattern<std::uint8_t>(width, height, format)
                                     : Pattern<std::uint16_t>(width, height, format);
}

void ExpectSame(const ImageBuffer& a, const ImageBuffer& b) {
  ASSERT_EQ(a.width(), b.width());
  ASSERT_EQ(a.height(), b.height());
  ASSERT_EQ(a.format(), b.format());
  const std::size_t row =
      static_cast<std::size_t>(a.width()) * static_cast<std::size_t>(BytesPerPixel(a.format()));
  for (int y = 0; y < a.height(); ++y) {
    ASSERT_EQ(std::memcmp(a.view().Row<char>(y), b.view().Row<char>(y), row), 0) << "row " << y;
  }
}

TEST_F(ImageFileTest, LosslessFormatsKeepEverySample) {
  struct Case {
    const char* extension;
    PixelFormat format;
  };
  const std::vector<Case> cases = {
      {"png", PixelFormat::kGray8}, {"png", PixelFormat::kGray16}, {"png", PixelFormat::kRgb8},
      {"png", PixelFormat::kRgb16}, {"tif", PixelFormat::kGray8},  {"tif", PixelFormat::kGray16},
      {"tiff", PixelFormat::kRgb8}, {"tif", PixelFormat::kRgb16},  {"bmp", PixelFormat::kGray8},
      {"bmp", PixelFormat::kRgb8},  {"webp", PixelFormat::kRgb8},  {"PNG", PixelFormat::kRgb8},
  };
  for (const Case& c : cases) {
    for (const auto& [width, height] : {std::pair{1, 1}, {3, 2}, {17, 5}, {64, 33}}) {
      SCOPED_TRACE(std::string(c.extension) + " " + std::string(PixelFormatName(c.format)) + " " +
                   std::to_string(width) + "x" + std::to_string(height));
      const std::string path = Path(std::string("picture.") + c.extension);
      const ImageBuffer image = PatternOf(width, height, c.format);
      const Status written = WriteImage(path, image.view(), IfExists::kReplace);
      ASSERT_TRUE(written.ok()) << written.message();
      const StatusOr<ImageBuffer> read = ReadImage(path);
      ASSERT_TRUE(read.ok()) << read.status().message();
      ExpectSame(*read, image);
    }
  }
}

TEST_F(ImageFileTest, JpegKeepsSizeFormatAndNearlyTheColour) {
  ImageBuffer image = *ImageBuffer::Create(31, 17, PixelFormat::kRgb8);
  for (int y = 0; y < 17; ++y) {
    for (int x = 0; x < 31; ++x) {
      std::uint8_t* p = image.view().Row<std::uint8_t>(y) + 3 * x;
      p[0] = 200, p[1] = 90, p[2] = 20;
    }
  }
  ASSERT_TRUE(WriteImage(Path("a.jpg"), image.view(), IfExists::kFail).ok());
  const StatusOr<ImageBuffer> read = ReadImage(Path("a.jpg"));
  ASSERT_TRUE(read.ok()) << read.status().message();
  ASSERT_EQ(read->format(), PixelFormat::kRgb8);
  ASSERT_EQ(read->width(), 31);
  ASSERT_EQ(read->height(), 17);
  const std::uint8_t* p = read->view().Row<std::uint8_t>(8) + 3 * 15;
  EXPECT_NEAR(p[0], 200, 3);
  EXPECT_NEAR(p[1], 90, 3);
  EXPECT_NEAR(p[2], 20, 3);

  const ImageBuffer gray = *ImageBuffer::Create(9, 4, PixelFormat::kGray8);
  ASSERT_TRUE(WriteImage(Path("gray.jpeg"), gray.view(), IfExists::kFail).ok());
  EXPECT_EQ(ReadImage(Path("gray.jpeg"))->format(), PixelFormat::kGray8);
}

TEST_F(ImageFileTest, RowsWithPaddingAreWrittenWithoutIt) {
  const ImageBuffer wide = PatternOf(40, 6, PixelFormat::kRgb8);
  ImageView part = wide.view();
  part.width = 25;
  ASSERT_TRUE(WriteImage(Path("part.png"), part, IfExists::kFail).ok());
  const StatusOr<ImageBuffer> read = ReadImage(Path("part.png"));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->width(), 25);
  for (int y = 0; y < 6; ++y) {
    EXPECT_EQ(std::memcmp(read->view().Row<char>(y), part.Row<char>(y), 75), 0);
  }
}

TEST_F(ImageFileTest, AlphaStandsApartAndRedStaysFirst) {
  const cv::Mat bgra(2, 3, CV_8UC4, cv::Scalar(10, 20, 30, 40));
  // OpenCV's TIFFs do not say what the fourth sample is, nor do BMPs.
  for (const auto& [name, alpha] :
       {std::pair{"a.png", true}, {"a.tif", false}, {"a.bmp", false}, {"a.webp", true}}) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(cv::imwrite(Path(name), bgra, {cv::IMWRITE_WEBP_QUALITY, 101}));
    const auto read = ReadPicture(Path(name));
    ASSERT_TRUE(read.ok()) << read.status().message();
    ASSERT_EQ(read->image.format(), PixelFormat::kRgb8);
    const std::uint8_t* p = read->image.view().Row<std::uint8_t>(1);
    EXPECT_EQ(std::vector<int>(p, p + 3), (std::vector<int>{30, 20, 10}));
    ASSERT_EQ(!read->alpha.empty(), alpha);
    if (alpha) {
      EXPECT_EQ(read->alpha.view().Row<std::uint8_t>(1)[2], 40);
    }
  }
}

TEST_F(ImageFileTest, WhatIsWrittenWithAlphaIsReadWithIt) {
  for (const char* name : {"a.png", "a.tif", "a.webp"}) {
    for (const PixelFormat format :
         {PixelFormat::kGray8, PixelFormat::kRgb8, PixelFormat::kGray16, PixelFormat::kRgb16}) {
      for (const PixelFormat alpha_format : {PixelFormat::kGray8, PixelFormat::kGray16}) {
        SCOPED_TRACE(std::string(name) + " " + std::string(PixelFormatName(format)) + " " +
                     std::string(PixelFormatName(alpha_format)));
        const bool webp = std::string_view(name) == "a.webp";
        if (webp && BytesPerSample(format) == 2) continue;
        const ImageBuffer picture = PatternOf(7, 5, format);
        ImageBuffer alpha = PatternOf(7, 5, alpha_format);
        alpha.view().Row<std::uint8_t>(0)[0] = 255;
        ASSERT_TRUE(WriteImage(Path(name), picture.view(), IfExists::kReplace, {},
                               std::as_const(alpha).view())
                        .ok());
        const auto read = ReadPicture(Path(name));
        ASSERT_TRUE(read.ok()) << read.status().message();
        if (!webp) ExpectSame(picture, read->image);
        ASSERT_EQ(BytesPerSample(read->alpha.format()), BytesPerSample(format));
        for (int x = 0; x < 7; ++x) {
          const ImageView got = std::as_const(read->alpha).view();
          const ImageView given = std::as_const(alpha).view();
          const int v = alpha_format == PixelFormat::kGray8 ? given.Row<std::uint8_t>(3)[x] * 257
                                                            : given.Row<std::uint16_t>(3)[x];
          if (got.format == PixelFormat::kGray16) {
            EXPECT_EQ(got.Row<std::uint16_t>(3)[x], v);
          } else {
            EXPECT_EQ(got.Row<std::uint8_t>(3)[x], (v + 128) / 257);
          }
        }
      }
    }
  }
}

TEST_F(ImageFileTest, AlphaThatHasNoPlaceIsRefused) {
  const ImageBuffer picture = PatternOf(7, 5, PixelFormat::kRgb8);
  const ImageBuffer alpha = PatternOf(7, 5, PixelFormat::kGray8);
  for (const char* name : {"a.jpg", "a.bmp"}) {
    EXPECT_FALSE(CanHoldAlpha(name));
    const Status s = WriteImage(Path(name), picture.view(), IfExists::kFail, {}, alpha.view());
    EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(s.message(), HasSubstr("opacity"));
  }
  EXPECT_FALSE(WriteImage(Path("a.png"), picture.view(), IfExists::kFail, {},
                          PatternOf(6, 5, PixelFormat::kGray8).view())
                   .ok());
  EXPECT_EQ(FileCount(), 0u);
}

TEST_F(ImageFileTest, FloatTiffsAreReadInTheirOwnNumbers) {
  cv::Mat celsius(4, 5, CV_32F, cv::Scalar(21.5));
  celsius.at<float>(3, 4) = -40.25F;
  ASSERT_TRUE(cv::imwrite(Path("f.tif"), celsius));
  const StatusOr<ImageBuffer> read = ReadImage(Path("f.tif"));
  ASSERT_TRUE(read.ok()) << read.status().message();
  ASSERT_EQ(read->format(), PixelFormat::kGrayF32);
  EXPECT_EQ(read->view().Row<float>(0)[0], 21.5F);
  EXPECT_EQ(read->view().Row<float>(3)[4], -40.25F);
}

TEST_F(ImageFileTest, SeveralPagesAreRefusedUnlessOneIsNamed) {
  std::vector<cv::Mat> pages;
  for (const int level : {10, 20, 30}) pages.emplace_back(4, 5, CV_8U, cv::Scalar(level));
  ASSERT_TRUE(cv::imwritemulti(Path("pages.tif"), pages));
  const StatusOr<ImageBuffer> all = ReadImage(Path("pages.tif"));
  EXPECT_EQ(all.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(all.status().message(), HasSubstr("3 pages"));
  for (const int page : {0, 1, 2}) {
    const StatusOr<ImageBuffer> one = ReadImage(Path("pages.tif"), {.page = page});
    ASSERT_TRUE(one.ok()) << one.status().message();
    EXPECT_EQ(one->view().Row<std::uint8_t>(0)[0], 10 * (page + 1));
  }
  EXPECT_EQ(ReadImage(Path("pages.tif"), {.page = 3}).status().code(), StatusCode::kNotFound);
}

TEST_F(ImageFileTest, PagesMayBeOfOtherKindsThanTheFirst) {
  const std::vector<cv::Mat> pages = {
      cv::Mat(4, 5, CV_8UC3, cv::Scalar(3, 2, 1)), cv::Mat(6, 7, CV_8U, cv::Scalar(20)),
      cv::Mat(4, 5, CV_16U, cv::Scalar(3000)), cv::Mat(8, 9, CV_8UC3, cv::Scalar(30, 20, 10))};
  ASSERT_TRUE(cv::imwritemulti(Path("kinds.tif"), pages));
  const PixelFormat formats[] = {PixelFormat::kRgb8, PixelFormat::kGray8, PixelFormat::kGray16,
                                 PixelFormat::kRgb8};
  for (int page = 0; page < 4; ++page) {
    const StatusOr<ImageBuffer> one = ReadImage(Path("kinds.tif"), {.page = page});
    ASSERT_TRUE(one.ok()) << one.status().message();
    EXPECT_EQ(one->format(), formats[page]);
    EXPECT_EQ(one->width(), pages[static_cast<std::size_t>(page)].cols);
  }
  EXPECT_EQ(ReadImage(Path("kinds.tif"), {.page = 3})->view().Row<std::uint8_t>(7)[26], 30);
}

TEST_F(ImageFileTest, ATiffOfColoursHasAsManySamples) {
  for (const unsigned samples : {1u, 2u}) {
    const testing::TiffSpec spec{.width = 5,
                                 .height = 2,
                                 .samples = samples,
                                 .photometric = 2,
                                 .pixels = std::string(10 * samples, 'a')};
    std::ofstream(Path("few.tif"), std::ios::binary) << testing::Tiff(spec);
    EXPECT_EQ(ReadImage(Path("few.tif")).status().code(), StatusCode::kCorruptData) << samples;
  }
}

TEST_F(ImageFileTest, NetpbmIsReadInTextAndBinary) {
  const auto read = [&](const std::string& bytes) {
    std::ofstream(Path("p.pnm"), std::ios::binary) << bytes;
    return ReadImage(Path("p.pnm"));
  };
  const auto gray = read("P2\n# a camera's note\n3 2 200\n0 1 2\n100 # here too\n 199 200\n");
  ASSERT_TRUE(gray.ok()) << gray.status().message();
  EXPECT_EQ(gray->format(), PixelFormat::kGray8);
  EXPECT_EQ(gray->view().Row<std::uint8_t>(1)[2], 200);
  const auto deep = read(std::string("P5 2 1 65535\n\x12\x34\x00\xff", 17));
  ASSERT_TRUE(deep.ok()) << deep.status().message();
  EXPECT_EQ(deep->view().Row<std::uint16_t>(0)[0], 0x1234);
  EXPECT_EQ(deep->view().Row<std::uint16_t>(0)[1], 0xff);
  const auto colour = read("P6 1 1 255\nabc");
  ASSERT_TRUE(colour.ok()) << colour.status().message();
  EXPECT_EQ(colour->view().Row<std::uint8_t>(0)[2], 'c');
  const auto bitmap = read("P1 3 1\n0 1 0\n");
  ASSERT_TRUE(bitmap.ok()) << bitmap.status().message();
  EXPECT_EQ(bitmap->view().Row<std::uint8_t>(0)[0], 255);
  EXPECT_EQ(bitmap->view().Row<std::uint8_t>(0)[1], 0);
  // Lowest row first; 1.5 and -2 little-endian.
  const auto real = read(std::string("Pf 1 2 -1.0\n\0\0\xc0\x3f\0\0\0\xc0", 20));
  ASSERT_TRUE(real.ok()) << real.status().message();
  EXPECT_EQ(real->view().Row<float>(1)[0], 1.5F);
  EXPECT_EQ(real->view().Row<float>(0)[0], -2.0F);
  for (const char* broken :
       {"P5 2 1 65535\nabc", "P2 2 1 255\n1", "P2 2 1 255\n1 x", "P2 1 1 9\n10", "P5 0 1 255\n",
        "P5 2\n", "P7 1 1 255\na", "P5 99999999999 1 255\na"}) {
    const auto result = read(broken);
    EXPECT_FALSE(result.ok()) << broken;
    EXPECT_THAT(result.status().message(), StartsWith(Path("p.pnm")));
  }
}

TEST_F(ImageFileTest, MorePixelsThanTheLimitAreRefused) {
  ASSERT_TRUE(
      WriteImage(Path("a.png"), PatternOf(10, 10, PixelFormat::kGray8).view(), IfExists::kFail)
          .ok());
  EXPECT_TRUE(ReadImage(Path("a.png"), {.max_pixels = 100}).ok());
  const StatusOr<ImageBuffer> read = ReadImage(Path("a.png"), {.max_pixels = 99});
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(read.status().message(), HasSubstr("10x10"));
}

TEST_F(ImageFileTest, MissingFilesAndFoldersAreNamed) {
  const StatusOr<ImageBuffer> missing = ReadImage(Path("no.png"));
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.status().message(), StartsWith(Path("no.png")));
  const StatusOr<ImageBuffer> folder = ReadImage(folder_.string());
  EXPECT_EQ(folder.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(folder.status().message(), StartsWith(folder_.string()));
}

TEST_F(ImageFileTest, WriteRefusesWhatTheFormatCannotHold) {
  const ImageBuffer deep = PatternOf(3, 3, PixelFormat::kGray16);
  for (const char* name : {"a.jpg", "a.bmp", "a.webp"}) {
    const Status s = WriteImage(Path(name), deep.view(), IfExists::kFail);
    EXPECT_EQ(s.code(), StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(s.message(), StartsWith(Path(name)));
  }
  const ImageBuffer gray = PatternOf(3, 3, PixelFormat::kGray8);
  for (const char* name : {"a", "a.gif", "a.png.txt"}) {
    EXPECT_EQ(WriteImage(Path(name), gray.view(), IfExists::kFail).code(),
              StatusCode::kInvalidArgument)
        << name;
  }
  const ImageBuffer real = *ImageBuffer::Create(3, 3, PixelFormat::kGrayF32);
  EXPECT_EQ(WriteImage(Path("a.tif"), real.view(), IfExists::kFail).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(FileCount(), 0u);
}

TEST_F(ImageFileTest, AnExistingFileStaysUnlessReplacingIsAsked) {
  const ImageBuffer first = PatternOf(4, 4, PixelFormat::kGray8);
  const ImageBuffer second = PatternOf(5, 5, PixelFormat::kGray8);
  ASSERT_TRUE(WriteImage(Path("a.png"), first.view(), IfExists::kFail).ok());
  EXPECT_EQ(WriteImage(Path("a.png"), second.view(), IfExists::kFail).code(),
            StatusCode::kAlreadyExists);
  ExpectSame(*ReadImage(Path("a.png")), first);
  ASSERT_TRUE(WriteImage(Path("a.png"), second.view(), IfExists::kReplace).ok());
  ExpectSame(*ReadImage(Path("a.png")), second);
  EXPECT_EQ(FileCount(), 1u);
}

}  // namespace
}  // namespace seafusion::io
