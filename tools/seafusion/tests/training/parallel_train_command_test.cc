// Training with several processes, as a user starts them, on rendered scenes.
#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "learn/parallel/test_port.h"

namespace seafusion::tools {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ParallelTrainTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const CommandResult r = RunSeafusion(
        {"synth", "--out", folder_ / "data", "--count", "3", "--size", "64x64", "--quiet"});
    ASSERT_EQ(r.status, 0) << r.err;
    // Batches that two and four processes share unevenly; hard examples, chosen over all of them.
    std::ofstream(folder_ / "tiny.json") << R"({
      "rounds": 2, "fusion_steps": 3, "fusion_batch": 5, "fusion_crop": 24,
      "segmentation_width": 8, "segmentation_steps": 3, "segmentation_batch": 5,
      "segmentation_crop_width": 32, "segmentation_crop_height": 32,
      "hard_examples": true, "fusion_hard_least": 700, "segmentation_hard_least": 700})";
    // One stage that nobody waits for the end of.
    std::ofstream(folder_ / "long.json") << R"({
      "strategy": "content-only", "rounds": 1, "fusion_steps": 100000, "fusion_batch": 4,
      "fusion_crop": 48})";
  }

  // The results of all processes; `process` changes the options of one.
  std::vector<CommandResult> Train(
      int processes, const std::vector<std::string>& more,
      const std::function<void(int, CommandRunOptions&)>& process = {}) {
    const std::string port = std::to_string(learn::FreePort());
    std::vector<std::string> arguments = {
        "train",     "--data", folder_ / "data",    "--threads", "1",
        "--workers", "1",      "--process-timeout", "60"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<CommandResult> results(static_cast<std::size_t>(processes));
    std::vector<std::thread> threads;
    for (int rank = 0; rank < processes; ++rank) {
      threads.emplace_back([&, rank] {
        CommandRunOptions options;
        if (processes > 1) {
          options.environment = {{"RANK", std::to_string(rank)},
                                 {"WORLD_SIZE", std::to_string(processes)},
                                 {"MASTER_ADDR", "127.0.0.1"},
                                 {"MASTER_PORT", port}};
        }
        if (process) process(rank, options);
        results[static_cast<std::size_t>(rank)] = RunSeafusion(arguments, options);
      });
    }
    for (std::thread& t : threads) t.join();
    return results;
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Steps that a run has logged.
  long Steps(const std::string& run) const {
    const std::string log = Read(run + "/log.csv");
    return std::count(log.begin(), log.end(), '\n') - 1;
  }
  // The largest difference between two logs, relative to the value, over the first `lines` lines;
  // the numbers of the steps must agree.
  double LogDifference(const std::string& a, const std::string& b, long lines) const {
    std::istringstream log_a(Read(a + "/log.csv")), log_b(Read(b + "/log.csv"));
    std::string line_a, line_b;
    double worst = 0;
    for (long line = 0; line < lines; ++line) {
      EXPECT_TRUE(std::getline(log_a, line_a) && std::getline(log_b, line_b)) << line;
      std::istringstream row_a(line_a), row_b(line_b);
      std::string one, other;
      for (int column = 0; std::getline(row_a, one, ',') && std::getline(row_b, other, ',');
           ++column) {
        if (line == 0 || column < 2 || one.empty()) {
          EXPECT_EQ(one, other) << line_a;
        } else {
          const double x = std::stod(one), y = std::stod(other);
          worst = std::max(worst, std::abs(x - y) / std::max(std::abs(x), 1e-3));
        }
      }
    }
    return worst;
  }

  ScratchFolder folder_;
};

TEST_F(ParallelTrainTest, TwoAndFourProcessesTrainAsOneDoes) {
  const auto train = [&](int processes, const std::string& run) {
    return Train(processes, {"--config", folder_ / "tiny.json", "--val", folder_ / "data/train",
                             "--out", folder_ / run});
  };
  ASSERT_EQ(train(1, "one")[0].status, 0);
  for (int processes : {2, 4}) {
    const std::string run = "run" + std::to_string(processes);
    const std::vector<CommandResult> results = train(processes, run);
    for (const CommandResult& r : results) ASSERT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(results[0].out, folder_ / (run + "/fusion.safetensors") + "\n");
    EXPECT_THAT(results[1].out + results[1].err, IsEmpty());
    // docs/training.md states these. In the last stage, pictures fused by weights that are rounded
    // differently differ by single levels, and BatchNorm sees a handful of values a channel here.
    EXPECT_LT(LogDifference("one", run, 1 + 9), 1e-3) << processes;
    EXPECT_LT(LogDifference("one", run, 1 + 12), 1e-1) << processes;
    EXPECT_EQ(folder_.Files(run + "/samples"), folder_.Files("one/samples"));
    EXPECT_EQ(nlohmann::json::parse(Read(run + "/settings.json")).at("run").at("processes"),
              processes);
  }
}

TEST_F(ParallelTrainTest, ALostProcessEndsTheRunWhichOthersGoOnWith) {
  const std::vector<std::string> begin = {"--config", folder_ / "long.json", "--out",
                                          folder_ / "run"};
  const std::vector<CommandResult> lost =
      Train(2, begin, [&](int rank, CommandRunOptions& options) {
        if (rank == 1) options.signal_when = [&] { return Steps("run") >= 4; };
      });
  EXPECT_EQ(lost[1].status, 128 + SIGKILL);
  EXPECT_EQ(lost[0].status, 1);
  EXPECT_THAT(lost[0].err, HasSubstr("process 0 of 2: stopped after step "));
  EXPECT_THAT(lost[0].err, HasSubstr("another process of this run has ended or does not answer"));
  const long before = Steps("run");

  // Three go on; what one of them is told, all do.
  const std::vector<CommandResult> rest =
      Train(3, {"--resume", "--out", folder_ / "run"}, [&](int rank, CommandRunOptions& options) {
        options.signal = SIGTERM;
        if (rank == 2) options.signal_when = [&] { return Steps("run") >= before + 4; };
      });
  for (const CommandResult& r : rest) EXPECT_EQ(r.status, 1);
  EXPECT_THAT(rest[0].err, HasSubstr("--resume continues"));
  EXPECT_THAT(rest[1].err + rest[2].err, IsEmpty());
  EXPECT_GE(Steps("run"), before + 4);

  // All as if one process had done it.
  Train(1, {"--config", folder_ / "long.json", "--out", folder_ / "one"},
        [&](int, CommandRunOptions& options) {
          options.signal = SIGTERM;
          options.signal_when = [&] { return Steps("one") >= before + 4; };
        });
  EXPECT_LT(LogDifference("one", "run", 1 + before + 4), 1e-3);
}

TEST_F(ParallelTrainTest, WhatProcessesCannotShareIsNamed) {
  const std::vector<CommandResult> small = Train(
      2, {"--config", folder_ / "tiny.json", "--set", "fusion_batch=1", "--out", folder_ / "run"});
  for (const CommandResult& r : small) {
    EXPECT_EQ(r.status, 1);
    // Whoever is later finds the other gone.
    EXPECT_THAT(r.err, AnyOf(HasSubstr("fusion_batch 1 cannot be shared by 2 processes"),
                             HasSubstr("another process of this run has ended")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
  const auto one_of_two = [](const std::vector<std::string>& arguments) {
    return RunSeafusion(arguments, {.environment = {{"RANK", "0"}, {"WORLD_SIZE", "2"}}});
  };
  EXPECT_THAT(one_of_two({"train", "--data", folder_ / "data", "--out", folder_ / "x"}).err,
              HasSubstr("started as 2 processes: content-only training"));
  EXPECT_THAT(one_of_two({"ablate", "--data", folder_ / "data", "--out", folder_ / "x"}).err,
              HasSubstr("started as 2 processes: ablate"));
}

}  // namespace
}  // namespace seafusion::tools
