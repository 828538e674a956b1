// Threads in place of processes, for tests of what these exchange.
#ifndef SEAFUSION_LEARN_PARALLEL_TEST_PROCESSES_H_
#define SEAFUSION_LEARN_PARALLEL_TEST_PROCESSES_H_

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "learn/parallel/process_group.h"
#include "learn/parallel/test_port.h"

namespace seafusion::learn {

/// Calls process(group) for each of `size` processes that have met.
inline void RunProcesses(int size,
                         const std::function<void(const std::shared_ptr<ProcessGroup>&)>& process,
                         std::chrono::seconds patience = std::chrono::seconds(20)) {
  const int port = FreePort();
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      const auto group = ProcessGroup::Join(
          {.rank = rank, .size = size, .local_size = size, .port = port}, torch::kCPU, patience);
      ASSERT_TRUE(group.ok()) << group.status().message();
      try {
        process(*group);
      } catch (const std::exception& e) {
        ADD_FAILURE() << "process " << rank << ": " << e.what();
      }
    });
  }
  for (std::thread& t : threads) t.join();
}

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_PARALLEL_TEST_PROCESSES_H_
