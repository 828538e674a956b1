#include "align/registration.h"

#include <atomic>
#include <cmath>

#include <gtest/gtest.h>

#include "align/testing/drawn_scene.h"

namespace seafusion::align {
namespace {

constexpr int kWidth = 240, kHeight = 180;  // three levels of the search differ
const cv::Size kSize(kWidth, kHeight);

Homography Moved() {
  // About 4 degrees, a scale of 1.08, 4 and -11 pixels in the middle.
  return {{1.0774, -0.0753, 1.5, 0.0753, 1.0774, -27.0, 0, 0, 1}};
}

double Error(const Homography& found, const Homography& truth, int width = kWidth,
             int height = kHeight) {
  return DistanceOfCorners(found * *truth.Inverse(), Homography{}, width, height).mean;
}

StatusOr<Registration> Register(const cv::Mat& infrared, const cv::Mat& visible,
                                const RegistrationOptions& options = {.threads = 2}) {
  StatusOr<Registrar> registrar = Registrar::Create(options);
  if (!registrar.ok()) return registrar.status();
  if (Status s = registrar->Add(ViewOf(infrared), ViewOf(visible)); !s.ok()) return s;
  return registrar->Estimate();
}

cv::Mat Visible(const DrawnScene& scene, const Homography& map = {}) {
  return scene.Picture(DrawnScene::Band::kVisible, map, kSize);
}
cv::Mat Infrared(const DrawnScene& scene, const Homography& map = {}) {
  return scene.Picture(DrawnScene::Band::kInfrared, map, kSize);
}

TEST(RegistrationTest, FindsHowThePictureOfOneCameraWasMoved) {
  const cv::Size size(320, 240);  // some tenths of a pixel need the pixels
  const DrawnScene scene(1, size.width, size.height);
  // The plane seen by the visible camera as it is, by the other one moved.
  const auto r = Register(scene.Picture(DrawnScene::Band::kVisible, Moved(), size),
                          scene.Picture(DrawnScene::Band::kVisible, {}, size));
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_LE(Error(r->map.map, Moved(), size.width, size.height), 0.2);
  EXPECT_EQ(r->verdict, Verdict::kOk);
  EXPECT_EQ(r->frames, 1);
}

TEST(RegistrationTest, FindsTheMapBetweenTwoBands) {
  for (std::uint64_t seed : {2, 3}) {
    const DrawnScene scene(seed, kWidth, kHeight);
    const auto r = Register(Infrared(scene, Moved()), Visible(scene));
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_LE(Error(r->map.map, Moved()), 0.01 * kWidth) << "seed " << seed;
    EXPECT_EQ(r->verdict, Verdict::kOk) << "seed " << seed;
    EXPECT_GT(r->confidence, 0.7);
  }
}

TEST(RegistrationTest, FindsPerspective) {
  const DrawnScene scene(5, kWidth, kHeight);
  const Quad corners = PictureCorners(kWidth, kHeight);
  Quad to = corners;
  to[0] = to[0] + Point{12, 4};
  to[1] = to[1] + Point{-10, 9};
  to[2] = to[2] + Point{8, -3};
  to[3] = to[3] + Point{-6, -8};
  const Homography map = RectangleToQuad(corners, to);
  const auto r = Register(Infrared(scene, map), Visible(scene));
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_LE(Error(r->map.map, map), 0.015 * kWidth);
  EXPECT_EQ(r->model, TransformModel::kHomography);
}

TEST(RegistrationTest, FindsAnUnknownScaleBetweenPicturesOfOtherSizes) {
  const DrawnScene scene(6, kWidth, kHeight, 220);
  // The visible camera sees 1.6 times as wide, at 480x360.
  const Homography visible_map{{1.25, 0, 89, 0, 1.25, 66, 0, 0, 1}};
  const cv::Mat visible = scene.Picture(DrawnScene::Band::kVisible, visible_map, {480, 360});
  const auto r = Register(Infrared(scene), visible);
  ASSERT_TRUE(r.ok()) << r.status().message();
  const Homography truth = *visible_map.Inverse();
  EXPECT_LE(Error(r->map.map, truth), 0.01 * kWidth);
  EXPECT_EQ(r->verdict, Verdict::kOk);
  EXPECT_EQ(r->identity_zone_px, 0);
}

TEST(RegistrationTest, SaysThatRegisteredPicturesAreRegistered) {
  for (std::uint64_t seed : {7, 8}) {
    const DrawnScene scene(seed, kWidth, kHeight);
    const auto r = Register(Infrared(scene), Visible(scene));
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(r->model, TransformModel::kIdentity);
    EXPECT_EQ(r->map.map.m, Homography{}.m);
    EXPECT_GT(r->identity_zone_px, 0);
    EXPECT_LT(r->identity_zone_px, 0.02 * kWidth);
  }
}

TEST(RegistrationTest, RefusesPicturesOfDifferentScenes) {
  for (std::uint64_t seed : {10, 11}) {
    const DrawnScene one(seed, kWidth, kHeight), other(seed + 100, kWidth, kHeight);
    const auto r = Register(Infrared(one), Visible(other));
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_NE(r->verdict, Verdict::kOk) << "seed " << seed;
  }
}

TEST(RegistrationTest, RefusesPicturesWithoutStructure) {
  const cv::Size size(120, 90);
  const cv::Mat flat(size, CV_8U, cv::Scalar(77));
  const DrawnScene scene(1, size.width, size.height);
  const cv::Mat infrared = scene.Picture(DrawnScene::Band::kInfrared, {}, size);
  const cv::Mat visible = scene.Picture(DrawnScene::Band::kVisible, {}, size);
  for (const auto& [a, b] : {std::pair{flat, flat}, {flat, visible}, {infrared, flat}}) {
    const auto r = Register(a, b);
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(r->verdict, Verdict::kRefuse);
    EXPECT_TRUE(std::isfinite(r->confidence));
  }
}

TEST(RegistrationTest, IsTheSameForAnyNumberOfThreads) {
  const DrawnScene scene(20, kWidth, kHeight);
  std::vector<Registration> results;
  for (int threads : {1, 3}) {
    auto registrar = Registrar::Create({.threads = threads});
    ASSERT_TRUE(registrar.ok());
    for (std::uint64_t moment = 1; moment <= 2; ++moment) {
      const cv::Mat ir = scene.Picture(DrawnScene::Band::kInfrared, Moved(), kSize, {}, moment);
      const cv::Mat vi = scene.Picture(DrawnScene::Band::kVisible, {}, kSize, {}, moment);
      ASSERT_TRUE(registrar->Add(ViewOf(ir), ViewOf(vi)).ok());
    }
    const auto r = registrar->Estimate();
    ASSERT_TRUE(r.ok()) << r.status().message();
    results.push_back(*r);
  }
  for (const Registration& r : results) {
    EXPECT_EQ(r.map.map.m, results[0].map.map.m);
    EXPECT_EQ(r.confidence, results[0].confidence);
    EXPECT_EQ(r.evidence.half_spread, results[0].evidence.half_spread);
  }
}

TEST(RegistrationTest, FindsTheLensOfASequence) {
  const DrawnScene scene(21, kWidth, kHeight, 200);
  const RadialLens lens{0.05, 0.01};
  const cv::Size size = kSize;
  auto registrar = Registrar::Create({.threads = 2, .model = TransformModel::kHomographyLens});
  ASSERT_TRUE(registrar.ok());
  for (std::uint64_t moment = 1; moment <= 8; ++moment) {
    const cv::Mat ir = scene.Picture(DrawnScene::Band::kInfrared, {}, size, lens, moment);
    const cv::Mat vi = scene.Picture(DrawnScene::Band::kVisible, {}, size, {}, moment);
    ASSERT_TRUE(registrar->Add(ViewOf(ir), ViewOf(vi)).ok());
  }
  const auto r = registrar->Estimate();
  ASSERT_TRUE(r.ok()) << r.status().message();
  ASSERT_EQ(r->model, TransformModel::kHomographyLens);
  // Where infrared pixels are found in the visible picture, against the truth.
  const LensFrame frame = LensFrame::Of(kWidth, kHeight);
  double sum = 0;
  for (int j = 0; j < 7; ++j) {
    for (int i = 0; i < 9; ++i) {
      const Point p{(kWidth - 1) * i / 8.0, (kHeight - 1) * j / 6.0};
      const Point found = r->map.map.Inverse()->Apply(r->map.lens.Apply(p, frame));
      sum += Distance(found, lens.Apply(p, frame)) / 63;
    }
  }
  EXPECT_LE(sum, 0.003 * kWidth);
}

TEST(RegistrationTest, StaysASimilarityWhenToldTo) {
  const DrawnScene scene(22, kWidth, kHeight);
  const auto r = Register(Infrared(scene, Moved()), Visible(scene),
                          {.threads = 1, .model = TransformModel::kSimilarity});
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->model, TransformModel::kSimilarity);
  EXPECT_LE(Error(r->map.map, Moved()), 0.01 * kWidth);
  const auto& m = r->map.map.m;
  EXPECT_NEAR(m[0], m[4], 2e-3);
  EXPECT_NEAR(m[1], -m[3], 2e-3);
}

TEST(RegistrationTest, SixteenBitsAndFloatsWorkAsEightDo) {
  const DrawnScene scene(23, kWidth, kHeight);
  const cv::Mat ir = Infrared(scene, Moved());
  cv::Mat raw;
  ir.convertTo(raw, CV_16U, 9, 21000);  // thermal counts: a small part of the range
  const auto a = Register(ir, Visible(scene)), b = Register(raw, Visible(scene));
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_LE(DistanceOfCorners(a->map.map, b->map.map, kWidth, kHeight).largest, 0.3);
  EXPECT_EQ(b->verdict, Verdict::kOk);
}

TEST(RegistrationTest, EndsWhenAsked) {
  const DrawnScene scene(24, kWidth, kHeight);
  auto registrar = Registrar::Create({.threads = 2});
  ASSERT_TRUE(registrar.ok());
  ASSERT_TRUE(registrar->Add(ViewOf(Infrared(scene)), ViewOf(Visible(scene))).ok());
  std::atomic<bool> stop = true;
  EXPECT_EQ(registrar->Estimate({.stop = &stop}).status().code(), StatusCode::kCancelled);
  stop = false;
  std::uint64_t reports = 0;
  const RunMonitor monitor{.progress =
                               [&](const RunProgress& p) {
                                 EXPECT_LE(p.done, p.total);
                                 if (++reports == 3) stop = true;
                               },
                           .stop = &stop};
  EXPECT_EQ(registrar->Estimate(monitor).status().code(), StatusCode::kCancelled);
  EXPECT_EQ(reports, 3u);
  EXPECT_TRUE(registrar->Estimate().ok());  // still whole
}

TEST(RegistrationTest, NamesWhatItCannotTake) {
  auto registrar = Registrar::Create();
  ASSERT_TRUE(registrar.ok());
  EXPECT_EQ(registrar->Estimate().status().code(), StatusCode::kInvalidArgument);
  const cv::Mat fits(64, 80, CV_8U, cv::Scalar(0)), small(64, 31, CV_8U, cv::Scalar(0));
  const Status s = registrar->Add(ViewOf(small), ViewOf(fits));
  EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(s.message().find("31x64"), std::string::npos) << s.message();
  ASSERT_TRUE(registrar->Add(ViewOf(fits), ViewOf(fits)).ok());
  const cv::Mat other(66, 80, CV_8U, cv::Scalar(0));
  const Status t = registrar->Add(ViewOf(fits), ViewOf(other));
  EXPECT_NE(t.message().find("visible is 80x66"), std::string::npos) << t.message();
  EXPECT_EQ(registrar->frames(), 1);
  for (int i = 1; i < Registrar::kMostFrames; ++i) {
    ASSERT_TRUE(registrar->Add(ViewOf(fits), ViewOf(fits)).ok());
  }
  EXPECT_EQ(registrar->Add(ViewOf(fits), ViewOf(fits)).code(), StatusCode::kResourceExhausted);

  EXPECT_FALSE(Registrar::Create({.field_ratio = FieldRatio{2, 1}}).ok());
  EXPECT_FALSE(Registrar::Create({.field_ratio = FieldRatio{std::nan(""), 1}}).ok());
  EXPECT_FALSE(Registrar::Create({.model = TransformModel::kIdentity}).ok());
  auto lens = Registrar::Create({.model = TransformModel::kHomographyLens});
  ASSERT_TRUE(lens.ok());
  ASSERT_TRUE(lens->Add(ViewOf(fits), ViewOf(fits)).ok());
  EXPECT_EQ(lens->Estimate().status().code(), StatusCode::kInvalidArgument);
}

TEST(RegistrationTest, TakesTheSmallestAndOddSizes) {
  for (const cv::Size size : {cv::Size(32, 32), cv::Size(161, 45)}) {
    const DrawnScene scene(30, size.width, size.height);
    const cv::Mat ir = scene.Picture(DrawnScene::Band::kInfrared, {}, size);
    const cv::Mat vi =
        scene.Picture(DrawnScene::Band::kVisible, {}, {size.width * 2 + 1, size.height * 2});
    const auto r = Register(ir, vi);
    ASSERT_TRUE(r.ok()) << size.width << "x" << size.height << ": " << r.status().message();
    EXPECT_TRUE(std::isfinite(r->confidence));
  }
}

}  // namespace
}  // namespace seafusion::align
