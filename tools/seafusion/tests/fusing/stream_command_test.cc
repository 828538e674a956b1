// `seafusion fuse` on videos, numbered pictures and live streams, as a user runs it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"
#include "stream/read/video_reader.h"
#include "stream/testing/moving_picture.h"
#include "stream/write/video_writer.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int kWidth = 96, kHeight = 64;

class StreamCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto bytes = model::SerializeSafetensors(nn::RandomFusionWeights(7));
    ASSERT_TRUE(bytes.ok());
    scratch_.WriteFile("weights.safetensors",
                       {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  }

  std::string Video(const std::string& name, int frames, int fps = 25, int width = kWidth,
                    const std::string& codec = "mpeg4") {
    auto sink = stream::CreateVideo(scratch_ / name,
                                    {.width = width,
                                     .height = kHeight,
                                     .rate = {fps, 1},
                                     .codec = name.ends_with("y4m") ? std::string() : codec,
                                     .if_exists = IfExists::kReplace});
    EXPECT_TRUE(sink.ok()) << sink.status().message();
    for (int i = 0; i < frames; ++i) {
      const ImageBuffer image =
          stream::testing::MovingPicture(i, width, kHeight, PixelFormat::kRgb8);
      EXPECT_TRUE((*sink)->Write(image.view(), i * stream::kMicroseconds / fps).ok());
    }
    EXPECT_TRUE((*sink)->Finish().ok());
    return scratch_ / name;
  }

  CommandResult Fuse(const std::string& ir, const std::string& vis, const std::string& output,
                     std::vector<std::string> more = {}, const CommandRunOptions& options = {}) {
    std::vector<std::string> arguments = {"fuse",      "--ir",    ir,
                                          "--vis",     vis,       "-o",
                                          output,      "--model", scratch_ / "weights.safetensors",
                                          "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments, options);
  }

  // Frames that a player finds in a file; -1 where it finds an error.
  static int Playable(const std::string& path) {
    auto source = stream::OpenVideo(path, {});
    if (!source.ok()) return -1;
    for (int frames = 0;; ++frames) {
      const StatusOr<stream::FramePtr> frame = (*source)->Next();
      if (!frame.ok()) return -1;
      if (*frame == nullptr) return frames;
    }
  }

  ScratchFolder scratch_;
};

nlohmann::json Json(const std::string& text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

TEST_F(StreamCommandTest, TwoVideosBecomeOne) {
  const std::string ir = Video("ir.mkv", 10), vis = Video("vis.avi", 10);
  const CommandResult result = Fuse(ir, vis, scratch_ / "out.mp4");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("fused 10 frames in "));
  EXPECT_EQ(Playable(scratch_ / "out.mp4"), 10);

  const CommandResult again = Fuse(ir, vis, scratch_ / "out.mp4");
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, AllOf(HasSubstr("out.mp4: exists already"), HasSubstr("--overwrite")));
  const CommandResult over =
      Fuse(ir, vis, scratch_ / "out.mp4", {"--overwrite", "--frames", "4", "--json"});
  EXPECT_EQ(over.status, 0) << over.err;
  EXPECT_EQ(Json(over.out)["frames"], 4);
  EXPECT_EQ(Playable(scratch_ / "out.mp4"), 4);
  EXPECT_EQ(Fuse(ir, vis, ir, {"--overwrite"}).status, 1) << "an input";
  EXPECT_EQ(Playable(ir), 10);
}

