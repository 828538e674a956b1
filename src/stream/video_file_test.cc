// Videos written and read back: whole, cut at any place, damaged, never finished.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/read/video_reader.h"
#include "stream/testing/moving_picture.h"
#include "stream/write/video_writer.h"

namespace seafusion::stream {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::MovingPicture;
using testing::NumberOf;
using ::testing::StartsWith;

class VideoFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("seafusion_video_") + info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::string Write(const std::string& name, int frames, VideoWriterOptions options) const {
    if (options.width == 0) options.width = 96, options.height = 64;
    options.if_exists = IfExists::kReplace;
    auto sink = CreateVideo(Path(name), options);
    EXPECT_TRUE(sink.ok()) << sink.status().message();
    if (!sink.ok()) return Path(name);
    for (int i = 0; i < frames; ++i) {
      const ImageBuffer image = MovingPicture(i, options.width, options.height, options.format);
      const Status s = (*sink)->Write(image.view(), i * options.rate.frame());
      EXPECT_TRUE(s.ok()) << s.message();
    }
    const Status s = (*sink)->Finish();
    EXPECT_TRUE(s.ok()) << s.message();
    return Path(name);
  }

  fs::path folder_;
};

struct Content {
  Status status;  // how it ended
  std::vector<FramePtr> frames;
  std::uint64_t damaged = 0;
};

Content ReadAll(const std::string& path, const VideoReaderOptions& options = {}) {
  Content content;
  auto source = OpenVideo(path, options);
  if (!source.ok()) {
    content.status = source.status();
    return content;
  }
  while (true) {
    StatusOr<FramePtr> frame = (*source)->Next();
    if (!frame.ok()) content.status = frame.status();
    if (!frame.ok() || *frame == nullptr) break;
    content.frames.push_back(*frame);
  }
  content.damaged = (*source)->damaged();
  return content;
}

TEST_F(VideoFileTest, GoesToAnyFrameForthAndBack) {
  for (const char* name : {"a.mp4", "b.mkv", "c.avi"}) {
    SCOPED_TRACE(name);
    const VideoWriterOptions options = {.rate = {2, 1}};  // a key frame every fourth
    auto source = OpenVideo(Write(name, 11, options), {});
    ASSERT_TRUE(source.ok()) << source.status().message();
    for (const int number : {7, 2, 10, 0, 5}) {
      ASSERT_TRUE((*source)->Seek(number * options.rate.frame()).ok());
      const auto frame = (*source)->Next();
      ASSERT_TRUE(frame.ok() && *frame != nullptr) << number;
      EXPECT_EQ(NumberOf((*frame)->image), number);
      EXPECT_EQ((*frame)->time, number * options.rate.frame());
    }
    // To the end, and back from there.
    while (true) {
      const auto frame = (*source)->Next();
      ASSERT_TRUE(frame.ok()) << frame.status().message();
      if (*frame == nullptr) break;
    }
    ASSERT_TRUE((*source)->Seek(3 * options.rate.frame()).ok());
    EXPECT_EQ(NumberOf((**(*source)->Next()).image), 3);
  }
}

TEST_F(VideoFileTest, LosslessVideosKeepEverySample) {
  struct Case {
    const char* name;
    const char* codec;
    PixelFormat format;
  };
  for (const Case& c : {Case{"gray.mkv", "ffv1", PixelFormat::kGray8},
                        Case{"thermal.mkv", "ffv1", PixelFormat::kGray16},
                        Case{"rgb.mkv", "ffv1", PixelFormat::kRgb8},
                        Case{"gray.avi", "ffv1", PixelFormat::kGray8}}) {
    for (const auto& [width, height] : {std::pair{96, 64}, {97, 33}}) {
      SCOPED_TRACE(std::string(c.name) + " " + std::to_string(width));
      const std::string path = Write(
          c.name, 5, {.width = width, .height = height, .format = c.format, .codec = c.codec});
      const Content content = ReadAll(path);
      EXPECT_TRUE(content.status.ok()) << content.status.message();
      ASSERT_EQ(content.frames.size(), 5u);
      for (int i = 0; i < 5; ++i) {
        const ImageBuffer expected = MovingPicture(i, width, height, c.format);
        const ImageBuffer& image = content.frames[static_cast<std::size_t>(i)]->image;
        ASSERT_EQ(image.format(), c.format);
        const std::size_t row = std::size_t{1} * width * BytesPerPixel(c.format);
        for (int y = 0; y < height; ++y) {
          ASSERT_EQ(std::memcmp(image.view().Row<char>(y), expected.view().Row<char>(y), row), 0)
              << "frame " << i << " row " << y;
        }
        EXPECT_NEAR(static_cast<double>(content.frames[static_cast<std::size_t>(i)]->time),
                    i * 40000, 1000);
      }
    }
  }
}

