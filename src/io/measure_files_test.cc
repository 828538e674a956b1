#include "io/measure_files.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::io {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::WriteStripes;

constexpr std::uint64_t kMaxPixels = 1 << 20;

TEST(MeasureFilesTest, ValuesAreThoseOfTheFusedPicture) {
  const ScratchFolder scratch;
  const auto sources =
      ReadSources(WriteStripes(scratch / "ir.png", 48, 44, 10),
                  WriteStripes(scratch / "vi.png", 48, 44, 20), {.max_pixels = kMaxPixels});
  ASSERT_TRUE(sources.ok()) << sources.status().message();
  const metrics::MetricRequest request = {.metrics = {metrics::Metric::kSf},
                                          .conventions = {metrics::Convention::kF255}};
  const auto fused =
      MeasureFused(*sources, WriteStripes(scratch / "f.png", 48, 44, 30), kMaxPixels, request);
  ASSERT_TRUE(fused.ok()) << fused.status().message();
  EXPECT_EQ(fused->image.width(), 48);
  ASSERT_EQ(fused->values.size(), 1u);
  EXPECT_DOUBLE_EQ(fused->values[0].value, 30.0);  // SF of stripes is their level
}

TEST(MeasureFilesTest, SizesThatDifferAndLargePicturesAreNamed) {
  const ScratchFolder scratch;
  const std::string ir = WriteStripes(scratch / "ir.png", 48, 44, 10);
  const std::string vi = WriteStripes(scratch / "vi.png", 40, 44, 10);
  const Status pair = ReadPair(ir, vi, {.max_pixels = kMaxPixels}).status();
  EXPECT_EQ(pair.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(pair.message(), AllOf(HasSubstr(ir + " is 48x44"), HasSubstr(vi + " is 40x44")));
  const auto sources = ReadSources(ir, vi, {.max_pixels = kMaxPixels});
  ASSERT_TRUE(sources.ok());
  const Status three = MeasureFused(*sources, ir, kMaxPixels, {}).status();
  EXPECT_EQ(three.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(three.message(), HasSubstr(vi + " is 40x44"));
  const Status large = ReadSources(ir, vi, {.max_pixels = 100}).status();
  EXPECT_EQ(large.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(large.message(), HasSubstr(ir));
}

TEST(MeasureFilesTest, AnInfraredFileThatCannotBeReadSaysWhatElseMayBeTried) {
  const ScratchFolder scratch;
  const std::string vi = WriteStripes(scratch / "vi.png", 48, 44, 10);
  scratch.WriteFile("dump.raw", std::string(100, 'x'));
  EXPECT_THAT(ReadSources(scratch / "dump.raw", vi, {}).status().message(),
              HasSubstr("dump.raw: not a PNG, JPEG, BMP, TIFF, WebP or Netpbm picture; of bare "
                        "samples --ir-format"));
  // Counts that were emptied, in a file whose picture for people is whole.
  const ImageBuffer shown = *ImageBuffer::Create(8, 8, PixelFormat::kRgb8);
  const std::vector<std::uint8_t> jpeg = *EncodeJpeg(shown.view(), 90);
  const std::string png = testing::Png(8, 8, 8, 0, std::string(64, 'a'));
  const std::string block = testing::FlirFile({{1, testing::FlirPicture(8, 8, png)}});
  const std::string app = testing::JpegWithFlir(block);
  // The segments in front of the picture's own.
  const std::string segments = app.substr(0, app.size() - 2);
  scratch.WriteFile("flir.jpg", segments + std::string(jpeg.begin() + 2, jpeg.end()));
  EXPECT_THAT(
      ReadSources(scratch / "flir.jpg", vi, {}).status().message(),
      AllOf(HasSubstr("emptied or replaced"), HasSubstr("--ir-source shown takes its picture")));
  EXPECT_TRUE(ReadSources(scratch / "flir.jpg", vi, {.infrared = CameraPicture::kShown}).ok());
}

}  // namespace
}  // namespace seafusion::io
