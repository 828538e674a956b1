// seafusion synth as a user runs it.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "command_runner.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;

class SynthCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("seafusion_synth_" + std::to_string(::getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }
  CommandResult Run(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"synth", "--out", root_.string(), "--size", "80x64"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }
  static std::string Content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  fs::path root_;
};

TEST_F(SynthCommandTest, WritesTheDocumentedLayout) {
  const CommandResult r = Run({"--count", "4", "--night", "0.25", "--split", "test"});
  ASSERT_EQ(r.status, 0) << r.err;
  int nights = 0;
  for (const char* folder : {"vi", "ir", "Segmentation_labels", "boxes"}) {
    int files = 0;
    for (const auto& entry : fs::directory_iterator(root_ / "test" / folder)) {
      ++files;
      nights += entry.path().stem().string().back() == 'N';
    }
    EXPECT_EQ(files, 4) << folder;
  }
  EXPECT_EQ(nights, 4) << "one night scene in each folder";
}

TEST_F(SynthCommandTest, BoxesAreNormalisedYoloLines) {
  ASSERT_EQ(Run({"--count", "6"}).status, 0);
  int lines = 0;
  for (const auto& entry : fs::directory_iterator(root_ / "train/boxes")) {
    std::ifstream in(entry.path());
    int object_class = 0;
    double cx = 0, cy = 0, w = 0, h = 0;
    while (in >> object_class >> cx >> cy >> w >> h) {
      ++lines;
      EXPECT_TRUE(object_class >= 0 && object_class <= 2);
      EXPECT_TRUE(w > 0 && h > 0 && cx - w / 2 > -1e-6 && cx + w / 2 < 1 + 1e-6);
      EXPECT_TRUE(cy - h / 2 > -1e-6 && cy + h / 2 < 1 + 1e-6);
    }
    EXPECT_TRUE(in.eof()) << entry.path();
  }
  EXPECT_GT(lines, 6);
}

TEST_F(SynthCommandTest, FilesDependOnTheSeedAndNotOnTheThreads) {
  ASSERT_EQ(Run({"--count", "3", "--threads", "1"}).status, 0);
  const std::string before = Content(root_ / "train/vi/00003D.png");
  EXPECT_FALSE(before.empty());
  ASSERT_EQ(Run({"--count", "3", "--threads", "3", "--overwrite"}).status, 0);
  EXPECT_EQ(Content(root_ / "train/vi/00003D.png"), before);
  ASSERT_EQ(Run({"--count", "3", "--seed", "2", "--overwrite"}).status, 0);
  EXPECT_NE(Content(root_ / "train/vi/00003D.png"), before);
}

TEST_F(SynthCommandTest, RefusesExistingFilesAndWrongArguments) {
  ASSERT_EQ(Run({"--count", "1"}).status, 0);
  const CommandResult again = Run({"--count", "2"});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find("00001D.png: exists already"), std::string::npos) << again.err;
  EXPECT_FALSE(fs::exists(root_ / "train/vi/00002N.png"));
  for (const char* size : {"80", "80x", "10x80", "80x64x2", "8000x80"}) {
    const CommandResult r = RunSeafusion({"synth", "--out", root_.string(), "--size", size});
    EXPECT_EQ(r.status, 2) << size;
    EXPECT_NE(r.err.find("usage:"), std::string::npos) << r.err;
  }
  EXPECT_EQ(RunSeafusion({"synth"}).status, 2);
}

}  // namespace
}  // namespace seafusion::tools
