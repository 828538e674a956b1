// What the page asks for, and what comes of it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "align/place/placed_sources.h"
#include "align/rig/rig_file.h"
#include "io/decode/decode.h"
#include "io/image_file.h"
#include "io/probe/image_probe.h"
#include "serve/live/live_source.h"
#include "serve/live/view/broadcast.h"
#include "serve/live/view/render.h"
#include "serve/testing/running_page.h"
#include "stream/read/video_reader.h"

namespace seafusion::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;
using testing::Answer;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::RunningPage;
using ::testing::SizeIs;

// Polls until it is so, a minute at most, which sanitizers may need.
template <typename Condition>
bool Eventually(const Condition& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

// --- One camera ---

// Delivers frames until it is told to fail.
class FakeCamera : public stream::FrameSource {
 public:
  explicit FakeCamera(std::atomic<bool>& fails) : fails_(fails) {
    info_ = {.name = "camera", .width = 8, .height = 8};
  }
  const stream::StreamInfo& info() const override { return info_; }
  StatusOr<stream::FramePtr> Next() override {
    std::this_thread::sleep_for(milliseconds(2));
    if (fails_) return IoError("camera: nothing came");
    auto frame = std::make_shared<stream::Frame>();
    frame->image = *ImageBuffer::Create(8, 8, PixelFormat::kGray8);
    return stream::FramePtr(frame);
  }

 private:
  std::atomic<bool>& fails_;
  stream::StreamInfo info_;
};

TEST(LiveSourceTest, ALostCameraComesBack) {
  std::atomic<bool> fails = false;
  LiveSource source(
      "camera",
      [&](const std::atomic<bool>*) -> StatusOr<std::unique_ptr<stream::FrameSource>> {
        if (fails) return NotFound("camera: is not there");
        return std::unique_ptr<stream::FrameSource>(new FakeCamera(fails));
      },
      milliseconds(5), [] {});
  ASSERT_TRUE(Eventually([&] { return source.state().connected; }));
  EXPECT_NE(source.At(INT64_MAX), nullptr);
  fails = true;
  ASSERT_TRUE(Eventually([&] { return source.state().problem == "camera: is not there"; }));
  EXPECT_EQ(source.At(INT64_MAX), nullptr);
  EXPECT_EQ(source.state().reconnects, 1u);
  fails = false;
  EXPECT_TRUE(Eventually([&] { return source.state().connected; }));
  // Older frames stay as long as they are asked for, and no longer.
  source.Keep(30'000);
  std::this_thread::sleep_for(milliseconds(60));
  const auto newest = source.At(INT64_MAX);
  const auto older = source.At(newest->time - 20'000);
  ASSERT_NE(older, nullptr);
  EXPECT_LE(older->time, newest->time - 20'000);
  const auto oldest = source.At(newest->time - 1'000'000);
  ASSERT_NE(oldest, nullptr);
  EXPECT_GT(oldest->time, newest->time - 1'000'000);
}

// --- Pictures ---

MomentPtr MomentOf(std::uint64_t number) {
  auto moment = std::make_shared<Moment>();
  moment->number = number;
  auto frame = std::make_shared<stream::Frame>();
  frame->image = *ImageBuffer::Create(64, 48, PixelFormat::kGray8);
  moment->infrared = moment->visible = frame;
  moment->fused = frame->image;
  return moment;
}

TEST(BroadcastTest, TheNewestIsShownAndOnlyWhatIsWatchedIsEncoded) {
  std::atomic<int> told = 0;
  Broadcast broadcast(80, [&] { ++told; });
  broadcast.Publish(MomentOf(1));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(broadcast.newest(), nullptr);
  EXPECT_EQ(broadcast.encoded(), 0u);
  // Whoever comes later gets what is there.
  broadcast.Watched(BitOf(View::kVisible), 1);
  ASSERT_TRUE(Eventually([&] { return told > 0; }));
  EXPECT_TRUE(broadcast.newest()->Has(BitOf(View::kVisible)));
  EXPECT_FALSE(broadcast.newest()->Has(BitOf(View::kFused)));
  for (std::uint64_t i = 2; i <= 50; ++i) broadcast.Publish(MomentOf(i));
  EXPECT_TRUE(Eventually([&] { return broadcast.newest()->number == 50; }));
}

TEST(RenderTest, ALostSourceIsSaidInThePicture) {
  auto moment = std::make_shared<Moment>(*MomentOf(1));
  const auto dark = Render(*moment, View::kVisible);
  moment->visible_lost = true;
  const auto said = Render(*moment, View::kVisible);
  ASSERT_TRUE(dark.ok() && said.ok());
  const auto white = [](const ImageBuffer& image) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        count += image.view().Row<std::uint8_t>(y)[x] == 255 ? 1 : 0;
      }
    }
    return count;
  };
  EXPECT_EQ(white(*dark), 0);
  EXPECT_GT(white(*said), 50);
  EXPECT_EQ(ViewsNamed("fused,infrared"), BitOf(View::kFused) | BitOf(View::kInfrared));
  EXPECT_EQ(ViewsNamed("fused,"), std::nullopt);
  // All but the rainbow grow brighter.
  ImageBuffer ramp = *ImageBuffer::Create(256, 1, PixelFormat::kGray8);
  for (int i = 0; i < 256; ++i) ramp.view().Row<std::uint8_t>(0)[i] = static_cast<std::uint8_t>(i);
  for (const ViewPalette palette :
       {ViewPalette::kGray, ViewPalette::kIron, ViewPalette::kArctic, ViewPalette::kLava}) {
    const auto coloured = Coloured(std::as_const(ramp).view(), palette);
    int last = -1;
    for (int i = 0; i < 256; ++i) {
      const auto* c = coloured->view().Row<std::uint8_t>(0) + 3 * i;
      const int luma = 299 * c[0] + 587 * c[1] + 114 * c[2];
      EXPECT_GE(luma, last) << kPaletteNames[static_cast<std::size_t>(palette)] << " " << i;
      last = luma;
    }
  }
}

// --- The whole ---

class LivePageTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ServeSettings settings;
    settings.recordings.folder = "kept";
    settings.recordings.pre_roll = 0.1;
    settings.server.rate = 1e6;
    page_ = std::make_unique<RunningPage>("live", settings);
    ASSERT_TRUE(page_->status().ok()) << page_->status().message();
    // The page is there before the first picture.
    ASSERT_TRUE(Eventually([] { return Status_()["fused"]["number"] > 0; }));
  }
  static void TearDownTestSuite() { page_.reset(); }

  static json Get(const std::string& path) {
    const Answer answer = page_->Ask("GET", path);
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  static json Post(const std::string& path, const json& body, int status = 200) {
    const Answer answer = page_->Ask("POST", path, body.dump());
    EXPECT_EQ(answer.status, status) << path << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  static json Status_() { return Get("/api/status"); }
  // The next picture of a view.
  static ImageBuffer Picture(const std::string& view) {
    const RawClient client(page_->port());
    client.Send("GET /stream?view=" + view + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string text = client.ReadUntil("--seafusion\r\n", 2);
    const std::size_t begin = text.find("\xff\xd8"), end = text.rfind("\r\n--seafusion");
    if (begin == std::string::npos || end == std::string::npos) return {};
    const std::vector<std::uint8_t> bytes(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                          text.begin() + static_cast<std::ptrdiff_t>(end));
    const auto info = io::ProbeImage(bytes, 1 << 20);
    if (!info.ok()) return {};
    auto picture = io::DecodeJpeg(*info, bytes);
    return picture.ok() ? *std::move(picture) : ImageBuffer();
  }
  // Mean of all samples.
  static double Mean(const ImageBuffer& image) {
    double sum = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int i = 0; i < image.width() * ChannelCount(image.format()); ++i) {
        sum += image.view().Row<std::uint8_t>(y)[i];
      }
    }
    return image.empty() ? -1 : sum / image.width() / image.height() / ChannelCount(image.format());
  }

  static std::unique_ptr<RunningPage> page_;
};
std::unique_ptr<RunningPage> LivePageTest::page_;