TEST_F(StreamCommandTest, UnequalLengthsEndAsTheOptionsSay) {
  const std::string short_one = Video("short.mkv", 4), long_one = Video("long.mkv", 9);
  const auto frames = [&](const std::string& ir, const std::string& vis,
                          std::vector<std::string> more) {
    more.insert(more.end(), {"--json", "--overwrite"});
    const CommandResult result = Fuse(ir, vis, scratch_ / "out.mkv", more);
    EXPECT_EQ(result.status, 0) << result.err;
    const auto json = Json(result.out);
    EXPECT_EQ(json["frames"], Playable(scratch_ / "out.mkv"));
    return std::pair<int, int>(json["frames"], json["passed"]);
  };
  using Counts = std::pair<int, int>;
  EXPECT_EQ(frames(short_one, long_one, {}), Counts(9, 0));
  EXPECT_EQ(frames(short_one, long_one, {"--eof-action", "pass"}), Counts(9, 5));
  EXPECT_EQ(frames(short_one, long_one, {"--eof-action", "endall"}), Counts(4, 0));
  EXPECT_EQ(frames(short_one, long_one, {"--shortest"}), Counts(4, 0));
  EXPECT_EQ(frames(long_one, short_one, {}), Counts(9, 0));
  EXPECT_EQ(frames(long_one, short_one, {"--eof-action", "pass"}), Counts(4, 0));
  EXPECT_EQ(frames(long_one, short_one, {"--shortest"}), Counts(4, 0));
}

TEST_F(StreamCommandTest, UnequalRatesFollowTheVisibleStream) {
  const std::string slow = Video("slow.mkv", 4, 10), fast = Video("fast.mkv", 12, 30);
  const CommandResult result = Fuse(slow, fast, scratch_ / "out.mkv", {"--json"});
  EXPECT_EQ(result.status, 0) << result.err;
  const auto json = Json(result.out);
  EXPECT_EQ(json["frames"], 12);
  EXPECT_EQ(json["infrared"]["repeated"], 8);
  const CommandResult other =
      Fuse(fast, slow, scratch_ / "other.mkv", {"--json", "--ts-sync", "nearest"});
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_EQ(Json(other.out)["frames"], 4);
  EXPECT_EQ(Json(other.out)["infrared"]["dropped"], 6);
}

TEST_F(StreamCommandTest, AnInfraredStreamThatBeginsLateIsFusedFromThereOn) {
  const std::string ir = scratch_ / "ir.mkv";
  auto sink = stream::CreateVideo(ir, {.width = kWidth, .height = kHeight, .codec = "ffv1"});
  ASSERT_TRUE(sink.ok());
  for (int i = 0; i < 10; ++i) {
    const ImageBuffer image =
        stream::testing::MovingPicture(i, kWidth, kHeight, PixelFormat::kRgb8);
    ASSERT_TRUE((*sink)->Write(image.view(), (i + 10) * stream::kMicroseconds / 25).ok());
  }
  ASSERT_TRUE((*sink)->Finish().ok());
  const std::string vis = Video("vis.mkv", 20);
  const CommandResult late = Fuse(ir, vis, scratch_ / "late.mkv", {"--json"});
  EXPECT_EQ(late.status, 0) << late.err;
  EXPECT_EQ(Json(late.out)["passed"], 10);
  const CommandResult shifted =
      Fuse(ir, vis, scratch_ / "shifted.mkv", {"--json", "--ir-delay", "-0.4"});
  EXPECT_EQ(shifted.status, 0) << shifted.err;
  EXPECT_EQ(Json(shifted.out)["passed"], 0);
  const CommandResult found = Fuse(ir, vis, scratch_ / "no.mkv", {"--ir-delay", "auto"});
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.err, HasSubstr("give it in seconds"));
  EXPECT_EQ(Fuse(ir, vis, scratch_ / "no.mkv", {"--ir-delay", "soon"}).status, 2);
  EXPECT_FALSE(fs::exists(scratch_ / "no.mkv"));
}

