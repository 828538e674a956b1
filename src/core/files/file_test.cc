#include "core/files/file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("seafusion_file_test_" + std::to_string(::getpid()));
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::string Path(const std::string& name) const { return (dir_ / name).string(); }
  std::size_t EntryCount() const {
    return std::distance(fs::directory_iterator(dir_), fs::directory_iterator());
  }
  fs::path dir_;
};

const std::vector<std::uint8_t> kBytes = {1, 2, 3, 0, 255};

TEST_F(FileTest, WritesAndReadsBack) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), kBytes, IfExists::kFail).ok());
  auto read = ReadFile(Path("a"), 100);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, kBytes);
  EXPECT_EQ(EntryCount(), 1u);
}

TEST_F(FileTest, ReplacesOnlyWhenAsked) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), kBytes, IfExists::kFail).ok());
  const Status s = WriteFileAtomically(Path("a"), {}, IfExists::kFail);
  EXPECT_EQ(s.code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(*ReadFile(Path("a"), 100), kBytes);
  ASSERT_TRUE(WriteFileAtomically(Path("a"), {}, IfExists::kReplace).ok());
  EXPECT_TRUE(ReadFile(Path("a"), 100)->empty());
  EXPECT_EQ(EntryCount(), 1u);
}

TEST_F(FileTest, AWriterPutsTheFileInPlaceWithCommitOnly) {
  {
    auto file = AtomicFileWriter::Create(Path("a"), IfExists::kFail);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append(kBytes).ok());
    EXPECT_FALSE(fs::exists(Path("a")));
  }
  EXPECT_EQ(EntryCount(), 0u);
  auto file = AtomicFileWriter::Create(Path("a"), IfExists::kFail);
  ASSERT_TRUE(file.ok());
  AtomicFileWriter moved = *std::move(file);
  ASSERT_TRUE(moved.Append({kBytes.data(), 2}).ok());
  ASSERT_TRUE(moved.Append({kBytes.data() + 2, 3}).ok());
  ASSERT_TRUE(moved.Commit().ok());
  EXPECT_EQ(*ReadFile(Path("a"), 100), kBytes);
  EXPECT_EQ(EntryCount(), 1u);
  EXPECT_EQ(AtomicFileWriter::Create(Path("a"), IfExists::kFail).status().code(),
            StatusCode::kAlreadyExists);
}

TEST_F(FileTest, ErrorsNameThePath) {
  const Status missing = ReadFile(Path("none"), 100).status();
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
  EXPECT_NE(missing.message().find(Path("none")), std::string::npos);
  EXPECT_EQ(ReadFile(dir_.string(), 100).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(WriteFileAtomically(Path("no/such/folder"), kBytes, IfExists::kReplace).code(),
            StatusCode::kNotFound);
  EXPECT_EQ(WriteFileAtomically(dir_.string(), kBytes, IfExists::kReplace).code(),
            StatusCode::kInvalidArgument);
}

TEST_F(FileTest, RefusesMoreThanTheLimitBeforeReading) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), kBytes, IfExists::kFail).ok());
  EXPECT_EQ(ReadFile(Path("a"), 4).status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(ReadFile(Path("a"), 5).ok());
}

TEST_F(FileTest, RefusesAPipeWithoutHanging) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(Path("pipe"), 100).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(FileTest, APipeStaysAPipe) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const IfExists rule : {IfExists::kFail, IfExists::kReplace}) {
    for (const Status& s :
         {WriteFileAtomically(Path("pipe"), kBytes, rule), CheckCanBeWritten(Path("pipe"), rule)}) {
      EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
      EXPECT_THAT(s.message(), testing::HasSubstr(Path("pipe") + ": is a device or a pipe"));
    }
  }
  EXPECT_TRUE(fs::is_fifo(Path("pipe")));
  EXPECT_EQ(EntryCount(), 1u);
}

