#include "core/cpu/thread_pool.h"

#include <atomic>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(ThreadPool, RunsEachIndexOnceForAnyThreadCount) {
  for (int threads : {1, 2, 3, 8}) {
    auto pool = ThreadPool::Create(threads);
    ASSERT_TRUE(pool.ok());
    EXPECT_EQ((*pool)->thread_count(), threads);
    for (std::size_t count : {0u, 1u, 2u, 1000u}) {
      std::vector<std::atomic<int>> hits(count);
      ASSERT_TRUE((*pool)
                      ->ParallelFor(count,
                                    [&](std::size_t i, int worker) {
                                      EXPECT_GE(worker, 0);
                                      EXPECT_LT(worker, threads);
                                      ++hits[i];
                                      return OkStatus();
                                    })
                      .ok());
      for (const auto& h : hits) EXPECT_EQ(h, 1);
    }
  }
}

TEST(ThreadPool, WorkerNumbersAreExclusive) {
  auto pool = ThreadPool::Create(4);
  ASSERT_TRUE(pool.ok());
  std::vector<std::atomic<int>> inside(4);
  ASSERT_TRUE((*pool)
                  ->ParallelFor(2000,
                                [&](std::size_t, int worker) {
                                  EXPECT_EQ(inside[worker].fetch_add(1), 0);
                                  std::this_thread::yield();
                                  inside[worker].fetch_sub(1);
                                  return OkStatus();
                                })
                  .ok());
}

TEST(ThreadPool, FirstFailureStopsTheLoopAndThePoolStaysUsable) {
  auto pool = ThreadPool::Create(2);
  ASSERT_TRUE(pool.ok());
  std::atomic<int> begun{0};
  const Status s = (*pool)->ParallelFor(1'000'000, [&](std::size_t i, int) {
    ++begun;
    return i == 3 ? CorruptData("index 3") : OkStatus();
  });
  EXPECT_EQ(s.message(), "index 3");
  EXPECT_LT(begun, 1'000'000);
  EXPECT_TRUE((*pool)->ParallelFor(5, [](std::size_t, int) { return OkStatus(); }).ok());
}

TEST(ThreadPool, ExceptionsBecomeStatus) {
  auto pool = ThreadPool::Create(2);
  ASSERT_TRUE(pool.ok());
  const Status memory =
      (*pool)->ParallelFor(4, [](std::size_t, int) -> Status { throw std::bad_alloc(); });
  EXPECT_EQ(memory.code(), StatusCode::kResourceExhausted);
  const Status other =
      (*pool)->ParallelFor(4, [](std::size_t, int) -> Status { throw std::runtime_error("boom"); });
  EXPECT_EQ(other.code(), StatusCode::kInternal);
  EXPECT_EQ(other.message(), "boom");
}

TEST(ThreadPool, LoopsFromSeveralThreadsDoNotMix) {
  auto pool = ThreadPool::Create(3);
  ASSERT_TRUE(pool.ok());
  std::vector<std::thread> callers;
  std::atomic<int> total{0};
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        EXPECT_TRUE((*pool)
                        ->ParallelFor(7,
                                      [&](std::size_t, int) {
                                        ++total;
                                        return OkStatus();
                                      })
                        .ok());
      }
    });
  }
  for (auto& t : callers) t.join();
  EXPECT_EQ(total, 4 * 50 * 7);
}

TEST(ThreadPool, RefusesSillyCounts) {
  EXPECT_EQ(ThreadPool::Create(-1).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ThreadPool::Create(1 << 20).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace seafusion
