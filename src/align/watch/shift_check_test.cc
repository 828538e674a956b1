#include "align/watch/shift_check.h"

#include <atomic>
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "align/testing/drawn_scene.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"

namespace seafusion::align {
namespace {

using ::testing::HasSubstr;

const cv::Size kWatched(320, 240);

// What both cameras see at a moment; infrared pixel map(x) shows what the visible one has at x.
Status AddMoment(ShiftCheck& check, const DrawnScene& scene, const Homography& map,
                 std::uint64_t moment) {
  const cv::Mat ir = scene.Picture(DrawnScene::Band::kInfrared, map, kWatched, {}, moment);
  const cv::Mat vi = scene.Picture(DrawnScene::Band::kVisible, {}, kWatched, {}, moment);
  return check.Add(ViewOf(ir), ViewOf(vi));
}

StatusOr<ShiftReport> CheckMoments(const Homography& map, int pairs, std::uint64_t seed = 40) {
  const DrawnScene scene(seed, kWatched.width, kWatched.height);
  ShiftCheck check;
  for (int i = 0; i < pairs; ++i) {
    if (Status s = AddMoment(check, scene, map, static_cast<std::uint64_t>(i) + 1); !s.ok())
      return s;
  }
  return check.Check();
}

TEST(ShiftCheckTest, IsSilentAboutRegisteredPairs) {
  for (const int pairs : {1, 3}) {
    const auto r = CheckMoments({}, pairs);
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(r->verdict, ShiftVerdict::kRegistered);
    EXPECT_EQ(WarningText(*r), "");
  }
}

TEST(ShiftCheckTest, WarnsOfAShiftAndSaysHowFar) {
  for (const Point shift : {Point{7, 0}, Point{-14, 9}, Point{5, -30}}) {
    const auto r = CheckMoments({{1, 0, shift.x, 0, 1, shift.y, 0, 0, 1}}, 3);
    ASSERT_TRUE(r.ok()) << r.status().message();
    ASSERT_EQ(r->verdict, ShiftVerdict::kShifted) << shift.x << "," << shift.y;
    EXPECT_EQ(r->agreeing, 3);
    EXPECT_NEAR(r->shift_x, shift.x, 1.5);
    EXPECT_NEAR(r->shift_y, shift.y, 1.5);
    EXPECT_NEAR(r->move_px, std::hypot(shift.x, shift.y), 1.5);
    EXPECT_THAT(WarningText(*r), HasSubstr("(3 of 3 pairs agree)"));
  }
}

TEST(ShiftCheckTest, WarnsOfATurnAndAScale) {
  // 3 degrees and a scale of 1.05 about the centre.
  const double c = 1.05 * std::cos(0.0524), s = 1.05 * std::sin(0.0524);
  const auto r = CheckMoments(
      {{c, -s, 159.5 - c * 159.5 + s * 119.5, s, c, 119.5 - s * 159.5 - c * 119.5, 0, 0, 1}}, 3);
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->verdict, ShiftVerdict::kShifted);
  EXPECT_NEAR(r->degrees, 3, 0.7);
  EXPECT_NEAR(r->scale, 1.05, 0.015);
  EXPECT_THAT(WarningText(*r), HasSubstr("turned by 3 degrees"));
}

TEST(ShiftCheckTest, DoesNotWarnWhereNothingIsToBeSaid) {
  const DrawnScene one(41, kWatched.width, kWatched.height),
      other(42, kWatched.width, kWatched.height);
  const cv::Mat flat(kWatched, CV_8U, cv::Scalar(90));
  const cv::Mat ir = one.Picture(DrawnScene::Band::kInfrared, {}, kWatched);
  const cv::Mat vi = other.Picture(DrawnScene::Band::kVisible, {}, kWatched);
  for (const auto& [a, b] : {std::pair{ir, vi}, {flat, flat}, {ir, flat}, {flat, vi}}) {
    ShiftCheck check;
    ASSERT_TRUE(check.Add(ViewOf(a), ViewOf(b)).ok());
    const auto r = check.Check();
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_NE(r->verdict, ShiftVerdict::kShifted);
    EXPECT_TRUE(std::isfinite(r->move_px));
  }
}

TEST(ShiftCheckTest, SaysTheSameOfTheSamePairs) {
  const Homography map{{1, 0, 11, 0, 1, -4, 0, 0, 1}};
  const auto a = CheckMoments(map, 2), b = CheckMoments(map, 2);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->move_px, b->move_px);
  EXPECT_EQ(a->basis.t_blocks, b->basis.t_blocks);
}

