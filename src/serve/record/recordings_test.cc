#include "serve/record/recordings.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::serve {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint64_t kBytesOfOne = std::uint64_t{3} * 16 * 12;

MomentPtr FusedAt(std::int64_t time) {
  auto moment = std::make_shared<Moment>();
  moment->time = time;
  moment->fused = *ImageBuffer::Create(16, 12, PixelFormat::kRgb8);
  return moment;
}

std::unique_ptr<Recordings> In(const ScratchFolder& folder) {
  auto recordings = Recordings::Open(
      {.folder = folder / ".", .spare = 0, .pre_roll = 10, .pre_roll_bytes = 3 * kBytesOfOne});
  return recordings.ok() ? *std::move(recordings) : nullptr;
}

TEST(PreRollTest, APictureThatIsShownAgainTakesItsOwnPlace) {
  const ScratchFolder scratch;
  const auto recordings = In(scratch);
  ASSERT_NE(recordings, nullptr);
  for (const std::int64_t time : {0, 20'000, 20'000, 20'000, 40'000, 40'000}) {
    recordings->Push(FusedAt(time));
  }
  ASSERT_TRUE(recordings->Begin(false).ok());
  ASSERT_TRUE(recordings->End().ok());
  EXPECT_EQ(recordings->state().frames, 3u);
  // What comes earlier is of a recording that began again.
  for (const std::int64_t time : {60'000, 80'000, 0}) recordings->Push(FusedAt(time));
  ASSERT_TRUE(recordings->Begin(false).ok());
  ASSERT_TRUE(recordings->End().ok());
  EXPECT_EQ(recordings->state().frames, 1u);
}

TEST(KeptFilesTest, WhatCannotBeWrittenOrRemovedIsListedAsItLies) {
  const ScratchFolder scratch;
  const auto recordings = In(scratch);
  ASSERT_NE(recordings, nullptr);
  const auto id = recordings->KeepText("rig", "{}");
  ASSERT_TRUE(id.ok()) << id.status().message();
  const std::string path = recordings->PathOf(*id);
  fs::remove(path);
  fs::create_directory(path);  // unlink fails
  EXPECT_EQ(recordings->Remove(*id).code(), StatusCode::kIoError);
  EXPECT_EQ(recordings->PathOf(*id), path);
  fs::remove(path);
  EXPECT_TRUE(recordings->Remove(*id).ok());
  EXPECT_EQ(recordings->Remove(*id).code(), StatusCode::kNotFound);
  fs::remove_all(scratch.path());
  EXPECT_FALSE(recordings->KeepText("rig", "{}").ok());
  EXPECT_FALSE(recordings->Photograph(FusedAt(0)).ok());
  EXPECT_THAT(recordings->list(), IsEmpty());
}

TEST(KeptFilesTest, TheListIsTheFolderWhoeverWritesAndRemoves) {
  const ScratchFolder scratch;
  const auto recordings = In(scratch);
  ASSERT_NE(recordings, nullptr);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 4; ++k) {
        const auto photograph = recordings->Photograph(FusedAt(0));
        const auto text = recordings->KeepText("rig", "{}");
        if (photograph.ok() && k % 2 == 0) {
          EXPECT_TRUE(recordings->Remove((*photograph)[0]).ok());
        }
      }
    });
  }
  // Of what is there, whatever it is, some goes.
  threads.emplace_back([&] {
    for (int k = 0; k < 20; ++k) {
      for (const Kept& kept : recordings->list()) {
        if (kept.type == "application/json" && !kept.open) {
          EXPECT_TRUE(recordings->Remove(kept.id).ok());
        }
      }
      recordings->Push(FusedAt(k));
    }
  });
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> listed;
  for (const Kept& kept : recordings->list()) {
    EXPECT_FALSE(kept.open);
    listed.push_back(fs::path(recordings->PathOf(kept.id)).filename().string());
  }
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(listed, scratch.Files());
}

}  // namespace
}  // namespace seafusion::serve
