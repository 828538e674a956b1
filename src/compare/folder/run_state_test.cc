#include "compare/folder/run_state.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::compare {
namespace {

using metrics::Convention;
using metrics::Metric;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const RunStamp kStamp = {{"method", "gtf"}, {"threads", "2"}};

FusedRecord Record(double seconds) {
  return {.infrared = "i",
          .visible = "v",
          .fused = "f",
          .width = 3,
          .height = 2,
          .seconds = seconds,
          .first_call = true,
          .values = {
              {Metric::kEn, Convention::kPaper, 1.5, 0, 0},
              {Metric::kQabf, Convention::kF255, std::nan(""), 0, 0},
              {Metric::kPsnr, Convention::kF255, std::numeric_limits<double>::infinity(), 0, 0}}};
}

class RunStateTest : public ::testing::Test {
 protected:
  RunState Open(const RunStamp& stamp = kStamp, bool anew = false) {
    auto state = RunState::Open(path_, stamp, anew);
    EXPECT_TRUE(state.ok()) << state.status().message();
    return *std::move(state);
  }
  void Fill() {
    RunState state = Open();
    ASSERT_TRUE(state.Put("a", Record(1)).ok());
    ASSERT_TRUE(state.Put("b \xff%", Record(2)).ok());
    ASSERT_TRUE(state.Put("a", Record(3)).ok());
  }
  ScratchFolder scratch_;
  const std::string path_ = scratch_ / "state.jsonl";
};

TEST_F(RunStateTest, KeepsTheLastRecordOfEachPair) {
  Fill();
  const RunState state = Open();
  EXPECT_THAT(state.changed(), IsEmpty());
  const FusedRecord* record = state.Find("a");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->seconds, 3);
  EXPECT_EQ(record->infrared + record->visible + record->fused, "ivf");
  EXPECT_EQ(record->width * 10 + record->height, 32);
  EXPECT_TRUE(record->first_call);
  ASSERT_EQ(record->values.size(), 3U);
  EXPECT_EQ(record->values[0].metric, Metric::kEn);
  EXPECT_EQ(record->values[0].convention, Convention::kPaper);
  EXPECT_EQ(record->values[0].value, 1.5);
  EXPECT_EQ(record->values[1].convention, Convention::kF255);
  EXPECT_TRUE(std::isnan(record->values[1].value));
  EXPECT_TRUE(std::isinf(record->values[2].value));
  ASSERT_NE(state.Find("b \xff%"), nullptr);
  EXPECT_EQ(state.Find("c"), nullptr);
}

// As kill -9 or a full disk leave it.
TEST_F(RunStateTest, ALineThatWasCutShortIsForgottenAndTheNextOneIsNot) {
  Fill();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 5);
  {
    RunState state = Open();
    ASSERT_NE(state.Find("a"), nullptr);
    EXPECT_EQ(state.Find("a")->seconds, 1);
    ASSERT_TRUE(state.Put("c", Record(4)).ok());
  }
  const RunState state = Open();
  EXPECT_EQ(state.Find("a")->seconds, 1);
  EXPECT_NE(state.Find("b \xff%"), nullptr);
  ASSERT_NE(state.Find("c"), nullptr);
  EXPECT_EQ(state.Find("c")->seconds, 4);
}

TEST_F(RunStateTest, RecordsOfAnotherStampAreDroppedAndTheDifferenceIsNamed) {
  Fill();
  {
    const RunState state = Open({{"method", "gtf"}, {"threads", "4"}, {"weights", "w"}});
    EXPECT_THAT(state.changed(), ElementsAre("threads", "weights"));
    EXPECT_EQ(state.Find("a"), nullptr);
  }
  EXPECT_EQ(Open().Find("a"), nullptr);
}

TEST_F(RunStateTest, AnewDropsAll) {
  Fill();
  EXPECT_EQ(Open(kStamp, true).Find("a"), nullptr);
}

TEST_F(RunStateTest, WhatIsNoStateIsReplaced) {
  for (const char* text : {"", "nonsense", "{}", "[1]\n{}\n", "{\"stamp\":1}\n"}) {
    std::ofstream(path_) << text;
    {
      RunState state = Open();
      EXPECT_EQ(state.Find("a"), nullptr);
      ASSERT_TRUE(state.Put("a", Record(1)).ok());
    }
    EXPECT_NE(Open().Find("a"), nullptr) << text;
  }
}

TEST_F(RunStateTest, LinesThatAreNoRecordsAreLeftOut) {
  Fill();
  std::ofstream(path_, std::ios::app) << "{\"pair\":\"a\"}\n{\"pair\":7}\n[]\nx\n"
                                      << std::string(30000, '[') << std::string(30000, ']') << "\n"
                                      << R"({"pair":"a","infrared":"","visible":"","fused":"",)"
                                      << R"("width":1e300,"height":2,"seconds":1,)"
                                      << R"("first_call":true,"values":[]})"
                                      << "\n";
  EXPECT_EQ(Open().Find("a")->seconds, 3);
}

TEST_F(RunStateTest, AFileThatCannotBeWrittenIsNamed) {
  const auto state = RunState::Open(scratch_ / "no/state.jsonl", kStamp, false);
  ASSERT_FALSE(state.ok());
  EXPECT_THAT(state.status().message(), ::testing::HasSubstr("no/state.jsonl"));
}

}  // namespace
}  // namespace seafusion::compare
