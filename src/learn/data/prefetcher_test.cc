#include "learn/data/prefetcher.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

namespace {
// How many threads the system still starts; negative: any number.
std::atomic<int> threads_to_start = -1;
}  // namespace

// In place of the system's, for every thread of this program.
extern "C" __attribute__((visibility("default"))) int pthread_create(
    pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
    void* argument) noexcept {
  static const auto system =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  if (threads_to_start == 0) return EAGAIN;
  if (threads_to_start > 0) --threads_to_start;
  return system(thread, attributes, start, argument);
}

namespace seafusion::learn {
namespace {

TEST(Prefetcher, AThreadThatTheSystemRefusesIsAnExceptionAndEndsTheOthers) {
  for (const int started : {0, 2}) {
    threads_to_start = started;
    EXPECT_THROW(Prefetcher<int>(3, 0, [](std::uint64_t) { return 1; }), std::system_error);
    threads_to_start = -1;
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
