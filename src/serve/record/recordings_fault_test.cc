// Every system call of writing fails in turn while `serve` records and photographs: the recorder
// says so, with file and reason, what it lists is there, and nothing else lies about.
//
// The failing calls (core/testing/write_faults.cc) are in a library that a program must begin with,
// so each recording is a process: this program, which runs RecordsAFewMoments below.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "serve/record/recordings.h"

namespace seafusion::serve {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;

MomentPtr MomentAt(int number) {
  auto moment = std::make_shared<Moment>();
  moment->number = static_cast<std::uint64_t>(number) + 1;
  moment->time = number * std::int64_t{40'000};
  moment->fused = *ImageBuffer::Create(48, 32, PixelFormat::kRgb8);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 3 * 48; ++x) {
      moment->fused.view().Row<std::uint8_t>(y)[x] =
          static_cast<std::uint8_t>((number * 7919 + y * 48 + x) * 104729 >> 3);
    }
  }
  return moment;
}

// The process that is looked at: prints what the recorder says.
TEST(RecordingsFaultTest, DISABLED_RecordsAFewMoments) {
  const char* folder = std::getenv("RECORDINGS_FOLDER");
  ASSERT_NE(folder, nullptr);
  auto recordings = Recordings::Open({.folder = folder, .spare = 0});
  if (!recordings.ok()) {
    std::printf("said: %s\n", recordings.status().message().c_str());
    return;
  }
  if (const auto id = (*recordings)->Begin(false); !id.ok()) {
    std::printf("said: %s\n", id.status().message().c_str());
  }
  for (int i = 0; i < 30; ++i) {
    (*recordings)->Push(MomentAt(i));
    while ((*recordings)->state().recording &&
           (*recordings)->state().frames + (*recordings)->state().missed <=
               static_cast<std::uint64_t>(i)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  if ((*recordings)->state().recording) {
    const Status ended = (*recordings)->End();
    if (!ended.ok()) std::printf("said: %s\n", ended.message().c_str());
  }
  for (int i = 0; i < 2000 && (*recordings)->state().recording; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (const std::string problem = (*recordings)->state().problem; !problem.empty()) {
    std::printf("said: %s\n", problem.c_str());
  }
  if (const auto ids = (*recordings)->Photograph(MomentAt(0)); !ids.ok()) {
    std::printf("said: %s\n", ids.status().message().c_str());
  }
  if (const auto id = (*recordings)->KeepText("rig", "{}"); !id.ok()) {
    std::printf("said: %s\n", id.status().message().c_str());
  }
  for (const Kept& kept : (*recordings)->list()) std::printf("kept: %s\n", kept.id.c_str());
}

struct Outcome {
  int status = -1;
  std::string said;                // all of it
  std::vector<std::string> kept;   // ids
  std::vector<std::string> calls;  // "NUMBER CALL PATH"
};

Outcome Record(const std::string& folder, const std::string& log, const std::string& kind, int at) {
  fs::remove_all(folder);
  fs::remove(log);
  const std::string command =
      std::string("LD_PRELOAD=" SEAFUSION_WRITE_FAULTS) + " WRITE_FAULT_FOLDER=" + folder +
      " WRITE_FAULT_LOG=" + log + " WRITE_FAULT_KIND=" + kind +
      " WRITE_FAULT_AT=" + std::to_string(at) + " RECORDINGS_FOLDER=" + folder + " " +
      fs::read_symlink("/proc/self/exe").string() +
      " --gtest_also_run_disabled_tests --gtest_filter='*DISABLED_RecordsAFewMoments' 2>&1";
  Outcome outcome;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 1000> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    std::string text = line.data();
    text.pop_back();
    if (text.starts_with("said: ")) outcome.said += text + "\n";
    if (text.starts_with("kept: ")) outcome.kept.push_back(text.substr(6));
  }
  const int status = ::pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::ifstream calls(log);
  for (std::string call; std::getline(calls, call);) outcome.calls.push_back(call);
  return outcome;
}

TEST(RecordingsFaultTest, WhatCannotBeWrittenIsSaidAndWhatIsListedIsThere) {
  const ScratchFolder scratch;
  const std::string folder = scratch / "recordings", log = scratch / "calls";
  const Outcome whole = Record(folder, log, "", 0);
  ASSERT_EQ(whole.status, 0) << whole.said;
  ASSERT_EQ(whole.said, "");
  ASSERT_EQ(whole.kept.size(), 3u);  // video, picture, rig
  const std::size_t step = std::getenv("SEAFUSION_EVERY_FAULT") != nullptr ? 1 : 5;
  for (const std::string kind : {"full", "io"}) {
    for (std::size_t at = 1; at <= whole.calls.size(); at += step) {
      const Outcome outcome = Record(folder, log, kind, static_cast<int>(at));
      if (outcome.calls.size() < at) break;
      SCOPED_TRACE(kind + " at " + outcome.calls[at - 1] + "\n" + outcome.said);
      ASSERT_EQ(outcome.status, 0);
      if (outcome.kept.size() < whole.kept.size()) {
        EXPECT_THAT(outcome.said,
                    AnyOf(HasSubstr("No space left on device"), HasSubstr("Input/output error")));
        EXPECT_THAT(outcome.said, HasSubstr(folder));
      }
      std::size_t files = 0;
      const bool unremovable = outcome.calls[at - 1].find(" unlink ") != std::string::npos;
      for (const auto& entry : fs::directory_iterator(folder)) {
        if (unremovable && entry.path().string().find(".tmp-") != std::string::npos) continue;
        ++files;
      }
      EXPECT_EQ(files, outcome.kept.size())
          << "files that are not listed, or listed ones that are not there";
      for (const std::string& id : outcome.kept) {
        const bool there = fs::exists(folder + "/" + id + ".mkv") ||
                           fs::exists(folder + "/" + id + ".png") ||
                           fs::exists(folder + "/" + id + ".json");
        EXPECT_TRUE(there) << id;
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::serve
