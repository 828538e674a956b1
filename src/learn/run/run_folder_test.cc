#include "learn/run/run_folder.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "learn/run/saving.h"

namespace seafusion::learn {
namespace {

class RunFolderTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(root_); }

  const std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("seafusion_run_" + std::to_string(::getpid()));
  const RunFolder folder_{root_};
};

TEST_F(RunFolderTest, ARunIsThereOrNot) {
  EXPECT_TRUE(folder_.CheckResume(false).ok());
  EXPECT_EQ(folder_.CheckResume(true).code(), StatusCode::kNotFound);
  ASSERT_TRUE(folder_.Create("samples").ok());
  EXPECT_TRUE(std::filesystem::is_directory(root_ / "samples"));
  EXPECT_FALSE(folder_.HoldsRun());
  ASSERT_TRUE(folder_.WriteText("checkpoint", "x").ok());
  EXPECT_TRUE(folder_.HoldsRun());
  EXPECT_TRUE(folder_.CheckResume(true).ok());
  EXPECT_EQ(folder_.CheckResume(false).code(), StatusCode::kAlreadyExists);
  std::ofstream(root_ / "file") << "x";
  EXPECT_EQ(RunFolder(root_ / "file" / "below").Create().code(), StatusCode::kIoError);
}

TEST_F(RunFolderTest, WhatWasBegunGoesOnOnlyWithTheSame) {
  ASSERT_TRUE(folder_.BeginWith("run.json", "{1}", "another number").ok());
  EXPECT_TRUE(folder_.BeginWith("run.json", "{1}", "another number").ok());
  const Status other = folder_.BeginWith("run.json", "{2}", "another number");
  EXPECT_EQ(other.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(other.message(), (root_ / "run.json").string() + ": was begun with another number");
  EXPECT_EQ(*folder_.ReadText("run.json"), "{1}");
}

TEST_F(RunFolderTest, ATableDropsWhatWillBeWrittenAgain) {
  ASSERT_TRUE(folder_.Create().ok());
  const auto never = [](const std::string&) { return false; };
  {
    auto table = RunTable::Open(folder_, "log.csv", "stage,step,loss", never);
    ASSERT_TRUE(table.ok());
    for (const char* line : {"0,1,a", "0,2,b", "1,1,c", "1,2,d"}) {
      ASSERT_TRUE(table->Add(line).ok());
    }
  }
  const RunPosition position{1, 1};
  auto table = RunTable::Open(folder_, "log.csv", "stage,step,loss", [&](const std::string& line) {
    return PositionOf(line) <= position;
  });
  ASSERT_TRUE(table.ok());
  ASSERT_TRUE(table->Add("1,2,e").ok());
  EXPECT_EQ(*folder_.ReadText("log.csv"), "stage,step,loss\n0,1,a\n0,2,b\n1,1,c\n1,2,e\n");
}

TEST_F(RunFolderTest, ALineThatWasCutShortIsDropped) {
  ASSERT_TRUE(folder_.Create().ok());
  // "0,20,b" cut short says of step 2 what nobody measured.
  ASSERT_TRUE(folder_.WriteText("log.csv", "stage,step,loss\n0,19,a\n0,2").ok());
  const auto all = [](const std::string&) { return true; };
  ASSERT_TRUE(RunTable::Open(folder_, "log.csv", "stage,step,loss", all).ok());
  EXPECT_EQ(*folder_.ReadText("log.csv"), "stage,step,loss\n0,19,a\n");
}

TEST(SavingTest, SavesWhateverEndsTheRunAndTellsTheFirstFailure) {
  int saves = 0;
  Status result = OkStatus();
  Saving saving(std::chrono::seconds(3600), [&] {
    ++saves;
    return result;
  });
  EXPECT_TRUE(saving.WhenDue().ok());
  EXPECT_EQ(saves, 0) << "an hour is not over";
  const auto stopped = [] { return std::string("stopped at step 2"); };
  EXPECT_TRUE(saving.AtTheEnd(OkStatus(), stopped).ok());
  EXPECT_EQ(saving.AtTheEnd(Cancelled("asked"), stopped).message(), "stopped at step 2");
  EXPECT_EQ(saving.AtTheEnd(Internal("lost"), stopped).message(), "lost");
  EXPECT_EQ(saves, 3);
  result = IoError("full");
  EXPECT_EQ(saving.AtTheEnd(OkStatus(), stopped).message(), "full");
  EXPECT_EQ(saving.AtTheEnd(Cancelled("asked"), stopped).message(), "full");
  EXPECT_EQ(saving.AtTheEnd(Internal("lost"), stopped).message(), "lost");

  Saving always(std::chrono::seconds(-1), [&] {
    ++saves;
    return OkStatus();
  });
  saves = 0;
  EXPECT_TRUE(always.WhenDue().ok());
  EXPECT_EQ(saves, 1);
}

}  // namespace
}  // namespace seafusion::learn
