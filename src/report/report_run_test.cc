#include "report/report_run.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/rig/rig_file.h"
#include "core/testing/scratch_folder.h"
#include "io/testing/drawn_pictures.h"
#include "report/page_pictures.h"
#include "report/task_table.h"

namespace seafusion::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReportRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (PageTemplate().empty()) GTEST_SKIP() << "built without the page (SEAFUSION_REPORT)";
    for (const char* name : {"a.png", "b.png"}) {
      for (const char* folder : {"ir/", "vi/", "one/"}) Draw(std::string(folder) + name, 48);
    }
    monitor_.message = [this](std::string_view text) { messages_.emplace_back(text); };
  }
  void Draw(const std::string& name, int width) {
    io::testing::WriteStripes(scratch_ / name, width, 44, 100);
  }
  ReportSettings Settings() const {
    return {
        .infrared = scratch_ / "ir",
        .visible = scratch_ / "vi",
        .methods = {{"One", scratch_ / "one"}},
        .output = scratch_ / "page.html",
        .title = "Stripes",
        .request = {.metrics = {metrics::Metric::kSf}, .conventions = {metrics::Convention::kF255}},
        .threads = 1};
  }
  std::string Page() const {
    std::ifstream file(scratch_ / "page.html", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ScratchFolder scratch_;
  RunMonitor monitor_;
  std::vector<std::string> messages_;
};

TEST_F(ReportRunTest, SourcesThatARigMovedAreInThePageWhateverIsAsked) {
  align::Rig rig;
  rig.infrared.width = 24;
  rig.infrared.height = 22;
  rig.visible.width = 48;
  rig.visible.height = 44;
  rig.map.map = align::ScalingOfPixels(0.5, 0.5);
  ReportSettings settings = Settings();
  settings.rig = {scratch_ / "rig.json", align::Canvas::kVisible};
  ASSERT_TRUE(align::WriteRig(settings.rig.file, rig, IfExists::kFail).ok());
  for (const char* name : {"ir/a.png", "ir/b.png"}) {
    io::testing::WriteStripes(scratch_ / name, 24, 22, 100);
  }
  settings.embed = EmbedPictures::kNone;
  const auto written = WriteReport(settings, monitor_);
  ASSERT_TRUE(written.ok()) << written.status().message();
  const std::string page = Page();
  // Two sources of each of two pairs; what was fused stays where it is.
  std::size_t inside = 0;
  for (std::size_t at = 0; (at = page.find("data-type=\"image/jpeg\"", at)) != std::string::npos;
       ++at) {
    ++inside;
  }
  EXPECT_EQ(inside, 4u);
  EXPECT_THAT(page, HasSubstr("one/a.png"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("ir/a.png")));
  EXPECT_THAT(page, HasSubstr("canvas visible"));
}

TEST_F(ReportRunTest, MeasuresAndWritesThePage) {
  std::vector<std::uint64_t> done;
  monitor_.progress = [&](const RunProgress& p) { done.push_back(p.done); };
  const auto written = WriteReport(Settings(), monitor_);
  ASSERT_TRUE(written.ok()) << written.status().message();
  EXPECT_THAT(done, ElementsAre(0, 1, 2));
  EXPECT_THAT(messages_, IsEmpty());
  EXPECT_TRUE(written->embedded);
  EXPECT_EQ(written->bytes, Page().size());
  EXPECT_THAT(SummaryText(*written), HasSubstr("page.html: 1 method, 2 pairs, "));
  EXPECT_THAT(Page(), HasSubstr("Stripes"));
  // It stays.
  EXPECT_EQ(WriteReport(Settings(), monitor_).status().code(), StatusCode::kAlreadyExists);
}

TEST_F(ReportRunTest, WhatFailsIsSaidOrEndsTheRun) {
  Draw("one/b.png", 50);
  Draw("ir/c.png", 48);
  EXPECT_EQ(WriteReport(Settings(), monitor_).status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("ir/c.png: has no partner in ")));
  messages_.clear();
  ReportSettings going = Settings();
  going.keep_going = true;
  const auto written = WriteReport(going, monitor_);
  ASSERT_TRUE(written.ok()) << written.status().message();
  EXPECT_EQ(written->pairs, 1u);
  EXPECT_EQ(written->failed, 1);
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("ir/c.png"), HasSubstr("one/b.png is 50x44")));
}

TEST(TaskTableTest, HowManyPicturesIsAWholeNumber) {
  const ScratchFolder scratch;
  const auto note = [&](const std::string& pictures) {
    scratch.WriteFile("table.json", "{\"pictures\": " + pictures + ", \"rows\": []}");
    PagePictures none(EmbedPictures::kNone, scratch / "");
    const auto table = ReadTaskTable(scratch / "", "note", {}, 1 << 16, none);
    return table.ok() ? table->note : std::string();
  };
  EXPECT_EQ(note("7"), "note, over 7 pictures.");
  for (const char* wrong : {"1e300", "4294967303", "1.5", "[7]"}) EXPECT_EQ(note(wrong), "");
}

}  // namespace
}  // namespace seafusion::report