TEST_F(StreamCommandTest, BareSamplesComeThroughAPipe) {
  const std::string pipe = scratch_ / "counts";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread camera([&] {
    std::ofstream out(pipe, std::ios::binary);
    for (int i = 0; i < 5; ++i) {
      const ImageBuffer image =
          stream::testing::MovingPicture(i, kWidth, kHeight, PixelFormat::kGray16);
      out.write(reinterpret_cast<const char*>(image.view().data), 2 * kWidth * kHeight);
    }
  });
  const CommandResult result = Fuse(pipe, Video("vis.mkv", 5), scratch_ / "out.mkv",
                                    {"--json", "--ir-format", "gray16le:96x64", "--fps", "25"});
  camera.join();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Json(result.out)["frames"], 5);
  EXPECT_EQ(Json(result.out)["passed"], 0);
  const CommandResult unknown = Fuse(scratch_.WriteFile("a.raw", "x"), scratch_ / "vis.mkv",
                                     scratch_ / "no.mkv", {"--ir-format", "nonsense:96x64"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("FFmpeg knows no pixel format 'nonsense'"));
}

TEST_F(StreamCommandTest, MetricsMeasureAVideoFrameByFrame) {
  const std::string ir = Video("ir.mkv", 4, 25, kWidth, "ffv1");
  const std::string vis = Video("vis.mkv", 4, 25, kWidth, "ffv1");
  const CommandResult result = RunSeafusion({"metrics", "--ir", ir, "--vis", vis, "--fused", vis,
                                             "--metrics", "psnr,en", "--json", "--quiet"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Json(result.out)["pairs"].size(), 4u) << result.out;
  EXPECT_EQ(Json(result.out)["flicker"]["frames"], 3) << result.out;
  EXPECT_EQ(Json(result.out)["flicker"]["excess"], 0.0) << "of the visible picture itself";
  const std::string shorter = Video("short.mkv", 3, 25, kWidth, "ffv1");
  std::vector<std::string> words = {"metrics", "--ir",  ir,          "--vis", vis,
                                    "--fused", shorter, "--metrics", "en",    "--json"};
  const CommandResult ended = RunSeafusion(words);
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr(shorter + ": no frame after the first 3"));
  words.emplace_back("--keep-going");
  const CommandResult kept = RunSeafusion(words);
  EXPECT_EQ(kept.status, 0) << kept.err;
  EXPECT_EQ(Json(kept.out)["pairs"].size(), 3u);
  const CommandResult other =
      RunSeafusion({"metrics", "--ir", ir, "--vis", vis, "--fused",
                    Video("small.mkv", 4, 25, 48, "ffv1"), "--metrics", "en"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("small.mkv, frame 1"));
}

TEST_F(StreamCommandTest, ACutVideoIsToldAndNothingFusedIsLost) {
  const std::string vis = Video("vis.mkv", 12);
  for (const char* name : {"ir.avi", "ir.mkv", "ir.mp4"}) {
    SCOPED_TRACE(name);
    const bool mp4 = std::string(name).ends_with("mp4");
    const std::string ir = Video(name, 12, 25, kWidth, mp4 ? "mpeg4" : "ffv1");
    fs::resize_file(ir, fs::file_size(ir) * 8 / 10);
    const std::string out = scratch_ / (std::string("out_") + name + ".mkv");
    const CommandResult result = Fuse(ir, vis, out, {"--json"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(StartsWith("seafusion fuse: " + ir), HasSubstr(" written")));
    const auto json = Json(result.out);
    EXPECT_THAT(std::string(json["error"]), StartsWith(ir));
    EXPECT_LT(json["frames"], 12);
    if (json["frames"] > 0) {
      EXPECT_EQ(Playable(out), json["frames"]);
    } else {
      EXPECT_FALSE(fs::exists(out));
    }
    // To go on without it has to be asked for.
    const CommandResult passed =
        Fuse(ir, vis, out, {"--json", "--overwrite", "--eof-action", "pass"});
    EXPECT_EQ(passed.status, 1);
    EXPECT_EQ(Json(passed.out)["frames"], 12);
    EXPECT_GT(Json(passed.out)["passed"], 0);
  }
}

TEST_F(StreamCommandTest, WrongInputsAreNamedAndLeaveNoFile) {
  const std::string good = Video("good.mkv", 3);
  const std::string wide = Video("wide.mkv", 3, 25, kWidth + 2);
  const std::string text = scratch_.WriteFile("text.mp4", "no video\n");
  const auto refused = [&](const std::string& ir, const std::string& vis) {
    const CommandResult result = Fuse(ir, vis, scratch_ / "out.mp4");
    EXPECT_EQ(result.status, 1);
    EXPECT_FALSE(fs::exists(scratch_ / "out.mp4"));
    EXPECT_THAT(result.out, IsEmpty());
    return result.err;
  };
  EXPECT_THAT(refused(good, wide), AllOf(HasSubstr("96x64"), HasSubstr("98x64"), HasSubstr(wide)));
  EXPECT_THAT(refused(scratch_ / "none.mp4", good), HasSubstr("none.mp4: no such file"));
  EXPECT_THAT(refused(good, text), StartsWith("seafusion fuse: " + text));
  EXPECT_THAT(refused(good, "tcp://127.0.0.1:1"), HasSubstr("both must be, or neither"));
  EXPECT_THAT(refused(scratch_ / "no_%d.png", good), HasSubstr("no such pictures"));
  const CommandResult folder = Fuse(good, good, scratch_ / "no/such/out.mp4");
  EXPECT_THAT(folder.err, HasSubstr("no such folder"));
  EXPECT_EQ(Fuse(good, good, scratch_ / "out.png").status, 1) << "one picture for a stream";
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--eof-action", "stop"},
                                               {"--ts-sync", "x"},
                                               {"--fps", "0"},
                                               {"--shard", "0/2"},
                                               {"--range-smoothing", "-1"}}) {
    EXPECT_EQ(Fuse(good, good, scratch_ / "out.mp4", more).status, 2) << more[0];
  }
  const CommandResult codec = Fuse(good, good, scratch_ / "out.mp4", {"--codec", "nonsense"});
  EXPECT_EQ(codec.status, 1);
  EXPECT_THAT(codec.err, HasSubstr("nonsense"));
}

