// Files that are whole as far as their structure says, with damage inside: what the probe cannot
// see and OpenCV shows as a picture.
#include "io/decode/decode.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
// Needs <cstdio> before it.
#include <jpeglib.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"
#include "io/decode/pnm.h"
#include "io/decode/tiff.h"
#include "io/testing/crafted_pictures.h"

namespace seafusion::io {
namespace {

using ::testing::HasSubstr;
using testing::PngChunk;
using testing::PngHeader;
using testing::PngSignature;

using Bytes = std::vector<std::uint8_t>;

Bytes ToBytes(const std::string& text) {
  return {text.begin(), text.end()};
}

StatusOr<ImageBuffer> Decode(const Bytes& bytes) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageInfo info, ProbeImage(bytes, 1 << 20));
  return info.format == ImageFileFormat::kPng ? DecodePng(info, bytes) : DecodeJpeg(info, bytes);
}

cv::Mat Picture(int type) {
  cv::Mat mat(45, 67, type);
  for (int y = 0; y < mat.rows; ++y) {
    for (int i = 0; i < mat.cols * mat.channels(); ++i) {
      const int value = (y * 5 + i * 3 + (i % 7) * (y % 5) * 6) & 255;
      if (mat.depth() == CV_16U) {
        mat.ptr<std::uint16_t>(y)[i] = static_cast<std::uint16_t>(value * 251 + y);
      } else {
        mat.ptr<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(value);
      }
    }
  }
  return mat;
}

Bytes Encoded(const char* extension, int type, const std::vector<int>& parameters = {}) {
  Bytes bytes;
  EXPECT_TRUE(cv::imencode(extension, Picture(type), bytes, parameters));
  return bytes;
}

// Our decoders and OpenCV's give the same samples for what is whole.
TEST(DecodeTest, AgreesWithOpenCv) {
  const std::vector<Bytes> files = {
      Encoded(".png", CV_8UC1),
      Encoded(".png", CV_8UC3),
      Encoded(".png", CV_16UC1),
      Encoded(".png", CV_16UC3),
      Encoded(".png", CV_8UC4),
      Encoded(".jpg", CV_8UC1),
      Encoded(".jpg", CV_8UC3),
      Encoded(".jpg", CV_8UC3, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}),
      Encoded(".jpg", CV_8UC3, {cv::IMWRITE_JPEG_RST_INTERVAL, 2}),
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    SCOPED_TRACE(i);
    StatusOr<ImageBuffer> ours = Decode(files[i]);
    ASSERT_TRUE(ours.ok()) << ours.status().message();
    cv::Mat theirs = cv::imdecode(files[i], cv::IMREAD_UNCHANGED);
    if (theirs.channels() == 4)
      cv::cvtColor(theirs, theirs, cv::COLOR_BGRA2RGB);
    else if (theirs.channels() == 3)
      cv::cvtColor(theirs, theirs, cv::COLOR_BGR2RGB);
    ASSERT_EQ(ours->width(), theirs.cols);
    ASSERT_EQ(ours->height(), theirs.rows);
    ASSERT_EQ(BytesPerPixel(ours->format()), static_cast<int>(theirs.elemSize()));
    const cv::Mat same(theirs.rows, theirs.cols, theirs.type(), ours->view().data);
    EXPECT_EQ(cv::norm(same, theirs, cv::NORM_INF), 0);
  }
}

