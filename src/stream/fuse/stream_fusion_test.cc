// Whole runs on rendered streams.
#include "stream/fuse/stream_fusion.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "align/place/on_canvas.h"
#include "align/rig/rig_file.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "stream/read/video_reader.h"
#include "stream/testing/moving_picture.h"
#include "stream/testing/random_weights.h"
#include "stream/write/video_writer.h"

namespace seafusion::stream {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MovingPicture;

constexpr int kWidth = 96, kHeight = 64;

class StreamFusionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.weights = scratch_ / "weights.safetensors";
    weights_ = testing::WriteRandomWeights(settings_.weights);
    settings_.engine.threads = 1;
    settings_.output = scratch_ / "out.mkv";
  }

  std::string Video(const std::string& name, int frames, int width = kWidth) const {
    auto sink = CreateVideo(scratch_ / name, {.width = width, .height = kHeight, .codec = "mpeg4"});
    EXPECT_TRUE(sink.ok()) << sink.status().message();
    for (int i = 0; i < frames; ++i) {
      const ImageBuffer image = MovingPicture(i, width, kHeight, PixelFormat::kRgb8);
      EXPECT_TRUE((*sink)->Write(image.view(), i * kMicroseconds / 25).ok());
    }
    EXPECT_TRUE((*sink)->Finish().ok());
    return scratch_ / name;
  }

  std::string Pictures(const std::string& name, int frames, PixelFormat format) const {
    for (int i = 0; i < frames; ++i) {
      const std::string path = scratch_ / (name + std::to_string(i) + ".png");
      EXPECT_TRUE(
          io::WriteImage(path, MovingPicture(i, kWidth, kHeight, format).view(), IfExists::kFail)
              .ok());
    }
    return scratch_ / (name + "%d.png");
  }

  // The numbers that the frames of the output show; -1 after what cannot be read.
  std::vector<int> Shown() const {
    std::vector<int> numbers;
    auto source = OpenVideo(settings_.output, {});
    if (!source.ok()) return {-1};
    while (true) {
      const StatusOr<FramePtr> frame = (*source)->Next();
      if (!frame.ok()) numbers.push_back(-1);
      if (!frame.ok() || *frame == nullptr) return numbers;
      numbers.push_back(testing::NumberOf((*frame)->image));
    }
  }

  const ScratchFolder scratch_;
  std::vector<std::uint8_t> weights_;
  StreamSettings settings_;
};

TEST_F(StreamFusionTest, EveryPictureOfTheOutputIsTheFusedPair) {
  settings_.infrared = Pictures("ir_", 4, PixelFormat::kGray8);
  settings_.visible = Pictures("vis_", 4, PixelFormat::kRgb8);
  settings_.output = scratch_ / "fused_%02d.png";
  settings_.fuse.infrared_range.kind = InfraredRange::Kind::kFull;
  std::vector<std::uint64_t> done;
  const StreamReport report =
      RunStreamFusion(settings_, {.progress = [&](const RunProgress& state) {
                        EXPECT_EQ(state.total, 4u);
                        EXPECT_EQ(state.unit, "frames");
                        done.push_back(state.done);
                      }});
  EXPECT_THAT(Problems(report), IsEmpty());
  EXPECT_EQ(report.result.frames, 4u);
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 4));
  const auto fuser = Fuser::Create({.threads = 1, .weights = weights_});
  ASSERT_TRUE(fuser.ok());
  for (int i = 0; i < 4; ++i) {
    ImageBuffer expected = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
    ASSERT_TRUE(fuser
                    ->Fuse(MovingPicture(i, kWidth, kHeight, PixelFormat::kGray8).view(),
                           MovingPicture(i, kWidth, kHeight, PixelFormat::kRgb8).view(),
                           expected.view(), settings_.fuse)
                    .ok());
    const auto written = io::ReadImage(scratch_ / ("fused_0" + std::to_string(i + 1) + ".png"));
    ASSERT_TRUE(written.ok()) << written.status().message();
    ASSERT_EQ(written->format(), PixelFormat::kRgb8);
    for (int y = 0; y < kHeight; ++y) {
      EXPECT_EQ(std::memcmp(written->view().Row<std::uint8_t>(y),
                            expected.view().Row<std::uint8_t>(y), 3 * kWidth),
                0)
          << "picture " << i << ", row " << y;
    }
  }
}