TEST_F(LivePageTest, TheTimeLineStandsStepsAndJumps) {
  ASSERT_TRUE(Eventually([&] { return Status_()["fused"]["frames"] > 8; }));
  EXPECT_DOUBLE_EQ(Status_()["timeline"]["length"].get<double>(), 8 / 50.0);
  Post("/api/play", {{"paused", true}, {"position", 0.06}});
  EXPECT_TRUE(Eventually([&] { return Status_()["timeline"]["position"] == 0.06; }));
  // One that was on its way may still come.
  const auto number = [] { return Status_()["fused"]["number"].get<int>(); };
  int frames = number();
  EXPECT_TRUE(Eventually([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return frames == std::exchange(frames, number());
  }));
  Post("/api/play", {{"step", 1}});
  EXPECT_TRUE(Eventually([&] { return Status_()["timeline"]["position"] == 0.08; }));
  EXPECT_TRUE(Eventually([&] { return number() >= frames + 1; }));
  EXPECT_EQ(number(), frames + 1);
  Post("/api/play", {{"step", -2}});
  EXPECT_TRUE(Eventually([&] { return Status_()["timeline"]["position"] == 0.04; }));
  // A setting is seen at once while all stands.
  const double before = Mean(Picture("infrared"));
  Post("/api/settings", {{"ir-invert", true}});
  EXPECT_TRUE(Eventually([&] { return std::abs(Mean(Picture("infrared")) - before) > 20; }));
  Post("/api/settings/reset", json::object());
  Post("/api/play", {{"paused", false}});
  Post("/api/play", {{"speed", 0}}, 400);
}

