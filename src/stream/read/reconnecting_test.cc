#include "stream/read/reconnecting.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stream/read/latest_frame.h"
#include "stream/sync/stream_pairs.h"
#include "stream/testing/moving_picture.h"

namespace seafusion::stream {
namespace {

using std::chrono::milliseconds;

constexpr int kSide = 8;

// Gives `frames` frames, two milliseconds apart, then fails.
class ShortSource : public FrameSource {
 public:
  explicit ShortSource(int frames, int side = kSide) : frames_(frames) {
    info_ = {.name = "camera", .width = side, .height = side};
  }
  const StreamInfo& info() const override { return info_; }
  std::uint64_t damaged() const override { return 1; }
  StatusOr<FramePtr> Next() override {
    std::this_thread::sleep_for(milliseconds(2));
    if (at_ == frames_) return IoError("camera: unplugged");
    auto frame = std::make_shared<Frame>();
    frame->image = testing::MovingPicture(at_++, info_.width, info_.height, PixelFormat::kGray8);
    return FramePtr(std::move(frame));
  }

 private:
  StreamInfo info_;
  int frames_;
  int at_ = 0;
};

using Opened = StatusOr<std::unique_ptr<FrameSource>>;

// Attempts in turn: a number of frames, or -1: not there.
std::function<Opened()> Attempts(std::vector<int> frames) {
  auto at = std::make_shared<std::size_t>(0);
  return [frames = std::move(frames), at]() -> Opened {
    const int number = *at < frames.size() ? frames[(*at)++] : -1;
    if (number < 0) return IoError("camera: nobody there");
    return std::unique_ptr<FrameSource>(std::make_unique<ShortSource>(number));
  };
}

constexpr ReconnectOptions kQuick = {.patience = milliseconds(2000), .pause = milliseconds(1)};

// One letter a frame: f, or g for a gap; then the failure.
std::string Story(FrameSource& source, std::string* failure) {
  std::string story;
  while (story.size() < 50) {
    StatusOr<FramePtr> frame = source.Next();
    if (!frame.ok()) {
      *failure = frame.status().message();
      break;
    }
    story += IsGap(**frame) ? 'g' : 'f';
  }
  return story;
}

TEST(Reconnecting, ASourceThatComesBackGoesOn) {
  const auto source = Reconnecting(std::make_unique<ShortSource>(2), Attempts({-1, -1, 3, 1}),
                                   {.patience = milliseconds(400), .pause = milliseconds(12)});
  std::string failure;
  std::string story = Story(*source, &failure);
  EXPECT_EQ(story.substr(0, 10), "ffgggfffgf") << story;
  EXPECT_EQ(story.find_last_not_of('g'), 9u) << story;
  EXPECT_EQ(failure, "camera: unplugged");
  EXPECT_EQ(source->connection().lost, 3u);
  EXPECT_EQ(source->connection().reopened, 2u);
  EXPECT_EQ(source->damaged(), 3u);
}

TEST(Reconnecting, OneThatOpensAndGivesNothingIsStillAway) {
  const auto source = Reconnecting(std::make_unique<ShortSource>(1), Attempts({0, 0, 1}), kQuick);
  for (const char expected : std::string("fgggf")) {
    const auto frame = source->Next();
    ASSERT_TRUE(frame.ok()) << frame.status().message();
    EXPECT_EQ(IsGap(**frame), expected == 'g');
  }
  EXPECT_EQ(source->connection().lost, 1u);
  EXPECT_EQ(source->connection().reopened, 1u);
}

TEST(Reconnecting, AnotherSizeIsAFailure) {
  const auto source = Reconnecting(
      std::make_unique<ShortSource>(0),
      []() -> Opened { return std::unique_ptr<FrameSource>(std::make_unique<ShortSource>(1, 6)); },
      kQuick);
  ASSERT_TRUE(source->Next().ok());
  EXPECT_EQ(source->Next().status().message(),
            "camera: came back with pictures of 6x6 in place of 8x8");
}

TEST(Reconnecting, AnInterruptEndsTheWait) {
  std::atomic<bool> cancel{false};
  const auto source = Reconnecting(
      std::make_unique<ShortSource>(0), Attempts({}),
      {.patience = std::chrono::hours(1), .pause = std::chrono::hours(1), .cancel = &cancel});
  ASSERT_TRUE(source->Next().ok());
  std::thread interrupt([&] { cancel = true; });
  EXPECT_EQ(source->Next().status().code(), StatusCode::kCancelled);
  interrupt.join();
}

// Which of the two each pair has: i, v, or b for both.
std::string PairStory(PairSource& pairs, int most) {
  std::string story;
  while (static_cast<int>(story.size()) < most) {
    const std::optional<StreamPair> pair = pairs.Next();
    if (!pair) break;
    const char what = pair->infrared == nullptr ? 'v' : pair->visible == nullptr ? 'i' : 'b';
    if (story.empty() || story.back() != what) story += what;
  }
  return story;
}

TEST(Reconnecting, TheOtherSourceGoesOnAloneMeanwhile) {
  const ReconnectOptions slow = {.patience = milliseconds(2000), .pause = milliseconds(60)};
  for (const bool infrared_breaks : {true, false}) {
    auto breaks = Reconnecting(std::make_unique<ShortSource>(10), Attempts({10000}), slow);
    std::unique_ptr<FrameSource> steady = std::make_unique<ShortSource>(200);
    if (!infrared_breaks) std::swap(breaks, steady);
    const auto pairs = PairNewest(std::move(breaks), std::move(steady), {}, false);
    const std::string story = PairStory(*pairs, 3);
    EXPECT_EQ(story, infrared_breaks ? "bvb" : "bib");
    const StreamCounts counts = infrared_breaks ? pairs->infrared() : pairs->visible();
    EXPECT_EQ(counts.connection.lost, 1u);
    EXPECT_EQ(counts.connection.reopened, 1u);
  }
}

TEST(Reconnecting, BothAwayIsNoPairAndNoEnd) {
  const auto source = [] {
    return Reconnecting(std::make_unique<ShortSource>(3), Attempts({-1, 10000}),
                        {.patience = milliseconds(2000), .pause = milliseconds(10)});
  };
  const auto pairs = PairNewest(source(), source(), {}, false);
  std::string story;
  for (int i = 0; i < 40; ++i) {
    const std::optional<StreamPair> pair = pairs->Next();
    ASSERT_TRUE(pair);
    story += pair->infrared == nullptr ? 'v' : pair->visible == nullptr ? 'i' : 'b';
  }
  EXPECT_EQ(story.back(), 'b') << story;
}

}  // namespace
}  // namespace seafusion::stream