TEST_F(StreamFusionTest, TwoVideosBecomeOneThatPlays) {
  settings_.infrared = Video("ir.mkv", 6);
  settings_.visible = Video("vis.avi", 6);
  settings_.weights.clear();  // fused by them, the bars can be told apart
  settings_.max_frames = 5;
  const StreamReport report = RunStreamFusion(settings_);
  EXPECT_THAT(Problems(report), IsEmpty());
  EXPECT_FALSE(report.live);
  EXPECT_THAT(Shown(), ElementsAre(0, 1, 2, 3, 4));
  const auto json = nlohmann::json::parse(JsonText(report));
  EXPECT_EQ(json["frames"], 5);
  EXPECT_EQ(json["output"], settings_.output);
  EXPECT_EQ(json["infrared"]["source"], settings_.infrared);
  EXPECT_FALSE(json.contains("error"));
  EXPECT_THAT(SummaryText(report), HasSubstr("fused 5 frames in "));
}

TEST_F(StreamFusionTest, WhatCannotBeginLeavesNoFile) {
  settings_.infrared = Video("ir.mkv", 2, 64);
  settings_.visible = Video("vis.mkv", 2);
  const auto refused = [&](const char* why) {
    const StreamReport report = RunStreamFusion(settings_);
    EXPECT_FALSE(report.start.ok());
    EXPECT_THAT(Problems(report), ElementsAre(HasSubstr(why)));
    EXPECT_EQ(nlohmann::json::parse(JsonText(report))["error"], Problems(report)[0]);
    EXPECT_FALSE(fs::exists(settings_.output));
  };
  refused("both streams must have the same size");
  settings_.infrared = scratch_ / "missing.mkv";
  refused("missing.mkv");
  settings_.infrared = "rtsp://127.0.0.1/none";
  refused("is live");
  settings_.weights = scratch_ / "none.safetensors";
  refused("none.safetensors");
  settings_.output = scratch_ / "no folder/out.mkv";
  refused("no such folder");
}

TEST_F(StreamFusionTest, ARigBringsBothStreamsOntoItsCanvas) {
  // The infrared camera has half the pixels and sees all but a strip of 16 at the right.
  constexpr int kRigWidth = 40, kRigHeight = 32;
  align::Rig rig;
  rig.infrared.width = kRigWidth;
  rig.infrared.height = kRigHeight;
  rig.visible.width = kWidth;
  rig.visible.height = kHeight;
  rig.map.map = align::ScalingOfPixels(0.5, 0.5);
  settings_.rig.file = scratch_ / "rig.json";
  settings_.rig.canvas = align::Canvas::kVisible;
  ASSERT_TRUE(align::WriteRig(settings_.rig.file, rig, IfExists::kFail).ok());
  const align::Warper warper = *align::Warper::Create(rig, settings_.rig.canvas);
  for (int i = 0; i < 3; ++i) {
    const std::string path = scratch_ / ("ir_" + std::to_string(i) + ".png");
    const ImageBuffer image = MovingPicture(i, kRigWidth, kRigHeight, PixelFormat::kGray16);
    ASSERT_TRUE(io::WriteImage(path, image.view(), IfExists::kFail).ok());
  }
  settings_.infrared = scratch_ / "ir_%d.png";
  settings_.visible = Pictures("vis_", 3, PixelFormat::kRgb8);
  settings_.output = scratch_ / "fused_%d.png";
  settings_.range_smoothing = 0;
  const auto fuser = Fuser::Create({.threads = 1, .weights = weights_});
  ASSERT_TRUE(fuser.ok());
  for (const auto gain : {InfraredGain::Kind::kLinear, InfraredGain::Kind::kClahe}) {
    settings_.fuse.infrared_gain.kind = gain;
    const StreamReport report = RunStreamFusion(settings_);
    ASSERT_THAT(Problems(report), IsEmpty());
    EXPECT_EQ(report.result.frames, 3u);
    for (int i = 0; i < 3; ++i) {
      const ImageBuffer visible = MovingPicture(i, kWidth, kHeight, PixelFormat::kRgb8);
      const ImageBuffer infrared =
          *align::OnCanvas(warper, align::Source::kInfrared,
                           MovingPicture(i, kRigWidth, kRigHeight, PixelFormat::kGray16).view());
      ImageBuffer expected = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
      ASSERT_TRUE(
          fuser->Fuse(infrared.view(), visible.view(), expected.view(), settings_.fuse).ok());
      ASSERT_TRUE(align::ShowWhatOneSees(warper, infrared.view(), visible.view(), settings_.fuse,
                                         expected.view())
                      .ok());
      const auto written = io::ReadImage(scratch_ / ("fused_" + std::to_string(i + 1) + ".png"));
      ASSERT_TRUE(written.ok());
      int least = 0;
      for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < 3 * kWidth; ++x) {
          least = std::max(least, std::abs(written->view().Row<std::uint8_t>(y)[x] -
                                           expected.view().Row<std::uint8_t>(y)[x]));
        }
      }
      EXPECT_LE(least, 1) << "picture " << i;  // ranges as floats and as numbers
      // The strip is the visible picture's.
      EXPECT_EQ(written->view().Row<std::uint8_t>(9)[3 * (kWidth - 2)],
                visible.view().Row<std::uint8_t>(9)[3 * (kWidth - 2)]);
    }
    settings_.overwrite = true;
  }
  // Streams of other cameras are named with both sizes, and nothing is written.
  settings_.infrared = Pictures("other_", 1, PixelFormat::kGray8);
  settings_.output = scratch_ / "none.mkv";
  const StreamReport report = RunStreamFusion(settings_);
  EXPECT_THAT(Problems(report),
              ElementsAre(HasSubstr("other_%d.png is 96x64, " + settings_.rig.file +
                                    " is for infrared pictures of 40x32")));
  EXPECT_FALSE(fs::exists(settings_.output));
}

