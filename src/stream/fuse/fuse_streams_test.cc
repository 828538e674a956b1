// The pipeline on sources and sinks made for the test: slow, failing, closed, cancelled.
#include "stream/fuse/fuse_streams.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/testing/thread_limit.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"
#include "stream/testing/moving_picture.h"

namespace seafusion::stream {
namespace {

using testing::MovingPicture;

constexpr int kWidth = 32, kHeight = 12;

Fuser MakeFuser() {
  const auto weights = model::SerializeSafetensors(nn::RandomFusionWeights(3));
  EXPECT_TRUE(weights.ok());
  auto fuser = Fuser::Create({.threads = 1, .weights = *weights});
  EXPECT_TRUE(fuser.ok());
  return *std::move(fuser);
}

class FakeSource : public FrameSource {
 public:
  FakeSource(std::string name, PixelFormat format, int frames, FrameRate rate = {})
      : format_(format), frames_(frames) {
    info_ = {.name = std::move(name), .width = kWidth, .height = kHeight, .rate = rate};
  }
  FakeSource& FailAtEnd() {
    fails_ = true;
    return *this;
  }
  // Real time: waits for each frame, and at the end until cancelled.
  FakeSource& Live(const std::atomic<bool>& cancel) {
    cancel_ = &cancel;
    return *this;
  }
  const StreamInfo& info() const override { return info_; }
  StatusOr<FramePtr> Next() override {
    if (cancel_ != nullptr) {
      std::this_thread::sleep_for(std::chrono::microseconds(info_.rate.frame()));
      while (at_ == frames_ && !fails_ && !*cancel_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (*cancel_) return Cancelled(info_.name + ": stopped");
    }
    if (at_ == frames_) {
      if (fails_) return IoError(info_.name + ": unplugged");
      return FramePtr();
    }
    auto frame = std::make_shared<Frame>();
    frame->image = MovingPicture(at_, kWidth, kHeight, format_);
    frame->time = at_++ * info_.rate.frame();
    return FramePtr(std::move(frame));
  }

 private:
  StreamInfo info_;
  PixelFormat format_;
  int frames_;
  int at_ = 0;
  bool fails_ = false;
  const std::atomic<bool>* cancel_ = nullptr;
};

std::unique_ptr<FakeSource> Infrared(int frames, FrameRate rate = {}) {
  return std::make_unique<FakeSource>("ir", PixelFormat::kGray8, frames, rate);
}
std::unique_ptr<FakeSource> Visible(int frames, FrameRate rate = {}) {
  return std::make_unique<FakeSource>("vis", PixelFormat::kRgb8, frames, rate);
}

struct Written {
  std::vector<ImageBuffer> images;
  std::vector<std::int64_t> times;
  int made = 0;
  int finished = 0;
  int fail_at = -1;
  std::chrono::milliseconds delay{0};
};

class FakeSink : public FrameSink {
 public:
  explicit FakeSink(Written& written) : written_(written) {}
  Status Write(const ImageView& image, std::int64_t time) override {
    std::this_thread::sleep_for(written_.delay);
    if (static_cast<int>(written_.images.size()) == written_.fail_at) return IoError("disk full");
    ImageBuffer copy = *ImageBuffer::Create(image.width, image.height, image.format);
    std::memcpy(copy.view().data, image.data,
                static_cast<std::size_t>(image.stride) * static_cast<std::size_t>(image.height));
    written_.images.push_back(std::move(copy));
    written_.times.push_back(time);
    return OkStatus();
  }
  Status Finish() override {
    ++written_.finished;
    return OkStatus();
  }

