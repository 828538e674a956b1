#include "stream/rig/align_streams.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/memory/image_buffer.h"
#include "core/seeded_noise.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"

namespace seafusion::stream {
namespace {

using ::testing::HasSubstr;

// Numbered pictures of rectangles whose heat says nothing about their brightness; the infrared ones
// 7 pixels further left, and of another size.
class AlignStreamsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 3; ++i) {
      for (const bool infrared : {true, false}) {
        const std::string path =
            scratch_ / ((infrared ? "ir_" : "vi_") + std::to_string(i) + ".png");
        ASSERT_TRUE(io::WriteImage(path, Drawn(i, infrared).view(), IfExists::kFail).ok());
      }
    }
    settings_.infrared = scratch_ / "ir_%d.png";
    settings_.visible = scratch_ / "vi_%d.png";
    settings_.output = scratch_ / "rig.json";
    settings_.registration.threads = 1;
  }

  static ImageBuffer Drawn(int moment, bool infrared) {
    const int width = infrared ? 150 : 160, height = infrared ? 112 : 120;
    ImageBuffer image = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
    SeededNoise noise(static_cast<std::uint64_t>(moment));
    for (int i = 0; i < 70; ++i) {
      const int left = static_cast<int>(noise.Between(-20, 170)) - (infrared ? 7 : 0);
      const int top = static_cast<int>(noise.Between(-15, 120));
      const int right = left + static_cast<int>(noise.Between(8, 30));
      const int bottom = top + static_cast<int>(noise.Between(8, 30));
      const double brightness = noise.Between(20, 235), heat = noise.Between(20, 235);
      for (int y = std::max(top, 0); y < std::min(bottom, height); ++y) {
        for (int x = std::max(left, 0); x < std::min(right, width); ++x) {
          image.view().Row<std::uint8_t>(y)[x] =
              static_cast<std::uint8_t>(infrared ? heat : brightness);
        }
      }
    }
    return image;
  }

  ScratchFolder scratch_;
  align::RigSettings settings_;
};

TEST_F(AlignStreamsTest, FindsTheRigShowsItAndWritesRegisteredFrames) {
  settings_.picture = scratch_ / "judge.png";
  settings_.write = scratch_ / "registered";
  const align::RigReport report = AlignStreams(settings_, {});
  ASSERT_TRUE(report.status.ok()) << report.status.message();
  ASSERT_TRUE(report.registration.has_value());
  EXPECT_EQ(report.registration->frames, 3);
  EXPECT_FALSE(report.refused);
  const auto rig = align::ReadRig(settings_.output);
  ASSERT_TRUE(rig.ok()) << rig.status().message();
  const align::Point at = align::RigMap::Create(*rig)->InfraredFromVisible({80, 60});
  EXPECT_NEAR(at.x, 73, 1);
  EXPECT_NEAR(at.y, 60, 1);
  EXPECT_EQ(report.written, 3u);
  const auto frame = io::ReadImage((scratch_ / "registered") + "/ir/000003.png");
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->width(), report.canvas_width);
  EXPECT_TRUE(std::filesystem::exists(settings_.picture));
  // Once more: everything is there already.
  EXPECT_EQ(AlignStreams(settings_, {}).status.code(), StatusCode::kAlreadyExists);
  // By the rig that was found, frames are written as well.
  align::RigSettings again = settings_;
  again.rig = settings_.output;
  again.output.clear();
  again.overwrite = true;
  const align::RigReport by_rig = AlignStreams(again, {});
  ASSERT_TRUE(by_rig.status.ok()) << by_rig.status.message();
  EXPECT_EQ(by_rig.written, 3u);
}

TEST_F(AlignStreamsTest, NeverWritesOverWhatItReads) {
  settings_.overwrite = true;
  const auto message = [&] { return AlignStreams(settings_, {}).status.message(); };
  settings_.picture = scratch_ / "ir_2.png";
  EXPECT_EQ(message(), settings_.picture + ": is one of the inputs");
  settings_.picture.clear();
  const std::string output = std::exchange(settings_.output, scratch_ / "vi_1.png");
  EXPECT_EQ(message(), settings_.output + ": is one of the inputs");
  settings_.output = output;
  std::filesystem::create_directory(scratch_ / "vi");
  std::filesystem::create_hard_link(scratch_ / "vi_3.png", scratch_ / "vi/000003.png");
  settings_.write = scratch_ / ".";
  EXPECT_THAT(message(), HasSubstr("vi/000003.png: is one of the inputs"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "ir"));
}

TEST_F(AlignStreamsTest, SaysWhatItCannotDo) {
  const auto message = [&] { return AlignStreams(settings_, {}).status.message(); };
  settings_.board = align::BoardPattern{};
  EXPECT_THAT(message(), HasSubstr("in 0 different places"));
  settings_.board.reset();
  settings_.points = scratch_ / "points.txt";
  EXPECT_THAT(message(), HasSubstr("belong to pictures"));
  settings_.points.clear();
  settings_.infrared = scratch_ / "none_%d.png";
  EXPECT_THAT(message(), HasSubstr("none_%d.png"));
  EXPECT_FALSE(std::filesystem::exists(settings_.output));
}

}  // namespace
}  // namespace seafusion::stream
