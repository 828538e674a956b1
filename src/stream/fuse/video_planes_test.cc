// A video fused into a video: its Y alone goes through the network, its colours stay as they were.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "stream/ffmpeg.h"
#include "stream/fuse/stream_fusion.h"
#include "stream/read/video_reader.h"
#include "stream/testing/moving_picture.h"
#include "stream/testing/random_weights.h"
#include "stream/write/video_writer.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace seafusion::stream {
namespace {

using ::testing::IsEmpty;
using testing::MovingPicture;

// With colours that change along both sides.
ImageBuffer Coloured(int number, int width, int height) {
  ImageBuffer image = MovingPicture(number, width, height, PixelFormat::kRgb8);
  for (int y = 0; y < height; ++y) {
    auto* row = image.view().Row<std::uint8_t>(y);
    for (int x = 0; x < width; ++x) {
      row[3 * x] = static_cast<std::uint8_t>(std::min(255, row[3 * x] + x / 2));
      row[3 * x + 2] = static_cast<std::uint8_t>(row[3 * x + 2] / 2 + y / 2);
    }
  }
  return image;
}

// The samples of one plane, row after row.
std::vector<std::uint8_t> Plane(const VideoPlanes& planes, int plane) {
  const AVFrame& f = *planes.frame;
  const bool small = plane > 0 && f.format != AV_PIX_FMT_YUV444P;
  const int width = small ? (f.width + 1) / 2 : f.width;
  const int height = small && f.format == AV_PIX_FMT_YUV420P ? (f.height + 1) / 2 : f.height;
  std::vector<std::uint8_t> samples;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = f.data[plane] + std::ptrdiff_t{y} * f.linesize[plane];
    samples.insert(samples.end(), row, row + width);
  }
  return samples;
}

std::vector<FramePtr> Frames(const std::string& path, bool planes) {
  std::vector<FramePtr> frames;
  auto source = OpenVideo(path, {.planes = planes});
  EXPECT_TRUE(source.ok()) << source.status().message();
  while (source.ok()) {
    const auto frame = (*source)->Next();
    EXPECT_TRUE(frame.ok()) << frame.status().message();
    if (!frame.ok() || *frame == nullptr) break;
    frames.push_back(*frame);
  }
  return frames;
}

double MeanDifference(const ImageBuffer& a, const ImageBuffer& b) {
  EXPECT_EQ(a.format(), b.format());
  long sum = 0, count = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int i = 0; i < a.width() * ChannelCount(a.format()); ++i, ++count) {
      sum += std::abs(a.view().Row<std::uint8_t>(y)[i] - b.view().Row<std::uint8_t>(y)[i]);
    }
  }
  return static_cast<double>(sum) / static_cast<double>(count);
}

class VideoPlanesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.weights = scratch_ / "weights.safetensors";
    weights_ = testing::WriteRandomWeights(settings_.weights);
    settings_.engine.threads = 1;
    settings_.fuse.infrared_range.kind = InfraredRange::Kind::kFull;
    settings_.overwrite = true;
  }

  std::string Video(const std::string& name, const VideoWriterOptions& options, int frames = 3) {
    auto sink = CreateVideo(scratch_ / name, options);
    EXPECT_TRUE(sink.ok()) << sink.status().message();
    for (int i = 0; sink.ok() && i < frames; ++i) {
      const ImageBuffer image =
          options.format == PixelFormat::kGray8
              ? MovingPicture(i + 3, options.width, options.height, PixelFormat::kGray8)
              : Coloured(i, options.width, options.height);
      EXPECT_TRUE((*sink)->Write(image.view(), i * kMicroseconds / 25).ok());
    }
    EXPECT_TRUE((*sink)->Finish().ok());
    return scratch_ / name;
  }

  void Run(const std::string& output) {
    settings_.output = scratch_ / output;
    EXPECT_THAT(Problems(RunStreamFusion(settings_)), IsEmpty());
  }

  const ScratchFolder scratch_;
  std::vector<std::uint8_t> weights_;
  StreamSettings settings_;
};

