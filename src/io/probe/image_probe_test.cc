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
using testing::Png;
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

std::vector<int> Samples(const ImageBuffer& image, int y) {
  const int count = image.width() * ChannelCount(image.format());
  std::vector<int> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(BytesPerSample(image.format()) == 1 ? image.view().Row<std::uint8_t>(y)[i]
                                                          : image.view().Row<std::uint16_t>(y)[i]);
  }
  return samples;
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
TEST(ReadImageTest, OrientationTagsTurnPicturesUpright) {
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
  std::string jpeg = Encoded("jpg", CV_8UC1, {});
  const std::string exif = std::string("Exif\0\0II*\0\x08\0\0\0\x01\0", 16) + Little(274, 2) +
                           Little(3, 2) + Little(1, 4) + Little(6, 4) + Little(0, 4);
  jpeg.insert(2, "\xff\xe1" + Big(exif.size() + 2, 2) + exif);
  const StatusOr<ImageBuffer> image = Read(jpeg);
  ASSERT_TRUE(image.ok()) << image.status().message();
  EXPECT_EQ(image->width(), 11);
  EXPECT_EQ(image->height(), 13);
}

TEST(ReadImageTest, PackedGrayBecomesEightBits) {
  const StatusOr<ImageBuffer> one = Read(Png(9, 2, 1, 0, std::string("\xaa\x80\x55\x00", 4)));
  ASSERT_TRUE(one.ok()) << one.status().message();
  ASSERT_EQ(one->format(), PixelFormat::kGray8);
  EXPECT_EQ(Samples(*one, 0), (std::vector<int>{255, 0, 255, 0, 255, 0, 255, 0, 255}));
  EXPECT_EQ(Samples(*one, 1), (std::vector<int>{0, 255, 0, 255, 0, 255, 0, 255, 0}));
  const StatusOr<ImageBuffer> four = Read(Png(2, 1, 4, 0, "\x3f"));
  ASSERT_TRUE(four.ok()) << four.status().message();
  EXPECT_EQ(Samples(*four, 0), (std::vector<int>{0x33, 0xff}));
}

TEST(ReadPictureTest, TiffsSayWhatTheirLastSampleIs) {
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

TEST(ReadPictureTest, PngsHaveOpacityInAChannelOrOfTheirPalette) {
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

TEST(ReadImageTest, PalettesAreExpandedAndGrayWithAlphaIsGray) {
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

TEST(ReadImageTest, TiffsOfBothByteOrdersAndSizesAreRead) {
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

TEST(ReadImageTest, TiffsWhereZeroIsWhiteComeOutTheRightWayRound) {
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
TEST(ReadImageTest, MetadataIsNotCommentedOn) {
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

}  // namespace
}  // namespace seafusion::io