TEST_F(StreamCommandTest, StandardOutputIsTheVideoAndNothingElse) {
  const std::string video = Video("a.mkv", 3);
  const CommandResult y4m = Fuse(video, video, "-");
  EXPECT_EQ(y4m.status, 0) << y4m.err;
  EXPECT_THAT(y4m.out, StartsWith("YUV4MPEG2 W96 H64 F25:1"));
  const std::size_t header = y4m.out.find('\n') + 1;
  EXPECT_EQ(y4m.out.size(), header + 3 * (6 + kWidth * kHeight * 3 / 2));
  EXPECT_THAT(y4m.err, HasSubstr("\nfused 3 frames"));

  const CommandResult raw = Fuse(video, video, "-", {"--pixel-format", "gray", "-q"});
  EXPECT_EQ(raw.status, 0) << raw.err;
  EXPECT_EQ(raw.out.size(), 3u * kWidth * kHeight);
  EXPECT_THAT(raw.err, IsEmpty());
  // The same samples as in pictures.
  EXPECT_EQ(Fuse(video, video, scratch_ / "folder/", {"--gray"}).status, 0);
  const auto gray = Fuse(video, video, "-", {"--pixel-format", "gray", "--gray", "-q"});
  const auto picture = io::ReadImage(scratch_ / "folder/000002.png");
  ASSERT_TRUE(picture.ok()) << picture.status().message();
  EXPECT_EQ(gray.out.substr(kWidth * kHeight, kWidth * kHeight),
            std::string(picture->view().Row<char>(0), kWidth * kHeight));
}