TEST_F(StreamFusionTest, ARigThatIsNotSureIsNotUsed) {
  for (const char* name : {"a.png", "b.png"}) {
    const ImageBuffer image = MovingPicture(name[0] - 'a', 32, 32, PixelFormat::kGray8);
    ASSERT_TRUE(io::WriteImage(scratch_ / name, image.view(), IfExists::kFail).ok());
  }
  settings_.infrared = scratch_ / "a.png";
  settings_.visible = scratch_ / "b.png";
  settings_.rig.file = align::kAutoRig;
  EXPECT_THAT(Problems(RunStreamFusion(settings_)),
              ElementsAre(AllOf(HasSubstr("do not say how the cameras map onto each other"),
                                HasSubstr("confidence"), HasSubstr("seafusion align"))));
  EXPECT_FALSE(fs::exists(settings_.output));
}

TEST_F(StreamFusionTest, ThatTransparencyIsLeftOutIsSaidOnce) {
  const ImageBuffer half = MovingPicture(0, kWidth, kHeight, PixelFormat::kGray8);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(io::WriteImage(scratch_ / ("vis_" + std::to_string(i) + ".png"),
                               MovingPicture(i, kWidth, kHeight, PixelFormat::kRgb8).view(),
                               IfExists::kFail, {}, half.view())
                    .ok());
  }
  settings_.infrared = Pictures("ir_", 2, PixelFormat::kGray8);
  settings_.visible = scratch_ / "vis_%d.png";
  settings_.output = scratch_ / "fused_%d.png";
  std::vector<std::string> lines;
  const RunMonitor monitor = {.message = [&](std::string_view line) { lines.emplace_back(line); }};
  EXPECT_THAT(Problems(RunStreamFusion(settings_, monitor)), IsEmpty());
  EXPECT_THAT(lines, ElementsAre(settings_.visible + ": streams have no transparency, its colours "
                                                     "are taken as they are"));
  const auto fused = io::ReadPicture(scratch_ / "fused_1.png");
  ASSERT_TRUE(fused.ok());
  EXPECT_TRUE(fused->alpha.empty());
}

TEST_F(StreamFusionTest, AStopEndsTheRunAndWhatIsWrittenPlays) {
  settings_.infrared = Video("ir.mkv", 12);
  settings_.visible = Video("vis.mkv", 12);
  std::atomic<bool> stop = false;
  const StreamReport report = RunStreamFusion(
      settings_,
      {.progress = [&](const RunProgress& state) { stop = state.done >= 3; }, .stop = &stop});
  EXPECT_TRUE(report.result.interrupted);
  EXPECT_THAT(Problems(report), ElementsAre(HasSubstr("interrupted; 3 frames written")));
  EXPECT_EQ(Shown().size(), 3u);
}

TEST_F(StreamFusionTest, OneRecordingForBothCamerasIsTold) {
  settings_.infrared = settings_.visible = Video("both.avi", 2);
  std::vector<std::string> said;
  const RunMonitor monitor = {.message = [&](std::string_view text) { said.emplace_back(text); }};
  EXPECT_THAT(Problems(RunStreamFusion(settings_, monitor)), IsEmpty());
  EXPECT_THAT(said, ::testing::Contains(HasSubstr("both.avi: is named for both cameras")));
  said.clear();
  settings_.check = false;
  settings_.overwrite = true;
  EXPECT_THAT(Problems(RunStreamFusion(settings_, monitor)), IsEmpty());
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(StreamFusionTest, AnUnknownExtensionIsNoFolder) {
  settings_.infrared = Video("ir.avi", 2);
  settings_.visible = Video("vis.avi", 2);
  settings_.output = scratch_ / "out.mp5";
  EXPECT_THAT(Problems(RunStreamFusion(settings_)),
              ElementsAre(AllOf(HasSubstr("out.mp5: the name must end in that of a video"),
                                HasSubstr("or in / for a folder"))));
  EXPECT_FALSE(fs::exists(settings_.output));
  settings_.output += "/";
  EXPECT_THAT(Problems(RunStreamFusion(settings_)), IsEmpty());
}

}  // namespace
}  // namespace seafusion::stream
