#include "align/watch/drift_meter.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "align/testing/drawn_scene.h"

namespace seafusion::align {
namespace {

const cv::Size kCanvas(240, 180);

Homography ShiftOf(double x, double y) {
  return {{1, 0, x, 0, 1, y, 0, 0, 1}};
}

// A pair of cameras whose infrared one is off by `drift`; pictures a second apart, corrected as a
// stream with --rig-follow does it, or not.
class Watched {
 public:
  Watched(std::uint64_t seed, const DriftOptions& options, bool follow)
      : scene_(seed, kCanvas.width, kCanvas.height),
        meter_(*DriftMeter::Create(options)),
        follow_(follow) {}

  void Run(const Homography& drift, int seconds) {
    for (int i = 0; i < seconds; ++i) {
      const Homography applied = follow_ ? meter_.correction() : Homography{};
      const auto moment = static_cast<std::uint64_t>(++seconds_);
      const cv::Mat ir = scene_.Picture(DrawnScene::Band::kInfrared, *applied.Inverse() * drift,
                                        kCanvas, {}, moment);
      const cv::Mat vi = scene_.Picture(DrawnScene::Band::kVisible, {}, kCanvas, {}, moment);
      const Homography before = meter_.correction();
      const auto looked = meter_.Add(ViewOf(ir), ViewOf(vi), seconds_, applied);
      ASSERT_TRUE(looked.ok()) << looked.status().message();
      EXPECT_TRUE(*looked);
      most_step_ = std::max(most_step_, MeanMove(meter_.correction() * *before.Inverse(),
                                                 kCanvas.width, kCanvas.height));
      most_correction_ =
          std::max(most_correction_, MeanMove(meter_.correction(), kCanvas.width, kCanvas.height));
    }
  }
  const DriftReport& report() const { return meter_.report(); }
  const Homography& correction() const { return meter_.correction(); }
  double most_step() const { return most_step_; }
  double most_correction() const { return most_correction_; }

 private:
  DrawnScene scene_;
  DriftMeter meter_;
  bool follow_;
  int seconds_ = 0;
  double most_step_ = 0, most_correction_ = 0;
};

TEST(DriftMeterTest, SaysNothingUntilItKnowsAndThenThatNothingMoved) {
  Watched w(50, {}, false);
  w.Run({}, DriftMeter::kPairs - 1);
  EXPECT_FALSE(w.report().known);
  w.Run({}, 6);
  EXPECT_TRUE(w.report().known);
  EXPECT_LE(w.report().moved_px, 0.3);
  EXPECT_LE(w.report().start_px, 1.5);
  EXPECT_LE(w.most_correction(), 0.3);
}

TEST(DriftMeterTest, ReportsHowFarAKnockedCameraMoved) {
  for (const Point knock : {Point{4, -2}, Point{-18, 11}}) {  // the second beyond the surfaces
    Watched w(51, {.infrared_scale = 0.5}, false);
    w.Run({}, 13);
    ASSERT_TRUE(w.report().known);
    w.Run(ShiftOf(knock.x, knock.y), 24);
    EXPECT_NEAR(w.report().shift_x, 0.5 * knock.x, 0.4) << knock.x;
    EXPECT_NEAR(w.report().shift_y, 0.5 * knock.y, 0.4) << knock.x;
    EXPECT_NEAR(w.report().moved_px, 0.5 * std::hypot(knock.x, knock.y), 0.5);
  }
}

TEST(DriftMeterTest, ARigThatIsOffFromTheStartHasNotMoved) {
  Watched w(52, {}, true);
  w.Run(ShiftOf(3, 2), 16);
  ASSERT_TRUE(w.report().known);
  EXPECT_NEAR(w.report().start_px, std::hypot(3, 2), 0.8);
  EXPECT_LE(w.report().moved_px, 0.4);
  EXPECT_LE(w.most_correction(), 0.4);
}

TEST(DriftMeterTest, CorrectsSmoothlyAndKeepsTheReport) {
  Watched w(53, {.speed_px_per_s = 0.5}, true);
  w.Run({}, 13);
  // Half a degree about the middle, and a shift.
  const double c = std::cos(0.0087), s = std::sin(0.0087);
  const Homography drift = ShiftOf(4, -2) * Homography{{c, -s, 119.5 - c * 119.5 + s * 89.5, s, c,
                                                        89.5 - s * 119.5 - c * 89.5, 0, 0, 1}};
  w.Run(drift, 40);
  const Homography left = drift * *w.correction().Inverse();
  EXPECT_LE(MeanMove(left, kCanvas.width, kCanvas.height), 0.8);
  EXPECT_LE(w.most_step(), 0.75);  // a step waits until it is worth the work
  EXPECT_NEAR(w.report().moved_px, MeanMove(drift, kCanvas.width, kCanvas.height), 0.6);
}

TEST(DriftMeterTest, NeverCorrectsByMoreThanItsLimit) {
  Watched w(54, {.most_px = 2, .speed_px_per_s = 5}, true);
  w.Run({}, 13);
  w.Run(ShiftOf(7, 0), 24);
  EXPECT_NEAR(w.report().moved_px, 7, 0.6);
  EXPECT_LE(w.most_correction(), 2.001);
  EXPECT_GE(w.most_correction(), 1.7);
}

TEST(DriftMeterTest, LooksAtOnePairInAnInterval) {
  auto meter = DriftMeter::Create({.interval_s = 2});
  ASSERT_TRUE(meter.ok());
  const cv::Mat picture(64, 80, CV_8U, cv::Scalar(7));
  int looked = 0;
  for (int i = 0; i < 100; ++i) {
    const auto r = meter->Add(ViewOf(picture), ViewOf(picture), 0.1 * i);
    ASSERT_TRUE(r.ok()) << r.status().message();
    looked += *r ? 1 : 0;
  }
  EXPECT_EQ(looked, 5);
  EXPECT_EQ(meter->report().looked_at, 5);
  EXPECT_FALSE(meter->report().known);  // a picture without structure says nothing
}

TEST(DriftMeterTest, NamesWhatItCannotTake) {
  EXPECT_FALSE(DriftMeter::Create({.infrared_scale = 0}).ok());
  EXPECT_FALSE(DriftMeter::Create({.most_px = std::nan("")}).ok());
  auto meter = DriftMeter::Create();
  ASSERT_TRUE(meter.ok());
  const cv::Mat fits(64, 80, CV_8U, cv::Scalar(7)), other(66, 80, CV_8U, cv::Scalar(7));
  EXPECT_FALSE(meter->Add(ViewOf(fits), ViewOf(other), 0).ok());
  ASSERT_TRUE(meter->Add(ViewOf(fits), ViewOf(fits), 0).ok());
  EXPECT_NE(meter->Add(ViewOf(other), ViewOf(other), 5).status().message().find("80x66"),
            std::string::npos);
}

}  // namespace
}  // namespace seafusion::align