TEST_F(VideoFileTest, ACodecThatDropsBitsSaysSo) {
  const ImageBuffer image = testing::MovingPicture(0, 64, 48, PixelFormat::kGray16);
  for (const auto& [codec, remarks] : {std::pair{"mpeg4", 1u}, {"ffv1", 0u}}) {
    const std::string path = Path(std::string(codec) + ".mkv");
    auto sink =
        CreateVideo(path, {.width = 64, .height = 48, .format = image.format(), .codec = codec});
    ASSERT_TRUE(sink.ok()) << sink.status().message();
    ASSERT_TRUE((*sink)->Write(image.view(), 0).ok());
    ASSERT_TRUE((*sink)->Finish().ok());
    ASSERT_EQ((*sink)->remarks().size(), remarks);
    for (const std::string& remark : (*sink)->remarks()) {
      EXPECT_EQ(remark,
                path + ": mpeg4 writes 8 of the 16 bits of a sample; --codec ffv1 keeps all");
    }
  }
}

TEST_F(VideoFileTest, EveryContainerKeepsOrderTimesAndRate) {
  for (const char* name :
       {"a.mp4", "a.mov", "a.mkv", "a.avi", "a.ts", "a.y4m", "a.nut", "a.webm"}) {
    SCOPED_TRACE(name);
    const std::string path = Write(name, 12, {.rate = {30000, 1001}});
    auto source = OpenVideo(path, {});
    ASSERT_TRUE(source.ok()) << source.status().message();
    EXPECT_NEAR((*source)->info().rate.value(), 29.97, 0.04);
    const Content content = ReadAll(path);
    EXPECT_TRUE(content.status.ok()) << content.status.message();
    ASSERT_EQ(content.frames.size(), 12u);
    EXPECT_EQ(content.damaged, 0u);
    for (int i = 0; i < 12; ++i) {
      EXPECT_EQ(NumberOf(content.frames[static_cast<std::size_t>(i)]->image), i);
      EXPECT_NEAR(static_cast<double>(content.frames[static_cast<std::size_t>(i)]->time),
                  i * 1e6 * 1001 / 30000, 1100);
    }
    const Content infrared = ReadAll(path, {.infrared = true});
    ASSERT_EQ(infrared.frames.size(), 12u);
    EXPECT_EQ(infrared.frames[3]->image.format(), PixelFormat::kGray8);
    EXPECT_NEAR(*infrared.frames[0]->image.view().Row<std::uint8_t>(30), 200, 6) << "full range";
  }
}

TEST_F(VideoFileTest, ARecordingThatBeginsLateHasItsOwnTimesAndIsNotCut) {
  const std::string path = Path("late.mkv");
  auto sink = CreateVideo(path, {.width = 64, .height = 48, .codec = "ffv1"});
  ASSERT_TRUE(sink.ok()) << sink.status().message();
  for (int i = 0; i < 5; ++i) {
    const ImageBuffer image = testing::MovingPicture(i, 64, 48, PixelFormat::kRgb8);
    ASSERT_TRUE((*sink)->Write(image.view(), 2 * kMicroseconds + i * 40'000).ok());
  }
  ASSERT_TRUE((*sink)->Finish().ok());
  auto source = OpenVideo(path, {});
  ASSERT_TRUE(source.ok()) << source.status().message();
  for (int i = 0; i < 5; ++i) {
    const auto frame = (*source)->Next();
    ASSERT_TRUE(frame.ok()) << frame.status().message();
    EXPECT_NEAR(static_cast<double>((*frame)->time), 2e6 + i * 4e4, 1100);
  }
  const auto end = (*source)->Next();
  ASSERT_TRUE(end.ok()) << end.status().message();
  EXPECT_EQ(*end, nullptr);
}

TEST_F(VideoFileTest, AnOddSizeIsKept) {
  for (const char* name : {"odd.mp4", "odd.mkv", "odd.avi", "odd.y4m"}) {
    SCOPED_TRACE(name);
    const Content content = ReadAll(Write(name, 3, {.width = 97, .height = 65}));
    ASSERT_EQ(content.frames.size(), 3u) << content.status.message();
    EXPECT_EQ(content.frames[0]->image.width(), 97);
    EXPECT_EQ(content.frames[0]->image.height(), 65);
  }
}

// Whatever is left of a file: frames that are right, and then an error that names the file.
TEST_F(VideoFileTest, ACutFileGivesItsFramesAndThenAnError) {
  for (const char* name : {"a.mp4", "a.mkv", "a.avi", "a.y4m"}) {
    const std::string path =
        Write(name, 12, {.codec = name == std::string("a.y4m") ? "" : "mpeg4"});
    const std::uintmax_t size = fs::file_size(path);
    std::size_t most = 0;
    for (const double share : {0.95, 0.8, 0.6, 0.4, 0.2, 0.02}) {
      SCOPED_TRACE(std::string(name) + " cut to " + std::to_string(share));
      fs::resize_file(path, static_cast<std::uintmax_t>(share * static_cast<double>(size)));
      const Content content = ReadAll(path);
      EXPECT_LT(content.frames.size(), 12u);
      most = std::max(most, content.frames.size());
      for (std::size_t i = 0; i < content.frames.size(); ++i) {
        EXPECT_EQ(NumberOf(content.frames[i]->image), static_cast<int>(i));
      }
      EXPECT_FALSE(content.status.ok() && content.damaged == 0);
      if (!content.status.ok()) {
        EXPECT_THAT(content.status.message(), StartsWith(path + ": "));
      }
    }
    EXPECT_GE(most, 5u) << name;
  }
}

TEST_F(VideoFileTest, AFileThatWasNeverFinishedPlays) {
  for (const char* name : {"a.mp4", "a.mkv", "a.ts", "a.y4m"}) {
    SCOPED_TRACE(name);
    auto sink = CreateVideo(
        Path(name),
        {.width = 96, .height = 64, .rate = {5, 1}, .codec = name[2] == 'y' ? "" : "mpeg4"});
    ASSERT_TRUE(sink.ok()) << sink.status().message();
    for (int i = 0; i < 12; ++i) {
      ASSERT_TRUE(
          (*sink)->Write(MovingPicture(i, 96, 64, PixelFormat::kRgb8).view(), i * 200000).ok());
    }
    const std::string copy = Path(std::string("killed") + (name + 1));
    fs::copy_file(Path(name), copy);
    EXPECT_GE(ReadAll(copy).frames.size(), 9u) << "fragments are of two seconds";
    ASSERT_TRUE((*sink)->Finish().ok());
    EXPECT_EQ(ReadAll(Path(name)).frames.size(), 12u);
  }
}

TEST_F(VideoFileTest, DamagedBytesCostFramesOrAreTold) {
  const std::string path = Write("a.avi", 12, {.codec = "ffv1"});
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2));
  file << std::string(64, '\x5a');
  file.close();
  const Content content = ReadAll(path);
  EXPECT_GE(content.frames.size(), 10u);
  EXPECT_TRUE(content.damaged > 0 || !content.status.ok());
}

