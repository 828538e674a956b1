// `seafusion fuse` as a user runs it: what it writes, and what it says about bad input.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/crafted_pictures.h"
#include "io/testing/drawn_pictures.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class FuseCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(scratch_ / "in");
    WriteWeights("weights.safetensors", nn::RandomFusionWeights(7));
  }

  std::string WriteWeights(const std::string& name, const model::TensorArchive& archive) {
    const auto bytes = model::SerializeSafetensors(archive);
    EXPECT_TRUE(bytes.ok());
    return scratch_.WriteFile(name, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  }

  std::string Picture(const std::string& name, int width, int height, PixelFormat format) {
    return io::testing::WriteNoise(scratch_ / name, width, height, format);
  }
  std::string Infrared(const std::string& name, int width = 12, int height = 9) {
    return Picture(name, width, height, PixelFormat::kGray8);
  }
  std::string Visible(const std::string& name, int width = 12, int height = 9) {
    return Picture(name, width, height, PixelFormat::kRgb8);
  }

  CommandResult Fuse(const std::string& ir, const std::string& vis, const std::string& output,
                     std::vector<std::string> more = {}, const CommandRunOptions& options = {}) {
    std::vector<std::string> arguments = {"fuse",   "--ir",    ir,
                                          "--vis",  vis,       "-o",
                                          output,   "--model", scratch_ / "weights.safetensors",
                                          "--tile", "32"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments, options);
  }

  // Fusing `ir` and `vis` must fail with one line that names `file` and nothing in the output
  // folder.
  void ExpectRefused(const std::string& ir, const std::string& vis, const std::string& file,
                     const std::string& reason) {
    SCOPED_TRACE(file);
    fs::create_directories(scratch_ / "refused");
    const CommandResult result = Fuse(ir, vis, scratch_ / "refused/out.png");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, Not(HasSubstr("fused 1")));
    EXPECT_THAT(result.err,
                AllOf(StartsWith("seafusion fuse: "), HasSubstr(file), HasSubstr(reason)));
    EXPECT_THAT(scratch_.Files("refused"), IsEmpty());
  }

  ScratchFolder scratch_;
};

std::string ReadText(const std::string& path) {
  const auto bytes = ReadFile(path, std::uint64_t{1} << 30);
  EXPECT_TRUE(bytes.ok()) << bytes.status().message();
  return {bytes->begin(), bytes->end()};
}

TEST_F(FuseCommandTest, OnePairBecomesOnePicture) {
  const std::string ir = Infrared("in/ir.png"), vis = Visible("in/vis.jpg");
  const CommandResult result = Fuse(ir, vis, scratch_ / "out.png");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("fused 1 pair in "));
  const StatusOr<ImageBuffer> out = io::ReadImage(scratch_ / "out.png");
  ASSERT_TRUE(out.ok()) << out.status().message();
  EXPECT_EQ(out->format(), PixelFormat::kRgb8);
  EXPECT_EQ(out->width(), 12);
  EXPECT_EQ(out->height(), 9);
}

TEST_F(FuseCommandTest, FormatDepthAndColourFollowTheOptions) {
  const std::string ir = Picture("in/ir.tif", 12, 9, PixelFormat::kGray16);
  const std::string vis = Visible("in/vis.png");
  const auto format_of = [&](const std::string& name, const std::vector<std::string>& more) {
    const CommandResult result = Fuse(ir, vis, scratch_ / name, more);
    EXPECT_EQ(result.status, 0) << result.err;
    const StatusOr<ImageBuffer> out = io::ReadImage(scratch_ / name);
    EXPECT_TRUE(out.ok()) << out.status().message();
    return out->format();
  };
  EXPECT_EQ(format_of("a.png", {"--bits", "16"}), PixelFormat::kRgb16);
  EXPECT_EQ(format_of("b.tif", {"--bits", "16", "--gray"}), PixelFormat::kGray16);
  EXPECT_EQ(format_of("c.bmp", {"--gray"}), PixelFormat::kGray8);
  EXPECT_EQ(format_of("d.webp", {}), PixelFormat::kRgb8);
  EXPECT_EQ(format_of("e.jpg", {"--range", "image", "--ir-range", "minmax"}), PixelFormat::kRgb8);
  EXPECT_EQ(Fuse(ir, vis, scratch_ / "folder/", {"--format", "tif"}).status, 0);
  EXPECT_THAT(scratch_.Files("folder"), ElementsAre("vis.tif"));
}

