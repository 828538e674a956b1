#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/metadata/picture_metadata.h"
#include "io/pairing/taken_time.h"
#include "io/testing/crafted_pictures.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::io {
namespace {

using testing::Big;
using ::testing::HasSubstr;
using testing::Little;

std::string Entry(unsigned tag, unsigned type, unsigned count, std::uint64_t value) {
  return Little(tag, 2) + Little(type, 2) + Little(count, 4) + Little(value, 4);
}

// EXIF as a TIFF: orientation 6, a maker, a date, and a GPS position of 52 degrees north.
std::string Exif() {
  const unsigned kAscii = 2, kShort = 3, kLong = 4, kRational = 5;
  std::string tiff = "II*" + std::string(1, '\0') + Little(8, 4);
  const std::uint64_t data = 8 + 2 + 4 * 12 + 4;  // behind the first directory
  const std::string maker("Maker\0", 6), date("2024:01:02 03:04:05\0", 20);
  const std::uint64_t gps = data + maker.size() + date.size();
  tiff += Little(4, 2) + Entry(0x10f, kAscii, 6, data) + Entry(0x112, kShort, 1, 6) +
          Entry(0x132, kAscii, 20, data + maker.size()) + Entry(0x8825, kLong, 1, gps) +
          Little(0, 4) + maker + date;
  tiff += Little(2, 2) + Entry(1, kAscii, 2, 'N') + Entry(2, kRational, 3, gps + 2 + 24 + 4) +
          Little(0, 4);
  for (const unsigned n : {52u, 30u, 0u}) tiff += Little(n, 4) + Little(1, 4);
  return tiff;
}

std::string JpegWithExif(const ScratchFolder& scratch, const std::string& exif = Exif(),
                         const char* name = "exif.jpg") {
  const std::string plain =
      testing::WriteGray(scratch / "plain.jpg", 16, 8, [](int x, int y) { return 10 * x + 5 * y; });
  const auto bytes = *ReadFile(plain, 1 << 20);
  std::string jpeg(bytes.begin(), bytes.end());
  const std::string segment = std::string("Exif\0\0", 6) + exif;
  jpeg.insert(2, "\xff\xe1" + Big(segment.size() + 2, 2) + segment);
  return scratch.WriteFile(name, jpeg);
}

PictureMetadata MetadataOf(const std::string& path) {
  const auto bytes = ReadFile(path, 1 << 20);
  return bytes.ok() ? PictureMetadata::Read(*bytes) : PictureMetadata();
}

// When it was taken alone, with the zone if there is one.
std::string ExifTime(const std::string& date, const std::string& zone) {
  const unsigned kAscii = 2, kLong = 4;
  std::string tiff = "II*" + std::string(1, '\0') + Little(8, 4) + Little(1, 2);
  tiff += Entry(0x8769, kLong, 1, 26) + Little(0, 4);
  const unsigned entries = zone.empty() ? 1 : 2;
  const std::uint64_t data = 26 + 2 + entries * 12 + 4;
  tiff += Little(entries, 2) + Entry(0x9003, kAscii, 20, data);
  if (!zone.empty()) tiff += Entry(0x9011, kAscii, 7, data + 20);
  return tiff + Little(0, 4) + date + '\0' + zone + '\0';
}

// A phone knows its zone, the thermal camera beside it does not.
TEST(MetadataTest, WhereAClockTellsNoZoneAllAreComparedAsTheyShow) {
  const ScratchFolder scratch;
  const std::string zoned =
      JpegWithExif(scratch, ExifTime("2024:01:02 03:04:05", "+02:00"), "a.jpg");
  const std::string plain = JpegWithExif(scratch, ExifTime("2024:01:02 03:04:05", ""), "b.jpg");
  const std::string elsewhere =
      JpegWithExif(scratch, ExifTime("2024:01:02 01:04:05", "+00:00"), "c.jpg");
  const auto mixed = TimesOf({{zoned}, {plain}});
  ASSERT_TRUE(mixed.ok()) << mixed.status().message();
  EXPECT_EQ((*mixed)[0], (*mixed)[1]);
  const auto known = TimesOf({{zoned}, {elsewhere}});
  ASSERT_TRUE(known.ok()) << known.status().message();
  EXPECT_EQ((*known)[0], (*known)[1]);
}

TEST(MetadataTest, IsReadAndGoesIntoEveryFormatThatHasAPlaceForIt) {
  const ScratchFolder scratch;
  const auto picture = ReadPicture(JpegWithExif(scratch));
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_EQ(picture->metadata.orientation(), 6);
  EXPECT_EQ(picture->metadata.taken(), "2024-01-02T03:04:05");
  EXPECT_EQ(picture->metadata.camera(), "Maker");
  EXPECT_TRUE(picture->metadata.has_gps());
  EXPECT_EQ(picture->image.width(), 8) << "turned upright";
  for (const char* name : {"a.jpg", "a.png", "a.tif", "a.webp", "a.bmp"}) {
    SCOPED_TRACE(name);
    const Status status =
        WriteImage(scratch / name, picture->image.view(), IfExists::kFail, picture->metadata);
    ASSERT_TRUE(status.ok()) << status.message();
    const PictureMetadata written = MetadataOf(scratch / name);
    const auto again = ReadPicture(scratch / name);
    ASSERT_TRUE(again.ok()) << again.status().message();
    EXPECT_EQ(again->image.width(), 8) << "not turned twice";
    EXPECT_EQ(again->image.height(), 16);
    if (std::string(name) == "a.bmp") {
      EXPECT_TRUE(written.empty());
      continue;
    }
    EXPECT_EQ(written.orientation(), 1);
    EXPECT_EQ(written.taken(), "2024-01-02T03:04:05");
    EXPECT_TRUE(written.has_gps());
  }
}

TEST(MetadataTest, GeoTiffTagsGoFromTiffToTiff) {
  const ScratchFolder scratch;
  // GeoKeyDirectory of four shorts.
  const std::string path = scratch.WriteFile(
      "geo.tif",
      testing::Tiff({.width = 3, .height = 2, .pixels = "abcdef", .shorts = {{34735, 1}}}));
  const auto picture = ReadPicture(path);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  ASSERT_TRUE(picture->metadata.has_geotiff());
  ASSERT_TRUE(
      WriteImage(scratch / "out.tif", picture->image.view(), IfExists::kFail, picture->metadata)
          .ok());
  EXPECT_TRUE(MetadataOf(scratch / "out.tif").has_geotiff());
  const auto again = ReadImage(scratch / "out.tif");
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(again->view().Row<std::uint8_t>(1)[2], 'f');
}

// Exiv2 takes each of 20 values for a byte, readers of TIFFs for eight.
TEST(MetadataTest, ValuesOfTypesThatExifHasNotStayBehind) {
  const ScratchFolder scratch;
  const unsigned kAscii = 2, kSignedLong8 = 17;
  const std::uint64_t data = 8 + 2 + 2 * 12 + 4;
  const std::string exif = "II*" + std::string(1, '\0') + Little(8, 4) + Little(2, 2) +
                           Entry(0x10f, kAscii, 6, data) +
                           Entry(0x131, kSignedLong8, 20, data + 6) + Little(0, 4) +
                           std::string("Maker\0", 6) + std::string(20, 'a');
  const auto picture = ReadPicture(JpegWithExif(scratch, exif));
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  for (const char* name : {"a.tif", "a.jpg", "a.png"}) {
    ASSERT_TRUE(
        WriteImage(scratch / name, picture->image.view(), IfExists::kFail, picture->metadata).ok());
    const auto again = ReadPicture(scratch / name);
    ASSERT_TRUE(again.ok()) << again.status().message();
    EXPECT_EQ(again->metadata.camera(), "Maker");
  }
}

// EXIF with one field more, as long as is asked for, beside when the picture was taken.
std::string LongExif(unsigned tag, std::size_t size) {
  const unsigned kAscii = 2, kLong = 4, kUndefined = 7;
  const std::uint64_t data = 26 + 2 + 2 * 12 + 4;
  std::string tiff = "II*" + std::string(1, '\0') + Little(8, 4) + Little(1, 2);
  tiff += Entry(0x8769, kLong, 1, 26) + Little(0, 4) + Little(2, 2);
  tiff += Entry(0x9003, kAscii, 20, data);
  tiff += Entry(tag, kUndefined, static_cast<unsigned>(size), data + 20);
  return tiff + Little(0, 4) + "2024:01:02 03:04:05" + '\0' + std::string(size, 'n');
}

PictureMetadata MetadataIn(const std::string& tiff) {
  return PictureMetadata::Read(
      std::span(reinterpret_cast<const std::uint8_t*>(tiff.data()), tiff.size()));
}

// A segment of a JPEG ends at 65,535 bytes; a TIFF holds more.
TEST(MetadataTest, NotesTooLongForTheFormatStayBehindAlone) {
  const unsigned kMakerNote = 0x927c;
  const ScratchFolder scratch;
  const auto jpeg = *ReadFile(JpegWithExif(scratch), 1 << 20);
  const auto with_short_notes = MetadataIn(LongExif(kMakerNote, 1000)).AddTo(jpeg, 16, 8);
  ASSERT_TRUE(with_short_notes.ok()) << with_short_notes.status().message();
  EXPECT_GT(with_short_notes->size(), jpeg.size() + 900);
  const auto without = MetadataIn(LongExif(kMakerNote, 70000)).AddTo(jpeg, 16, 8);
  ASSERT_TRUE(without.ok()) << without.status().message();
  EXPECT_LT(without->size(), jpeg.size() + 900);
  EXPECT_EQ(PictureMetadata::Read(*without).taken(), "2024-01-02T03:04:05");
}

TEST(MetadataTest, AFormatWithoutAPlaceForItIsAnError) {
  const ScratchFolder scratch;
  const auto bmp = *ReadFile(
      testing::WriteGray(scratch / "a.bmp", 16, 8, [](int x, int y) { return 10 * x + 5 * y; }),
      1 << 20);
  const auto added = MetadataOf(JpegWithExif(scratch)).AddTo(bmp, 16, 8);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(added.status().message(), HasSubstr("cannot be written into this format"));
}

// Cameras whose clock was never set write blanks.
TEST(MetadataTest, ATimeOfAnotherFormIsNone) {
  for (const char* date : {"    :  :     :  :  ", "2024-01-02 03:04:05", "2024:01:02T03:04:05",
                           "2024:1:2 03:04:05  "}) {
    EXPECT_EQ(MetadataIn(ExifTime(date, "")).taken(), "") << date;
  }
  EXPECT_EQ(MetadataIn(ExifTime("2024:01:02 03:04:05", "+0200 ")).taken(), "2024-01-02T03:04:05");
}

TEST(MetadataTest, AnOrientationThatExifDoesNotKnowTurnsNothing) {
  const unsigned kShort = 3;
  for (unsigned way = 0; way <= 10; ++way) {
    const std::string exif = "II*" + std::string(1, '\0') + Little(8, 4) + Little(1, 2) +
                             Entry(0x112, kShort, 1, way) + Little(0, 4);
    const int expected = way >= 1 && way <= 8 ? static_cast<int>(way) : 1;
    EXPECT_EQ(MetadataIn(exif).orientation(), expected) << way;
  }
}

TEST(MetadataTest, WhatCannotBeReadCountsAsNone) {
  const ScratchFolder scratch;
  const auto bytes = *ReadFile(JpegWithExif(scratch), 1 << 20);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    (void)PictureMetadata::Read(std::span(bytes).first(size)).orientation();
  }
  std::vector<std::uint8_t> broken = bytes;
  for (std::size_t i = 12; i < 40; ++i) broken[i] = 0xff;
  EXPECT_EQ(PictureMetadata::Read(broken).orientation(), 1);
  EXPECT_TRUE(PictureMetadata::Read({}).empty());
}

}  // namespace
}  // namespace seafusion::io
