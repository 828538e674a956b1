// Every metric against its slow twin on every CPU target, against known answers, and on degenerate
// pictures.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seafusion/metrics.h>

#include "core/memory/image_buffer.h"
#include "metrics/evaluate.h"
#include "metrics/testing/reference_metrics.h"

namespace seafusion::metrics {
namespace {

using ::testing::HasSubstr;
using Pattern = std::function<int(int y, int x)>;

GrayImage Draw(int width, int height, const Pattern& pattern) {
  GrayImage image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.samples.push_back(static_cast<std::uint8_t>(std::clamp(pattern(y, x), 0, 255)));
    }
  }
  return image;
}

int Noise(int y, int x, unsigned seed) {
  unsigned v = static_cast<unsigned>(y) * 7919U + static_cast<unsigned>(x) * 104729U + seed;
  v = (v ^ (v >> 13)) * 0x5bd1e995U;
  return static_cast<int>((v ^ (v >> 15)) % 256U);
}

// A warm spot; stripes and a flat, saturated part; something of both.
Triple Scene(int width, int height) {
  const Pattern spot = [](int y, int x) {
    const double d = (y - 20) * (y - 20) + (x - 25) * (x - 25);
    return static_cast<int>(30 + 200 * std::exp(-d / 180.0)) + Noise(y, x, 1) / 32;
  };
  const Pattern stripes = [](int y, int x) {
    if (x > 30 && y > 25) return 255;
    return 8 + 40 * ((x / 5 + y / 7) % 4) + Noise(y, x, 2) / 16;
  };
  const Pattern fused = [&](int y, int x) {
    return (2 * spot(y, x) + 3 * std::min(255, stripes(y, x))) / 5 + Noise(y, x, 3) / 64;
  };
  return {Draw(width, height, spot), Draw(width, height, stripes), Draw(width, height, fused)};
}

Triple Constant(int width, int height, int ir, int vi, int fused) {
  const auto level = [](int v) { return [v](int, int) { return v; }; };
  return {Draw(width, height, level(ir)), Draw(width, height, level(vi)),
          Draw(width, height, level(fused))};
}

double Value(Metric metric, Convention convention, const Triple& images) {
  return EvaluateGray(BestRowKernels(), images, {{metric}, {convention}}).front().value;
}
double Paper(Metric metric, const Triple& images) {
  return Value(metric, Convention::kPaper, images);
}
double F255(Metric metric, const Triple& images) {
  return Value(metric, Convention::kF255, images);
}

class TwinTest : public ::testing::TestWithParam<Metric> {};

TEST_P(TwinTest, AgreesWithTheFormulaOnEveryTarget) {
  // Odd sizes, no multiples of a vector; 47 is a prime above the largest radix of the transform.
  for (const auto& [width, height] : {std::pair{53, 45}, std::pair{47, 50}}) {
    const Triple images = Scene(width, height);
    for (const Convention convention : {Convention::kPaper, Convention::kF255}) {
      const double expected = ReferenceValue(GetParam(), convention, images);
      for (const CpuTarget target : SupportedCpuTargets()) {
        const double actual =
            EvaluateGray(RowKernelsFor(target), images, {{GetParam()}, {convention}}).front().value;
        EXPECT_NEAR(actual, expected, 1e-9 * std::abs(expected))
            << width << "x" << height << " " << ConventionName(convention) << " "
            << CpuTargetName(target);
      }
    }
  }
}

TEST_P(TwinTest, OnePixelGivesAValueOrNan) {
  const Triple images = Constant(1, 1, 10, 20, 15);
  for (const Convention convention : {Convention::kPaper, Convention::kF255}) {
    const double value = Value(GetParam(), convention, images);
    if (DescribeMetric(GetParam()).smallest_side > 1) {
      EXPECT_TRUE(std::isnan(value));
    } else {
      // One pixel is a constant picture without gradients.
      const bool undefined =
          GetParam() == Metric::kCc || GetParam() == Metric::kScd || GetParam() == Metric::kQabf;
      EXPECT_EQ(std::isfinite(value), !undefined);
    }
  }
}

