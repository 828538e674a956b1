#include "io/measure_files.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
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

}  // namespace
}  // namespace seafusion::io
