// `seafusion fuse` on what cameras write: one file with both pictures, pairs by their names'
// common part, by time and by a table, metadata, bare samples, ranges.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CameraCommandTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(scratch_ / "in"); }

  // By the average, whose result can be told by hand.
  CommandResult Fuse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"fuse", "--method", "average"});
    return RunSeafusion(arguments);
  }
  std::string Gray(const std::string& name, int level) {
    return io::testing::WriteGray(scratch_ / name, 40, 32, [=](int x, int) { return level + x; });
  }
  std::string Bytes(const std::string& path) {
    const auto bytes = ReadFile(path, 1 << 24);
    return bytes.ok() ? std::string(bytes->begin(), bytes->end()) : std::string();
  }

  ScratchFolder scratch_;
};

TEST_F(CameraCommandTest, OneFlirFileIsBothSources) {
  const std::string visible =
      Bytes(io::testing::WriteNoise(scratch_ / "visible.png", 160, 120, PixelFormat::kRgb8));
  const std::string counts = io::testing::SmoothCounts(64, 48, 9000);
  const std::string file = scratch_.WriteFile(
      "FLIR1.jpg", io::testing::JpegWithFlir(io::testing::FlirFile(
                       {{1, io::testing::FlirPicture(64, 48, counts)},
                        {0x0e, io::testing::FlirPicture(160, 120, visible)},
                        {0x20, io::testing::FlirCamera()},
                        {0x2a, io::testing::FlirPlacementRecord(1.25F, 4, -3)}})));
  const CommandResult result = Fuse({"--ir", file, "--vis", file, "-o", scratch_ / "out.png"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto fused = io::ReadImage(scratch_ / "out.png");
  ASSERT_TRUE(fused.ok());
  // The infrared field is 1/1.25 of the visible one, at the visible camera's pixels.
  EXPECT_NEAR(fused->width(), 128, 2);
  EXPECT_NEAR(fused->height(), 96, 2);
  EXPECT_EQ(fused->format(), PixelFormat::kRgb8);
  // The whole visible field: what only that lens sees is shown as it saw it.
  ASSERT_EQ(
      Fuse({"--ir", file, "--vis", file, "-o", scratch_ / "all.png", "--canvas", "visible"}).status,
      0);
  const auto all = io::ReadImage(scratch_ / "all.png");
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->width(), 160);
  const auto seen = io::ReadImage(scratch_ / "visible.png");
  EXPECT_EQ(all->view().Row<std::uint8_t>(1)[3], seen->view().Row<std::uint8_t>(1)[3]);
}

TEST_F(CameraCommandTest, NamesThatDifferByTheCameraArePairedAndItIsSaidOnce) {
  for (const char* number : {"0001", "0002"}) {
    Gray(std::string("all/DJI_") + number + "_T.png", 20);
    Gray(std::string("all/DJI_") + number + "_W.png", 60);
  }
  const CommandResult result =
      Fuse({"--ir", scratch_ / "all", "--vis", scratch_ / "all", "-o", scratch_ / "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("paired by: infrared ends in _T, visible in _W\n"));
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("DJI_0001_W.png", "DJI_0002_W.png"));
  EXPECT_EQ(io::ReadImage(scratch_ / "out/DJI_0001_W.png")->view().Row<std::uint8_t>(0)[0], 40);
  // metrics and report find the same pairs.
  const CommandResult metrics =
      RunSeafusion({"metrics", "--ir", scratch_ / "all", "--vis", scratch_ / "all", "--fused",
                    scratch_ / "out", "--metrics", "en", "--json"});
  EXPECT_EQ(metrics.status, 0) << metrics.err;
  EXPECT_THAT(metrics.err, HasSubstr("paired by: "));
  const CommandResult quiet = Fuse({"--ir", scratch_ / "all", "--vis", scratch_ / "all", "-o",
                                    scratch_ / "out", "--overwrite", "--quiet"});
  EXPECT_EQ(quiet.err, "");
}

TEST_F(CameraCommandTest, ATableOrTimesSayWhatBelongsTogether) {
  Gray("in/20240102_030405.png", 20);
  Gray("in2/cam_20240102_030406.png", 60);
  const std::string table = scratch_.WriteFile(
      "pairs.csv",
      "infrared,visible,output\nin/20240102_030405.png,in2/cam_20240102_030406.png,a\n");
  ASSERT_EQ(Fuse({"--pairs", table, "-o", scratch_ / "t/"}).status, 0);
  EXPECT_THAT(scratch_.Files("t"), ElementsAre("a.png"));
  const CommandResult timed = Fuse({"--ir", scratch_ / "in", "--vis", scratch_ / "in2", "-o",
                                    scratch_ / "u", "--pair-by", "time", "--pair-within", "2"});
  ASSERT_EQ(timed.status, 0) << timed.err;
  EXPECT_THAT(timed.err, HasSubstr("paired by: time, at most 2 s apart"));
  const CommandResult late = Fuse({"--ir", scratch_ / "in", "--vis", scratch_ / "in2", "-o",
                                   scratch_ / "v", "--pair-by", "time"});
  EXPECT_EQ(late.status, 1);
  EXPECT_THAT(late.err, HasSubstr("1.000 s away"));
  EXPECT_EQ(Fuse({"--pairs", table, "--ir", "x", "-o", scratch_ / "w/"}).status, 2);
  EXPECT_EQ(Fuse({"--ir", "x", "-o", scratch_ / "w/"}).status, 2);
}

TEST_F(CameraCommandTest, TheNearestNameIsToldOfWhatHasNoPartner) {
  Gray("ir/scene_1.png", 10);
  Gray("ir/scene_2.png", 10);
  Gray("vi/scene_1.png", 10);
  Gray("vi/scene_02b.png", 10);
  const CommandResult result =
      Fuse({"--ir", scratch_ / "ir", "--vis", scratch_ / "vi", "-o", scratch_ / "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("ir/scene_2.png: has no partner; nearest is "),
                                HasSubstr("vi/scene_02b.png: has no partner; nearest is ")));
}

TEST_F(CameraCommandTest, MetadataOfTheVisiblePictureGoesIntoTheResult) {
  using io::testing::Little;
  const std::string visible = Bytes(Gray("plain.jpg", 50));
  const std::string exif = std::string("Exif\0\0II*\0\x08\0\0\0\x01\0", 16) + Little(0x132, 2) +
                           Little(2, 2) + Little(20, 4) + Little(26, 4) + Little(0, 4) +
                           std::string("2024:01:02 03:04:05\0", 20);
  std::string with = visible;
  with.insert(2, "\xff\xe1" + io::testing::Big(exif.size() + 2, 2) + exif);
  const std::string vis = scratch_.WriteFile("vis.jpg", with);
  const std::string ir = Gray("ir.png", 20);
  ASSERT_EQ(Fuse({"--ir", ir, "--vis", vis, "-o", scratch_ / "out.jpg"}).status, 0);
  const auto taken = [](const std::string& path) {
    const CommandResult info = RunSeafusion({"info", "--json", path});
    return nlohmann::json::parse(info.out)[0].value("taken", "");
  };
  EXPECT_EQ(taken(scratch_ / "out.jpg"), "2024-01-02T03:04:05");
  ASSERT_EQ(
      Fuse({"--ir", ir, "--vis", vis, "-o", scratch_ / "bare.jpg", "--metadata", "none"}).status,
      0);
  EXPECT_EQ(taken(scratch_ / "bare.jpg"), "");
}

TEST_F(CameraCommandTest, BareSamplesAndPartsOfPictures) {
  // A picture above, counts below, as double-frame cameras send them.
  std::string dump(128, 'h');
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 40; ++x) {
      dump += io::testing::Little(y < 32 ? 7U : static_cast<unsigned>(30000 + 10 * x), 2);
    }
  }
  const std::string raw = scratch_.WriteFile("dump.raw", dump);
  const std::string vis = Gray("vis.png", 0);
  const CommandResult result =
      Fuse({"--ir", raw, "--vis", vis, "-o", scratch_ / "out.png", "--ir-format",
            "gray16le:40x64+128", "--ir-crop", "40x32+0+32", "--ir-range", "fixed:30000,30390"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto fused = io::ReadImage(scratch_ / "out.png");
  EXPECT_EQ(fused->view().Row<std::uint8_t>(5)[0], 0);
  EXPECT_EQ(fused->view().Row<std::uint8_t>(5)[39], (255 + 39) / 2);
  EXPECT_THAT(Fuse({"--ir", raw, "--vis", vis, "-o", scratch_ / "no.png", "--ir-format",
                    "gray16le:400x640"})
                  .err,
              HasSubstr("dump.raw: a 400x640 picture of gray16le"));
  EXPECT_FALSE(fs::exists(scratch_ / "no.png"));
}

TEST_F(CameraCommandTest, OneRangeForAFolderMakesPicturesComparable) {
  const auto counts = [&](const std::string& name, unsigned lowest) {
    std::string pixels;
    for (int i = 0; i < 40 * 32; ++i) {
      pixels += io::testing::Little(lowest + static_cast<unsigned>(i % 40) * 20, 2);
    }
    scratch_.WriteFile(
        name, io::testing::Tiff({.width = 40, .height = 32, .bits = 16, .pixels = pixels}));
  };
  counts("ir/a.tif", 20000);
  counts("ir/b.tif", 22000);
  io::testing::WriteGray(scratch_ / "vi/a.png", 40, 32, [](int, int) { return 0; });
  io::testing::WriteGray(scratch_ / "vi/b.png", 40, 32, [](int, int) { return 0; });
  const std::vector<std::string> sources = {"--ir", scratch_ / "ir", "--vis", scratch_ / "vi"};
  const auto warmest = [&](const std::string& range, const char* name) {
    std::vector<std::string> arguments = sources;
    arguments.insert(arguments.end(), {"-o", scratch_ / range, "--ir-range", range, "--overwrite"});
    const CommandResult result = Fuse(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return io::ReadImage(scratch_ / (range + "/" + name))->view().Row<std::uint8_t>(9)[39];
  };
  EXPECT_EQ(warmest("auto", "a.png"), warmest("auto", "b.png"));
  EXPECT_LT(warmest("folder", "a.png") + 60, warmest("folder", "b.png"));
}

TEST_F(CameraCommandTest, GainControlSpreadsTheBackground) {
  std::string pixels;
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 96; ++x) {
      pixels +=
          io::testing::Little(x > 85 && y < 10 ? 14000U : 8000U + static_cast<unsigned>(x), 2);
    }
  }
  const std::string ir = scratch_.WriteFile(
      "ir.tif", io::testing::Tiff({.width = 96, .height = 80, .bits = 16, .pixels = pixels}));
  const std::string vis =
      io::testing::WriteGray(scratch_ / "vis.png", 96, 80, [](int, int) { return 0; });
  const auto spread = [&](const std::string& agc) {
    const std::string out = scratch_ / (agc + ".png");
    EXPECT_EQ(
        Fuse({"--ir", ir, "--vis", vis, "-o", out, "--agc", agc, "--ir-range", "fixed:8000,14000"})
            .status,
        0);
    const auto fused = io::ReadImage(out);
    return fused->view().Row<std::uint8_t>(70)[80] - fused->view().Row<std::uint8_t>(70)[5];
  };
  EXPECT_LT(spread("linear"), 5);
  EXPECT_GT(spread("plateau"), 20);
  EXPECT_GE(spread("clahe"), 0);
  EXPECT_NE(Bytes(scratch_ / "clahe.png"), Bytes(scratch_ / "linear.png"));
  EXPECT_EQ(Fuse({"--ir", ir, "--vis", vis, "-o", scratch_ / "x.png", "--agc", "magic"}).status, 2);
}

}  // namespace
}  // namespace seafusion::tools
