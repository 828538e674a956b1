// Streams of rendered scenes whose cameras are knocked while they run, and streams that never
// fitted.
#include "stream/rig/placed_pairs.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stream/rig/checked_pairs.h"
#include "synth/render.h"

namespace seafusion::stream {
namespace {

using ::testing::HasSubstr;

constexpr int kViewWidth = 200, kViewHeight = 150, kRoom = 20;  // pixels

template <typename T>
FramePtr Window(const ImageBuffer& scene, int x0, int y0) {
  auto frame = std::make_shared<Frame>();
  frame->image = *ImageBuffer::Create(kViewWidth, kViewHeight, scene.format());
  const int channels = ChannelCount(scene.format());
  for (int y = 0; y < kViewHeight; ++y) {
    const T* from = scene.view().Row<T>(y + y0) + static_cast<std::ptrdiff_t>(x0) * channels;
    std::copy_n(from, static_cast<std::ptrdiff_t>(kViewWidth) * channels,
                frame->image.view().Row<T>(y));
  }
  return frame;
}

// A pair a second; the infrared camera looks `knock` pixels aside from the time `when` on.
class KnockedPairs : public PairSource {
 public:
  KnockedPairs(int count, int when, int knock) : count_(count), when_(when), knock_(knock) {
    for (std::uint64_t i = 0; i < 6; ++i) {
      scenes_.push_back(*synth::RenderScene({.width = kViewWidth + 2 * kRoom,
                                             .height = kViewHeight + 2 * kRoom,
                                             .seed = 4,
                                             .index = i}));
    }
  }
  std::optional<StreamPair> Next() override {
    if (at_ == count_) return std::nullopt;
    const synth::ScenePair& scene = scenes_[static_cast<std::size_t>(at_) % scenes_.size()];
    const int aside = at_ >= when_ ? knock_ : 0;
    return StreamPair{.infrared = Window<std::uint8_t>(scene.infrared, kRoom + aside, kRoom),
                      .visible = Window<std::uint8_t>(scene.visible, kRoom, kRoom),
                      .time = kMicroseconds * at_++};
  }
  StreamCounts infrared() const override { return {}; }
  StreamCounts visible() const override { return {}; }
  // What the infrared camera saw before it was knocked, of the last pair.
  FramePtr Before() const {
    const auto last = static_cast<std::size_t>(at_ - 1) % scenes_.size();
    return Window<std::uint8_t>(scenes_[last].infrared, kRoom, kRoom);
  }

 private:
  int count_, when_, knock_;
  int at_ = 0;
  std::vector<synth::ScenePair> scenes_;
};

align::OpenedRig EqualRig() {
  align::Rig rig;
  rig.infrared.width = rig.visible.width = kViewWidth;
  rig.infrared.height = rig.visible.height = kViewHeight;
  return *align::OpenRig(rig, align::Canvas::kVisible, "a rig");
}

// Mean difference away from the borders, levels.
double Difference(const ImageBuffer& a, const ImageBuffer& b) {
  double sum = 0;
  int count = 0;
  for (int y = kRoom; y < kViewHeight - kRoom; ++y) {
    for (int x = kRoom; x < kViewWidth - kRoom; ++x, ++count) {
      sum += std::abs(a.view().Row<std::uint8_t>(y)[x] - b.view().Row<std::uint8_t>(y)[x]);
    }
  }
  return sum / count;
}

TEST(PlacedPairsTest, AKnockedCameraIsToldAndFollowedWithinTheLimit) {
  for (const double follow : {0.0, 8.0, 2.0}) {
    SCOPED_TRACE(follow);
    const align::OpenedRig rig = EqualRig();
    auto source = std::make_unique<KnockedPairs>(60, 16, 5);
    const KnockedPairs& knocked = *source;
    const auto watch = *DriftWatch::Create(rig, {.follow_px = follow});
    const auto pairs = PlacePairs(std::move(source), rig, watch.get());
    std::vector<std::string> messages;
    double off = 0, unfollowed = 0;
    int seconds = 0;
    while (const std::optional<StreamPair> pair = pairs->Next()) {
      if (const auto message = watch->TakeMessage()) messages.push_back(*message);
      if (++seconds <= 16) {
        EXPECT_THAT(messages, ::testing::IsEmpty());
        EXPECT_EQ(Difference(pair->infrared->image, knocked.Before()->image), 0);
      }
      EXPECT_EQ(pair->infrared->image.width(), kViewWidth);
      off = Difference(pair->infrared->image, knocked.Before()->image);
      const align::Homography none;
      if (follow == 0) {
        EXPECT_EQ(watch->placing().correction.m, none.m);
      }
    }
    ASSERT_FALSE(messages.empty());
    EXPECT_THAT(messages.front(), HasSubstr("moved against each other by about"));
    EXPECT_THAT(messages.front(), HasSubstr(follow == 0 ? "seafusion align" : "followed up to"));
    EXPECT_NEAR(watch->report().moved_px, 5, 1.0);
    EXPECT_THAT(watch->Summary(), HasSubstr("the cameras moved by"));
    const double moved = align::MeanMove(watch->placing().correction, kViewWidth, kViewHeight);
    EXPECT_LE(moved, follow + 0.01);
    unfollowed =
        Difference(Window<std::uint8_t>(synth::RenderScene({.width = kViewWidth + 2 * kRoom,
                                                            .height = kViewHeight + 2 * kRoom,
                                                            .seed = 4,
                                                            .index = 59 % 6})
                                            ->infrared,
                                        kRoom + 5, kRoom)
                       ->image,
                   knocked.Before()->image);
    if (follow == 0) {
      EXPECT_NEAR(off, unfollowed, 1e-9);
    }
    if (follow == 8) {
      EXPECT_LT(off, 0.5 * unfollowed);
    }
  }
}

TEST(PlacedPairsTest, AFrameThatDoesNotFitTheRigEndsTheStream) {
  align::Rig other;
  other.infrared.width = 64;
  other.visible.width = kViewWidth;
  other.infrared.height = other.visible.height = kViewHeight;
  const align::OpenedRig rig = *align::OpenRig(other, align::Canvas::kOverlap, "a rig");
  const auto pairs = PlacePairs(std::make_unique<KnockedPairs>(3, 9, 0), rig);
  EXPECT_FALSE(pairs->Next());
  EXPECT_THAT(pairs->visible().failure.message(), HasSubstr("a rig: infrared is 200x150"));
}

TEST(CheckedPairsTest, TheFirstPairsTellWhetherTheyLieOnEachOther) {
  for (const int knock : {0, 16}) {
    align::ShiftWatch watch;
    const auto pairs = CheckPairs(std::make_unique<KnockedPairs>(6, 0, knock), false, watch);
    int count = 0;
    while (pairs->Next()) ++count;
    EXPECT_EQ(count, 6);
    const auto report = watch.Finish();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->pairs, 6);
    EXPECT_EQ(report->verdict == align::ShiftVerdict::kShifted, knock != 0);
    if (knock != 0) {
      EXPECT_NEAR(report->move_px, 16, 3);
    }
    EXPECT_FALSE(watch.Finish()) << "told once";
  }
}

TEST(CheckedPairsTest, LivePairsAreLookedAtBesideTheStream) {
  align::ShiftWatch watch;
  auto pairs = CheckPairs(std::make_unique<KnockedPairs>(3, 0, 0), true, watch);
  while (pairs->Next()) {
  }
  pairs.reset();  // waits for the look
  const auto report = watch.Finish();
  ASSERT_TRUE(report);
  EXPECT_GE(report->pairs, 1);
}

}  // namespace
}  // namespace seafusion::stream
