#include "io/probe/image_probe.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "io/image_file.h"
#include "io/testing/crafted_pictures.h"

namespace seafusion::io {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using testing::Big;
using ::testing::HasSubstr;
using testing::Little;
using testing::NamedFile;
using testing::PngChunk;
using testing::PngHeader;
using testing::PngSignature;
using ::testing::StartsWith;
using testing::Tiff;
using testing::TiffSpec;

constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28;

std::span<const std::uint8_t> Bytes(const std::string& s) {
  return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}

StatusOr<ImageInfo> Probe(const std::string& bytes) {
  return ProbeImage(Bytes(bytes), kMaxPixels);
}

// A file of the running test that is gone afterwards.
class TestFile {
 public:
  explicit TestFile(const std::string& name) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("seafusion_probe_") + info->name());
    fs::create_directories(folder_);
    path_ = (folder_ / name).string();
  }
  ~TestFile() { fs::remove_all(folder_); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;
  const std::string& path() const { return path_; }
  void Write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

 private:
  fs::path folder_;
  std::string path_;
};

// Reads `bytes` as a file named `name`.
StatusOr<ImageBuffer> Read(const std::string& bytes, const std::string& name = "picture") {
  const TestFile file(name);
  file.Write(bytes);
  return ReadImage(file.path());
}

// A small picture with content that compresses to a few hundred bytes, encoded by OpenCV.
std::string Encoded(const std::string& extension, int type, const std::vector<int>& parameters) {
  cv::Mat mat(11, 13, type);
  for (int y = 0; y < mat.rows; ++y) {
    for (int i = 0; i < mat.cols * mat.channels(); ++i) {
      const int value = (y * 23 + i * 11) % 256;
      if (mat.depth() == CV_16U) {
        mat.ptr<std::uint16_t>(y)[i] = static_cast<std::uint16_t>(value * 257);
      } else {
        mat.ptr<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(value);
      }
    }
  }
  std::vector<std::uint8_t> bytes;
  EXPECT_TRUE(cv::imencode("." + extension, mat, bytes, parameters));
  return {bytes.begin(), bytes.end()};
}

std::vector<NamedFile> SmallPictures() {
  return {
      {"gray.png", Encoded("png", CV_8UC1, {})},
      {"rgb16.png", Encoded("png", CV_16UC3, {})},
      {"gray.jpg", Encoded("jpg", CV_8UC1, {})},
      {"rgb.jpg", Encoded("jpg", CV_8UC3, {})},
      {"progressive.jpg", Encoded("jpg", CV_8UC3, {cv::IMWRITE_JPEG_PROGRESSIVE, 1})},
      {"restarts.jpg", Encoded("jpg", CV_8UC3, {cv::IMWRITE_JPEG_RST_INTERVAL, 1})},
      {"lzw.tif", Encoded("tif", CV_8UC3, {})},
      {"gray16.tif", Encoded("tif", CV_16UC1, {})},
      {"plain.tif", Encoded("tif", CV_8UC3, {cv::IMWRITE_TIFF_COMPRESSION, 1})},
      {"handmade.tif",
       Tiff({.width = 3, .height = 2, .pixels = "abcdef", .big_endian = true, .big_tiff = true})},
      {"rgb.bmp", Encoded("bmp", CV_8UC3, {})},
      {"gray.bmp", Encoded("bmp", CV_8UC1, {})},
      {"lossy.webp", Encoded("webp", CV_8UC3, {cv::IMWRITE_WEBP_QUALITY, 80})},
      {"lossless.webp", Encoded("webp", CV_8UC3, {cv::IMWRITE_WEBP_QUALITY, 101})},
      {"alpha.webp", Encoded("webp", CV_8UC4, {cv::IMWRITE_WEBP_QUALITY, 80})},
  };
}

TEST(ImageProbeTest, WholePicturesAgreeWithTheDecoder) {
  for (const NamedFile& file : SmallPictures()) {
    SCOPED_TRACE(file.name);
    const StatusOr<ImageInfo> info = Probe(file.bytes);
    ASSERT_TRUE(info.ok()) << info.status().message();
    const StatusOr<ImageBuffer> image = Read(file.bytes);
    ASSERT_TRUE(image.ok()) << image.status().message();
    EXPECT_EQ(static_cast<int>(info->width), image->width());
    EXPECT_EQ(static_cast<int>(info->height), image->height());
    EXPECT_EQ(info->bits, 8 * BytesPerSample(image->format()));
  }
}

