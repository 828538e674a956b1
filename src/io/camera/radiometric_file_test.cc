#include "io/camera/radiometric_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <charls/charls_jpegls_encoder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "io/camera/byte_order.h"
#include "io/camera/ycbcr_picture.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"

namespace seafusion::io {
namespace {

using testing::Big;
using testing::FlirCamera;
using testing::FlirFile;
using testing::FlirPicture;
using testing::FlirPlacementRecord;
using ::testing::HasSubstr;
using testing::InfirayPicture;
using testing::JpegWithApp;
using testing::JpegWithFlir;
using testing::Little;
using testing::Png;
using testing::SmoothCounts;

constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 24;
constexpr unsigned kWidth = 24, kHeight = 16;

std::span<const std::uint8_t> Bytes(const std::string& s) {
  return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}

struct Figures {
  int width, height;
  int min, max;
  double mean;
};

Figures FiguresOf(const ImageView& counts) {
  Figures f = {counts.width, counts.height, 0x10000, -1, 0};
  double sum = 0;
  for (int y = 0; y < counts.height; ++y) {
    const auto* row = counts.Row<std::uint16_t>(y);
    for (int x = 0; x < counts.width; ++x) {
      f.min = std::min<int>(f.min, row[x]);
      f.max = std::max<int>(f.max, row[x]);
      sum += row[x];
    }
  }
  f.mean = sum / counts.width / counts.height;
  return f;
}

Thermometer ThermometerOf(const RadiometricPicture& picture) {
  return std::visit([](const auto& calibration) { return Thermometer(calibration); },
                    picture.calibration.value());
}

std::string SmoothFlir() {
  return FlirPicture(kWidth, kHeight, SmoothCounts(kWidth, kHeight, 12000));
}

TEST(RadiometricFileTest, AFlirBlockIsReadInEitherByteOrderAndFromParts) {
  const std::string block_big = FlirFile({{1, SmoothFlir()}, {0x20, FlirCamera()}}, true);
  const std::string block_little = FlirFile({{1, SmoothFlir()}, {0x20, FlirCamera()}}, false);
  for (const std::string& file : {block_big, block_little, JpegWithFlir(block_big),
                                  JpegWithFlir(block_big, 100), JpegWithFlir(block_little, 999)}) {
    const auto picture = ReadRadiometricPicture(Bytes(file), kMaxPixels);
    ASSERT_TRUE(picture.ok()) << picture.status().message();
    const Figures f = FiguresOf(picture->counts.view());
    EXPECT_EQ(f.width, int{kWidth});
    EXPECT_EQ(f.height, int{kHeight});
    EXPECT_EQ(f.min, 12000);
    EXPECT_EQ(f.max, 12000 + 3 * 23 + 5 * 15);
    EXPECT_EQ(picture->model, "Crafted 660");
    EXPECT_TRUE(picture->calibration.has_value());
  }
}

TEST(RadiometricFileTest, BigEndianCountsAreTurned) {
  std::string swapped = SmoothCounts(kWidth, kHeight, 12000);
  for (std::size_t i = 0; i < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
  const auto picture = ReadRadiometricPicture(
      Bytes(FlirFile({{1, FlirPicture(kWidth, kHeight, swapped, true)}})), kMaxPixels);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_EQ(FiguresOf(picture->counts.view()).min, 12000);
}

TEST(RadiometricFileTest, APngInsideIsTakenInTheByteOrderThatIsSmooth) {
  // PNG's order is highest first; cameras write the other one into it.
  const std::string little = SmoothCounts(kWidth, kHeight, 12000);
  std::string big = little;
  for (std::size_t i = 0; i < big.size(); i += 2) std::swap(big[i], big[i + 1]);
  for (const std::string& samples : {little, big}) {
    const auto picture = ReadRadiometricPicture(
        Bytes(FlirFile({{1, FlirPicture(kWidth, kHeight, Png(kWidth, kHeight, 16, 0, samples))}})),
        kMaxPixels);
    ASSERT_TRUE(picture.ok()) << picture.status().message();
    EXPECT_EQ(FiguresOf(picture->counts.view()).min, 12000);
    EXPECT_EQ(FiguresOf(picture->counts.view()).max, 12144);
  }
}

// Counts as CharLS writes them: the data of a .csq file's frames.
std::string JpegLs(const std::string& counts, unsigned width, unsigned height, int bits = 16) {
  const std::unique_ptr<charls_jpegls_encoder, void (*)(const charls_jpegls_encoder*)> encoder(
      charls_jpegls_encoder_create(), charls_jpegls_encoder_destroy);
  const charls_frame_info frame = {width, height, bits, 1};
  (void)charls_jpegls_encoder_set_frame_info(encoder.get(), &frame);
  std::string bytes(counts.size() * 2 + 1024, '\0');
  (void)charls_jpegls_encoder_set_destination_buffer(encoder.get(), bytes.data(), bytes.size());
  (void)charls_jpegls_encoder_encode_from_buffer(encoder.get(), counts.data(), counts.size(), 0);
  std::size_t written = 0;
  (void)charls_jpegls_encoder_get_bytes_written(encoder.get(), &written);
  bytes.resize(written);
  return bytes;
}

TEST(RadiometricFileTest, LosslessJpegFramesGiveTheCounts) {
  const std::string coded = JpegLs(SmoothCounts(kWidth, kHeight, 12000), kWidth, kHeight);
  ASSERT_GT(coded.size(), 20U);
  const std::string file = FlirFile({{1, FlirPicture(kWidth, kHeight, coded)}});
  const auto picture = ReadRadiometricPicture(Bytes(file), kMaxPixels);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_EQ(FiguresOf(picture->counts.view()).min, 12000);
  EXPECT_EQ(FiguresOf(picture->counts.view()).max, 12144);
  // Without the end marker, which are the last two bytes, all counts are there.
  for (std::size_t size = 0; size + 2 < coded.size(); ++size) {
    const std::string cut = FlirFile({{1, FlirPicture(kWidth, kHeight, coded.substr(0, size))}});
    EXPECT_FALSE(ReadRadiometricPicture(Bytes(cut), kMaxPixels).ok()) << size;
  }
  EXPECT_EQ(ReadRadiometricPicture(Bytes(file), 100).status().code(),
            StatusCode::kResourceExhausted);
}

TEST(RadiometricFileTest, LosslessJpegsOfOtherKindsAreRefused) {
  const std::string bytes = JpegLs(std::string(kWidth * kHeight, 'a'), kWidth, kHeight, 8);
  const auto eight = ReadRadiometricPicture(
      Bytes(FlirFile({{1, FlirPicture(kWidth, kHeight, bytes)}})), kMaxPixels);
  EXPECT_EQ(eight.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(eight.status().message(), HasSubstr("1 components of 8 bits"));
  // Larger than the header in front of it says, which is what the limit was held against.
  const std::string large = JpegLs(SmoothCounts(2 * kWidth, kHeight, 12000), 2 * kWidth, kHeight);
  const auto many = ReadRadiometricPicture(
      Bytes(FlirFile({{1, FlirPicture(kWidth, kHeight, large)}})), kWidth * kHeight);
  EXPECT_EQ(many.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(many.status().message(), HasSubstr("its lossless JPEG says 48x16 pixels"));
}

TEST(RadiometricFileTest, AThermalPictureOfAnotherSizeThanItsHeaderSaysIsTakenAndSaid) {
  const std::string png = Png(kWidth, kHeight, 16, 0, SmoothCounts(kWidth, kHeight, 12000));
  const auto picture = ReadRadiometricPicture(
      Bytes(FlirFile({{1, FlirPicture(kWidth + 2, kHeight, png)}})), kMaxPixels);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_EQ(picture->counts.width(), int{kWidth});
  EXPECT_THAT(picture->remarks,
              ::testing::Contains(HasSubstr("is of 24x16 pixels, its header says 26x16")));
}

TEST(RadiometricFileTest, AnEmptiedFileIsAnErrorThatSaysSo) {
  const auto emptied = ReadRadiometricPicture(
      Bytes(JpegWithFlir(FlirFile({{1, FlirPicture(kWidth, kHeight, "")}}))), kMaxPixels);
  EXPECT_EQ(emptied.status().code(), StatusCode::kCorruptData);
  EXPECT_THAT(emptied.status().message(), HasSubstr("emptied"));
  const auto none =
      ReadRadiometricPicture(Bytes(JpegWithFlir(FlirFile({{0x20, FlirCamera()}}))), kMaxPixels);
  EXPECT_THAT(none.status().message(), HasSubstr("no thermal picture"));
}

TEST(RadiometricFileTest, MissingAndRepeatedPartsAreFound) {
  const std::string file = JpegWithFlir(FlirFile({{1, SmoothFlir()}}), 300);
  // The second part calls itself the third.
  std::string twice = file;
  const std::size_t second = twice.find(std::string("FLIR\0\1\1", 7));
  ASSERT_NE(second, std::string::npos);
  twice[second + 6] = 2;
  const auto picture = ReadRadiometricPicture(Bytes(twice), kMaxPixels);
  EXPECT_THAT(picture.status().message(), HasSubstr("not whole"));
}

TEST(RadiometricFileTest, DjiCountsAreJoinedFromSegments) {
  const std::string counts = SmoothCounts(160, 120, 18000);
  for (const unsigned segment : {3U, 4U}) {
    const std::string file = JpegWithApp(segment, counts, 7000);
    EXPECT_EQ(FindRadiometry(Bytes(file)), RadiometricKind::kDjiJpeg);
    const auto picture = ReadRadiometricPicture(Bytes(file), kMaxPixels);
    ASSERT_TRUE(picture.ok()) << picture.status().message();
    EXPECT_EQ(picture->counts.width(), 160);
    EXPECT_EQ(FiguresOf(picture->counts.view()).min, 18000);
  }
  EXPECT_FALSE(FindRadiometry(Bytes(JpegWithApp(3, "Adobe or what not"))));
}

TEST(RadiometricFileTest, InfirayCountsAreSixteenthsOfAKelvin) {
  const std::string file = InfirayPicture(kWidth, kHeight, SmoothCounts(kWidth, kHeight, 4800));
  const auto picture = ReadRadiometricPicture(Bytes(file), kMaxPixels);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_DOUBLE_EQ(ThermometerOf(*picture).Celsius(4800), 300 - 273.15);
  EXPECT_EQ(ReadEmbeddedVisible(Bytes(file), kMaxPixels).status().code(), StatusCode::kNotFound);
}

TEST(RadiometricFileTest, FramesOfASequenceAreCountedAndFound) {
  std::string file;
  for (const unsigned lowest : {12000U, 13000U, 14000U}) {
    file += FlirFile({{1, FlirPicture(kWidth, kHeight, SmoothCounts(kWidth, kHeight, lowest))}});
  }
  for (std::size_t frame = 0; frame < 3; ++frame) {
    const auto picture = ReadRadiometricPicture(Bytes(file), kMaxPixels, frame);
    ASSERT_TRUE(picture.ok()) << picture.status().message();
    EXPECT_EQ(picture->frames, 3U);
    EXPECT_EQ(FiguresOf(picture->counts.view()).min, 12000 + 1000 * static_cast<int>(frame));
  }
  const auto past = ReadRadiometricPicture(Bytes(file), kMaxPixels, 3);
  EXPECT_EQ(past.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(past.status().message(), HasSubstr("3 frames"));
}

TEST(RadiometricFileTest, EveryPrefixEndsInAnErrorOrTheWholePicture) {
  const std::string block =
      FlirFile({{1, FlirPicture(kWidth, kHeight,
                                Png(kWidth, kHeight, 16, 0, SmoothCounts(kWidth, kHeight, 9000)))},
                {0x20, FlirCamera()},
                {0x2a, FlirPlacementRecord(1.5F, 3, -4)}});
  for (const std::string& file :
       {block, JpegWithFlir(block, 500), JpegWithApp(3, SmoothCounts(160, 120, 18000)),
        InfirayPicture(kWidth, kHeight, SmoothCounts(kWidth, kHeight, 4800))}) {
    for (std::size_t size = 0; size<file.size(); size += file.size()> 5000 ? 97 : 1) {
      const std::string cut = file.substr(0, size);
      const auto picture = ReadRadiometricPicture(Bytes(cut), kMaxPixels);
      if (picture.ok())
        EXPECT_GT(FiguresOf(picture->counts.view()).min, 4000);
      else
        EXPECT_FALSE(picture.status().message().empty());
      (void)ReadEmbeddedVisible(Bytes(cut), kMaxPixels);
    }
  }
}

TEST(RadiometricFileTest, SizesAreCheckedBeforeMemoryIsTaken) {
  const auto many = ReadRadiometricPicture(Bytes(FlirFile({{1, SmoothFlir()}})), 100);
  EXPECT_EQ(many.status().code(), StatusCode::kResourceExhausted);
  const auto short_data =
      ReadRadiometricPicture(Bytes(FlirFile({{1, FlirPicture(30000, 30000, "abcd")}})), kMaxPixels);
  EXPECT_EQ(short_data.status().code(), StatusCode::kCorruptData);
  std::string file = FlirFile({{1, SmoothFlir()}});
  file.replace(0x1c, 4, Big(0xffffffff, 4));  // records
  EXPECT_EQ(ReadRadiometricPicture(Bytes(file), kMaxPixels).status().code(),
            StatusCode::kCorruptData);
}

TEST(ThermometerTest, CountsAndTemperaturesAreInverse) {
  PlanckCalibration c;
  c.emissivity = 0.9;
  c.object_distance = 25;
  c.reflected_temperature = 18;
  c.air_temperature = 9;
  c.window_temperature = 30;
  c.window_transmission = 0.8;
  c.relative_humidity = 0.6;
  c.r1 = 21106.77, c.b = 1501, c.f = 1, c.o = -7340, c.r2 = 0.012545258;
  c.alpha1 = 0.006569, c.alpha2 = 0.01262, c.beta1 = -0.002276, c.beta2 = -0.00667, c.x = 1.9;
  const Thermometer thermometer(c);
  for (const double celsius : {-20.0, 0.0, 21.5, 36.6, 120.0}) {
    EXPECT_NEAR(thermometer.Celsius(thermometer.Counts(celsius)), celsius, 1e-9);
  }
  EXPECT_TRUE(std::isnan(thermometer.Celsius(0)));
}

TEST(ByteOrderTest, OnlyClearCasesAreSwapped) {
  std::vector<std::uint16_t> flat(64, 0x1234), eight_bits(64), noise(64);
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < 64; ++i) {
    eight_bits[i] = static_cast<std::uint16_t>(i << 8);
    noise[i] = static_cast<std::uint16_t>((seed = seed * 1664525 + 1013904223) >> 16);
  }
  for (auto* samples : {&flat, &eight_bits, &noise}) {
    EXPECT_FALSE(BytesSeemSwapped({samples->data(), 8, 8, 16, PixelFormat::kGray16}));
  }
}

TEST(YCbCrPictureTest, IsTurnedIntoColours) {
  // Luma from dark to bright, a reddish tint.
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 64; ++i) {
    pixels.insert(pixels.end(), {static_cast<std::uint8_t>(40 + 2 * i), 120, 140});
  }
  const ImageView view = {pixels.data(), 8, 8, 24, PixelFormat::kRgb8};
  ASSERT_TRUE(HoldsYCbCr(view));
  YCbCrToRgb({pixels.data(), 8, 8, 24, PixelFormat::kRgb8});
  EXPECT_EQ(pixels[0], 57);  // 40 + 1.402 * 12
  EXPECT_EQ(pixels[1], 34);  // 40 + 0.344136 * 8 - 0.714136 * 12
  EXPECT_EQ(pixels[2], 26);  // 40 - 1.772 * 8
  EXPECT_FALSE(HoldsYCbCr(view));
}

// Files of real cameras and the values that other programs read from them.
struct RealFile {
  const char* path;
  int width, height, min, max;
  double mean;                        // 0: not known
  double low, high;                   // degrees Celsius; equal: not known
  int visible_width, visible_height;  // 0: none
};

class RealCameraFileTest : public ::testing::TestWithParam<RealFile> {};

TEST_P(RealCameraFileTest, HoldsTheValuesKnown) {
  const RealFile& want = GetParam();
  const std::string path = std::string(SEAFUSION_SHARED_DIR) + "/data/cameras/" + want.path;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto bytes = ReadFile(path, std::uint64_t{1} << 26);
  ASSERT_TRUE(bytes.ok());
  const auto picture = ReadRadiometricPicture(*bytes, kMaxPixels);
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  const Figures f = FiguresOf(picture->counts.view());
  EXPECT_EQ(f.width, want.width);
  EXPECT_EQ(f.height, want.height);
  EXPECT_EQ(f.min, want.min);
  EXPECT_EQ(f.max, want.max);
  EXPECT_NEAR(f.mean, want.mean, 0.0005);
  if (want.low != want.high) {
    const Thermometer thermometer = ThermometerOf(*picture);
    EXPECT_NEAR(thermometer.Celsius(f.min), want.low, 0.01);
    EXPECT_NEAR(thermometer.Celsius(f.max), want.high, 0.01);
  }
  const auto visible = ReadEmbeddedVisible(*bytes, kMaxPixels);
  if (want.visible_width == 0) {
    EXPECT_EQ(visible.status().code(), StatusCode::kNotFound);
  } else {
    ASSERT_TRUE(visible.ok()) << visible.status().message();
    EXPECT_EQ(visible->width(), want.visible_width);
    EXPECT_EQ(visible->height(), want.visible_height);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RealCameraFileTest,
    ::testing::Values(
        RealFile{"flir_one/flir_example.jpg", 240, 320, 12501, 20042, 13107.4361, 25.948, 62.320,
                 480, 640},
        RealFile{"dji_xtr/zenmuse_xtr.jpg", 640, 512, 3051, 4630, 3422.6785, 15.929, 59.734, 0, 0},
        RealFile{"flir_b60/Flir_B60.jpg", 180, 180, 6953, 13994, 12614.3727, -68.079, -0.228, 480,
                 480},
        RealFile{"flir_e40/Flir_E40.jpg", 160, 120, 17059, 18266, 17617.9725, 17.876, 24.700, 0, 0},
        RealFile{"flir_t640/T640.jpg", 640, 480, 13988, 28094, 15794.4014, 25.462, 97.854, 2592,
                 1944},
        RealFile{"dji_xt2/DJI_XT-2.jpg", 640, 512, 3233, 6859, 3711.1198, 21.457, 82.924, 0, 0},
        RealFile{"dji_h20t/H20T.jpg", 640, 512, 18116, 20518, 18779.6749, 0, 0, 0, 0},
        RealFile{"flir_thermimage/IR_2412.jpg", 640, 480, 17917, 20218, 18899.3544, 22.736, 35.250,
                 0, 0},
        RealFile{"flir_thermimage/SampleSEQ.seq", 640, 480, 17220, 20817, 17870.4777, 18.601,
                 38.271, 0, 0},
        RealFile{"flirpy/frame_000000.fff", 640, 512, 2623, 2739, 2696.6266, 9.557, 12.582, 0, 0},
        RealFile{"infiray/example.irg", 256, 192, 4784, 5158, 4976.3404, 25.85, 49.23, 192, 256}),
    [](const auto& real) {
      std::string name = std::filesystem::path(real.param.path).parent_path().string() + "_" +
                         std::filesystem::path(real.param.path).stem().string();
      std::replace_if(
          name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

TEST(RealCameraFileTest2, AnEmptiedFileIsAnError) {
  const std::string path = std::string(SEAFUSION_SHARED_DIR) + "/data/cameras/exiftool/FLIR.jpg";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto bytes = ReadFile(path, std::uint64_t{1} << 26);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(FindRadiometry(*bytes), RadiometricKind::kFlirJpeg);
  const auto picture = ReadRadiometricPicture(*bytes, kMaxPixels);
  EXPECT_EQ(picture.status().code(), StatusCode::kCorruptData) << picture.status().message();
}

}  // namespace
}  // namespace seafusion::io