TEST(ShiftCheckTest, NamesWhatItCannotTakeAndEndsWhenAsked) {
  ShiftCheck check;
  EXPECT_EQ(check.Check().status().code(), StatusCode::kInvalidArgument);
  const cv::Mat fits(240, 320, CV_8U, cv::Scalar(0)), other(200, 320, CV_8U, cv::Scalar(0));
  const cv::Mat strip(40, 1000, CV_8U, cv::Scalar(0));
  EXPECT_THAT(check.Add(ViewOf(fits), ViewOf(other)).message(), HasSubstr("visible is 320x200"));
  EXPECT_FALSE(check.Add(ViewOf(strip), ViewOf(strip)).ok());
  for (int i = 0; i < ShiftCheck::kMostPairs; ++i) {
    ASSERT_TRUE(check.Add(ViewOf(fits), ViewOf(fits)).ok());
  }
  EXPECT_TRUE(check.full());
  EXPECT_EQ(check.Add(ViewOf(fits), ViewOf(fits)).code(), StatusCode::kResourceExhausted);
  const std::atomic<bool> stop = true;
  EXPECT_EQ(check.Check({.stop = &stop}).status().code(), StatusCode::kCancelled);
}

TEST(ShiftCheckTest, TakesColourAndSixteenBits) {
  const DrawnScene scene(43, kWatched.width, kWatched.height);
  cv::Mat ir = scene.Picture(DrawnScene::Band::kInfrared, {{1, 0, 12, 0, 1, 0, 0, 0, 1}}, kWatched);
  cv::Mat vi = scene.Picture(DrawnScene::Band::kVisible, {}, kWatched), rgb;
  ir.convertTo(ir, CV_16U, 9, 21000);
  cv::cvtColor(vi, rgb, cv::COLOR_GRAY2RGB);
  cv::Mat floats;
  vi.convertTo(floats, CV_32F, 1.0 / 255);
  const auto step = [](const cv::Mat& m) { return static_cast<std::ptrdiff_t>(m.step); };
  for (const ImageView& visible :
       {ImageView{rgb.data, rgb.cols, rgb.rows, step(rgb), PixelFormat::kRgb8},
        {floats.data, floats.cols, floats.rows, step(floats), PixelFormat::kGrayF32}}) {
    ShiftCheck check;
    ASSERT_TRUE(check.Add(ViewOf(ir), visible).ok());
    const auto r = check.Check();
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(r->verdict, ShiftVerdict::kShifted);
    EXPECT_NEAR(r->shift_x, 12, 1.5);
  }
}

TEST(ShiftCheckTest, TellsRegisteredPairsOfARoadFromShiftedOnes) {
  const std::string folder = std::string(SEAFUSION_SHARED_DIR) + "/data/msrs/val/";
  const auto list = io::ListPairs(folder + "ir", folder + "vi");
  if (!list.ok()) GTEST_SKIP() << folder << " is absent";
  constexpr int kShift = 20;  // 3 % of the width
  ShiftCheck still, moved;
  for (std::size_t i = 0; i < 4; ++i) {
    const io::PicturePair& pair = list->pairs[i * list->pairs.size() / 4];
    const auto ir = io::ReadImage(pair.infrared), vi = io::ReadImage(pair.visible);
    ASSERT_TRUE(ir.ok() && vi.ok());
    ASSERT_TRUE(still.Add(ir->view(), vi->view()).ok());
    ImageView left = ir->view(), right = vi->view();
    left.width -= kShift;
    right.width -= kShift;
    right.data = static_cast<const std::uint8_t*>(right.data) +
                 std::ptrdiff_t{kShift} * BytesPerPixel(right.format);
    ASSERT_TRUE(moved.Add(left, right).ok());
  }
  const auto a = still.Check(), b = moved.Check();
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->verdict, ShiftVerdict::kRegistered);
  ASSERT_EQ(b->verdict, ShiftVerdict::kShifted);
  EXPECT_NEAR(b->shift_x, kShift, 4);
}

}  // namespace
}  // namespace seafusion::align
