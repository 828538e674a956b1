#include "batch/fuse/fuse_run.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"

namespace seafusion::batch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FuseRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a", "b", "c"}) {
      Draw(std::string("ir/") + name + ".png", 12);
      Draw(std::string("vi/") + name + ".png", 12);
    }
    settings_.infrared = scratch_ / "ir";
    settings_.visible = scratch_ / "vi";
    settings_.output = scratch_ / "out";
    settings_.method = {.name = "average", .threads = 1};
    monitor_.message = [this](std::string_view text) { messages_.emplace_back(text); };
  }
  void Draw(const std::string& name, int width) {
    io::testing::WriteGray(scratch_ / name, width, 9,
                           [&](int x, int y) { return name[0] == 'i' ? 4 * x : 8 * y; });
  }
  FuseReport Run() { return FusePictures(settings_, nullptr, monitor_); }

  ScratchFolder scratch_;
  FuseRunSettings settings_;
  RunMonitor monitor_;
  std::vector<std::string> messages_;
};

TEST_F(FuseRunTest, FusesAFolderAndReportsEachPair) {
  std::vector<std::uint64_t> done;
  monitor_.progress = [&](const RunProgress& p) {
    EXPECT_EQ(p.label, "fuse");
    EXPECT_EQ(p.total, 3u);
    done.push_back(p.done);
  };
  const FuseReport report = Run();
  ASSERT_TRUE(report.complete()) << report.status.message();
  EXPECT_THAT(messages_, IsEmpty());
  // A picture counts once it is on the disk, which is while the next one is fused.
  EXPECT_THAT(done, ElementsAre(0, 0, 1, 2, 3));
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("a.png", "b.png", "c.png"));
  EXPECT_EQ(report.pixels, 3u * 12 * 9);
  const auto fused = io::ReadImage(scratch_ / "out/b.png");
  ASSERT_TRUE(fused.ok());
  EXPECT_EQ(fused->view().Row<std::uint8_t>(5)[3], (4 * 3 + 8 * 5) / 2);
  const auto json = nlohmann::json::parse(JsonText(report));
  EXPECT_EQ(json["method"], "average");
  EXPECT_THAT(json["done"], SizeIs(3));
  EXPECT_THAT(SummaryText(report), HasSubstr("fused 3 pairs in "));
}

TEST_F(FuseRunTest, TransparencyOfTheVisiblePictureIsKept) {
  ImageBuffer visible = *ImageBuffer::Create(12, 9, PixelFormat::kRgb8);
  ImageBuffer alpha = *ImageBuffer::Create(12, 9, PixelFormat::kGray8);
  for (int x = 0; x < 12; ++x)
    alpha.view().Row<std::uint8_t>(4)[x] = static_cast<std::uint8_t>(9 * x);
  ASSERT_TRUE(io::WriteImage(scratch_ / "vi/b.png", visible.view(), IfExists::kReplace, {},
                             std::as_const(alpha).view())
                  .ok());
  ASSERT_TRUE(Run().complete());
  const auto fused = io::ReadPicture(scratch_ / "out/b.png");
  ASSERT_TRUE(fused.ok());
  EXPECT_EQ(std::as_const(fused->alpha).view().Row<std::uint8_t>(4)[7], 63);
  EXPECT_TRUE(io::ReadPicture(scratch_ / "out/a.png")->alpha.empty());
  // In the result's bits, whatever the source's.
  settings_.bits = 16;
  settings_.format = "tif";
  settings_.output = scratch_ / "deep";
  ASSERT_TRUE(Run().complete());
  const auto deep = io::ReadPicture(scratch_ / "deep/b.tif");
  ASSERT_TRUE(deep.ok());
  EXPECT_EQ(std::as_const(deep->alpha).view().Row<std::uint16_t>(4)[7], 63 * 257);
  EXPECT_THAT(messages_, IsEmpty());
  // A format without is said once.
  settings_.bits = 8;
  settings_.format = "jpg";
  settings_.output = scratch_ / "flat";
  ASSERT_TRUE(Run().complete());
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("flat/b.jpg: this format has no transparency")));
}

