// seafusion info on pictures and videos; on files of real cameras, against the values that are
// known of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::tools {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json InfoOf(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"info", "--json"});
  const CommandResult result = RunSeafusion(arguments);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const json all = json::parse(result.out, nullptr, false);
  return all.is_array() && !all.empty() ? all[0] : json();
}

TEST(InfoCommandTest, TellsPicturesBareSamplesAndWeightsApart) {
  const ScratchFolder scratch;
  const std::string picture =
      io::testing::WriteGray(scratch / "a.png", 6, 4, [](int x, int y) { return 10 * x + y; });
  const json png = InfoOf({picture});
  EXPECT_EQ(png["kind"], "PNG");
  EXPECT_EQ(png["bits"], 8);
  EXPECT_EQ(png["orientation"], 1);
  EXPECT_EQ(png["picture"]["width"], 6);
  EXPECT_EQ(png["picture"]["max"], 53);
  const std::string raw =
      scratch.WriteFile("counts.raw", io::testing::Little(7, 2) + io::testing::Little(1000, 2));
  const json bare = InfoOf({"--ir-format", "gray16le:1x1", raw});
  EXPECT_EQ(bare["pages"], 2);
  EXPECT_EQ(bare["picture"]["min"], 7);
  EXPECT_EQ(InfoOf({"lite"})["network"], "lite");
  const CommandResult text = RunSeafusion({"info", picture, "full"});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out, HasSubstr("a.png: PNG, 8 bits"));
  EXPECT_THAT(text.out, HasSubstr("seafusion"));
}

TEST(InfoCommandTest, AThermalFileShowsItsCountsAndDegrees) {
  const ScratchFolder scratch;
  const std::string file = scratch.WriteFile(
      "rec.fff", io::testing::FlirFile({{1, io::testing::FlirPicture(
                                                32, 24, io::testing::SmoothCounts(32, 24, 17000))},
                                        {0x20, io::testing::FlirCamera()}}));
  const json facts = InfoOf({file});
  EXPECT_EQ(facts["kind"], "FLIR sequence");
  EXPECT_EQ(facts["counts"]["min"], 17000);
  EXPECT_GT(facts["celsius"]["max"], facts["celsius"]["min"]);
}

TEST(InfoCommandTest, WhatCannotBeReadIsNamedAndTheRestShown) {
  const ScratchFolder scratch;
  const std::string text = scratch.WriteFile("notes.txt", "no picture\n");
  const std::string cut = scratch.WriteFile("cut.png", io::testing::PngSignature());
  const std::string good =
      io::testing::WriteGray(scratch / "a.png", 6, 4, [](int x, int) { return x; });
  const CommandResult result =
      RunSeafusion({"info", text, cut, scratch / "none.png", good, scratch / ""});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("a.png: PNG"));
  EXPECT_THAT(result.err, HasSubstr(text + ": neither a picture nor a video"));
  EXPECT_THAT(result.err, HasSubstr(cut + ": "));
  EXPECT_THAT(result.err, HasSubstr("none.png: "));
  EXPECT_EQ(RunSeafusion({"info", "--ir-format", "gray16le", good}).status, 2);
}

// What is known of real files; empty: the file has no such thing.
struct Known {
  std::string file;
  std::string format;  // --ir-format
  std::string kind;
  std::string samples;  // "counts" or "picture"
  int width, height;
  double min, max;
  std::optional<double> mean;
  std::optional<double> coldest, warmest;
  std::optional<int> visible_width, visible_height;
  std::optional<std::array<double, 3>> placement;
};