TEST_F(LivePageTest, APauseAlsoStandsOnTheLastPicture) {
  const auto stands_at = [](double position) {
    const auto there = [&] { return Status_()["timeline"]["position"] == position; };
    if (!Eventually(there)) return false;
    std::this_thread::sleep_for(milliseconds(100));
    return there();
  };
  Post("/api/play", {{"paused", true}, {"position", 0.12}});
  EXPECT_TRUE(stands_at(0.12));
  Post("/api/play", {{"step", 5}});
  EXPECT_TRUE(stands_at(0.14));
  Post("/api/play", {{"step", 1}});
  EXPECT_TRUE(stands_at(0));
  // Without a loop it ends there, and a loop asked for afterwards begins anew.
  Post("/api/play", {{"paused", false}, {"loop", false}});
  EXPECT_TRUE(stands_at(0.14));
  const int frames = Status_()["fused"]["number"];
  Post("/api/play", {{"loop", true}});
  EXPECT_TRUE(Eventually([&] { return Status_()["fused"]["number"] > frames; }));
}

TEST_F(LivePageTest, SettingsAreWhatFuseReads) {
  EXPECT_EQ(Post("/api/settings", {{"agc", "clahe"}, {"palette", "iron"}, {"gray", true}})["agc"],
            "clahe");
  EXPECT_TRUE(Eventually([&] { return Picture("fused").format() == PixelFormat::kGray8; }));
  EXPECT_EQ(Picture("infrared").format(), PixelFormat::kRgb8);
  const Answer file = page_->Ask("GET", "/api/settings/file");
  EXPECT_EQ(json::parse(file.body)["fuse"], (json{{"agc", "clahe"}, {"gray", true}}));
  Post("/api/settings/reset", json::object());
  EXPECT_EQ(page_->Ask("POST", "/api/settings/file", file.body).status, 200);
  EXPECT_EQ(Get("/api/settings")["agc"], "clahe");
  // What this machine cannot do changes nothing.
  Post("/api/settings", {{"model", "full"}, {"precision", "int8"}}, 501);
  EXPECT_EQ(Get("/api/settings")["model"], "lite");
  Post("/api/settings", {{"ir-delay", 0.02}, {"ir-hold", true}});
  EXPECT_TRUE(Eventually([&] { return Status_()["problem"] == json(""); }));
  Post("/api/settings/reset", json::object());
  // A delay that was just taken back may leave a first frame without an infrared one.
  json histogram;
  EXPECT_TRUE(Eventually([&] { return !(histogram = Get("/api/histogram")).is_null(); }));
  EXPECT_THAT(histogram["counts"], SizeIs(256));
  EXPECT_EQ(histogram["bits"], 16);
  EXPECT_GT(histogram["white"], histogram["black"]);
}

