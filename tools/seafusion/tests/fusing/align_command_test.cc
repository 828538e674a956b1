// seafusion align and fuse --rig as a user runs them, on the examples that the project ships.
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::tools {
namespace {

using ::testing::HasSubstr;

const std::string kExamples = std::string(SEAFUSION_SOURCE_DIR) + "/examples/";

class AlignCommandTest : public ::testing::Test {
 protected:
  ScratchFolder scratch_;
  // The rendered pairs are registered: moved by a rig that is written here, they are not.
  std::string WriteRig(int width, int height, int shift_x, int shift_y) {
    const nlohmann::json rig = {
        {"seafusion_rig", 1},
        {"infrared", {{"width", width}, {"height", height}}},
        {"visible", {{"width", width}, {"height", height}}},
        {"transform", {{"visible_to_infrared", {1, 0, shift_x, 0, 1, shift_y, 0, 0, 1}}}}};
    return scratch_.WriteFile("shift.json", rig.dump());
  }
};

TEST_F(AlignCommandTest, SaysThatRegisteredPairsAre) {
  const CommandResult r =
      RunSeafusion({"align", "--ir", kExamples + "ir", "--vis", kExamples + "vi", "--threads", "1",
                    "-o", scratch_ / "rig.json", "--json"});
  ASSERT_EQ(r.status, 0) << r.err << r.out;
  const auto json = nlohmann::json::parse(r.out);
  EXPECT_EQ(json["registration"]["model"], "identity");
  EXPECT_EQ(json["rig"]["transform"]["visible_to_infrared"],
            nlohmann::json({1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0}));
  EXPECT_THAT(scratch_.Files(), ::testing::ElementsAre("rig.json"));
}

TEST_F(AlignCommandTest, FindsAShiftAndFusesByIt) {
  const std::string name = "day.png";
  const auto first = io::ReadImage(kExamples + "ir/" + name);
  ASSERT_TRUE(first.ok()) << first.status().message();
  const int w = first->width(), h = first->height();
  // The visible picture without its left 20 columns and its top 10 rows: the infrared picture then
  // starts further left and higher.
  const auto visible = io::ReadImage(kExamples + "vi/" + name);
  ASSERT_TRUE(visible.ok());
  ImageBuffer cut = *ImageBuffer::Create(w - 20, h - 10, visible->format());
  const int bytes = BytesPerPixel(visible->format());
  for (int y = 0; y < h - 10; ++y) {
    const auto* from = visible->view().Row<std::uint8_t>(y + 10) + 20 * bytes;
    std::copy(from, from + static_cast<std::ptrdiff_t>(w - 20) * bytes,
              cut.view().Row<std::uint8_t>(y));
  }
  ASSERT_TRUE(io::WriteImage(scratch_ / "cut.png", cut.view(), IfExists::kFail).ok());
  const CommandResult r = RunSeafusion(
      {"align", "--ir", kExamples + "ir/" + name, "--vis", scratch_ / "cut.png", "--scale", "1",
       "--threads", "1", "-o", scratch_ / "rig.json", "--picture", scratch_ / "judge.png"});
  ASSERT_EQ(r.status, 0) << r.err << r.out;
  EXPECT_THAT(r.out, HasSubstr("confidence"));
  const CommandResult fused = RunSeafusion({"fuse", "--ir", kExamples + "ir/" + name, "--vis",
                                            scratch_ / "cut.png", "--rig", scratch_ / "rig.json",
                                            "--threads", "1", "-o", scratch_ / "fused.png"});
  ASSERT_EQ(fused.status, 0) << fused.err;
  const auto picture = io::ReadImage(scratch_ / "fused.png");
  ASSERT_TRUE(picture.ok());
  EXPECT_NEAR(picture->width(), w - 20, 8);
  EXPECT_NEAR(picture->height(), h - 10, 8);
  // Without the rig the sizes are refused, and the message says what helps.
  const CommandResult without =
      RunSeafusion({"fuse", "--ir", kExamples + "ir/" + name, "--vis", scratch_ / "cut.png", "-o",
                    scratch_ / "without.png"});
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.err, HasSubstr("seafusion align"));
}

TEST_F(AlignCommandTest, RefusesWithStatusOneAndTheEvidence) {
  io::testing::WriteGray(scratch_ / "a.png", 96, 80,
                         [](int x, int y) { return (x * x + 3 * y) % 97; });
  io::testing::WriteGray(scratch_ / "b.png", 96, 80, [](int, int) { return 80; });
  const CommandResult r =
      RunSeafusion({"align", "--ir", scratch_ / "a.png", "--vis", scratch_ / "b.png", "--threads",
                    "1", "-o", scratch_ / "rig.json"});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.out, HasSubstr("refused"));
  EXPECT_THAT(r.err, HasSubstr("nothing was written"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "rig.json"));
  const CommandResult fuse =
      RunSeafusion({"fuse", "--ir", scratch_ / "a.png", "--vis", scratch_ / "b.png", "--rig",
                    "auto", "--threads", "1", "-o", scratch_ / "fused.png"});
  EXPECT_EQ(fuse.status, 1);
  EXPECT_THAT(fuse.err, HasSubstr("seafusion align"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "fused.png"));
}

