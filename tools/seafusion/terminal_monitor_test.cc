#include "terminal_monitor.h"

#include <atomic>
#include <csignal>

#include <gtest/gtest.h>

namespace seafusion::tools {
namespace {

TEST(TerminalMonitorTest, MessagesBearTheVerbWithAndWithoutProgress) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("fuse", ProgressMode::kNever);
    terminal.monitor().Say("a.png: has no partner");
    terminal.monitor().Report({.label = "fuse", .unit = "pairs", .total = 2});
    terminal.monitor().Say("b.png: broken");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "seafusion fuse: a.png: has no partner\nseafusion fuse: b.png: broken\n");
}

TEST(TerminalMonitorTest, NamesOfFilesDoNotSteerTheTerminal) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("fuse", ProgressMode::kAlways);
    terminal.monitor().Say("\x1b[2Ja.png: has no partner");
    terminal.monitor().Report(
        {.label = "fuse", .unit = "pairs", .done = 1, .total = 1, .detail = "b\x1b[31m.png"});
    terminal.Finish();
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("\\x1b[2Ja.png"), std::string::npos) << text;
  EXPECT_EQ(text.find("\x1b[2J"), std::string::npos) << text;
  EXPECT_EQ(text.find("\x1b[31m"), std::string::npos) << text;
}

TEST(TerminalMonitorTest, AnotherLabelBeginsAnotherCount) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("compare", ProgressMode::kAlways);
    terminal.monitor().Report({.label = "GTF", .unit = "pairs", .total = 2});
    terminal.monitor().Report({.label = "GTF", .unit = "pairs", .done = 2, .total = 2});
    terminal.monitor().Report(
        {.label = "measure", .unit = "pairs", .done = 1, .total = 3, .skipped = 1});
    terminal.monitor().Report(
        {.label = "measure", .unit = "pairs", .done = 3, .total = 3, .skipped = 1});
    terminal.Finish();
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  // The last state of each, and nothing before the first step.
  EXPECT_EQ(text.find("GTF 0/2"), std::string::npos) << text;
  EXPECT_EQ(text.find("measure 1/3"), std::string::npos) << text;
  EXPECT_LT(text.find("GTF 2/2 pairs"), text.find("measure 3/3 pairs")) << text;
  EXPECT_NE(text.find("measure 3/3 pairs"), std::string::npos) << text;
}

TEST(TerminalMonitorTest, WhatIsSaidAfterTheLastStepStandsBelowIt) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("compare", ProgressMode::kAlways);
    terminal.monitor().Report(
        {.label = "GTF", .unit = "pairs", .done = 2, .total = 2, .skipped = 2});
    terminal.monitor().Say("MST-SR: begun anew");
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_LT(text.rfind("GTF 2/2 pairs"), text.find("seafusion compare: MST-SR")) << text;
}

TEST(TerminalMonitorTest, ACountThatGoesBackBeginsAnother) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("", ProgressMode::kAlways);
    const auto report = [&](std::uint64_t done) {
      terminal.monitor().Report({.label = "fusion", .unit = "steps", .done = done, .total = 2});
    };
    report(2);
    terminal.monitor().Say("fusion: done");
    report(1);
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("fusion 2/2 steps"), 0u) << text;
  EXPECT_LT(text.find("\nfusion: done\n"), text.find("fusion 1/2 steps")) << text;
}

TEST(TerminalMonitorTest, ProgressOfSeveralIsNotShownForOne) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("fuse", ProgressMode::kSeveral);
    terminal.monitor().Report({.label = "fuse", .unit = "pairs", .total = 1});
    terminal.monitor().Report({.label = "fuse", .unit = "pairs", .done = 1, .total = 1});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(TerminalMonitorTest, NothingDoneOfAnUnknownTotalIsNotShown) {
  ::testing::internal::CaptureStderr();
  {
    TerminalMonitor terminal("fuse", ProgressMode::kAlways);
    terminal.monitor().Report({.label = "fuse", .unit = "frames"});
    terminal.monitor().Report({.label = "fuse", .unit = "frames", .done = 1});
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("fuse 0"), std::string::npos) << text;
  EXPECT_NE(text.find("fuse 1 frames"), std::string::npos) << text;
}

TEST(TerminalMonitorTest, TheFirstSignalAsksTheRunToEnd) {
  TerminalMonitor terminal("fuse", ProgressMode::kNever);
  EXPECT_FALSE(terminal.monitor().Stopped());
  std::raise(SIGINT);
  EXPECT_TRUE(terminal.monitor().Stopped());
  EXPECT_TRUE(terminal.Interrupted());
}

TEST(TerminalMonitorTest, ARunInsideAnotherIsEndedByThatOne) {
  std::atomic<bool> stop = false;
  const TerminalMonitor inner("detect", ProgressMode::kNever, &stop);
  struct sigaction action {};
  ASSERT_EQ(::sigaction(SIGINT, nullptr, &action), 0);
  EXPECT_EQ(action.sa_handler, SIG_DFL) << "Ctrl-C is the other's";
  EXPECT_FALSE(inner.monitor().Stopped());
  stop = true;
  EXPECT_TRUE(inner.monitor().Stopped());
  EXPECT_TRUE(inner.Interrupted());
}

}  // namespace
}  // namespace seafusion::tools
