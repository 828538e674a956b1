#include "stream/stream_name.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace seafusion::stream {
namespace {

TEST(StreamNameTest, SourcesAreToldApart) {
  EXPECT_EQ(KindOfSource("rtsp://10.0.0.7:554/ir?profile=1"), SourceKind::kLive);
  EXPECT_EQ(KindOfSource("udp://127.0.0.1:5000"), SourceKind::kLive);
  EXPECT_EQ(KindOfSource("/dev/video0"), SourceKind::kLive);
  EXPECT_EQ(KindOfSource("a/b.MP4"), SourceKind::kVideo);
  EXPECT_EQ(KindOfSource("x.mkv"), SourceKind::kVideo);
  EXPECT_EQ(KindOfSource("ir_%04d.png"), SourceKind::kSequence);
  EXPECT_EQ(KindOfSource("%d.tif"), SourceKind::kSequence);
  for (const char* pictures :
       {"a.png", "folder", "data/*.png", "100%.png", "mp4", "://x", "a://"}) {
    EXPECT_EQ(KindOfSource(pictures),
              pictures == std::string("a://") ? SourceKind::kLive : SourceKind::kPictures)
        << pictures;
  }
}

TEST(StreamNameTest, AFileThatExistsIsNoSequence) {
  const std::string path = ::testing::TempDir() + "/seafusion_stream_%d.png";
  EXPECT_EQ(KindOfSource(path), SourceKind::kSequence);
  std::ofstream(path) << "x";
  EXPECT_EQ(KindOfSource(path), SourceKind::kPictures);
  std::filesystem::remove(path);
}

TEST(StreamNameTest, SinksAreToldApart) {
  EXPECT_EQ(KindOfSink("-"), SinkKind::kStandardOutput);
  EXPECT_EQ(KindOfSink("out.mp4"), SinkKind::kVideo);
  EXPECT_EQ(KindOfSink("out.mp4/"), SinkKind::kPictures);
  EXPECT_EQ(KindOfSink("out_%05d.png"), SinkKind::kSequence);
  EXPECT_EQ(KindOfSink("out"), SinkKind::kPictures);
  EXPECT_EQ(KindOfSink("out.png"), SinkKind::kPictures);
}

TEST(StreamNameTest, NumbersAreFilledWithZerosAndGrow) {
  const auto name = NumberedName::Parse("a_%03d.png");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->At(0), "a_000.png");
  EXPECT_EQ(name->At(42), "a_042.png");
  EXPECT_EQ(name->At(12345), "a_12345.png");
  EXPECT_EQ(NumberedName::Parse("%d")->At(7), "7");
  EXPECT_EQ(name->NumberOf("a_042.png"), 42u);
  EXPECT_EQ(name->NumberOf("a_1234.png"), 1234u);
  for (const char* other : {"a_42.png", "a_0042.png", "a_x42.png", "a_.png", "a_042.jpg",
                            "a_-42.png", "a_99999999999999999999999.png"}) {
    EXPECT_FALSE(name->NumberOf(other).has_value()) << other;
  }
  EXPECT_EQ(NumberedName::Parse("in/ir/%d.png")->Folder(), "in/ir");
  EXPECT_EQ(name->Folder(), ".");
  for (const char* bad : {"a.png", "%s.png", "%d_%d.png", "%999d.png", "%", "%03", "100%.png"}) {
    EXPECT_FALSE(NumberedName::Parse(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace seafusion::stream