TEST_F(VideoFileTest, WhatIsNoVideoIsNamed) {
  EXPECT_EQ(ReadAll(Path("none.mp4")).status.code(), StatusCode::kNotFound);
  std::ofstream(Path("text.mp4")) << "this is no video at all\n";
  std::ofstream(Path("empty.mkv")) << "";
  std::ofstream(Path("concat.mp4")) << "ffconcat version 1.0\nfile /etc/passwd\n";
  for (const char* name : {"none.mp4", "text.mp4", "empty.mkv", "concat.mp4"}) {
    const Status status = ReadAll(Path(name)).status;
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.message(), StartsWith(Path(name) + ": "));
  }
}

TEST_F(VideoFileTest, MorePixelsThanTheLimitAreRefused) {
  const std::string path = Write("a.mkv", 1, {});
  const Status status = ReadAll(path, {.max_pixels = 96 * 64 - 1}).status;
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("96x64"));
}

TEST_F(VideoFileTest, TheWriterSaysWhatItCannotDo) {
  const VideoWriterOptions options = {.width = 96, .height = 64};
  const auto refused = [&](const std::string& name, const VideoWriterOptions& o) {
    const auto sink = CreateVideo(Path(name), o);
    EXPECT_FALSE(sink.ok()) << name;
    return sink.ok() ? OkStatus() : sink.status();
  };
  EXPECT_EQ(refused("a.xyz", options).code(), StatusCode::kInvalidArgument);
  VideoWriterOptions o = options;
  o.codec = "nonsense";
  EXPECT_THAT(refused("a.mkv", o).message(), HasSubstr("nonsense"));
  o = options;
  o.pixel_format = "rgb7";
  EXPECT_THAT(refused("a.mkv", o).message(), HasSubstr("rgb7"));
  o.pixel_format = "pal8";
  EXPECT_FALSE(refused("a.mp4", o).ok());
  EXPECT_FALSE(fs::exists(Path("a.mkv")));
  Write("there.mkv", 1, {});
  EXPECT_EQ(refused("there.mkv", options).code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadAll(Path("there.mkv")).frames.size(), 1u);
  EXPECT_EQ(refused("no/folder.mkv", options).code(), StatusCode::kIoError);
  auto sink = CreateVideo(Path("b.mkv"), options);
  ASSERT_TRUE(sink.ok());
  EXPECT_FALSE((*sink)->Write(MovingPicture(0, 98, 64, PixelFormat::kRgb8).view(), 0).ok());
}

TEST_F(VideoFileTest, AFullDiskIsTold) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  fs::create_symlink("/dev/full", Path("full.mkv"));
  auto sink =
      CreateVideo(Path("full.mkv"), {.width = 96, .height = 64, .if_exists = IfExists::kReplace});
  Status status = sink.status();
  for (int i = 0; i < 50 && status.ok(); ++i) {
    status = (*sink)->Write(MovingPicture(i % 8, 96, 64, PixelFormat::kRgb8).view(), i * 40000);
  }
  if (sink.ok() && status.ok()) status = (*sink)->Finish();
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_THAT(status.message(), HasSubstr("No space left"));
}

}  // namespace
}  // namespace seafusion::stream