TEST_F(AlignCommandTest, ShowsOneCameraAroundTheOther) {
  io::testing::WriteGray(scratch_ / "ir/a.png", 100, 80, [](int, int) { return 200; });
  io::testing::WriteGray(scratch_ / "vi/a.png", 100, 80, [](int, int) { return 40; });
  // The infrared picture begins 30 pixels right of the visible one.
  const std::string rig = WriteRig(100, 80, -30, 0);
  const CommandResult r =
      RunSeafusion({"fuse", "--ir", scratch_ / "ir", "--vis", scratch_ / "vi", "--rig", rig,
                    "--canvas", "visible", "--method", "average", "-o", scratch_ / "out"});
  ASSERT_EQ(r.status, 0) << r.err;
  const auto fused = io::ReadImage(scratch_ / "out/a.png");
  ASSERT_TRUE(fused.ok());
  ASSERT_EQ(fused->width(), 100);
  EXPECT_EQ(fused->view().Row<std::uint8_t>(40)[10], 40);
  EXPECT_EQ(fused->view().Row<std::uint8_t>(40)[80], 120);

  const CommandResult overlap =
      RunSeafusion({"fuse", "--ir", scratch_ / "ir", "--vis", scratch_ / "vi", "--rig", rig,
                    "--method", "average", "-o", scratch_ / "two"});
  ASSERT_EQ(overlap.status, 0) << overlap.err;
  EXPECT_EQ(io::ReadImage(scratch_ / "two/a.png")->width(), 70);
  // Pictures of another size than the rig's are named.
  io::testing::WriteGray(scratch_ / "vi/a2.png", 101, 80, [](int, int) { return 40; });
  io::testing::WriteGray(scratch_ / "ir/a2.png", 100, 80, [](int, int) { return 40; });
  const CommandResult wrong =
      RunSeafusion({"fuse", "--ir", scratch_ / "ir/a2.png", "--vis", scratch_ / "vi/a2.png",
                    "--rig", rig, "-o", scratch_ / "w.png"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("101x80"));
}

TEST_F(AlignCommandTest, NamesWrongArguments) {
  using Arguments = std::vector<std::string>;
  for (const auto& [arguments, says] : {
           std::pair{Arguments{"align"}, "--ir"},
           {{"align", "--ir", "a", "--vis", "b", "--scale", "wide"}, "neither a number"},
           {{"align", "--ir", "a", "--vis", "b", "--scale", "2,1"}, "must rise"},
           {{"align", "--ir", "a", "--vis", "b", "--flir", "1.4"}, "Real2IR"},
           {{"align", "--ir", "a", "--vis", "b", "--points", "p", "--rig", "r"},
            "exclude each other"},
           {{"align", "--ir", "a", "--vis", "b", "--distance", "3"}, "is for --calibration"},
           {{"align", "--ir", "a", "--vis", "b", "--model", "affine"}, "affine"},
           {{"align", "--rig", "r", "--write", "d"}, "--ir"},
           {{"fuse", "--ir", "a", "--vis", "b", "-o", "c", "--canvas", "visible"}, "needs --rig"},
           {{"fuse", "--ir", "a.mp4", "--vis", "b.mp4", "-o", "c.mp4", "--rig-follow"},
            "needs --rig"},
           {{"fuse", "--ir", "a", "--vis", "b", "-o", "c", "--rig", "r", "--rig-follow"},
            "is for videos"},
           {{"metrics", "--ir", "a", "--vis", "b", "--fused", "c", "--canvas", "visible"}, "--rig"},
           {{"pack", "--data", "a", "-o", "c", "--labels-of", "infrared"}, "--rig"},
       }) {
    const CommandResult r = RunSeafusion(arguments);
    EXPECT_EQ(r.status, 2) << says << r.err;
    EXPECT_THAT(r.err, HasSubstr(says));
  }
  const CommandResult absent =
      RunSeafusion({"fuse", "--ir", kExamples + "ir", "--vis", kExamples + "vi", "--rig",
                    scratch_ / "absent.json", "-o", scratch_ / "o"});
  EXPECT_EQ(absent.status, 1);
  EXPECT_THAT(absent.err, HasSubstr("absent.json"));
}

TEST_F(AlignCommandTest, FusingSaysThatPicturesAreShifted) {
  const auto first = io::ReadImage(kExamples + "ir/day.png");
  ASSERT_TRUE(first.ok());
  // By a rig that is wrong by 16 pixels, the registered examples become pairs that are not.
  const std::string rig = WriteRig(first->width(), first->height(), -16, 0);
  const std::string ir = scratch_ / "moved/ir", vi = scratch_ / "moved/vi";
  ASSERT_EQ(RunSeafusion({"align", "--ir", kExamples + "ir", "--vis", kExamples + "vi", "--rig",
                          rig, "--write", scratch_ / "moved"})
                .status,
            0);
  const auto fuse = [](const std::string& infrared, const std::string& visible,
                       const std::string& output, const char* option) {
    return RunSeafusion(
        {"fuse", "--ir", infrared, "--vis", visible, "--method", "average", option, "-o", output});
  };
  const CommandResult said = fuse(ir, vi, scratch_ / "a", "--json");
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.err, ::testing::ContainsRegex("look shifted by about 1[567] pixels"));
  EXPECT_EQ(nlohmann::json::parse(said.out)["shift"]["verdict"], "shifted");
  const CommandResult off = fuse(ir, vi, scratch_ / "b", "--no-check");
  EXPECT_EQ(off.status, 0);
  EXPECT_EQ(off.err, "");
  EXPECT_EQ(*ReadFile(scratch_ / "a/day.png", 1 << 24), *ReadFile(scratch_ / "b/day.png", 1 << 24));
  EXPECT_EQ(fuse(ir, vi, scratch_ / "c", "--quiet").err, "");
  // Registered pairs are fused without a word.
  EXPECT_EQ(fuse(kExamples + "ir", kExamples + "vi", scratch_ / "d", "--json").err, "");
  // A stream tells the same.
  const CommandResult stream = RunSeafusion(
      {"fuse", "--ir", ir, "--vis", vi, "-o", scratch_ / "moved.mkv", "--fps", "4", "--json"});
  EXPECT_EQ(stream.status, 0) << stream.err;
  EXPECT_THAT(stream.err, HasSubstr("look shifted by about"));
  EXPECT_EQ(nlohmann::json::parse(stream.out)["shift"]["pairs"], 2);
}

}  // namespace
}  // namespace seafusion::tools