TEST_F(StreamCommandTest, NumberedPicturesGoInAndOut) {
  fs::create_directories(scratch_ / "in");
  for (int i = 7; i < 11; ++i) {
    for (const char* kind : {"ir", "vis"}) {
      const ImageBuffer image =
          stream::testing::MovingPicture(i, kWidth, kHeight, PixelFormat::kRgb8);
      ASSERT_TRUE(io::WriteImage(scratch_ / ("in/" + std::string(kind) + "_00" +
                                             (i < 10 ? "0" : "") + std::to_string(i) + ".png"),
                                 image.view(), IfExists::kFail)
                      .ok());
    }
  }
  const std::string ir = scratch_ / "in/ir_%04d.png", vis = scratch_ / "in/vis_%04d.png";
  const CommandResult result = Fuse(ir, vis, scratch_ / "out_%d.png");
  EXPECT_EQ(result.status, 0) << result.err;
  for (int i = 1; i <= 4; ++i) {
    EXPECT_TRUE(io::ReadImage(scratch_ / ("out_" + std::to_string(i) + ".png")).ok());
  }
  // The pictures of a pair are the same whether they are fused one by one or as a stream.
  ASSERT_EQ(
      Fuse(scratch_ / "in/ir_0008.png", scratch_ / "in/vis_0008.png", scratch_ / "one.png").status,
      0);
  EXPECT_EQ(*ReadFile(scratch_ / "one.png", 1 << 20), *ReadFile(scratch_ / "out_2.png", 1 << 20));
  EXPECT_EQ(Fuse(ir, vis, scratch_ / "out_%d.png").status, 1) << "exist already";
  EXPECT_EQ(Fuse(ir, vis, scratch_ / "out.mp4").status, 0);
  EXPECT_EQ(Playable(scratch_ / "out.mp4"), 4);

  fs::remove(scratch_ / "in/ir_0009.png");
  const CommandResult gap = Fuse(ir, vis, scratch_ / "gap.mp4");
  EXPECT_EQ(gap.status, 1);
  EXPECT_THAT(gap.err, HasSubstr("ir_0009.png: is missing"));
}