// 255 bytes are what file systems take; some end within a character of two bytes.
TEST_F(FileTest, NamesMayBeAsLongAsTheFileSystemTakes) {
  for (const std::string& name :
       {std::string(255, 'n'), std::string(199, 'n') + "\u00e4" + std::string(54, 'n')}) {
    ASSERT_EQ(name.size(), 255u);
    for (const IfExists rule : {IfExists::kFail, IfExists::kReplace}) {
      const Status s = WriteFileAtomically(Path(name), kBytes, rule);
      EXPECT_TRUE(s.ok()) << s.message();
    }
    EXPECT_EQ(*ReadFile(Path(name), 100), kBytes);
  }
  EXPECT_EQ(EntryCount(), 2u);
}

TEST_F(FileTest, AWriteThatFailsPartWayLeavesTheOldFileAndNothingElse) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), kBytes, IfExists::kFail).ok());
  // A file-size limit stands in for a full disk: the kernel takes part of the data, then refuses.
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{4096, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const Status s =
      WriteFileAtomically(Path("a"), std::vector<std::uint8_t>(10000, 7), IfExists::kReplace);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(s.code(), StatusCode::kIoError);
  EXPECT_NE(s.message().find(Path("a")), std::string::npos) << s.message();
  EXPECT_EQ(*ReadFile(Path("a"), 100), kBytes);
  EXPECT_EQ(EntryCount(), 1u);
}

TEST_F(FileTest, WhatKilledProcessesOfThisNumberLeftIsInNobodysWay) {
  for (int i = 0; i < 200; ++i) {
    std::ofstream(Path("a.tmp-" + std::to_string(::getpid()) + "-" + std::to_string(i))) << "old";
  }
  for (const IfExists rule : {IfExists::kFail, IfExists::kReplace}) {
    const Status s = WriteFileAtomically(Path("a"), kBytes, rule);
    ASSERT_TRUE(s.ok()) << s.message();
    EXPECT_EQ(*ReadFile(Path("a"), 100), kBytes);
    EXPECT_EQ(EntryCount(), 201u);
  }
}

TEST_F(FileTest, LinesAreAppendedWholeOrNotAtAll) {
  {
    auto file = AppendedFile::Open(Path("log"));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append("one\n").ok());
  }
  auto file = AppendedFile::Open(Path("log"));
  ASSERT_TRUE(file.ok());
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{6, old.rlim_max};  // the kernel takes two bytes of the next line
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const Status s = file->Append("two\n");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(s.code(), StatusCode::kIoError);
  EXPECT_EQ(s.message(), Path("log") + ": cannot write: File too large");
  EXPECT_EQ(ReadFile(Path("log"), 100)->size(), 4u);
  ASSERT_TRUE(file->Append("three\n").ok());
  EXPECT_EQ(ReadFile(Path("log"), 100)->size(), 10u);
  ASSERT_TRUE(AppendedFile::Open(Path("log"), /*anew=*/true).ok());
  EXPECT_EQ(ReadFile(Path("log"), 100)->size(), 0u);
  EXPECT_EQ(AppendedFile::Open(Path("none/log")).status().code(), StatusCode::kNotFound);
}

TEST_F(FileTest, WhatCannotBeWrittenIsRefusedBefore) {
  ASSERT_TRUE(MakeFolder(Path("one/two")).ok());
  ASSERT_TRUE(MakeFolder(Path("one/two")).ok());
  EXPECT_TRUE(CheckCanBeWritten(Path("one/two/new"), IfExists::kFail).ok());
  EXPECT_EQ(CheckCanBeWritten(Path("one"), IfExists::kReplace).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckCanBeWritten(Path("none/new"), IfExists::kFail).code(), StatusCode::kNotFound);
  ASSERT_TRUE(WriteTextAtomically(Path("a"), "text", IfExists::kFail).ok());
  EXPECT_EQ(CheckCanBeWritten(Path("a"), IfExists::kFail).code(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(CheckCanBeWritten(Path("a"), IfExists::kReplace).ok());
  EXPECT_EQ(MakeFolder(Path("a/b")).code(), StatusCode::kIoError);
  EXPECT_THAT(MakeFolder(Path("a")).message(), ::testing::MatchesRegex(".*/a: .*folder: .+"));
}

}  // namespace
}  // namespace seafusion