TEST_F(LivePageTest, AMethodIsSeenBesideTheNetwork) {
  Post("/api/play", {{"paused", true}, {"position", 0.06}});
  EXPECT_TRUE(Eventually([&] { return Status_()["timeline"]["position"] == 0.06; }));
  const double mean = Mean(Picture("method"));
  EXPECT_GT(mean, 0);
  Post("/api/settings", {{"method", "maximum"}});
  EXPECT_TRUE(Eventually([&] { return Mean(Picture("method")) > mean + 1; }));
  // What was lost or refused leaves the other views alone.
  const json refused = Post("/api/settings", {{"method", "gtf"}}, 501);
  EXPECT_THAT(refused["error"].get<std::string>(), HasSubstr("too slow"));
  EXPECT_EQ(Get("/api/settings")["method"], "maximum");
  EXPECT_EQ(json::parse(page_->Ask("GET", "/api/settings/file").body)["view"],
            (json{{"method", "maximum"}}));
  const json methods = Status_()["methods"];
  EXPECT_TRUE(std::any_of(methods.begin(), methods.end(), [](const json& method) {
    return method["name"] == "average" && method["refusal"] == json("");
  }));
  Post("/api/settings/reset", json::object());
  Post("/api/play", {{"paused", false}});
}

TEST_F(LivePageTest, TheMapIsMovedFittedUndoneAndKept) {
  Post("/api/align/nudge", {{"x", 3}, {"y", -2}, {"rotation", 1}});
  // The infrared picture goes right and up: a visible point sees what was left and below of it.
  json rig = Get("/api/align")["rig"];
  EXPECT_EQ(rig["transform"]["model"], "similarity");
  EXPECT_LT(rig["transform"]["visible_to_infrared"][2], -2);
  EXPECT_EQ(Get("/api/align")["undoes"], 1);
  const json fit = Post("/api/align/points", {{"model", "similarity"},
                                              {"pairs",
                                               {{{"infrared", {10, 10}}, {"visible", {14, 10}}},
                                                {{"infrared", {50, 40}}, {"visible", {54, 40}}},
                                                {{"infrared", {20, 30}}, {"visible", {24, 30}}}}}});
  EXPECT_LT(fit["deviation"], 1e-6);
  rig = Get("/api/align")["rig"];
  EXPECT_NEAR(rig["transform"]["visible_to_infrared"][2].get<double>(), -4, 1e-6);
  // What is downloaded is a rig, and comes in again.
  const Answer file = page_->Ask("GET", "/api/align/rig");
  ASSERT_TRUE(align::ParseRig(file.body).ok());
  Post("/api/align/undo", json::object());
  Post("/api/align/undo", json::object());
  Post("/api/align/undo", json::object(), 400);
  EXPECT_FALSE(Get("/api/align")["given"].get<bool>());
  EXPECT_EQ(page_->Ask("POST", "/api/align/rig", file.body).status, 200);
  Post("/api/align/canvas", {{"canvas", "overlap"}});
  EXPECT_TRUE(Eventually([&] { return Picture("fused").width() == 60; }));
  EXPECT_EQ(Picture("visible-camera").width(), 64);
  const std::string id = Post("/api/align/save", json::object())["id"];
  EXPECT_EQ(page_->Ask("GET", "/api/recordings/" + id).body, file.body);
  Post("/api/align/canvas", {{"canvas", "visible"}});
  Post("/api/align/reset", json::object());
  Post("/api/align/find", {{"accept", 1}}, 400);
  const json found = Post("/api/align/find", json::object());
  EXPECT_TRUE(found.contains("verdict") && found.contains("confidence"));
  Post("/api/align/reset", json::object());
}