TEST_F(FuseCommandTest, FoldersPairByStemAndTheSummaryIsReadByMachines) {
  for (const char* stem : {"2", "10", "1"}) {
    Infrared(std::string("in/ir/") + stem + ".png");
    Visible(std::string("in/vi/") + stem + ".bmp");
  }
  const CommandResult result =
      Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "made/for/me", {"--json"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(scratch_.Files("made/for/me"), ElementsAre("1.png", "10.png", "2.png"));
  const auto json = nlohmann::json::parse(result.out);
  ASSERT_EQ(json["done"].size(), 3u);
  EXPECT_EQ(json["done"][2]["output"], scratch_ / "made/for/me/10.png");
  EXPECT_EQ(json["failed"].size(), 0u);
  EXPECT_EQ(json["pixels"], 3 * 12 * 9);
  EXPECT_GT(json["seconds"].get<double>(), 0);
  EXPECT_EQ(json["interrupted"], false);
}

TEST_F(FuseCommandTest, ProgressIsShownOnlyWhenAskedAwayFromATerminal) {
  for (const char* stem : {"1", "2"}) {
    Infrared(std::string("in/ir/") + stem + ".png");
    Visible(std::string("in/vi/") + stem + ".png");
  }
  const CommandResult result =
      Fuse(scratch_ / "in/ir/*.png", scratch_ / "in/vi", scratch_ / "out", {"--progress"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr("fuse 2/2 pairs  100%"), HasSubstr("pairs/s")));
  const CommandResult quiet =
      Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "out", {"--overwrite", "--quiet"});
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.out + quiet.err, "");
}

TEST_F(FuseCommandTest, TileAndThreadsDoNotChangeThePicture) {
  const std::string ir = Infrared("in/ir.png", 61, 47), vis = Visible("in/vis.png", 61, 47);
  ASSERT_EQ(Fuse(ir, vis, scratch_ / "a.png", {"--threads", "1"}).status, 0);
  const CommandResult result =
      RunSeafusion({"fuse", "--ir", ir, "--vis", vis, "-o", scratch_ / "b.png", "--model",
                    scratch_ / "weights.safetensors", "--threads", "3", "--tile", "16"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(ReadText(scratch_ / "a.png"), ReadText(scratch_ / "b.png"));
}

TEST_F(FuseCommandTest, MissingFilesAndWhatIsNoPictureAreNamed) {
  const std::string vis = Visible("in/vis.png");
  ExpectRefused(scratch_ / "in/no.png", vis, scratch_ / "in/no.png", "no such file");
  for (const std::string content : {"", "not a picture", "GIF89a"}) {
    const std::string text = scratch_.WriteFile("in/text.png", content);
    ExpectRefused(text, vis, text, content.empty() ? "empty" : "not a PNG, JPEG");
  }
  const std::string ir = Infrared("in/ir.png");
  ExpectRefused(ir, scratch_ / "in/no*.png", scratch_ / "in/no*.png", "no picture");
}

TEST_F(FuseCommandTest, CutFilesAreNamed) {
  const std::string vis = Visible("in/vis.png");
  // Each truncation point is tested in io_test; here, that the command hands the error on.
  for (const char* extension : {"png", "jpg", "tif", "bmp"}) {
    const std::string ir = Infrared(std::string("in/cut.") + extension);
    fs::resize_file(ir, fs::file_size(ir) * 2 / 3);
    ExpectRefused(ir, vis, ir, "cut short");
  }
}

TEST_F(FuseCommandTest, AJpegWithoutItsEndMarkerIsTakenWithARemark) {
  const std::string vis = Visible("in/vis.png");
  const std::string ir = Infrared("in/ir.jpg");
  fs::resize_file(ir, fs::file_size(ir) - 2);
  const CommandResult result = Fuse(ir, vis, scratch_ / "out.png");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr(ir), HasSubstr("end marker is missing")));
}