TEST_P(TwinTest, SmallestSideIsEnoughAndNeeded) {
  const int side = DescribeMetric(GetParam()).smallest_side;
  const auto noisy = [](int w, int h) {
    return Triple{Draw(w, h, [](int y, int x) { return Noise(y, x, 4); }),
                  Draw(w, h, [](int y, int x) { return Noise(y, x, 5); }),
                  Draw(w, h, [](int y, int x) { return (Noise(y, x, 4) + Noise(y, x, 5)) / 2; })};
  };
  if (side > 1) {
    EXPECT_TRUE(std::isfinite(Paper(GetParam(), noisy(side, side + 3))));
    EXPECT_TRUE(std::isfinite(Paper(GetParam(), noisy(side + 3, side))));
    EXPECT_TRUE(std::isnan(Paper(GetParam(), noisy(side - 1, 100))));
    EXPECT_TRUE(std::isnan(Paper(GetParam(), noisy(100, side - 1))));
  }
}

std::vector<Metric> EveryMetric() {
  std::vector<Metric> all;
  for (const MetricInfo& info : AllMetrics()) all.push_back(info.metric);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Metrics, TwinTest, ::testing::ValuesIn(EveryMetric()),
                         [](const auto& test) {
                           return std::string(DescribeMetric(test.param).name);
                         });

TEST(DegenerateTest, IdenticalPictures) {
  Triple images = Scene(60, 50);
  images.infrared = images.fused;
  images.visible = images.fused;
  const double entropy = Paper(Metric::kEn, images);
  EXPECT_NEAR(Paper(Metric::kMiUnmerged, images), 2 * entropy, 1e-12);
  EXPECT_NEAR(F255(Metric::kVif, images), 2.0, 1e-8);
  EXPECT_EQ(Paper(Metric::kMse, images), 0.0);
  EXPECT_EQ(Paper(Metric::kPsnr, images), std::numeric_limits<double>::infinity());
  EXPECT_NEAR(Paper(Metric::kCc, images), 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(Paper(Metric::kScd, images)));
  EXPECT_EQ(Paper(Metric::kNabf, images), 0.0);
  EXPECT_NEAR(Paper(Metric::kSsim, images), 1.0, 1e-7);
  EXPECT_NEAR(Paper(Metric::kMsSsim, images), 1.0, 1e-7);
  EXPECT_EQ(Paper(Metric::kFmiDct, images), 1.0);
}

TEST(DegenerateTest, ConstantPictures) {
  const Triple images = Constant(60, 50, 40, 90, 200);
  for (const Metric m : {Metric::kEn, Metric::kMi, Metric::kMiUnmerged, Metric::kSf, Metric::kSd,
                         Metric::kAg, Metric::kNabf}) {
    EXPECT_EQ(Paper(m, images), 0.0) << DescribeMetric(m).name;
    EXPECT_EQ(F255(m, images), 0.0) << DescribeMetric(m).name;
  }
  for (const Metric m : {Metric::kVif, Metric::kCc, Metric::kScd}) {
    EXPECT_TRUE(std::isnan(Paper(m, images))) << DescribeMetric(m).name;
    EXPECT_TRUE(std::isnan(F255(m, images))) << DescribeMetric(m).name;
  }
  EXPECT_NEAR(Paper(Metric::kSsim, images), 1.0, 1e-9);
  EXPECT_NEAR(Paper(Metric::kMse, images), (160.0 * 160 + 110.0 * 110) / 2 / 65025, 1e-12);
}

TEST(DegenerateTest, AllBlack) {
  const Triple images = Constant(60, 50, 0, 0, 0);
  EXPECT_TRUE(std::isnan(Paper(Metric::kQabf, images)));
  EXPECT_TRUE(std::isnan(F255(Metric::kQabf, images)));
  EXPECT_TRUE(std::isnan(Paper(Metric::kVif, images)));
  EXPECT_EQ(Paper(Metric::kEn, images), 0.0);
}