TEST(DecodeTest, PngsWhoseDataIsDamagedAreRefusedWithoutAWord) {
  const auto png = [](const std::string& zlib, const std::string& before = "") {
    return ToBytes(PngSignature() + PngHeader(2, 9, 8, 0) + before + PngChunk("IDAT", zlib) +
                   PngChunk("IEND", ""));
  };
  const std::string rows(27, '\0');  // nine rows: a filter byte and two samples
  ASSERT_TRUE(Decode(png(testing::ZlibStored(rows))).ok());
  std::string wrong_filter = rows;
  wrong_filter[3] = 9;
  std::string wrong_sum = testing::ZlibStored(rows);
  wrong_sum.back() = static_cast<char>(wrong_sum.back() + 1);
  ::testing::internal::CaptureStderr();
  for (const Bytes& file :
       {png(testing::ZlibStored(rows.substr(0, 3))), png(testing::ZlibStored(rows.substr(0, 26))),
        png("x"), png(""), png(testing::ZlibStored(wrong_filter))}) {
    const StatusOr<ImageBuffer> image = Decode(file);
    ASSERT_FALSE(image.ok());
    EXPECT_EQ(image.status().code(), StatusCode::kCorruptData);
    EXPECT_THAT(image.status().message(), HasSubstr("PNG data cannot be decoded"));
  }
  // Complete pixels with a complaint behind them: libpng calls these benign.
  EXPECT_TRUE(Decode(png(testing::ZlibStored(rows + "more"))).ok());
  EXPECT_TRUE(Decode(png(testing::ZlibStored(rows), PngChunk("iCCP", "broken"))).ok());
  (void)Decode(png(wrong_sum));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

// Where the entropy-coded data begins: behind the header of the first scan.
std::size_t ScanData(const Bytes& jpeg) {
  for (std::size_t i = 2; i + 3 < jpeg.size();) {
    const std::size_t length = jpeg[i + 2] * 256u + jpeg[i + 3];
    if (jpeg[i + 1] == 0xda) return i + 2 + length;
    i += 2 + length;
  }
  ADD_FAILURE() << "no scan";
  return 0;
}

TEST(DecodeTest, JpegsWithHalfOfTheirScanAreRefused) {
  for (const std::vector<int>& parameters : {std::vector<int>{},
                                             {cv::IMWRITE_JPEG_PROGRESSIVE, 1},
                                             {cv::IMWRITE_JPEG_RST_INTERVAL, 2}}) {
    Bytes jpeg = Encoded(".jpg", CV_8UC3, parameters);
    const std::size_t from = ScanData(jpeg);
    const std::size_t half = from + (jpeg.size() - from) / 2;
    jpeg.resize(half);
    if (jpeg.back() == 0xff) jpeg.pop_back();
    jpeg.push_back(0xff);
    jpeg.push_back(0xd9);  // an end marker, so that the structure is whole
    ::testing::internal::CaptureStderr();
    ASSERT_FALSE(cv::imdecode(jpeg, cv::IMREAD_UNCHANGED).empty()) << "OpenCV shows gray";
    ::testing::internal::GetCapturedStderr();
    ::testing::internal::CaptureStderr();
    const StatusOr<ImageBuffer> image = Decode(jpeg);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    ASSERT_FALSE(image.ok());
    EXPECT_EQ(image.status().code(), StatusCode::kCorruptData);
    EXPECT_THAT(image.status().message(), HasSubstr("JPEG data is damaged"));
  }
}

// Of four components, which OpenCV reads and does not write.
Bytes CmykJpeg(int width, int height, const std::array<std::uint8_t, 4>& ink) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* to = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &to, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = 4;
  jpeg.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  Bytes row;
  for (int x = 0; x < width; ++x) row.insert(row.end(), ink.begin(), ink.end());
  for (int y = 0; y < height; ++y) {
    JSAMPLE* rows[] = {row.data()};
    jpeg_write_scanlines(&jpeg, rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  Bytes bytes(to, to + size);
  jpeg_destroy_compress(&jpeg);
  free(to);  // NOLINT(cppcoreguidelines-no-malloc): libjpeg's
  return bytes;
}

TEST(DecodeTest, AJpegOfFourInksBecomesColours) {
  // Stored inverted, as Adobe does it: 255 is no ink.
  const StatusOr<ImageBuffer> image = Decode(CmykJpeg(19, 5, {255, 128, 0, 200}));
  ASSERT_TRUE(image.ok()) << image.status().message();
  ASSERT_EQ(image->format(), PixelFormat::kRgb8);
  for (int y = 0; y < 5; ++y) {
    const auto* row = image->view().Row<std::uint8_t>(y);
    for (int x = 0; x < 19; ++x) {
      EXPECT_NEAR(row[3 * x], 200, 2);
      EXPECT_NEAR(row[3 * x + 1], 100, 2);
      EXPECT_NEAR(row[3 * x + 2], 0, 2);
    }
  }
}

TEST(DecodeTest, JpegsOfOtherKindsAreNamed) {
  const auto patched = [](std::size_t at, std::uint8_t value) {
    Bytes jpeg = Encoded(".jpg", CV_8UC3);
    for (std::size_t i = 2; i + 10 < jpeg.size();) {
      if (jpeg[i + 1] == 0xc0) {
        jpeg[i + at] = value;
        break;
      }
      i += 2 + (std::size_t{jpeg[i + 2]} << 8 | jpeg[i + 3]);
    }
    return jpeg;
  };
  for (const auto& [at, value, word] :
       {std::tuple{std::size_t{4}, std::uint8_t{12}, "12 bits a sample"},
        std::tuple{std::size_t{1}, std::uint8_t{0xc3}, "kind of compression"}}) {
    const StatusOr<ImageBuffer> image = Decode(patched(at, value));
    ASSERT_FALSE(image.ok());
    EXPECT_EQ(image.status().code(), StatusCode::kUnsupported) << image.status().message();
    EXPECT_THAT(image.status().message(), HasSubstr(word));
  }
}

TEST(DecodeTest, TiffSamplesThatNobodyFusesAreNamed) {
  struct Case {
    testing::TiffSpec spec;
    const char* word;
  };
  constexpr unsigned kSampleFormat = 339, kFloat = 3, kComplexInteger = 5;
  const std::string bytes(48, '\0');
  for (const Case& c : {Case{{.width = 2,
                       .height = 2,
                       .bits = 32,
                       .samples = 3,
                       .photometric = 2,
                       .pixels = bytes,
                       .shorts = {{kSampleFormat, kFloat}}},
                             "colour TIFFs of 32 bits with sign or fractions"},
                        Case{{.width = 2,
                        .height = 2,
                        .bits = 32,
                        .photometric = 0,
                        .pixels = bytes,
                        .shorts = {{kSampleFormat, kFloat}}},
                             "counts from white to black in 32 bits"},
                        Case{{.width = 2,
                        .height = 2,
                        .bits = 32,
                        .pixels = bytes,
                        .shorts = {{kSampleFormat, kComplexInteger}}},
                             "TIFF samples of 32 bits in format 5"}}) {
    const Bytes tiff = ToBytes(testing::Tiff(c.spec));
    const auto info = ProbeImage(tiff, 1 << 20);
    const Status status = info.ok() ? DecodeTiff(*info, tiff, 0).status() : info.status();
    EXPECT_EQ(status.code(), StatusCode::kUnsupported) << status.message();
    EXPECT_THAT(status.message(), HasSubstr(c.word));
  }
}

TEST(DecodeTest, PackedBitmapsBeginEachRowAnew) {
  // Ten bits a row, 1 is black.
  const Bytes bitmap = ToBytes(std::string("P4 10 2\n\xa5\x40\xff\x80", 12));
  const auto info = ProbeImage(bitmap, 1 << 20);
  ASSERT_TRUE(info.ok()) << info.status().message();
  const auto image = DecodePnm(*info, bitmap);
  ASSERT_TRUE(image.ok()) << image.status().message();
  const char* const rows[] = {"1010010101", "1111111110"};
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 10; ++x) {
      EXPECT_EQ(image->view().Row<std::uint8_t>(y)[x], rows[y][x] == '1' ? 0 : 255) << x << y;
    }
  }
  const Bytes cut(bitmap.begin(), bitmap.end() - 1);
  const auto cut_info = ProbeImage(cut, 1 << 20);
  EXPECT_FALSE(cut_info.ok() && DecodePnm(*cut_info, cut).ok());
}

TEST(DecodeTest, ColourFloatMapsAreRefused) {
  const Bytes map = ToBytes("PF 2 1\n-1.0\n" + std::string(24, '\0'));
  const auto info = ProbeImage(map, 1 << 20);
  const Status status = info.ok() ? DecodePnm(*info, map).status() : info.status();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_THAT(status.message(), HasSubstr("colour PFM is not supported"));
}

TEST(DecodeTest, AJpegWithAHoleIsRefused) {
  Bytes jpeg = Encoded(".jpg", CV_8UC1, {cv::IMWRITE_JPEG_QUALITY, 95});
  const std::size_t from = ScanData(jpeg);
  for (std::size_t i = from + 100; i < jpeg.size() - 40; ++i) jpeg[i] = 0;
  const StatusOr<ImageBuffer> image = Decode(jpeg);
  ASSERT_FALSE(image.ok());
  EXPECT_EQ(image.status().code(), StatusCode::kCorruptData);
}

}  // namespace
}  // namespace seafusion::io