TEST_F(FuseCommandTest, OneFileForBothSourcesIsRefusedUnlessForced) {
  const std::string vis = Visible("in/vis.png");
  ExpectRefused(vis, vis, vis, "given as infrared and as visible");
  EXPECT_EQ(Fuse(vis, vis, scratch_ / "forced.png", {"--force"}).status, 0);
}

TEST_F(FuseCommandTest, HugeHeadersAreRefused) {
  const std::string vis = Visible("in/vis.png");
  for (const auto& [extension, bytes] : io::testing::HeadersOnly(100000, 100000)) {
    const std::string ir = scratch_.WriteFile("in/huge." + extension, bytes);
    ExpectRefused(ir, vis, ir, "more than the limit");
  }
  const std::string ir = Infrared("in/ir.png");
  const CommandResult result = Fuse(ir, vis, scratch_ / "out.png", {"--max-pixels", "107"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(ir), HasSubstr("12x9"), HasSubstr("107")));
}

TEST_F(FuseCommandTest, SizesThatDifferAreBothNamed) {
  const std::string ir = Infrared("in/ir.png", 12, 9), vis = Visible("in/vis.png", 12, 10);
  ExpectRefused(ir, vis, ir + " is 12x9, " + vis + " is 12x10", "the same size");
}

TEST_F(FuseCommandTest, FoldersWithoutAPairAreRefused) {
  Infrared("in/ir/a.png");
  Visible("in/vi/b.png");
  fs::create_directories(scratch_ / "in/empty");
  ExpectRefused(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "in/ir", "no pair");
  ExpectRefused(scratch_ / "in/empty", scratch_ / "in/vi", scratch_ / "in/empty", "no pictures");
  Infrared("in/ir/a.bmp");
  ExpectRefused(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "in/ir/a.bmp", "in/ir/a.png");
}

TEST_F(FuseCommandTest, UnpairedPicturesAreListedAndLeftOutOnRequest) {
  Infrared("in/ir/a.png");
  Infrared("in/ir/only-ir.png");
  Visible("in/vi/a.png");
  Visible("in/vi/only-vi.png");
  const CommandResult refused = Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "out");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(scratch_ / "in/ir/only-ir.png"),
                                 HasSubstr(scratch_ / "in/vi/only-vi.png")));
  EXPECT_FALSE(fs::exists(scratch_ / "out"));
  const CommandResult result =
      Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "out", {"--keep-going", "--json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr(scratch_ / "in/ir/only-ir.png"));
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("a.png"));
  EXPECT_EQ(nlohmann::json::parse(result.out)["unpaired"].size(), 2u);
}

TEST_F(FuseCommandTest, ExistingOutputsStopTheRunBeforeItBegins) {
  for (const char* stem : {"a", "b", "c"}) {
    Infrared(std::string("in/ir/") + stem + ".png");
    Visible(std::string("in/vi/") + stem + ".png");
  }
  scratch_.WriteFile("out/b.png", "mine");
  const auto fuse = [&](const std::vector<std::string>& more) {
    return Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "out", more);
  };
  const CommandResult refused = fuse({});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(scratch_ / "out/b.png"), HasSubstr("--overwrite")));
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("b.png"));

  const CommandResult rest = fuse({"--keep-going", "--json"});
  EXPECT_EQ(rest.status, 0) << rest.err;
  EXPECT_EQ(nlohmann::json::parse(rest.out)["skipped"][0]["output"], scratch_ / "out/b.png");
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("a.png", "b.png", "c.png"));
  EXPECT_EQ(ReadText(scratch_ / "out/b.png"), "mine");

  EXPECT_EQ(fuse({"--overwrite"}).status, 0);
  EXPECT_NE(ReadText(scratch_ / "out/b.png"), "mine");
}