TEST_F(VideoPlanesTest, ColoursStayBitForBitAndYIsTheFusedY) {
  const auto fuser = Fuser::Create({.threads = 1, .weights = weights_});
  ASSERT_TRUE(fuser.ok());
  for (const char* format : {"yuv420p", "yuv422p", "yuv444p"}) {
    for (const auto& [width, height] : {std::pair{96, 64}, {97, 33}}) {
      SCOPED_TRACE(std::string(format) + " " + std::to_string(width));
      settings_.infrared = Video("ir.mkv", {.width = width,
                                            .height = height,
                                            .format = PixelFormat::kGray8,
                                            .codec = "ffv1",
                                            .if_exists = IfExists::kReplace});
      settings_.visible = Video("vis.mkv", {.width = width,
                                            .height = height,
                                            .codec = "ffv1",
                                            .pixel_format = format,
                                            .if_exists = IfExists::kReplace});
      settings_.codec = "ffv1";
      Run("out.mkv");
      const auto seen = Frames(settings_.visible, true), fused = Frames(settings_.output, true);
      ASSERT_EQ(fused.size(), 3u);
      for (std::size_t i = 0; i < 3; ++i) {
        ASSERT_NE(fused[i]->planes, nullptr);
        ASSERT_NE(seen[i]->planes, nullptr);
        EXPECT_STREQ(
            av_get_pix_fmt_name(static_cast<AVPixelFormat>(fused[i]->planes->frame->format)),
            format);
        EXPECT_EQ(Plane(*fused[i]->planes, 1), Plane(*seen[i]->planes, 1));
        EXPECT_EQ(Plane(*fused[i]->planes, 2), Plane(*seen[i]->planes, 2));
        FuseSettings settings = settings_.fuse;
        settings.visible_luma = settings.output_luma = LumaRange::kVideo;
        ImageBuffer expected = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
        ASSERT_TRUE(
            fuser
                ->Fuse(MovingPicture(static_cast<int>(i) + 3, width, height, PixelFormat::kGray8)
                           .view(),
                       seen[i]->image.view(), expected.view(), settings)
                .ok());
        EXPECT_EQ(MeanDifference(fused[i]->image, expected), 0);
      }
    }
  }
}

// What becomes of the frames as colour pictures is the same within rounding.
TEST_F(VideoPlanesTest, IsThePictureThatFusionInRgbGives) {
  settings_.infrared =
      Video("ir.mkv", {.width = 96, .height = 64, .format = PixelFormat::kGray8, .codec = "ffv1"});
  settings_.visible =
      Video("vis.mkv", {.width = 96, .height = 64, .codec = "ffv1", .pixel_format = "yuv444p"});
  const auto fuser = Fuser::Create({.threads = 1, .weights = weights_});
  ASSERT_TRUE(fuser.ok());
  const auto seen = Frames(settings_.visible, false);
  const auto expect_same = [&](const std::string& output, double most) {
    SCOPED_TRACE(output);
    Run(output);
    const auto fused = Frames(settings_.output, false);
    ASSERT_EQ(fused.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      ImageBuffer expected = *ImageBuffer::Create(96, 64, PixelFormat::kRgb8);
      ASSERT_TRUE(
          fuser
              ->Fuse(MovingPicture(static_cast<int>(i) + 3, 96, 64, PixelFormat::kGray8).view(),
                     seen[i]->image.view(), expected.view(), settings_.fuse)
              .ok());
      EXPECT_LT(MeanDifference(fused[i]->image, expected), most);
    }
  };
  settings_.codec = "ffv1";
  expect_same("yuv.mkv", 2);
  settings_.pixel_format = "bgr0";
  expect_same("rgb.mkv", 2);
  // Of another range, and with half the colours.
  settings_.codec = "mjpeg";
  settings_.pixel_format = "";
  expect_same("jpeg.avi", 6);
  settings_.codec = "mpeg4";
  expect_same("mpeg4.avi", 6);
}

