#include "learn/parallel/process_place.h"

#include <map>

#include <gtest/gtest.h>

namespace seafusion::learn {
namespace {

using Variables = std::map<std::string, std::string>;

StatusOr<ProcessPlace> Find(const Variables& variables) {
  return FindProcessPlace([&](const char* name) -> std::optional<std::string> {
    const auto it = variables.find(name);
    if (it == variables.end()) return std::nullopt;
    return it->second;
  });
}

std::string Failure(const Variables& variables) {
  const auto place = Find(variables);
  EXPECT_EQ(place.status().code(), StatusCode::kInvalidArgument);
  return place.ok() ? "" : place.status().message();
}

TEST(ProcessPlace, IsAloneWithoutVariables) {
  const auto place = Find({});
  ASSERT_TRUE(place.ok());
  EXPECT_TRUE(place->alone());
  EXPECT_EQ(place->rank, 0);
}

TEST(ProcessPlace, OfVariablesSetByHand) {
  const auto place = Find({{"RANK", "2"}, {"WORLD_SIZE", "4"}, {"MASTER_PORT", "1234"}});
  ASSERT_TRUE(place.ok()) << place.status().message();
  EXPECT_EQ(place->rank, 2);
  EXPECT_EQ(place->size, 4);
  EXPECT_EQ(place->local_rank, 2);
  EXPECT_EQ(place->local_size, 4);
  EXPECT_EQ(place->address, "127.0.0.1");
  EXPECT_EQ(place->port, 1234);
  EXPECT_TRUE(place->on_one_machine());
  EXPECT_EQ(place->agent_prefix, "");
}

TEST(ProcessPlace, OfTorchrun) {
  const auto place = Find({{"RANK", "5"},
                           {"WORLD_SIZE", "8"},
                           {"LOCAL_RANK", "1"},
                           {"LOCAL_WORLD_SIZE", "4"},
                           {"MASTER_ADDR", "node7"},
                           {"MASTER_PORT", "29400"},
                           {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                           {"TORCHELASTIC_RESTART_COUNT", "3"},
                           // Under Slurm: torchrun is nearer.
                           {"SLURM_PROCID", "1"},
                           {"SLURM_STEP_NUM_TASKS", "2"}});
  ASSERT_TRUE(place.ok()) << place.status().message();
  EXPECT_EQ(place->rank, 5);
  EXPECT_EQ(place->size, 8);
  EXPECT_EQ(place->local_rank, 1);
  EXPECT_EQ(place->address, "node7");
  EXPECT_EQ(place->port, 29400);
  EXPECT_EQ(place->agent_prefix, "/worker/attempt_3");
  EXPECT_FALSE(place->on_one_machine());
}

TEST(ProcessPlace, OfOpenMpi) {
  const Variables here = {{"OMPI_COMM_WORLD_RANK", "1"},
                          {"OMPI_COMM_WORLD_SIZE", "2"},
                          {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                          {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}};
  const auto place = Find(here);
  ASSERT_TRUE(place.ok()) << place.status().message();
  EXPECT_EQ(place->rank, 1);
  EXPECT_EQ(place->address, "127.0.0.1");
  EXPECT_EQ(place->port, 29500);

  Variables apart = here;
  apart["OMPI_COMM_WORLD_LOCAL_SIZE"] = "1";
  apart["OMPI_COMM_WORLD_LOCAL_RANK"] = "0";
  EXPECT_EQ(Failure(apart),
            "the 2 processes are on several machines: set MASTER_ADDR to the name of that of "
            "process 0");
  apart["MASTER_ADDR"] = "node1";
  ASSERT_TRUE(Find(apart).ok());
  EXPECT_EQ(Find(apart)->address, "node1");
  EXPECT_FALSE(Find(apart)->on_one_machine());
}

TEST(ProcessPlace, OfMpich) {
  const auto place = Find({{"PMI_RANK", "3"},
                           {"PMI_SIZE", "4"},
                           {"MPI_LOCALRANKID", "1"},
                           {"MPI_LOCALNRANKS", "2"},
                           {"MASTER_ADDR", "10.0.0.1"}});
  ASSERT_TRUE(place.ok()) << place.status().message();
  EXPECT_EQ(place->rank, 3);
  EXPECT_EQ(place->local_rank, 1);
  EXPECT_EQ(place->local_size, 2);
}

TEST(ProcessPlace, OfASlurmStep) {
  const Variables step = {{"SLURM_PROCID", "4"},
                          {"SLURM_STEP_NUM_TASKS", "6"},
                          {"SLURM_LOCALID", "0"},
                          {"SLURM_STEP_TASKS_PER_NODE", "2(x3)"},
                          {"SLURM_STEP_NODELIST", "gpu[03-04,09]"},
                          {"SLURM_JOB_ID", "70001"}};
  const auto place = Find(step);
  ASSERT_TRUE(place.ok()) << place.status().message();
  EXPECT_EQ(place->rank, 4);
  EXPECT_EQ(place->size, 6);
  EXPECT_EQ(place->local_size, 2);
  EXPECT_EQ(place->address, "gpu03");
  EXPECT_EQ(place->port, 15000 + 70001 % 15000);
  for (const auto& [list, first] : Variables{{"big1,big2", "big1"},
                                             {"big1,gpu[3-4]", "big1"},
                                             {"n[1,4]", "n1"},
                                             {"n[1-4]-ib,m3", "n1-ib"}}) {
    Variables other = step;
    other["SLURM_STEP_NODELIST"] = list;
    EXPECT_EQ(Find(other)->address, first) << list;
  }
  // In the batch script itself the command runs once.
  EXPECT_TRUE(Find({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "6"}})->alone());
}

TEST(ProcessPlace, WrongVariablesAreNamed) {
  EXPECT_EQ(Failure({{"RANK", "0"}}),
            "RANK is set and WORLD_SIZE is not: a process of several needs both");
  EXPECT_EQ(Failure({{"RANK", "2"}, {"WORLD_SIZE", "2"}}), "RANK is \"2\", not a number in 0..1");
  EXPECT_EQ(Failure({{"RANK", "0"}, {"WORLD_SIZE", "two"}}),
            "WORLD_SIZE is \"two\", not a number in 1..65536");
  EXPECT_EQ(Failure({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_PORT", "70000"}}),
            "MASTER_PORT is \"70000\", not a number in 1..65535");
  EXPECT_EQ(Failure({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"LOCAL_WORLD_SIZE", "3"}}),
            "LOCAL_WORLD_SIZE is \"3\", no number of processes");
}

}  // namespace
}  // namespace seafusion::learn