TEST_F(FuseCommandTest, AnInputIsNeverOverwritten) {
  const std::string ir = Infrared("in/ir/a.png"), vis = Visible("in/vi/a.png");
  const std::string before = ReadText(vis);
  const CommandResult result =
      Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "in/vi", {"--overwrite"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(vis), HasSubstr("input")));
  EXPECT_EQ(ReadText(vis), before);
}

TEST_F(FuseCommandTest, AFailedPairEndsTheRunUnlessItIsToKeepGoing) {
  for (const char* stem : {"a", "b", "c"}) {
    Infrared(std::string("in/ir/") + stem + ".png");
    Visible(std::string("in/vi/") + stem + ".png");
  }
  scratch_.WriteFile("in/vi/b.png", "broken");
  const CommandResult stopped =
      Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "stopped", {"--json"});
  EXPECT_EQ(stopped.status, 1);
  EXPECT_THAT(stopped.err, HasSubstr(scratch_ / "in/vi/b.png"));
  EXPECT_THAT(scratch_.Files("stopped"), ElementsAre("a.png"));
  EXPECT_EQ(nlohmann::json::parse(stopped.out)["not_begun"].size(), 1u);

  const CommandResult went_on = Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "went_on",
                                     {"--keep-going", "--json"});
  EXPECT_EQ(went_on.status, 1);
  EXPECT_THAT(scratch_.Files("went_on"), ElementsAre("a.png", "c.png"));
  const auto json = nlohmann::json::parse(went_on.out);
  ASSERT_EQ(json["failed"].size(), 1u);
  EXPECT_THAT(json["failed"][0]["reason"].get<std::string>(), HasSubstr("in/vi/b.png"));
}

TEST_F(FuseCommandTest, OutputsThatCannotBeAreRefusedEarly) {
  const std::string ir = Infrared("in/ir.png"), vis = Visible("in/vis.png");
  const std::string file = scratch_.WriteFile("file", "x");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {scratch_ / "no/folder/out.png", "no such folder"},
      {file + "/out.png", "is not a folder"},
      {scratch_ / "out.gif", ".png"},
      {scratch_ / "out", ".png"},
      {"/proc/out.png", "/proc"},
  };
  for (const auto& [output, reason] : cases) {
    const CommandResult result = Fuse(ir, vis, output);
    EXPECT_EQ(result.status, 1) << output;
    EXPECT_THAT(result.err, AllOf(StartsWith("seafusion fuse: "), HasSubstr(reason)));
  }
  const CommandResult folder = Fuse(scratch_ / "in", scratch_ / "in", scratch_ / "out.png");
  EXPECT_EQ(folder.status, 1);
  EXPECT_THAT(folder.err, HasSubstr("must be a folder"));
  EXPECT_THAT(scratch_.Files(),
              ElementsAre("file", "in/ir.png", "in/vis.png", "weights.safetensors"));
}

TEST_F(FuseCommandTest, AFolderThatCannotBeWrittenIsRefusedEarly) {
  const std::string ir = Infrared("in/ir.png"), vis = Visible("in/vis.png");
  const std::string locked = scratch_ / "locked";
  fs::create_directories(locked);
  // Permissions do not bind root, a read-only file system does.
  const bool root = ::geteuid() == 0;
  if (root && ::mount("tmpfs", locked.c_str(), "tmpfs", MS_RDONLY, "size=16k") != 0) {
    GTEST_SKIP() << "root without permission to mount a file system";
  }
  if (!root) fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec);
  const CommandResult file = Fuse(ir, vis, locked + "/out.png");
  const CommandResult folder = Fuse(scratch_ / "in/i*.png", ir, locked + "/a/b/");
  if (root) ::umount(locked.c_str());
  fs::permissions(locked, fs::perms::owner_all);
  for (const CommandResult& result : {file, folder}) {
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(HasSubstr(locked), HasSubstr("cannot write")));
  }
}