 private:
  Written& written_;
};

MakeSink Into(Written& written) {
  return [&written](const ImageView&) -> StatusOr<std::unique_ptr<FrameSink>> {
    ++written.made;
    return std::unique_ptr<FrameSink>(std::make_unique<FakeSink>(written));
  };
}

void ExpectSame(const ImageBuffer& a, const ImageBuffer& b) {
  ASSERT_EQ(a.format(), b.format());
  const std::size_t bytes =
      static_cast<std::size_t>(a.view().stride) * static_cast<std::size_t>(a.height());
  EXPECT_EQ(std::memcmp(a.view().data, b.view().data, bytes), 0);
}

TEST(FuseStreamsTest, EveryFrameIsTheFusedPairInOrder) {
  const Fuser fuser = MakeFuser();
  Written written;
  const auto pairs = PairByTime(Infrared(6), Visible(6), {}, false);
  const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {});
  EXPECT_TRUE(result.output.ok() && result.fusing.ok());
  EXPECT_EQ(result.frames, 6u);
  EXPECT_EQ(written.finished, 1);
  ASSERT_EQ(written.images.size(), 6u);
  for (int i = 0; i < 6; ++i) {
    const ImageBuffer ir = MovingPicture(i, kWidth, kHeight, PixelFormat::kGray8);
    const ImageBuffer vi = MovingPicture(i, kWidth, kHeight, PixelFormat::kRgb8);
    ImageBuffer expected = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
    ASSERT_TRUE(fuser.Fuse(ir.view(), vi.view(), expected.view()).ok());
    ExpectSame(written.images[static_cast<std::size_t>(i)], expected);
    EXPECT_EQ(written.times[static_cast<std::size_t>(i)], i * 40000);
  }
}

TEST(FuseStreamsTest, ThreadsThatTheSystemRefusesAreAnError) {
  const Fuser fuser = MakeFuser();
  for (const int started : {0, 1}) {
    Written written;
    const auto pairs = PairByTime(Infrared(3), Visible(3), {}, false);
    const ThreadLimit limit(started);
    const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {});
    EXPECT_EQ(result.fusing.code(), StatusCode::kResourceExhausted) << started;
    EXPECT_NE(result.fusing.message().find("cannot start a thread"), std::string::npos);
    EXPECT_EQ(result.frames, 0u);
    EXPECT_EQ(written.made, 0);
  }
}

TEST(FuseStreamsTest, WhatIsThrownOnOneOfItsThreadsIsAnError) {
  const Fuser fuser = MakeFuser();
  class Thrower : public PairSource {
   public:
    std::optional<StreamPair> Next() override { throw std::runtime_error("no thread for a look"); }
    StreamCounts infrared() const override { return {}; }
    StreamCounts visible() const override { return {}; }
  } thrower;
  Written written;
  for (const bool live : {false, true}) {
    const FuseStreamsResult result =
        FuseStreams(fuser, thrower, Into(written), {.live = live, .latency = Latency::kLow});
    EXPECT_EQ(result.fusing.message(), "no thread for a look") << live;
  }
  const auto pairs = PairByTime(Infrared(3), Visible(3), {}, false);
  const MakeSink throws = [](const ImageView&) -> StatusOr<std::unique_ptr<FrameSink>> {
    throw std::runtime_error("no sink");
  };
  EXPECT_EQ(FuseStreams(fuser, *pairs, throws, {}).output.message(), "no sink");
}

TEST(FuseStreamsTest, CountsTellWhatBecameOfEachStream) {
  const Fuser fuser = MakeFuser();
  Written written;
  // 25 and 50 frames a second of infrared, half a second against one.
  const auto pairs =
      PairByTime(Infrared(20, {50, 1}), Visible(20), {.eof_action = EofAction::kPass}, true);
  const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {});
  EXPECT_EQ(result.frames, 20u);
  EXPECT_EQ(result.passed, 10u);
  EXPECT_EQ(result.infrared.read, 20u);
  EXPECT_EQ(result.infrared.dropped, 9u);  // every second one but the last, which nothing followed
  EXPECT_EQ(result.visible.dropped, 0u);
  // What passes is the visible frame itself.
  ExpectSame(written.images[15], MovingPicture(15, kWidth, kHeight, PixelFormat::kRgb8));
}

TEST(FuseStreamsTest, AFailureKeepsWhatWasBeforeIt) {
  const Fuser fuser = MakeFuser();
  for (const bool infrared_fails : {true, false}) {
    Written written;
    auto ir = Infrared(infrared_fails ? 4 : 9), vi = Visible(infrared_fails ? 9 : 4);
    (infrared_fails ? ir : vi)->FailAtEnd();
    const auto pairs = PairByTime(std::move(ir), std::move(vi), {}, false);
    const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {});
    EXPECT_EQ(result.frames, 4u);
    EXPECT_EQ(written.images.size(), 4u);
    EXPECT_EQ(written.finished, 1);
    const StreamCounts& failed = infrared_fails ? result.infrared : result.visible;
    EXPECT_EQ(failed.failure.code(), StatusCode::kIoError);
    EXPECT_TRUE((infrared_fails ? result.visible : result.infrared).failure.ok());
  }
}

