#include "batch/shard.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::batch {
namespace {

using ::testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

StatusOr<Shard> Parse(const std::string& text, const Variables& variables = {}) {
  return ParseShard(text, [&](const char* name) -> std::optional<std::string> {
    const auto it = variables.find(name);
    if (it == variables.end()) return std::nullopt;
    return it->second;
  });
}

void ExpectShard(const StatusOr<Shard>& shard, std::uint64_t index, std::uint64_t count) {
  ASSERT_TRUE(shard.ok()) << shard.status().message();
  EXPECT_EQ(shard->index, index);
  EXPECT_EQ(shard->count, count);
}

TEST(ShardTest, EveryItemBelongsToExactlyOneShard) {
  for (std::uint64_t count = 1; count <= 7; ++count) {
    for (std::uint64_t item = 0; item < 40; ++item) {
      int owners = 0;
      for (std::uint64_t index = 0; index < count; ++index) {
        const auto shard = Parse(std::to_string(index) + "/" + std::to_string(count));
        ASSERT_TRUE(shard.ok());
        owners += shard->Has(item) ? 1 : 0;
      }
      EXPECT_EQ(owners, 1);
    }
  }
}

TEST(ShardTest, TheEnvironmentTellsThePlace) {
  ExpectShard(Parse("auto", {{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"}}), 3, 4);
  ExpectShard(Parse("auto", {{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}}), 0, 2);
  ExpectShard(Parse("auto", {{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "8"}}), 1, 8);
  ExpectShard(Parse("auto/5", {{"JOB_COMPLETION_INDEX", "4"}}), 4, 5);
  // mpirun inside a Slurm job of one task.
  ExpectShard(Parse("auto", {{"OMPI_COMM_WORLD_RANK", "1"},
                             {"OMPI_COMM_WORLD_SIZE", "2"},
                             {"SLURM_PROCID", "0"},
                             {"SLURM_NTASKS", "1"}}),
              1, 2);
}

TEST(ShardTest, SlurmArraysMayBeginAnywhereAndHaveTasks) {
  const Variables array = {{"SLURM_ARRAY_TASK_ID", "14"},
                           {"SLURM_ARRAY_TASK_MIN", "10"},
                           {"SLURM_ARRAY_TASK_STEP", "2"},
                           {"SLURM_ARRAY_TASK_COUNT", "5"}};
  ExpectShard(Parse("auto", array), 2, 5);
  Variables tasks = array;
  tasks["SLURM_PROCID"] = "1";
  tasks["SLURM_NTASKS"] = "3";
  ExpectShard(Parse("auto", tasks), 7, 15);
  Variables wrong = array;
  wrong["SLURM_ARRAY_TASK_ID"] = "13";
  EXPECT_FALSE(Parse("auto", wrong).ok());
}

TEST(ShardTest, WhatIsWrongIsNamed) {
  for (const char* text : {"", "1", "/", "1/", "/2", "-1/2", "a/b", "1/0", "2/2", "1/2/3", "1.0/2",
                           "auto/", "auto/0", "99999999999999999999/100000000000000000000"}) {
    const auto shard = Parse(text, {{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}});
    ASSERT_FALSE(shard.ok()) << text;
    EXPECT_EQ(shard.status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(Parse("auto").status().message(), HasSubstr("finds no variable"));
  EXPECT_THAT(Parse("auto", {{"JOB_COMPLETION_INDEX", "1"}}).status().message(),
              HasSubstr("auto/N"));
  EXPECT_THAT(Parse("auto", {{"PMI_RANK", "x"}, {"PMI_SIZE", "2"}}).status().message(),
              HasSubstr("PMI_RANK=x"));
  EXPECT_THAT(Parse("auto/3", {{"JOB_COMPLETION_INDEX", "3"}}).status().message(),
              HasSubstr("index 3 of 3"));
}

}  // namespace
}  // namespace seafusion::batch