TEST_F(VideoPlanesTest, TheFullRangeOfJpegIsKnown) {
  settings_.infrared =
      Video("ir.mkv", {.width = 96, .height = 64, .format = PixelFormat::kGray8, .codec = "ffv1"});
  settings_.visible = Video("vis.avi", {.width = 96, .height = 64, .codec = "mjpeg"});
  const auto seen = Frames(settings_.visible, true);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0]->luma, LumaRange::kFull);
  // The recorded picture is the one that was written: the range is right at both ends.
  EXPECT_LT(MeanDifference(Frames(settings_.visible, false)[0]->image, Coloured(0, 96, 64)), 5);
  EXPECT_EQ(Frames(Video("odd.avi", {.width = 65, .height = 49, .codec = "mjpeg"}), true).size(),
            3u);
  settings_.codec = "ffv1";
  Run("out.mkv");
  const auto fused = Frames(settings_.output, true);
  ASSERT_EQ(fused.size(), 3u);
  EXPECT_EQ(fused[0]->luma, LumaRange::kVideo);
}

TEST_F(VideoPlanesTest, AFrameWithoutInfraredPassesBitForBit) {
  settings_.infrared = Video(
      "ir.mkv", {.width = 96, .height = 64, .format = PixelFormat::kGray8, .codec = "ffv1"}, 1);
  settings_.visible =
      Video("vis.mkv", {.width = 96, .height = 64, .codec = "ffv1", .pixel_format = "yuv420p"});
  settings_.codec = "ffv1";
  settings_.sync.eof_action = EofAction::kPass;
  Run("out.mkv");
  const auto seen = Frames(settings_.visible, true), fused = Frames(settings_.output, true);
  ASSERT_EQ(fused.size(), 3u);
  for (const int plane : {0, 1, 2}) {
    EXPECT_EQ(Plane(*fused[2]->planes, plane), Plane(*seen[2]->planes, plane)) << plane;
  }
}

TEST_F(VideoPlanesTest, WithoutColoursTheyAreGray) {
  Video("vis.mkv", {.width = 96, .height = 64, .codec = "ffv1", .pixel_format = "yuv420p"});
  const auto source = OpenVideo(scratch_ / "vis.mkv", {.planes = true});
  ASSERT_TRUE(source.ok() && (*source)->info().planes != nullptr);
  auto sink = CreateVideo(scratch_ / "out.mkv", {.width = 96,
                                                 .height = 64,
                                                 .format = PixelFormat::kGray8,
                                                 .planes = (*source)->info().planes,
                                                 .codec = "ffv1"});
  ASSERT_TRUE(sink.ok()) << sink.status().message();
  const ImageBuffer luma = MovingPicture(1, 96, 64, PixelFormat::kGray8);
  EXPECT_TRUE((*sink)->WriteLuma(luma.view(), nullptr, 0).ok());
  EXPECT_FALSE(
      (*sink)->WriteLuma(MovingPicture(1, 98, 64, PixelFormat::kGray8).view(), nullptr, 1).ok());
  ASSERT_TRUE((*sink)->Finish().ok());
  const auto written = Frames(scratch_ / "out.mkv", true);
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(MeanDifference(written[0]->image, luma), 0);
  EXPECT_THAT(Plane(*written[0]->planes, 1), ::testing::Each(128));
  EXPECT_THAT(Plane(*written[0]->planes, 2), ::testing::Each(128));

  auto whole = CreateVideo(scratch_ / "rgb.mkv", {.width = 96, .height = 64, .codec = "ffv1"});
  ASSERT_TRUE(whole.ok());
  EXPECT_FALSE((*whole)->WriteLuma(luma.view(), nullptr, 0).ok());
}

TEST_F(VideoPlanesTest, RgbAndGrayVideosComeAsPictures) {
  for (const auto& options :
       {VideoWriterOptions{.width = 96, .height = 64, .codec = "ffv1"},
        VideoWriterOptions{
            .width = 96, .height = 64, .format = PixelFormat::kGray8, .codec = "ffv1"}}) {
    VideoWriterOptions replace = options;
    replace.if_exists = IfExists::kReplace;
    const auto source = OpenVideo(Video("v.mkv", replace), {.planes = true});
    ASSERT_TRUE(source.ok());
    EXPECT_EQ((*source)->info().planes, nullptr);
  }
}

}  // namespace
}  // namespace seafusion::stream
