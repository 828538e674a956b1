#include "stream/read/infrared_clock.h"

#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stream/testing/moving_picture.h"

namespace seafusion::stream {
namespace {

constexpr int kWidth = 64, kHeight = 48;

// Frames made beforehand, 25 a second.
class ListedSource : public FrameSource {
 public:
  explicit ListedSource(std::vector<ImageBuffer> images) : images_(std::move(images)) {
    info_.width = kWidth;
    info_.height = kHeight;
  }
  const StreamInfo& info() const override { return info_; }
  StatusOr<FramePtr> Next() override {
    if (at_ == images_.size()) return FramePtr();
    auto frame = std::make_shared<Frame>();
    frame->image = images_[at_];
    frame->time = static_cast<std::int64_t>(at_++) * kMicroseconds / 25;
    return FramePtr(std::move(frame));
  }

 private:
  std::vector<ImageBuffer> images_;
  StreamInfo info_;
  std::size_t at_ = 0;
};

ImageBuffer Moving(int number) {
  return testing::MovingPicture(number, kWidth, kHeight, PixelFormat::kGray16);
}
ImageBuffer Flat() {
  ImageBuffer image = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray16);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      image.view().Row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(30000 + (x + y) % 3);
    }
  }
  return image;
}
std::uint16_t Sample(const FramePtr& frame, int x, int y) {
  return frame->image.view().Row<std::uint16_t>(y)[x];
}

std::vector<FramePtr> All(FrameSource& source) {
  std::vector<FramePtr> frames;
  while (true) {
    auto frame = source.Next();
    if (!frame.ok() || *frame == nullptr) return frames;
    frames.push_back(*std::move(frame));
  }
}

TEST(DelayByTest, TimesAreShiftedAlsoBelowZero) {
  const auto source =
      DelayBy(std::make_unique<ListedSource>(std::vector{Moving(0), Moving(1)}), -100'000);
  const auto frames = All(*source);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0]->time, -100'000);
  EXPECT_EQ(frames[1]->time, -60'000);
}

std::vector<ImageBuffer> WithAClosedShutter() {
  std::vector<ImageBuffer> images;
  for (int i = 0; i < 10; ++i) images.push_back(Moving(i));
  for (int i = 0; i < 4; ++i) images.push_back(Flat());
  for (int i = 10; i < 14; ++i) images.push_back(Moving(i));
  return images;
}

TEST(WatchShutterTest, TheLastGoodFrameStandsInForSpoiledOnes) {
  const auto source =
      WatchShutter(std::make_unique<ListedSource>(WithAClosedShutter()), /*hold=*/true);
  const auto frames = All(*source);
  ASSERT_EQ(frames.size(), 18u);
  EXPECT_EQ(source->shutter().flat, 4u);
  EXPECT_EQ(source->shutter().held, 4u);
  for (int i = 10; i < 14; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(Sample(frames[at], 8, 5), Sample(frames[9], 8, 5));
    EXPECT_EQ(frames[at]->time, i * kMicroseconds / 25) << "times go on";
  }
  EXPECT_EQ(Sample(frames[14], 17, 5), 31005) << "the next good frame is its own";
}

TEST(WatchShutterTest, WithoutHoldingTheyAreCountedOnly) {
  const auto source =
      WatchShutter(std::make_unique<ListedSource>(WithAClosedShutter()), /*hold=*/false);
  const auto frames = All(*source);
  EXPECT_EQ(source->shutter().flat, 4u);
  EXPECT_EQ(source->shutter().held, 0u);
  EXPECT_LT(Sample(frames[11], 8, 5), 30010);
}

TEST(WatchShutterTest, ASceneThatStaysFlatIsTheScene) {
  std::vector<ImageBuffer> images;
  for (int i = 0; i < 10; ++i) images.push_back(Moving(i));
  for (int i = 0; i < 200; ++i) images.push_back(Flat());
  const auto source = WatchShutter(std::make_unique<ListedSource>(std::move(images)), true);
  const auto frames = All(*source);
  EXPECT_EQ(source->shutter().held, 126u) << "five seconds";
  EXPECT_LT(Sample(frames.back(), 8, 5), 30010);
  EXPECT_EQ(source->shutter().stood_still, 1u);
}

}  // namespace
}  // namespace seafusion::stream
