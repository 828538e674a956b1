#include "fuse/range/infrared_range.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

using Kind = InfraredRange::Kind;

// Where a sample lands in 0..1.
float Apply(const LinearMap& m, float v) {
  return (v - m.lo) * m.scale;
}

ImageView View(const std::vector<std::uint16_t>& v, int width) {
  return {v.data(), width, static_cast<int>(v.size()) / width, 2 * width, PixelFormat::kGray16};
}

TEST(InfraredRange, AutoIsFullForEightBits) {
  const std::vector<std::uint8_t> v = {10, 20, 30, 40};
  const auto m = FindInfraredMap({v.data(), 2, 2, 2, PixelFormat::kGray8}, {});
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(Apply(*m, 0), 0.0f);
  EXPECT_FLOAT_EQ(Apply(*m, 255), 1.0f);
}

TEST(InfraredRange, MinMaxSpansThePicture) {
  const std::vector<std::uint16_t> v = {7000, 7100, 7400, 7200};
  const auto m = FindInfraredMap(View(v, 2), {.kind = Kind::kMinMax});
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(Apply(*m, 7000), 0.0f);
  EXPECT_FLOAT_EQ(Apply(*m, 7200), 0.5f);
  EXPECT_FLOAT_EQ(Apply(*m, 7400), 1.0f);
}

TEST(InfraredRange, PercentileDropsOutliersOnBothSides) {
  // 1000 samples 5000..5999 with one dead and one hot pixel among them.
  std::vector<std::uint16_t> v(1000);
  for (int i = 0; i < 1000; ++i) v[i] = static_cast<std::uint16_t>(5000 + i);
  v[3] = 0;
  v[700] = 65535;
  const auto m = FindInfraredMap(View(v, 100), {.kind = Kind::kPercentile, .percentile = 1.0});
  ASSERT_TRUE(m.ok());
  // 10 samples may lie outside on each side: the dead pixel and the nine lowest others.
  EXPECT_NEAR(m->lo, 5010, 1.0);
  EXPECT_NEAR(m->lo + 1.0f / m->scale, 5990, 1.0);
}

TEST(InfraredRange, PercentileZeroIsMinMax) {
  const std::vector<std::uint16_t> v = {7000, 7100, 7400, 7200};
  const auto a = FindInfraredMap(View(v, 2), {.kind = Kind::kMinMax});
  const auto b = FindInfraredMap(View(v, 2), {.kind = Kind::kPercentile, .percentile = 0.0});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->lo, b->lo);
  EXPECT_EQ(a->scale, b->scale);
}

TEST(InfraredRange, AutoForSixteenBitsIgnoresAFewHotPixels) {
  std::vector<std::uint16_t> v(10000, 7000);
  for (int i = 0; i < 5000; ++i) v[i] = 7500;
  v[9999] = 65535;
  const auto m = FindInfraredMap(View(v, 100), {});
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(Apply(*m, 7000), 0.0f);
  EXPECT_FLOAT_EQ(Apply(*m, 7500), 1.0f);
}

TEST(InfraredRange, OneSingleValueMapsToZero) {
  const std::vector<std::uint16_t> v(6, 1234);
  for (Kind kind : {Kind::kMinMax, Kind::kPercentile}) {
    const auto m = FindInfraredMap(View(v, 3), {.kind = kind});
    ASSERT_TRUE(m.ok());
    EXPECT_EQ(Apply(*m, 1234), 0.0f);
  }
}

TEST(InfraredRange, FloatPercentileIsWithinABin) {
  std::vector<float> v(1000);
  for (int i = 0; i < 1000; ++i) v[i] = -20.0f + 0.1f * static_cast<float>(i);
  const auto m = FindInfraredMap({v.data(), 100, 10, 400, PixelFormat::kGrayF32},
                                 {.kind = Kind::kPercentile, .percentile = 10});
  ASSERT_TRUE(m.ok());
  EXPECT_NEAR(m->lo, -10.0f, 0.11f);
  EXPECT_NEAR(m->lo + 1.0f / m->scale, 69.9f, 0.11f);
}

TEST(InfraredRange, RefusesWhatMakesNoSense) {
  const std::vector<std::uint16_t> v(4, 1);
  const ImageView view = View(v, 2);
  const double nan = std::nan("");
  EXPECT_FALSE(FindInfraredMap(view, {.kind = Kind::kPercentile, .percentile = 50}).ok());
  EXPECT_FALSE(FindInfraredMap(view, {.kind = Kind::kPercentile, .percentile = -1}).ok());
  EXPECT_FALSE(FindInfraredMap(view, {.kind = Kind::kPercentile, .percentile = nan}).ok());
  EXPECT_FALSE(FindInfraredMap(view, {.kind = Kind::kFixed, .lo = 5, .hi = 5}).ok());
  EXPECT_FALSE(FindInfraredMap(view, {.kind = Kind::kFixed, .lo = 0, .hi = nan}).ok());
}

TEST(InfraredRange, SamplesThatAreNotFiniteCountForNothing) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> f = {20, 30, nan, INFINITY, -INFINITY, 22};
  for (const Kind kind : {Kind::kMinMax, Kind::kAuto}) {
    const auto m = FindInfraredMap({f.data(), 3, 2, 12, PixelFormat::kGrayF32}, {.kind = kind});
    ASSERT_TRUE(m.ok());
    EXPECT_EQ(Apply(*m, 20), 0.0f);
    EXPECT_FLOAT_EQ(Apply(*m, 30), 1.0f);
  }
  const std::vector<float> none(4, nan);
  const auto m = FindInfraredMap({none.data(), 2, 2, 8, PixelFormat::kGrayF32}, {});
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(m->scale, 0.0f);
}

TEST(InfraredRange, NoRangeIsTooWideOrTooNarrow) {
  const float most = std::numeric_limits<float>::max();
  const float least = std::numeric_limits<float>::denorm_min();
  for (const std::vector<float>& f : {std::vector<float>{-most, most, 0, 1},
                                      {0, least, 0, least},
                                      {most, most, most, most},
                                      {-most, 0, 1, 2}}) {
    for (const Kind kind : {Kind::kMinMax, Kind::kPercentile, Kind::kAuto}) {
      for (const bool invert : {false, true}) {
        const auto m = FindInfraredMap({f.data(), 2, 2, 8, PixelFormat::kGrayF32},
                                       {.kind = kind, .invert = invert});
        ASSERT_TRUE(m.ok());
        for (const float v : f) EXPECT_FALSE(std::isnan(Apply(*m, v))) << v;
      }
    }
  }
}

TEST(InfraredRange, InvertedColdIsWhite) {
  const std::vector<std::uint16_t> v = {7000, 7100, 7400, 7200};
  const auto m = FindInfraredMap(View(v, 2), {.kind = Kind::kMinMax, .invert = true});
  ASSERT_TRUE(m.ok());
  EXPECT_FLOAT_EQ(Apply(*m, 7000), 1.0f);
  EXPECT_NEAR(Apply(*m, 7100), 0.75f, 1e-5f);
  EXPECT_NEAR(Apply(*m, 7400), 0.0f, 1e-5f);
}

TEST(InfraredRange, AutoLeavesNominalFloatsAlone) {
  const std::vector<float> f = {0.2f, 0.4f, 0.3f, 0.25f};
  const auto m = FindInfraredMap({f.data(), 2, 2, 8, PixelFormat::kGrayF32}, {});
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(Apply(*m, 0.25f), 0.25f);
}

}  // namespace
}  // namespace seafusion