TEST(FuseStreamsTest, AFailureMayCountAsAnEnd) {
  const Fuser fuser = MakeFuser();
  Written written;
  auto ir = Infrared(4);
  ir->FailAtEnd();
  const auto pairs =
      PairByTime(std::move(ir), Visible(9), {.eof_action = EofAction::kRepeat}, true);
  const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {});
  EXPECT_EQ(result.frames, 9u);
  EXPECT_EQ(result.infrared.repeated, 5u);
  EXPECT_FALSE(result.infrared.failure.ok());
}

TEST(FuseStreamsTest, NothingToFuseMakesNoSink) {
  const Fuser fuser = MakeFuser();
  Written written;
  auto ir = Infrared(0);
  ir->FailAtEnd();
  const auto pairs = PairByTime(std::move(ir), Visible(9), {}, false);
  EXPECT_EQ(FuseStreams(fuser, *pairs, Into(written), {}).frames, 0u);
  EXPECT_EQ(written.made, 0);
}

TEST(FuseStreamsTest, ASinkThatFailsEndsTheRun) {
  const Fuser fuser = MakeFuser();
  Written written;
  written.fail_at = 3;
  const auto pairs = PairByTime(Infrared(1000000), Visible(1000000), {}, false);
  const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {});
  EXPECT_EQ(result.frames, 3u);
  EXPECT_EQ(result.output.code(), StatusCode::kIoError);
  EXPECT_EQ(written.finished, 1);

  const MakeSink none = [](const ImageView&) -> StatusOr<std::unique_ptr<FrameSink>> {
    return IoError("no folder");
  };
  const auto more = PairByTime(Infrared(1000000), Visible(1000000), {}, false);
  EXPECT_EQ(FuseStreams(fuser, *more, none, {}).output.code(), StatusCode::kIoError);
}

TEST(FuseStreamsTest, AnInterruptKeepsWhatWasFused) {
  const Fuser fuser = MakeFuser();
  Written written;
  std::atomic<bool> cancel{false};
  const auto pairs = PairByTime(Infrared(1000000), Visible(1000000), {}, false);
  std::uint64_t fused = 0;
  const FuseStreamsResult result = FuseStreams(
      fuser, *pairs, Into(written), {.cancel = &cancel, .on_frame = [&](std::uint64_t n) {
                                       fused = n;
                                       if (n == 5) cancel = true;
                                     }});
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(fused, 5u);
  EXPECT_EQ(result.frames, 5u);
  EXPECT_EQ(written.images.size(), 5u);
  EXPECT_EQ(written.finished, 1);
}

TEST(FuseStreamsTest, ASlowSinkHoldsTheOthersBack) {
  const Fuser fuser = MakeFuser();
  Written written;
  written.delay = std::chrono::milliseconds(5);
  const auto pairs = PairByTime(Infrared(1000000), Visible(1000000), {}, false);
  std::uint64_t ahead = 0;
  const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written), {.max_frames = 30});
  EXPECT_EQ(result.frames, 30u);
  ahead = result.visible.read - result.frames;
  // Two waiting at either side of the network, one in each stage, one ahead for the pairing.
  EXPECT_LE(ahead, 8u);
}

TEST(FuseStreamsTest, SixteenBitsAndGray) {
  const Fuser fuser = MakeFuser();
  Written written;
  auto deep = std::make_unique<FakeSource>("ir", PixelFormat::kGray16, 3);
  const auto pairs = PairByTime(std::move(deep), Visible(3), {}, false);
  ASSERT_EQ(FuseStreams(fuser, *pairs, Into(written), {.gray = true, .bits = 16}).frames, 3u);
  EXPECT_EQ(written.images[0].format(), PixelFormat::kGray16);
}