TEST_F(FuseCommandTest, AFileSizeLimitLeavesNothingBehind) {
  const std::string ir = Infrared("in/ir.png", 60, 50), vis = Visible("in/vis.png", 60, 50);
  fs::create_directories(scratch_ / "out");
  const CommandResult result = Fuse(ir, vis, scratch_ / "out/a.png", {}, {.max_file_bytes = 1000});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(scratch_ / "out/a.png"), HasSubstr("cannot write")));
  EXPECT_THAT(scratch_.Files("out"), IsEmpty());
}

TEST_F(FuseCommandTest, AFullDiskLeavesNothingBehind) {
  const std::string ir = Infrared("in/ir.png", 200, 160), vis = Visible("in/vis.png", 200, 160);
  const std::string disk = scratch_ / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=16k") != 0) {
    GTEST_SKIP() << "no permission to mount a small file system";
  }
  const CommandResult result = Fuse(ir, vis, disk + "/a.png");
  const std::vector<std::string> left = scratch_.Files("disk");
  ::umount(disk.c_str());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(disk + "/a.png"), HasSubstr("No space left")));
  EXPECT_THAT(left, IsEmpty());
}

TEST_F(FuseCommandTest, ModelsByNameAreTheOnesInTheProgram) {
  const std::string ir = Infrared("in/ir.png"), vis = Visible("in/vis.png");
  const auto fused = [&](const std::string& name, const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"fuse", "--ir", ir, "--vis", vis, "-o", scratch_ / name};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return ReadText(scratch_ / name);
  };
  const std::string lite = fused("lite.png", {"--model", "lite"});
  EXPECT_EQ(fused("plain.png", {}), lite);
  EXPECT_EQ(fused("default.png", {"--model", "default"}), lite);
  EXPECT_NE(fused("full.png", {"--model", "full"}), lite);
  EXPECT_EQ(fused("tiled.png", {"--model", "lite", "--tile", "3", "--threads", "2"}), lite);
  // The same bytes as a file, whose pictures stay as the network gives them.
  EXPECT_EQ(RunSeafusion({"convert", "lite", "-o", scratch_ / "l.safetensors"}).status, 0);
  const std::string file = fused("file.png", {"--model", scratch_ / "l.safetensors"});
  EXPECT_EQ(file, fused("none.png", {"--range", "none"}));
  EXPECT_NE(file, lite);
  EXPECT_EQ(fused("gentle.png", {"--model", scratch_ / "l.safetensors", "--range", "gentle"}),
            lite);
}

TEST_F(FuseCommandTest, BadWeightsAreNamed) {
  const std::string ir = Infrared("in/ir.png"), vis = Visible("in/vis.png");
  const std::string good = ReadText(scratch_ / "weights.safetensors");
  const model::TensorArchive archive = nn::RandomFusionWeights(7);
  model::TensorArchive missing = archive;
  const std::string first = archive.tensors.begin()->first;
  missing.tensors.erase(first);
  model::TensorArchive shape = archive;
  shape.tensors[first] = model::Tensor{{7}, std::vector<float>(7, 0.5f)};
  // The writer refuses NaN as well, so that it is patched into the bytes.
  std::string nan = good;
  nan.replace(nan.size() - 4, 4, std::string("\x00\x00\xc0\x7f", 4));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {scratch_ / "none.safetensors", "No such file"},
      {scratch_.WriteFile("empty.safetensors", ""), "empty"},
      {scratch_.WriteFile("cut.safetensors", good.substr(0, good.size() / 2)), ""},
      {scratch_.WriteFile("text.safetensors", "these are no weights, not at all"), ""},
      {scratch_.WriteFile("nan.safetensors", nan), "NaN"},
      {WriteWeights("missing.safetensors", missing), first},
      {WriteWeights("shape.safetensors", shape), first},
  };
  for (const auto& [model, reason] : cases) {
    SCOPED_TRACE(model);
    const CommandResult result = RunSeafusion(
        {"fuse", "--ir", ir, "--vis", vis, "-o", scratch_ / "out.png", "--model", model});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(HasSubstr(model), HasSubstr(reason)));
    EXPECT_FALSE(fs::exists(scratch_ / "out.png"));
  }
}