bool SamePixels(const ImageBuffer& a, const ImageBuffer& b) {
  if (a.width() != b.width() || a.height() != b.height() || a.format() != b.format()) return false;
  const auto row_bytes = static_cast<std::size_t>(a.width() * BytesPerPixel(a.format()));
  for (int y = 0; y < a.height(); ++y) {
    if (std::memcmp(a.view().Row<char>(y), b.view().Row<char>(y), row_bytes) != 0) return false;
  }
  return true;
}

TEST(ImageProbeTest, EveryTruncationIsRefusedAndNothingIsPrinted) {
  ::testing::internal::CaptureStderr();
  for (const NamedFile& picture : SmallPictures()) {
    const StatusOr<ImageBuffer> whole = Read(picture.bytes, "whole." + picture.name);
    ASSERT_TRUE(whole.ok());
    const TestFile file(picture.name);
    file.Write(picture.bytes);
    for (std::size_t n = picture.bytes.size(); n-- > 0;) {
      fs::resize_file(file.path(), n);
      const StatusOr<ImageBuffer> image = ReadImage(file.path());
      if (image.ok()) {
        // Only a JPEG's end marker may be missing, and nothing of the picture with it.
        ASSERT_TRUE(picture.name.ends_with(".jpg") && n + 4 > picture.bytes.size())
            << picture.name << " cut to " << n << " bytes";
        ASSERT_TRUE(SamePixels(*image, *whole));
        continue;
      }
      ASSERT_EQ(image.status().code(), StatusCode::kCorruptData)
          << picture.name << " cut to " << n << ": " << image.status().message();
      ASSERT_THAT(image.status().message(), StartsWith(file.path() + ": "));
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ImageProbeTest, EveryChangedByteOfAPngIsNoticed) {
  const std::string png = Encoded("png", CV_8UC3, {});
  for (std::size_t i = 0; i < png.size(); ++i) {
    std::string changed = png;
    changed[i] = static_cast<char>(changed[i] ^ 0x11);
    ASSERT_FALSE(Probe(changed).ok()) << "byte " << i;
  }
}

TEST(ImageProbeTest, BytesBehindThePictureAreIgnored) {
  for (const NamedFile& file : SmallPictures()) {
    const StatusOr<ImageBuffer> image = Read(file.bytes + "camera notes");
    EXPECT_TRUE(image.ok()) << file.name << ": " << image.status().message();
  }
}

TEST(ImageProbeTest, HugeHeadersAreRefusedBeforeAnythingIsAllocated) {
  for (const NamedFile& file : testing::HeadersOnly(100000, 100000)) {
    SCOPED_TRACE(file.name);
    const StatusOr<ImageBuffer> image = Read(file.bytes, "huge." + file.name);
    ASSERT_FALSE(image.ok());
    EXPECT_EQ(image.status().code(), StatusCode::kResourceExhausted) << image.status().message();
    EXPECT_THAT(image.status().message(),
                AnyOf(HasSubstr("100000x100000"), HasSubstr("65535x65535")));
  }
  for (const NamedFile& file : testing::HeadersOnly(0x7fffffff, 0x7fffffff)) {
    EXPECT_FALSE(Probe(file.bytes).ok()) << file.name;
  }
  for (const NamedFile& file : testing::HeadersOnly(0xffffffff, 0xffffffff)) {
    EXPECT_FALSE(ProbeImage(Bytes(file.bytes), ~std::uint64_t{0}).ok()) << file.name;
  }
  for (const NamedFile& file : testing::HeadersOnly(0, 7)) {
    EXPECT_FALSE(Probe(file.bytes).ok()) << file.name;
  }
}

TEST(ImageProbeTest, WhatIsNoPictureIsRefused) {
  const std::vector<std::string> contents = {"",
                                             "x",
                                             "hello, this is text\n",
                                             "\177ELF\2\1\1",
                                             "GIF89a\x01\x01",
                                             "BM",
                                             "BMW is a car maker, and this is not a bitmap at all",
                                             "II*",
                                             "RIFF____WAVE",
                                             "\xff\xd8",
                                             "\xff\xd8\xff",
                                             std::string(4096, '\0'),
                                             std::string(4096, '\xff')};
  ::testing::internal::CaptureStderr();
  for (const std::string& content : contents) {
    const StatusOr<ImageBuffer> image = Read(content, "a.png");
    ASSERT_FALSE(image.ok()) << content;
    EXPECT_EQ(image.status().code(), StatusCode::kCorruptData) << image.status().message();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ImageProbeTest, TheContentDecidesNotTheExtension) {
  EXPECT_TRUE(Read(Encoded("png", CV_8UC1, {}), "a.jpg").ok());
  EXPECT_TRUE(Read(Encoded("jpg", CV_8UC3, {}), "a").ok());
}

TEST(ImageProbeTest, BrokenPngsAreRefused) {
  const std::string header = PngHeader(2, 1, 8, 0);
  const std::string data = PngChunk("IDAT", testing::ZlibStored(std::string(3, '\0')));
  const std::string end = PngChunk("IEND", "");
  ASSERT_TRUE(Probe(PngSignature() + header + data + end).ok());
  const std::vector<NamedFile> cases = {
      {"no header", PngSignature() + data + end},
      {"no data", PngSignature() + header + end},
      {"no end", PngSignature() + header + data},
      {"split data", PngSignature() + header + data + PngChunk("tEXt", "a") + data + end},
      {"depth 3", PngSignature() + PngHeader(2, 1, 3, 0) + data + end},
      {"depth 40", PngSignature() + PngHeader(2, 1, 40, 0) + data + end},
      {"rgb with 4 bits", PngSignature() + PngHeader(2, 1, 4, 2) + data + end},
      {"colour type 1", PngSignature() + PngHeader(2, 1, 8, 1) + data + end},
      {"colour type 200", PngSignature() + PngHeader(2, 1, 8, 200) + data + end},
      {"no palette", PngSignature() + PngHeader(2, 1, 8, 3) + data + end},
      {"palette of 4 bytes",
       PngSignature() + PngHeader(2, 1, 8, 3) + PngChunk("PLTE", "abcd") + data + end},
      {"chunk of 4 GB", PngSignature() + header + Big(0xffffffff, 4) + "IDAT"},
      {"chunk name", PngSignature() + header + PngChunk("ID\x01T", "") + data + end},
  };
  for (const NamedFile& c : cases) {
    const StatusOr<ImageInfo> info = Probe(c.bytes);
    ASSERT_FALSE(info.ok()) << c.name;
    EXPECT_EQ(info.status().code(), StatusCode::kCorruptData) << c.name;
  }
}

TEST(ImageProbeTest, BrokenJpegsAreRefused) {
  const std::string soi = "\xff\xd8";
  const std::string frame = "\xff\xc0" + Big(11, 2) + Big(8, 1) + Big(4, 2) + Big(4, 2) +
                            std::string("\x01\x01\x11\x00", 4);
  const std::string scan = "\xff\xda" + Big(8, 2) + std::string("\x01\x01\x00\x00\x3f\x00", 6) +
                           std::string("\x55\xff\x00\x55\xff\xd0\x12", 7);
  const std::string end = "\xff\xd9";
  ASSERT_TRUE(Probe(soi + frame + scan + end).ok());
  const std::vector<NamedFile> cases = {
      {"no frame", soi + scan + end},
      {"no scan", soi + frame + end},
      {"two frames", soi + frame + frame + scan + end},
      {"nothing", soi + end},
      {"segment of 1 byte", soi + "\xff\xe0" + Big(1, 2) + end},
      {"segment of 0 bytes", soi + "\xff\xe0" + Big(0, 2) + end},
      {"no marker", soi + frame + "abc" + end},
      {"second start", soi + soi + frame + scan + end},
      {"long frame header", soi + "\xff\xc0" + Big(12, 2) + Big(8, 1) + Big(4, 2) + Big(4, 2) +
                                std::string("\x01\x01\x11\x00\x00", 5) + scan + end},
  };
  for (const NamedFile& c : cases) {
    const StatusOr<ImageInfo> info = Probe(c.bytes);
    ASSERT_FALSE(info.ok()) << c.name;
    EXPECT_EQ(info.status().code(), StatusCode::kCorruptData) << c.name;
  }
  std::string twelve = soi + frame + scan + end;
  twelve[6] = 12;
  EXPECT_EQ(Probe(twelve).status().code(), StatusCode::kUnsupported);
}

TEST(ImageProbeTest, BrokenTiffsAreRefused) {
  const TiffSpec good = {.width = 3, .height = 2, .pixels = "abcdef"};
  ASSERT_TRUE(Probe(Tiff(good)).ok());
  const auto with = [&](std::vector<std::pair<unsigned, unsigned>> shorts) {
    TiffSpec spec = good;
    spec.shorts = std::move(shorts);
    return Tiff(spec);
  };
  std::string circle = Tiff(good);
  circle.replace(circle.size() - 4, 4, circle.substr(4, 4));
  TiffSpec short_pixels = good;
  short_pixels.pixels = "abcde";
  TiffSpec deep = good;
  deep.bits = 16;
  const std::vector<NamedFile> cases = {
      {"pages in a circle", circle},
      {"five of six pixels", Tiff(short_pixels)},
      {"pixels of another depth", Tiff(deep)},
      {"no page", "II" + Little(42, 2) + Little(0, 4)},
      {"directory outside", "II" + Little(42, 2) + Little(999, 4)},
      {"strip outside", with({{273, 60000}})},
      {"strip too long", with({{279, 60000}})},
      {"strip of nothing", with({{279, 0}})},
      {"strips without rows", with({{278, 0}})},
      {"more strips than listed", with({{278, 1}})},
      {"tiles without size", with({{322, 0}})},
      {"tiles without places", with({{322, 16}, {323, 16}})},
      {"no samples", with({{277, 0}})},
      {"no bits", with({{258, 0}})},
      {"width 0", with({{256, 0}})},
  };
  for (const NamedFile& c : cases) {
    const StatusOr<ImageInfo> info = Probe(c.bytes);
    ASSERT_FALSE(info.ok()) << c.name;
    EXPECT_EQ(info.status().code(), StatusCode::kCorruptData) << c.name << info.status().message();
  }
}

TEST(ImageProbeTest, BrokenBmpsAndWebpsAreRefused) {
  const std::string bmp = Encoded("bmp", CV_8UC3, {});
  const auto bmp_with = [&](std::size_t at, const std::string& bytes) {
    return std::string(bmp).replace(at, bytes.size(), bytes);
  };
  EXPECT_FALSE(Probe(bmp_with(10, Little(3, 4))).ok()) << "pixels over the header";
  EXPECT_FALSE(Probe(bmp_with(10, Little(0xffffffff, 4))).ok()) << "pixels outside";
  EXPECT_FALSE(Probe(bmp_with(14, Little(13, 4))).ok()) << "unknown header";
  EXPECT_FALSE(Probe(bmp_with(18, Little(14, 4))).ok()) << "wider than its pixels";
  EXPECT_FALSE(Probe(bmp_with(22, Little(0x80000000, 4))).ok()) << "height of -2^31";
  EXPECT_FALSE(Probe(bmp_with(28, Little(7, 2))).ok()) << "7 bits a pixel";
  EXPECT_EQ(Probe(bmp_with(30, Little(1, 4))).status().code(), StatusCode::kUnsupported);
  EXPECT_TRUE(Read(bmp_with(22, Little(std::uint32_t(-11), 4))).ok()) << "first row on top";

  const std::string webp = Encoded("webp", CV_8UC3, {cv::IMWRITE_WEBP_QUALITY, 80});
  const auto webp_with = [&](std::size_t at, const std::string& bytes) {
    return std::string(webp).replace(at, bytes.size(), bytes);
  };
  EXPECT_FALSE(Probe(webp_with(4, Little(0, 4))).ok()) << "empty RIFF";
  EXPECT_FALSE(Probe(webp_with(4, Little(0xffffffff, 4))).ok()) << "RIFF outside";
  EXPECT_FALSE(Probe(webp_with(12, "ABCD")).ok()) << "no image chunk";
  EXPECT_FALSE(Probe(webp_with(16, Little(0xffffffff, 4))).ok()) << "chunk outside";
  EXPECT_FALSE(Probe(webp_with(23, "abc")).ok()) << "no start code";
  const std::string animated = "VP8X" + Little(10, 4) + Little(2, 4) + Little(9, 3) + Little(9, 3);
  EXPECT_EQ(Probe("RIFF" + Little(4 + animated.size(), 4) + "WEBP" + animated).status().code(),
            StatusCode::kUnsupported);
}

// Rows "abc" and "def" as each orientation turns them, row after row.
}  // namespace
}  // namespace seafusion::io