TEST(FuseStreamsTest, LiveDropsOldFramesAndNeverLags) {
  const Fuser fuser = MakeFuser();
  Written written;
  written.delay = std::chrono::milliseconds(20);
  std::atomic<bool> cancel{false};
  auto ir = Infrared(100000, {500, 1}), vi = Visible(100000, {500, 1});
  ir->Live(cancel), vi->Live(cancel);
  const auto pairs = PairNewest(std::move(ir), std::move(vi), {}, false);
  const FuseStreamsResult result = FuseStreams(fuser, *pairs, Into(written),
                                               {.live = true, .max_frames = 12, .cancel = &cancel});
  cancel = true;
  EXPECT_EQ(result.frames, 12u);
  EXPECT_GT(result.visible.dropped, 0u);
  EXPECT_TRUE(std::is_sorted(written.times.begin(), written.times.end()));
}

// How long frames were on their way, with a sink that takes `delay` for each of 500 a second.
FuseStreamsResult FuseLive(Latency latency, std::chrono::milliseconds delay) {
  const Fuser fuser = MakeFuser();
  Written written;
  written.delay = delay;
  std::atomic<bool> cancel{false};
  auto ir = Infrared(100000, {500, 1}), vi = Visible(100000, {500, 1});
  ir->Live(cancel), vi->Live(cancel);
  const auto pairs = PairNewest(std::move(ir), std::move(vi), {}, false);
  FuseStreamsResult result =
      FuseStreams(fuser, *pairs, Into(written),
                  {.live = true, .latency = latency, .max_frames = 12, .cancel = &cancel});
  cancel = true;
  return result;
}

TEST(FuseStreamsTest, LowLatencyLetsNoFrameWaitAndSmoothSome) {
  constexpr std::chrono::milliseconds kDelay{30};
  const FuseStreamsResult low = FuseLive(Latency::kLow, kDelay);
  const FuseStreamsResult smooth = FuseLive(Latency::kSmooth, kDelay);
  ASSERT_EQ(low.latency.count(), 12u);
  ASSERT_EQ(smooth.latency.count(), 12u);
  // Low: written while the next one waits for the writer. Smooth: two wait at either side, too.
  EXPECT_GE(low.latency.Quantile(0.5), 30);
  EXPECT_LT(1.5 * low.latency.Quantile(0.5), smooth.latency.Quantile(0.5));
  EXPECT_GT(smooth.latency.Quantile(0.75), 4 * 30);
}

TEST(LatencyCounts, QuantilesAreMilliseconds) {
  LatencyCounts latency;
  EXPECT_EQ(latency.Quantile(0.5), 0);
  for (int i = 0; i < 90; ++i) latency.Add(0.0042);
  for (int i = 0; i < 10; ++i) latency.Add(0.0301);
  EXPECT_EQ(latency.count(), 100u);
  EXPECT_EQ(latency.Quantile(0.5), 5);
  EXPECT_NEAR(latency.Quantile(0.95), 30.1, 1e-9);
  EXPECT_NEAR(latency.most(), 30.1, 1e-9);
  latency.Add(60);
  EXPECT_NEAR(latency.Quantile(1), 60000, 1e-6);
}

TEST(FuseStreamsTest, ALiveStreamThatDropsOutEndsTheRunOrPasses) {
  const Fuser fuser = MakeFuser();
  std::atomic<bool> cancel{false};
  {
    Written written;
    auto ir = Infrared(5, {100, 1}), vi = Visible(1000, {100, 1});
    ir->Live(cancel).FailAtEnd(), vi->Live(cancel);
    const auto pairs = PairNewest(std::move(ir), std::move(vi), {}, false);
    const FuseStreamsResult result = FuseStreams(
        fuser, *pairs, Into(written), {.live = true, .max_frames = 500, .cancel = &cancel});
    EXPECT_LT(result.frames, 20u);
    EXPECT_EQ(result.frames, written.images.size());
    EXPECT_EQ(result.infrared.failure.code(), StatusCode::kIoError);
  }
  {
    Written written;
    auto ir = Infrared(2, {100, 1}), vi = Visible(1000, {100, 1});
    ir->Live(cancel).FailAtEnd(), vi->Live(cancel);
    const auto pairs =
        PairNewest(std::move(ir), std::move(vi), {.eof_action = EofAction::kPass}, true);
    const FuseStreamsResult result = FuseStreams(
        fuser, *pairs, Into(written), {.live = true, .max_frames = 30, .cancel = &cancel});
    EXPECT_EQ(result.frames, 30u);
    EXPECT_GT(result.passed, 10u);
    EXPECT_FALSE(result.infrared.failure.ok());
  }
}

}  // namespace
}  // namespace seafusion::stream