TEST_F(FuseRunTest, APairThatFailsEndsTheRunOrIsLeftOut) {
  Draw("ir/b.png", 13);
  FuseReport report = Run();
  EXPECT_FALSE(report.complete());
  EXPECT_TRUE(report.status.ok());
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("ir/b.png is 13x9")));
  EXPECT_THAT(report.failed, SizeIs(1));
  EXPECT_EQ(report.done.size() + report.not_begun.size(), 2u);
  settings_.keep_going = true;
  settings_.output = scratch_ / "again";
  report = Run();
  EXPECT_FALSE(report.complete());
  EXPECT_THAT(scratch_.Files("again"), ElementsAre("a.png", "c.png"));
}

TEST_F(FuseRunTest, OutputsThatExistAreKeptOrLeftOut) {
  scratch_.WriteFile("out/b.png", "mine");
  const FuseReport refused = Run();
  EXPECT_EQ(refused.status.code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("b.png"));
  settings_.keep_going = true;
  const FuseReport report = Run();
  EXPECT_TRUE(report.complete());
  EXPECT_THAT(report.skipped, SizeIs(1));
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("out/b.png: exists already, left out")));
  messages_.clear();
  settings_.notes = false;
  EXPECT_THAT(Run().skipped, SizeIs(3));
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(FuseRunTest, TwoPairsNeverShareAnOutput) {
  settings_.pairing.table =
      scratch_.WriteFile("pairs.csv", "ir/a.png,vi/a.png,both\nir/b.png,vi/b.png,both.png\n");
  settings_.infrared.clear();
  settings_.visible.clear();
  settings_.overwrite = true;
  EXPECT_EQ(Run().status.message(),
            (scratch_ / "out/both.png") + ": would hold the results of both " +
                (scratch_ / "vi/a.png") + " and " + (scratch_ / "vi/b.png"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "out"));
}

TEST_F(FuseRunTest, ShardsShareTheWork) {
  settings_.shard = {.index = 1, .count = 2};
  const FuseReport report = Run();
  ASSERT_TRUE(report.complete());
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("b.png"));
  EXPECT_EQ(report.elsewhere, 2u);
}

TEST_F(FuseRunTest, AStopLeavesTheRestAlone) {
  std::atomic<bool> stop = false;
  monitor_.stop = &stop;
  monitor_.progress = [&](const RunProgress& p) { stop = p.done == 1; };
  const FuseReport report = Run();
  EXPECT_TRUE(report.interrupted);
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("a.png", "b.png"));
  EXPECT_THAT(report.not_begun, SizeIs(1));
}

TEST_F(FuseRunTest, StepsOfAMethodThatIteratesAreHeard) {
  settings_.method.name = "gtf";
  settings_.infrared = scratch_ / "ir/a.png";
  settings_.visible = scratch_ / "vi/a.png";
  std::vector<std::string> lines;
  settings_.trace = [&](const std::string& output, const std::string& line) {
    EXPECT_EQ(output, scratch_ / "out/a.png");
    lines.push_back(line);
  };
  settings_.output = scratch_ / "out/";
  ASSERT_TRUE(Run().complete());
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("step 1: ")));
}

TEST_F(FuseRunTest, WhatCannotBeginSaysWhy) {
  settings_.method.name = "ifcnn";
  EXPECT_EQ(Run().status.code(), StatusCode::kUnsupported);
  settings_.visible = scratch_ / "none";
  const FuseReport report = Run();
  EXPECT_EQ(report.status.code(), StatusCode::kNotFound);
  EXPECT_THAT(nlohmann::json::parse(JsonText(report))["error"], report.status.message());
  EXPECT_THAT(scratch_.Files(), SizeIs(6));
}

}  // namespace
}  // namespace seafusion::batch