TEST_F(StreamCommandTest, AnInterruptLeavesAVideoThatPlays) {
  const std::string video = Video("a.mkv", 300);
  const CommandResult result = Fuse(video, video, scratch_ / "out.mp4", {"--json", "--progress"},
                                    {.interrupt_at = "fuse 1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
  const auto json = Json(result.out);
  EXPECT_EQ(json["interrupted"], true);
  EXPECT_GE(json["frames"], 1);
  EXPECT_LT(json["frames"], 300);
  EXPECT_EQ(Playable(scratch_ / "out.mp4"), json["frames"]);
}

TEST_F(StreamCommandTest, AFileSizeLimitIsToldAndWhatFitsPlays) {
  const std::string video = Video("a.mkv", 60);
  const CommandResult result = Fuse(video, video, scratch_ / "out.mkv",
                                    {"--json", "--codec", "ffv1"}, {.max_file_bytes = 9000});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("out.mkv: cannot write: File too large"));
  EXPECT_LT(Json(result.out)["frames"], 60);
  EXPECT_LE(fs::file_size(scratch_ / "out.mkv"), 9000u);
}

// Serves a file to whoever connects, as a camera would, then closes or stays silent.
class Camera {
 public:
  /// The file takes a hundred times `pace`.
  Camera(std::string bytes, bool stays_silent,
         std::chrono::milliseconds pace = std::chrono::milliseconds(10))
      : bytes_(std::move(bytes)), stays_silent_(stays_silent), pace_(pace) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, any, length), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, any, &length), 0);
    address_ = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { Serve(); });
  }
  ~Camera() {
    stop_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;
  const std::string& address() const { return address_; }

 private:
  void Serve() {
    const int client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    const std::size_t piece = bytes_.size() / 100 + 1;
    for (std::size_t at = 0; at < bytes_.size() && !stop_; at += piece) {
      const std::string part = bytes_.substr(at, piece);
      if (::send(client, part.data(), part.size(), MSG_NOSIGNAL) < 0) break;
      std::this_thread::sleep_for(pace_);
    }
    while (stays_silent_ && !stop_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::close(client);
  }

  std::string bytes_;
  bool stays_silent_;
  std::chrono::milliseconds pace_;
  std::atomic<bool> stop_{false};
  int socket_ = -1;
  std::string address_;
  std::thread thread_;
};

class LiveCommandTest : public StreamCommandTest {
 protected:
  std::string Bytes(int frames, int width = kWidth) {
    const auto bytes = ReadFile(Video("live.ts", frames, 25, width, "mpeg2video"), 1 << 24);
    EXPECT_TRUE(bytes.ok());
    return {bytes->begin(), bytes->end()};
  }
  // On a busy machine the camera may be gone before both streams are open: no frame then, no file.
  void ExpectPlays(const std::string& path, int frames) {
    EXPECT_EQ(fs::exists(path) ? Playable(path) : 0, frames);
  }
};

TEST_F(LiveCommandTest, ACameraThatHangsUpEndsTheRun) {
  const Camera ir(Bytes(50), false), vis(Bytes(50), true);
  const CommandResult result =
      Fuse(ir.address(), vis.address(), scratch_ / "out.mkv", {"--json", "--live-timeout", "3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(ir.address()), HasSubstr("written")));
  const auto json = Json(result.out);
  EXPECT_EQ(json["live"], true);
  ExpectPlays(scratch_ / "out.mkv", json["frames"]);
}

TEST_F(LiveCommandTest, ACameraThatFallsSilentEndsTheRun) {
  const Camera ir(Bytes(50), true), vis(Bytes(50), true);
  const CommandResult result =
      Fuse(ir.address(), vis.address(), scratch_ / "out.mkv", {"--json", "--live-timeout", "0.5"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("nothing came for 500 ms"));
  ExpectPlays(scratch_ / "out.mkv", Json(result.out)["frames"]);
}

TEST_F(LiveCommandTest, ASlowCameraIsWaitedForWhileItSends) {
  // Eight frames a second. FFmpeg would look at twenty of them before it gave the first one away,
  // which takes longer than the silence that is allowed. That is long enough for a busy machine.
  const std::chrono::milliseconds slow(50);
  const std::string wide =
      Bytes(40, 10 * kWidth);  // enough to tell MPEG-TS from other data at once
  const Camera ir(wide, true, slow), vis(wide, true, slow);
  const CommandResult result =
      Fuse(ir.address(), vis.address(), scratch_ / "out.mkv", {"--json", "--live-timeout", "1.5"});
  EXPECT_EQ(result.status, 1) << "silent in the end";
  EXPECT_GT(Json(result.out)["frames"], 0) << result.err;
}

TEST_F(LiveCommandTest, CtrlCIsTheRegularEnd) {
  const std::chrono::milliseconds slow(50);
  const Camera ir(Bytes(200), true, slow), vis(Bytes(200), true, slow);
  const CommandResult result = Fuse(ir.address(), vis.address(), scratch_ / "out.mkv",
                                    {"--json", "--progress"}, {.interrupt_at = "fuse 1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Json(result.out)["interrupted"], true);
  EXPECT_EQ(Playable(scratch_ / "out.mkv"), Json(result.out)["frames"]);
}

TEST_F(LiveCommandTest, NobodyThereIsNamed) {
  const CommandResult result =
      Fuse("tcp://127.0.0.1:1", "tcp://127.0.0.1:1", scratch_ / "o.mkv", {"--live-timeout", "1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("tcp://127.0.0.1:1: cannot be opened"));
  EXPECT_FALSE(fs::exists(scratch_ / "o.mkv"));
}

TEST(StreamHelpTest, PicturesLoadNoFfmpeg) {
  const CommandResult result =
      RunSeafusion({"fuse", "--ir", "/none.png", "--vis", "/none.png", "-o", "/none/out.png"},
                   {.environment = {{"LD_DEBUG", "libs"}}});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("libseafusion_imaging"), Not(HasSubstr("libSDL"))));
}

}  // namespace
}  // namespace seafusion::tools