TEST_F(LivePageTest, ASnapshotHasTheBitsThatCame) {
  const json ids = Post("/api/snapshot", json::object())["ids"];
  ASSERT_THAT(ids, SizeIs(3));
  const auto infrared =
      io::ReadImage((page_->folder() / "kept" / (ids[1].get<std::string>() + ".png")).string());
  ASSERT_TRUE(infrared.ok()) << infrared.status().message();
  EXPECT_EQ(infrared->format(), PixelFormat::kGray16);
  const Answer file = page_->Ask("GET", "/api/recordings/" + ids[0].get<std::string>());
  EXPECT_THAT(file.head, HasSubstr("image/png"));
  EXPECT_EQ(page_->Ask("DELETE", "/api/recordings/" + ids[0].get<std::string>()).status, 200);
  EXPECT_EQ(page_->Ask("GET", "/api/recordings/" + ids[0].get<std::string>()).status, 404);
}

TEST_F(LivePageTest, ARecordingPlaysAlsoWhileItIsWritten) {
  const std::string id = Post("/api/record", {{"on", true}, {"sources", true}})["id"];
  Post("/api/record", {{"on", true}}, 400);
  ASSERT_TRUE(Eventually([&] { return Status_()["recorder"]["frames"] > 60; }));
  // As after a kill: what is on the disk now.
  const fs::path path = page_->folder() / "kept" / (id + "fused.mkv");
  const fs::path torn = page_->folder() / "torn.mkv";
  fs::copy_file(path, torn);
  std::int64_t last = 0;  // microseconds
  const auto frames = [&last](const fs::path& file) {
    auto source = stream::OpenVideo(file.string(), {});
    EXPECT_TRUE(source.ok()) << source.status().message();
    int count = 0;
    while (source.ok()) {
      const auto frame = (*source)->Next();
      if (!frame.ok() || *frame == nullptr) break;
      last = (*frame)->time;
      ++count;
    }
    return count;
  };
  EXPECT_GT(frames(torn), 20);
  EXPECT_EQ(page_->Ask("DELETE", "/api/recordings/" + id + "fused").status, 400);
  Post("/api/record", {{"on", false}});
  EXPECT_GE(frames(path), 60);
  // 60 frames of a fiftieth of a second, though the folder of 8 pictures began again and again.
  EXPECT_GE(last, 1'180'000);
  auto infrared = stream::OpenVideo((page_->folder() / "kept" / (id + "infrared.mkv")).string(),
                                    {.infrared = true});
  ASSERT_TRUE(infrared.ok()) << infrared.status().message();
  EXPECT_EQ((**(*infrared)->Next()).image.format(), PixelFormat::kGray16);
  const Answer part =
      page_->Ask("GET", "/api/recordings/" + id + "fused", "", "Range: bytes=0-3\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "\x1a\x45\xdf\xa3");  // Matroska's first bytes
  Post("/api/record", {{"on", false}}, 400);
}

TEST_F(LivePageTest, FiguresAreThereForProgramsToo) {
  const std::string metrics = page_->Ask("GET", "/metrics").body;
  for (const char* line :
       {"seafusion_source_up{source=\"infrared\"} 1\n",
        "# TYPE seafusion_fused_frames_total counter\n", "seafusion_failed_frames_total 0\n"}) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
  EXPECT_EQ(page_->Ask("GET", "/healthz").body, "ok\n");
  EXPECT_EQ(page_->Ask("HEAD", "/").body, "");
}

TEST(LivePagesTest, PicturesOfTwoSizesLieOverEachOther) {
  const RunningPage page("two_sizes", {}, /*two_sizes=*/true);
  ASSERT_TRUE(page.status().ok()) << page.status().message();
  ASSERT_TRUE(Eventually(
      [&] { return json::parse(page.Ask("GET", "/api/status").body)["fused"]["frames"] > 0; }));
  const json rig = json::parse(page.Ask("GET", "/api/align").body)["rig"];
  EXPECT_EQ(rig["infrared"]["width"], 32);
  EXPECT_NEAR(rig["transform"]["visible_to_infrared"][0].get<double>(), 0.5, 1e-9);
  // Without a folder nothing is recorded, and snapshots stay in memory.
  EXPECT_EQ(page.Ask("POST", "/api/record", R"({"on":true})").status, 400);
  const json ids = json::parse(page.Ask("POST", "/api/snapshot", "{}").body)["ids"];
  const Answer picture = page.Ask("GET", "/api/recordings/" + ids[1].get<std::string>());
  EXPECT_THAT(picture.body, ::testing::StartsWith("\x89PNG"));
}

TEST(LivePagesTest, ARigThatIsNotFoundIsNoReasonNotToBegin) {
  ServeSettings settings;
  settings.rig = align::kAutoRig;
  const RunningPage page("no_rig", settings, /*two_sizes=*/true);
  ASSERT_TRUE(page.status().ok()) << page.status().message();
  // Known with the first pair, whose sizes say what the cameras see.
  EXPECT_TRUE(Eventually(
      [&] { return json::parse(page.Ask("GET", "/api/align").body)["given"] == false; }));
}

TEST(RecordingsTest, TheQuotaEndsARecordingAndSaysSo) {
  const fs::path folder = fs::path(::testing::TempDir()) / "seafusion_quota";
  fs::remove_all(folder);
  auto recordings = Recordings::Open({.folder = folder.string(), .quota = 3000, .spare = 0});
  ASSERT_TRUE(recordings.ok());
  std::ofstream(folder / "stranger.mkv") << "not ours";
  ASSERT_TRUE((*recordings)->Begin(false).ok());
  std::uint64_t number = 0;
  EXPECT_TRUE(Eventually([&] {
    auto moment = std::make_shared<Moment>(*MomentOf(++number));
    moment->time = static_cast<std::int64_t>(number) * 20'000;
    for (int i = 0; i < 48 * 64; ++i) {
      moment->fused.view().Row<std::uint8_t>(0)[i] =
          static_cast<std::uint8_t>((number * 7919 + static_cast<std::uint64_t>(i) * 104729) >> 3);
    }
    (*recordings)->Push(moment);
    return !(*recordings)->state().recording;
  }));
  EXPECT_THAT((*recordings)->state().problem, HasSubstr("as much as it may"));
  EXPECT_FALSE((*recordings)->Begin(false).ok());
  EXPECT_THAT((*recordings)->list(), SizeIs(1));
  ASSERT_TRUE((*recordings)->Remove((*recordings)->list()[0].id).ok());
  EXPECT_TRUE((*recordings)->Begin(false).ok());
  recordings->reset();
  EXPECT_TRUE(fs::exists(folder / "stranger.mkv"));
  fs::remove_all(folder);
}

TEST(RecordingsTest, ADiskThatIsFullIsSaid) {
  const fs::path folder = fs::path(::testing::TempDir()) / "seafusion_spare";
  auto recordings = Recordings::Open({.folder = folder.string(), .spare = UINT64_MAX});
  ASSERT_TRUE(recordings.ok());
  const auto id = (*recordings)->Begin(false);
  ASSERT_FALSE(id.ok());
  EXPECT_THAT(std::string(id.status().message()), HasSubstr("the disk is full"));
  fs::remove_all(folder);
}

TEST(ParseListenTest, AnAddressAndAPort) {
  ServerOptions server;
  ASSERT_TRUE(ParseListen("[::1]:0", server).ok());
  EXPECT_EQ(server.address, "::1");
  ASSERT_TRUE(ParseListen(":9000", server).ok());
  EXPECT_EQ(server.address, "127.0.0.1");
  EXPECT_EQ(server.port, 9000);
  for (const char* text : {"", "8080", "a:b", "127.0.0.1:70000", "127.0.0.1:-1"}) {
    EXPECT_FALSE(ParseListen(text, server).ok()) << text;
  }
}

}  // namespace
}  // namespace seafusion::serve
