// Many processes of `seafusion fuse` that share one list of pairs.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "io/testing/drawn_pictures.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr int kPairs = 11;

class ShardCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto bytes = model::SerializeSafetensors(nn::RandomFusionWeights(7));
    ASSERT_TRUE(bytes.ok());
    scratch_.WriteFile("weights.safetensors",
                       {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    fs::create_directories(scratch_ / "ir");
    fs::create_directories(scratch_ / "vi");
    for (int i = 0; i < kPairs; ++i) {
      for (const char* folder : {"ir/", "vi/"}) {
        io::testing::WriteStripes(scratch_ / (folder + std::to_string(i) + ".png"), 16, 12, 0);
      }
    }
  }

  std::vector<std::string> Arguments(const std::string& shard) const {
    return {"fuse",
            "--ir",
            scratch_ / "ir",
            "--vis",
            scratch_ / "vi",
            "-o",
            scratch_ / "out",
            "--model",
            scratch_ / "weights.safetensors",
            "--threads",
            "1",
            "--json",
            "--shard",
            shard,
            "--skip-existing"};
  }

  // All at once, one process each; how often each output was written, over all of them.
  std::map<std::string, int> RunTogether(const std::vector<std::string>& shards,
                                         const std::vector<Variables>& environments) const {
    std::vector<CommandResult> results(shards.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < shards.size(); ++i) {
      threads.emplace_back([&, i] {
        results[i] = RunSeafusion(Arguments(shards[i]), {.environment = environments[i]});
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::map<std::string, int> written;
    for (const CommandResult& result : results) {
      EXPECT_EQ(result.status, 0) << result.err;
      const auto json = nlohmann::json::parse(result.out);
      for (const auto& job : json["done"]) ++written[job["output"]];
    }
    return written;
  }

  void ExpectEachOnce(const std::map<std::string, int>& written, std::size_t count) const {
    EXPECT_THAT(written, SizeIs(count));
    for (const auto& [name, times] : written) EXPECT_EQ(times, 1) << name;
    EXPECT_THAT(scratch_.Files("out"), SizeIs(kPairs));
  }

  ScratchFolder scratch_;
};

TEST_F(ShardCommandTest, EachPairIsFusedOnceAndARerunDoesWhatIsMissing) {
  const std::vector<std::string> shards = {"0/3", "1/3", "2/3"};
  const std::vector<Variables> none(3);
  ExpectEachOnce(RunTogether(shards, none), kPairs);
  ExpectEachOnce(RunTogether(shards, none), 0);
  for (const char* name : {"out/0.png", "out/4.png", "out/10.png"}) fs::remove(scratch_ / name);
  ExpectEachOnce(RunTogether(shards, none), 3);
}

TEST_F(ShardCommandTest, MoreShardsThanPairsLeaveSomeWithNothing) {
  std::vector<std::string> shards;
  for (int i = 0; i < 13; ++i) shards.push_back(std::to_string(i) + "/13");
  ExpectEachOnce(RunTogether(shards, std::vector<Variables>(13)), kPairs);
}

TEST_F(ShardCommandTest, TheEnvironmentOfLaunchersIsUnderstood) {
  const auto both = [&](const std::string& shard, const std::vector<Variables>& environments) {
    fs::remove_all(scratch_ / "out");
    ExpectEachOnce(RunTogether({shard, shard}, environments), kPairs);
  };
  both("auto", {{{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}},
                {{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "2"}}});
  both("auto", {{{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "2"}},
                {{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}}});
  both("auto/2", {{{"JOB_COMPLETION_INDEX", "0"}}, {{"JOB_COMPLETION_INDEX", "1"}}});
}

TEST_F(ShardCommandTest, MpirunStartsOneShardAProcess) {
  if (std::system("command -v mpirun > /dev/null 2>&1") != 0) GTEST_SKIP() << "no mpirun here";
  std::string command = "mpirun --allow-run-as-root --oversubscribe -n 3 '" SEAFUSION_COMMAND "'";
  for (const std::string& word : Arguments("auto")) command += " '" + word + "'";
  ASSERT_EQ(std::system((command + " > '" + (scratch_ / "log") + "' 2>&1").c_str()), 0);
  EXPECT_THAT(scratch_.Files("out"), SizeIs(kPairs));
}

TEST_F(ShardCommandTest, WrongShardsExitWithTwo) {
  for (const char* shard : {"3/3", "1", "x/2", "auto/2"}) {
    const CommandResult result = RunSeafusion(Arguments(shard));
    EXPECT_EQ(result.status, 2) << shard;
    EXPECT_THAT(result.err, HasSubstr("--shard"));
  }
  EXPECT_FALSE(fs::exists(scratch_ / "out"));
}

}  // namespace
}  // namespace seafusion::tools
