#include "learn/parallel/process_group.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "learn/parallel/test_processes.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

TEST(ProcessGroup, SumsAndCopies) {
  RunProcesses(3, [](const std::shared_ptr<ProcessGroup>& group) {
    const int rank = group->rank();
    torch::Tensor t = torch::tensor({1.0, 10.0 * rank});
    group->Sum(t);
    EXPECT_TRUE(torch::equal(t, torch::tensor({3.0, 30.0})));

    const torch::Tensor rows = group->Rows(torch::tensor({rank, 7}));
    EXPECT_TRUE(torch::equal(rows, torch::tensor({{0, 7}, {1, 7}, {2, 7}})));

    torch::Tensor bytes = torch::full({5}, rank, torch::kUInt8);
    group->Copy(bytes, 2);
    EXPECT_TRUE(torch::equal(bytes, torch::full({5}, 2, torch::kUInt8)));

    EXPECT_FALSE(group->Any(false));
    EXPECT_TRUE(group->Any(rank == 1));
    EXPECT_TRUE(group->CheckSame("settings", "a").ok());
    EXPECT_EQ(group->CheckSame("settings", rank == 2 ? "b" : "a").message(),
              "process 2 has other settings than process 0");
  });
}

TEST(ProcessGroup, SumsGradientsWhereThereAreSome) {
  RunProcesses(2, [](const std::shared_ptr<ProcessGroup>& group) {
    const torch::Tensor a = torch::ones({2, 3}, torch::requires_grad());
    const torch::Tensor b = torch::ones({4}, torch::requires_grad());
    const torch::Tensor unused = torch::ones({1}, torch::requires_grad());
    ((group->rank() + 1) * a.sum() + 2 * b.sum()).backward();
    group->SumGradients({a, unused, b});
    EXPECT_TRUE(torch::equal(a.grad(), torch::full({2, 3}, 3.0)));
    EXPECT_TRUE(torch::equal(b.grad(), torch::full({4}, 4.0)));
    EXPECT_FALSE(unused.grad().defined());
  });
}

TEST(ProcessGroup, SharesCoverABatch) {
  RunProcesses(3, [](const std::shared_ptr<ProcessGroup>& group) {
    const ProcessGroup::Share share = group->ShareOf(7);
    const torch::Tensor rows = group->Rows(torch::tensor({share.first, share.count}));
    EXPECT_TRUE(torch::equal(rows, torch::tensor({{0, 2}, {2, 2}, {4, 3}})));
    EXPECT_DOUBLE_EQ(share.weight, share.count / 7.0);
  });
  const ProcessGroup::Share whole = ProcessGroup::Alone()->ShareOf(7);
  EXPECT_EQ(whole.count, 7);
  EXPECT_EQ(whole.weight, 1.0);
}

TEST(ProcessGroup, TheFirstMayWorkLongerThanTheOthersWaitForASign) {
  std::atomic<int> worked = 0;
  RunProcesses(
      2,
      [&](const std::shared_ptr<ProcessGroup>& group) {
        const std::atomic<bool> stop = false;
        const auto run = [&](const Status& result) {
          return group->OnFirst(stop, [&](const std::atomic<bool>&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5500));
            ++worked;
            return result;
          });
        };
        EXPECT_TRUE(run(OkStatus()).ok());
        EXPECT_EQ(group->OnFirst(stop, [](const auto&) { return InvalidArgument("x"); }).code(),
                  group->first() ? StatusCode::kInvalidArgument : StatusCode::kInternal);
        // Whoever is told to stop, the work is.
        const std::atomic<bool> mine = !group->first();
        const Status stopped = group->OnFirst(mine, [](const std::atomic<bool>& told) {
          while (!told) std::this_thread::yield();
          return Cancelled("stopped on request");
        });
        EXPECT_EQ(stopped.code(), StatusCode::kCancelled);
      },
      std::chrono::seconds(4));
  EXPECT_EQ(worked, 1);
}

TEST(ProcessGroup, ALostProcessIsNoticed) {
  RunProcesses(2, [](const std::shared_ptr<ProcessGroup>& group) {
    if (group->rank() == 1) return;  // its connections close with the group
    torch::Tensor t = torch::ones({1});
    try {
      group->Sum(t);
      ADD_FAILURE() << "summed with nobody";
    } catch (const ProcessLost& e) {
      EXPECT_THAT(e.what(), HasSubstr("another process of this run has ended"));
    }
  });
}

TEST(ProcessGroup, ProcessesThatDoNotComeAreAnError) {
  const auto group = ProcessGroup::Join({.rank = 0, .size = 2, .local_size = 2, .port = FreePort()},
                                        torch::kCPU, std::chrono::seconds(1));
  EXPECT_EQ(group.status().code(), StatusCode::kInternal);
  EXPECT_THAT(std::string(group.status().message()),
              HasSubstr("process 0 of 2 cannot meet the others at 127.0.0.1:"));
}

}  // namespace
}  // namespace seafusion::learn