TEST(DegenerateTest, ConstantFusedPictureCarriesNothing) {
  Triple images = Scene(60, 50);
  images.fused = Constant(60, 50, 0, 0, 77).fused;
  EXPECT_EQ(Paper(Metric::kVif, images), 0.0);
  EXPECT_EQ(F255(Metric::kVif, images), 0.0);
  EXPECT_NEAR(Paper(Metric::kMiUnmerged, images), 0.0, 1e-12);
  EXPECT_TRUE(std::isnan(Paper(Metric::kCc, images)));
}

// Levels 254 and 255 are one in the joint histogram only: a picture that alternates between them
// shares log2 2 = 1 bit with itself and seems to share 2.
TEST(KnownAnswerTest, MutualInformationOfTheTopLevels) {
  Triple images = Constant(8, 8, 0, 0, 0);
  images.fused = Draw(8, 8, [](int, int x) { return 254 + x % 2; });
  images.infrared = images.fused;
  const auto merged = EvaluateGray(BestRowKernels(), images, {{Metric::kMi}, {Convention::kPaper}});
  EXPECT_NEAR(merged[0].infrared, 2.0, 1e-12);
  EXPECT_NEAR(merged[0].visible, 1.0, 1e-12);  // 0 + 1 - 0
  const auto separate =
      EvaluateGray(BestRowKernels(), images, {{Metric::kMiUnmerged}, {Convention::kPaper}});
  EXPECT_NEAR(separate[0].infrared, 1.0, 1e-12);
  EXPECT_NEAR(separate[0].visible, 0.0, 1e-12);
}

TEST(KnownAnswerTest, EntropyOfAllLevelsIsEightBits) {
  const Triple images{Constant(256, 4, 0, 0, 0).infrared, Constant(256, 4, 0, 0, 0).visible,
                      Draw(256, 4, [](int, int x) { return x; })};
  EXPECT_NEAR(Paper(Metric::kEn, images), 8.0, 1e-12);
}

TEST(KnownAnswerTest, StandardDeviationSaturates) {
  Triple images = Constant(10, 10, 0, 0, 0);
  images.fused = Draw(10, 10, [](int, int x) { return x < 5 ? 0 : 255; });
  EXPECT_NEAR(F255(Metric::kSd, images), 127.5, 1e-12);
  // Half of the differences become 0, the squares of the others 255.
  EXPECT_NEAR(Paper(Metric::kSd, images), std::sqrt(127.5), 1e-12);
}

TEST(KnownAnswerTest, DifferencesOfARamp) {
  Triple images = Constant(20, 20, 0, 0, 0);
  images.fused = Draw(20, 20, [](int, int x) { return 3 * x; });
  EXPECT_NEAR(F255(Metric::kSf, images), 3.0, 1e-12);
  EXPECT_NEAR(Paper(Metric::kSf, images), 3.0 / 255, 1e-14);
  EXPECT_NEAR(Paper(Metric::kAg, images), 400 * std::sqrt(4.5) / 361, 1e-12);
}

TEST(EvaluateTest, ColourBecomesGrayAsMatlabDoesIt) {
  auto colour = ImageBuffer::Create(3, 2, PixelFormat::kRgb8);
  auto gray = ImageBuffer::Create(3, 2, PixelFormat::kGray8);
  ASSERT_TRUE(colour.ok() && gray.ok());
  const std::uint8_t rgb[6][3] = {{255, 0, 0},     {0, 255, 0},   {0, 0, 255},
                                  {255, 255, 255}, {10, 200, 30}, {1, 2, 3}};
  // 76.229, 149.696, 29.075, 255, 123.819, 1.815, rounded.
  const std::uint8_t expected[6] = {76, 150, 29, 255, 124, 2};
  for (int i = 0; i < 6; ++i) {
    for (int c = 0; c < 3; ++c) {
      colour->view().Row<std::uint8_t>(i / 3)[i % 3 * 3 + c] = rgb[i][c];
    }
    gray->view().Row<std::uint8_t>(i / 3)[i % 3] = expected[i];
  }
  const auto values = EvaluateMetrics(colour->view(), gray->view(), gray->view(),
                                      {{Metric::kMse}, {Convention::kPaper}});
  ASSERT_TRUE(values.ok()) << values.status().message();
  EXPECT_EQ(values->front().value, 0.0);
}