const std::vector<Known>& KnownFiles() {
  static const std::vector<Known> known = {
      {"flir_one/flir_example.jpg", "", "radiometric JPEG (FLIR)", "counts", 240, 320, 12501, 20042,
       13107.436, 25.948, 62.320, 480, 640, std::array<double, 3>{1.40397, 14, -14}},
      {"dji_xtr/zenmuse_xtr.jpg",
       "",
       "radiometric JPEG (FLIR)",
       "counts",
       640,
       512,
       3051,
       4630,
       3422.679,
       {},
       {},
       {},
       {},
       {}},
      {"flir_b60/Flir_B60.jpg",
       "",
       "radiometric JPEG (FLIR)",
       "counts",
       180,
       180,
       6953,
       13994,
       {},
       {},
       {},
       480,
       480,
       std::array<double, 3>{1.71875, 2, -10}},
      {"flir_e40/Flir_E40.jpg",
       "",
       "radiometric JPEG (FLIR)",
       "counts",
       160,
       120,
       17059,
       18266,
       {},
       {},
       {},
       {},
       {},
       {}},
      {"flir_t640/T640.jpg",
       "",
       "radiometric JPEG (FLIR)",
       "counts",
       640,
       480,
       13988,
       28094,
       {},
       {},
       {},
       2592,
       1944,
       std::array<double, 3>{3.49618, -144, -27}},
      {"dji_xt2/DJI_XT-2.jpg",
       "",
       "radiometric JPEG (FLIR)",
       "counts",
       640,
       512,
       3233,
       6859,
       3711.120,
       {},
       {},
       {},
       {},
       {}},
      {"dji_h20t/H20T.jpg",
       "",
       "radiometric JPEG (DJI)",
       "counts",
       640,
       512,
       18116,
       20518,
       18779.675,
       {},
       {},
       {},
       {},
       {}},
      {"flir_thermimage/IR_2412.jpg",
       "",
       "radiometric JPEG (FLIR)",
       "counts",
       640,
       480,
       17917,
       20218,
       {},
       22.7359,
       35.2505,
       {},
       {},
       {}},
      {"flir_thermimage/FLIRjpg_W640_H480_F1_I.raw",
       "grayf32le:640x480",
       "bare samples",
       "picture",
       640,
       480,
       22.7359,
       35.2505,
       {},
       {},
       {},
       {},
       {},
       {}},
      {"flir_thermimage/SampleSEQ.seq",
       "",
       "FLIR sequence",
       "counts",
       640,
       480,
       17220,
       20817,
       {},
       18.6013,
       38.2713,
       {},
       {},
       {}},
      {"flir_thermimage/SampleSEQ_W640_H480_F2_I3.97.raw",
       "grayf32le:640x480",
       "bare samples",
       "picture",
       640,
       480,
       18.6013,
       38.2713,
       {},
       {},
       {},
       {},
       {},
       {}},
      {"flirpy/frame_000000.fff",
       "",
       "FLIR sequence",
       "counts",
       640,
       512,
       2623,
       2739,
       {},
       {},
       {},
       {},
       {},
       {}},
      {"flirpy/example_radiometric.tiff",
       "",
       "TIFF",
       "picture",
       640,
       512,
       6743,
       7077,
       {},
       {},
       {},
       {},
       {},
       {}},
      {"infiray/example.irg",
       "",
       "InfiRay thermal file",
       "counts",
       256,
       192,
       4784,
       5158,
       {},
       25.85,
       49.23,
       192,
       256,
       {}},
      {"lepton/IMG_0000.pgm", "", "Netpbm", "picture", 80, 60, 0, 200, {}, {}, {}, {}, {}, {}},
      {"arcticseals/CHESS_FL1_C_160407_234502.428_THERM-16BIT.PNG",
       "",
       "PNG",
       "picture",
       640,
       512,
       51021,
       52421,
       {},
       {},
       {},
       {},
       {},
       {}},
  };
  return known;
}

std::string CamerasFolder() {
  return std::string(SEAFUSION_SHARED_DIR) + "/data/cameras";
}

class RealCameraFileTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RealCameraFileTest, InfoAgreesWithWhatIsKnown) {
  const Known& known = KnownFiles()[GetParam()];
  const std::string folder = CamerasFolder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const std::string path = folder + "/" + known.file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  SCOPED_TRACE(known.file);
  std::vector<std::string> arguments = {path};
  if (!known.format.empty()) arguments.insert(arguments.begin(), {"--ir-format", known.format});
  const json facts = InfoOf(arguments);
  ASSERT_TRUE(facts.is_object());
  EXPECT_EQ(facts["kind"], known.kind);
  const json& samples = facts[known.samples];
  ASSERT_TRUE(samples.is_object()) << facts.dump(2);
  EXPECT_EQ(samples["width"], known.width);
  EXPECT_EQ(samples["height"], known.height);
  const bool counts = samples["samples"] != "float";
  EXPECT_NEAR(samples["min"].get<double>(), known.min, counts ? 0 : 1e-4);
  EXPECT_NEAR(samples["max"].get<double>(), known.max, counts ? 0 : 1e-4);
  if (known.mean) {
    EXPECT_NEAR(samples["mean"].get<double>(), *known.mean, 5.1e-4);
  }
  if (known.coldest) {
    EXPECT_NEAR(facts["celsius"]["min"].get<double>(), *known.coldest, 0.01);
    EXPECT_NEAR(facts["celsius"]["max"].get<double>(), *known.warmest, 0.01);
  }
  if (known.visible_width) {
    EXPECT_EQ(facts["visible"]["width"], *known.visible_width);
    EXPECT_EQ(facts["visible"]["height"], *known.visible_height);
  }
  if (known.placement) {
    EXPECT_NEAR(facts["placement"]["real_to_ir"].get<double>(), (*known.placement)[0], 1e-5);
    EXPECT_EQ(facts["placement"]["offset_x"], (*known.placement)[1]);
    EXPECT_EQ(facts["placement"]["offset_y"], (*known.placement)[2]);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, RealCameraFileTest,
                         ::testing::Range(std::size_t{0}, KnownFiles().size()));

// Every file of the folder, whatever it is: facts, or a message that names it.
TEST(RealCameraFilesTest, EveryFileGivesFactsOrAReason) {
  const std::string folder = CamerasFolder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::vector<std::string> arguments = {"info", "--json"};
  arguments.insert(arguments.end(), files.begin(), files.end());
  const CommandResult result = RunSeafusion(arguments);
  const json all = json::parse(result.out, nullptr, false);
  ASSERT_TRUE(all.is_array());
  for (const std::string& file : files) {
    const bool shown = std::any_of(all.begin(), all.end(),
                                   [&](const json& facts) { return facts["path"] == file; });
    EXPECT_TRUE(shown || result.err.find("seafusion info: " + file + ": ") != std::string::npos)
        << file;
  }
  // An emptied block is named, and never taken for counts.
  for (const json& facts : all) {
    if (facts["path"].get<std::string>().ends_with("exiftool/FLIR.jpg")) {
      EXPECT_FALSE(facts.contains("counts"));
      EXPECT_THAT(facts["remarks"].dump(), HasSubstr("emptied"));
    }
  }
}

}  // namespace
}  // namespace seafusion::tools