TEST_F(FuseCommandTest, AnInterruptEndsTheRunAfterTheCurrentPicture) {
  for (int i = 0; i < 40; ++i) {
    Infrared("in/ir/" + std::to_string(i) + ".png", 96, 64);
    Visible("in/vi/" + std::to_string(i) + ".png", 96, 64);
  }
  const CommandResult result =
      Fuse(scratch_ / "in/ir", scratch_ / "in/vi", scratch_ / "out",
           {"--json", "--progress", "--threads", "1"}, {.interrupt_at = "0/40 pairs"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["interrupted"], true);
  EXPECT_GT(json["not_begun"].size(), 0u);
  const std::vector<std::string> written = scratch_.Files("out");
  EXPECT_EQ(json["done"].size(), written.size());
  for (const std::string& name : written) {
    EXPECT_TRUE(io::ReadImage(scratch_ / ("out/" + name)).ok()) << name;
  }
}

TEST_F(FuseCommandTest, WrongArgumentsExitWithTwoAndTheUsageLine) {
  const std::string ir = Infrared("in/ir.png"), vis = Visible("in/vis.png");
  const std::vector<std::vector<std::string>> cases = {{"--range", "full"},
                                                       {"--range", "fixed:1,0"},
                                                       {"--ir-range", "percentile:50"},
                                                       {"--bits", "12"},
                                                       {"--threads", "-1"},
                                                       {"--tile", "x"},
                                                       {"--precision", "fp16"},
                                                       {"--max-pixels", "0"},
                                                       {"--format", "gif"},
                                                       {"--bits", "16", "--format", "jpg"},
                                                       {"surplus.png"},
                                                       {"--no-such-option"}};
  for (const std::vector<std::string>& more : cases) {
    SCOPED_TRACE(more[0] + (more.size() > 1 ? " " + more[1] : ""));
    const CommandResult result = Fuse(ir, vis, scratch_ / "out.png", more);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("usage: seafusion fuse"));
    EXPECT_FALSE(fs::exists(scratch_ / "out.png"));
  }
  EXPECT_EQ(RunSeafusion({"fuse", "--ir", ir}).status, 2);
  for (const char* name : {"out.jpg", "out.JPEG", "out.bmp", "out.webp"}) {
    const CommandResult deep = Fuse(ir, vis, scratch_ / name, {"--bits", "16"});
    EXPECT_EQ(deep.status, 2) << name;
    EXPECT_THAT(deep.err, AllOf(HasSubstr("--bits"), HasSubstr("usage: seafusion fuse")));
  }
}

TEST(FuseHelpTest, LoadsNeitherOpenCvNorLibTorch) {
  const CommandResult result =
      RunSeafusion({"fuse", "--help"}, {.environment = {{"LD_DEBUG", "libs"}}});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("--ir"), HasSubstr("Examples:")));
  ASSERT_THAT(result.err, HasSubstr("libc.so"));
  for (const char* library : {"libopencv", "libtorch", "libc10", "libseafusion_imaging"}) {
    EXPECT_THAT(result.err, Not(HasSubstr(library)));
  }
}

}  // namespace
}  // namespace seafusion::tools