TEST(EvaluateTest, OneValueForEachMetricAndConvention) {
  const Triple t = Scene(50, 50);
  const auto values = EvaluateGray(
      BestRowKernels(), t,
      {{Metric::kSd, Metric::kEn, Metric::kSd}, {Convention::kF255, Convention::kPaper}});
  ASSERT_EQ(values.size(), 4U);
  EXPECT_EQ(values[0].metric, Metric::kSd);
  EXPECT_EQ(values[0].convention, Convention::kF255);
  EXPECT_EQ(values[1].convention, Convention::kPaper);
  EXPECT_NE(values[0].value, values[1].value);
  EXPECT_EQ(values[2].metric, Metric::kEn);
  EXPECT_EQ(values[2].value, values[3].value);
}

TEST(EvaluateTest, RefusesWhatItCannotMeasure) {
  const auto small = ImageBuffer::Create(4, 4, PixelFormat::kGray8);
  const auto wide = ImageBuffer::Create(5, 4, PixelFormat::kGray8);
  const auto deep = ImageBuffer::Create(4, 4, PixelFormat::kGray16);
  ASSERT_TRUE(small.ok() && wide.ok() && deep.ok());
  const MetricRequest request{{Metric::kEn}, {Convention::kPaper}};
  const auto sizes = EvaluateMetrics(small->view(), wide->view(), small->view(), request);
  ASSERT_EQ(sizes.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(sizes.status().message(), HasSubstr("visible 5x4"));
  const auto depth = EvaluateMetrics(small->view(), small->view(), deep->view(), request);
  ASSERT_EQ(depth.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(depth.status().message(), HasSubstr("fused is gray16"));
  EXPECT_EQ(EvaluateMetrics(small->view(), small->view(), small->view(), {}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(RegistryTest, NamesAreFoundInAnySpelling) {
  for (const MetricInfo& info : AllMetrics()) {
    EXPECT_EQ(FindMetric(info.name), &info);
    EXPECT_FALSE(info.formula.empty());
    EXPECT_FALSE(info.range.empty());
    EXPECT_FALSE(info.source.empty());
  }
  ASSERT_NE(FindMetric("ms-ssim"), nullptr);
  EXPECT_EQ(FindMetric("ms-ssim")->metric, Metric::kMsSsim);
  EXPECT_EQ(FindMetric("QABF")->metric, Metric::kQabf);
  EXPECT_EQ(FindMetric("PSNRX"), nullptr);
  EXPECT_EQ(FindMetric(""), nullptr);
}

TEST(SummaryTest, MeanDeviationMedianOfFiniteValues) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> values = {4.0, 1.0, inf, 2.0, std::nan(""), 9.0};
  const Summary s = Summarize(values);
  EXPECT_EQ(s.count, 4);
  EXPECT_EQ(s.not_finite, 2);
  EXPECT_EQ(s.mean, 4.0);
  EXPECT_NEAR(s.deviation, std::sqrt(38.0 / 3.0), 1e-15);
  EXPECT_EQ(s.median, 3.0);
  EXPECT_EQ(Summarize(std::vector<double>{5.0}).deviation, 0.0);
  EXPECT_TRUE(std::isnan(Summarize({}).mean));
}

}  // namespace
}  // namespace seafusion::metrics
