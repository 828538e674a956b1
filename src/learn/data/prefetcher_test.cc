#include "learn/data/prefetcher.h"

#include <atomic>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

#include "core/testing/thread_limit.h"

namespace seafusion::learn {
namespace {

TEST(Prefetcher, AThreadThatTheSystemRefusesIsAnExceptionAndEndsTheOthers) {
  for (const int started : {0, 2}) {
    const ThreadLimit limit(started);
    EXPECT_THROW(Prefetcher<int>(3, 0, [](std::uint64_t) { return 1; }), std::system_error);
  }
}

TEST(Prefetcher, TheOrderIsTheSameForAnyNumberOfWorkers) {
  for (int workers : {0, 1, 2, 5}) {
    Prefetcher<int> batches(workers, 7, [](std::uint64_t n) { return static_cast<int>(n * n); });
    for (int n = 7; n < 60; ++n) EXPECT_EQ(batches.Next(), n * n) << workers;
    EXPECT_GE(batches.waited(), 0.0);
  }
}

TEST(Prefetcher, WhatMakingThrowsReachesTheConsumerInItsTurn) {
  for (int workers : {0, 3}) {
    Prefetcher<int> batches(workers, 0, [](std::uint64_t n) {
      if (n == 2) throw std::runtime_error("unreadable");
      return static_cast<int>(n);
    });
    EXPECT_EQ(batches.Next(), 0);
    EXPECT_EQ(batches.Next(), 1);
    EXPECT_THROW(batches.Next(), std::runtime_error);
    EXPECT_EQ(batches.Next(), 3);
  }
}

TEST(Prefetcher, RunsAheadByTwoAWorkerAtMost) {
  std::atomic<int> made = 0;
  {
    Prefetcher<int> batches(2, 0, [&](std::uint64_t) { return ++made; });
    batches.Next();
  }
  EXPECT_LE(made, 5);
}

}  // namespace
}  // namespace seafusion::learn
