// What the formulas say must not change a value: relations between results that hold without
// knowing any of them.
#include <seafusion/metrics.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"

namespace seafusion::metrics {
namespace {

constexpr int kWide = 61, kHigh = 53;

struct Pictures {
  ImageBuffer infrared, visible, fused;
};

// Blobs, stripes and noise from a seed.
ImageBuffer DrawSeeded(unsigned seed) {
  ImageBuffer picture = *ImageBuffer::Create(kWide, kHigh, PixelFormat::kGray8);
  unsigned state = seed * 2654435761U + 1;
  const auto next = [&] { return (state = state * 1664525U + 1013904223U) >> 8; };
  const int cx = static_cast<int>(next() % kWide), cy = static_cast<int>(next() % kHigh);
  const int period = 3 + static_cast<int>(next() % 9);
  for (int y = 0; y < kHigh; ++y) {
    auto* row = picture.view().Row<std::uint8_t>(y);
    for (int x = 0; x < kWide; ++x) {
      const double d = std::hypot(x - cx, y - cy);
      const int v = static_cast<int>(140 * std::exp(-d * d / 200)) + 60 * ((x + y) / period % 2) +
                    static_cast<int>(next() % 24);
      row[x] = static_cast<std::uint8_t>(std::min(v, 255));
    }
  }
  return picture;
}

Pictures Drawn(unsigned seed) {
  Pictures p = {DrawSeeded(seed), DrawSeeded(seed + 100), DrawSeeded(seed + 200)};
  // The fused picture has something of both.
  for (int y = 0; y < kHigh; ++y) {
    for (int x = 0; x < kWide; ++x) {
      auto& f = p.fused.view().Row<std::uint8_t>(y)[x];
      f = static_cast<std::uint8_t>((f + 3 * p.infrared.view().Row<std::uint8_t>(y)[x] +
                                     4 * p.visible.view().Row<std::uint8_t>(y)[x]) /
                                    8);
    }
  }
  return p;
}

std::vector<MetricValue> Values(const Pictures& p) {
  MetricRequest request{.conventions = {Convention::kPaper, Convention::kF255}};
  for (const MetricInfo& info : AllMetrics()) request.metrics.push_back(info.metric);
  auto values = EvaluateMetrics(p.infrared.view(), p.visible.view(), p.fused.view(), request);
  EXPECT_TRUE(values.ok()) << values.status().message();
  return *std::move(values);
}

std::string NameOf(const MetricValue& v) {
  return std::string(DescribeMetric(v.metric).name) + " " +
         std::string(ConventionName(v.convention));
}

void ExpectEqualValues(const std::vector<MetricValue>& a, const std::vector<MetricValue>& b,
                       const std::function<bool(Metric)>& holds_for) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!holds_for(a[i].metric)) continue;
    EXPECT_NEAR(a[i].value, b[i].value, 1e-9 * std::max(1.0, std::abs(a[i].value))) << NameOf(a[i]);
  }
}

ImageBuffer Moved(const ImageBuffer& from, const std::function<std::pair<int, int>(int, int)>& at,
                  bool transposed = false) {
  ImageBuffer to = *ImageBuffer::Create(transposed ? from.height() : from.width(),
                                        transposed ? from.width() : from.height(), from.format());
  for (int y = 0; y < to.height(); ++y) {
    for (int x = 0; x < to.width(); ++x) {
      const auto [sy, sx] = at(y, x);
      to.view().Row<std::uint8_t>(y)[x] = from.view().Row<std::uint8_t>(sy)[sx];
    }
  }
  return to;
}

Pictures All(const Pictures& p, const std::function<ImageBuffer(const ImageBuffer&)>& change) {
  return {change(p.infrared), change(p.visible), change(p.fused)};
}

class Invariance : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Invariance, ::testing::Range(1U, 6U));

// atan(sy / sx) has one of its two limits where sx is 0, whichever side it came from, so that the
// published definitions of these two take a mirrored edge for another one there.
bool SeesNoDirection(Metric m) {
  return m != Metric::kQabf && m != Metric::kNabf;
}

// Some look at every second sample, at blocks or at differences from a corner on.
bool SeesNoCorner(Metric m) {
  return SeesNoDirection(m) && m != Metric::kVif && m != Metric::kMsSsim && m != Metric::kFmiDct &&
         m != Metric::kAg;
}

TEST_P(Invariance, MirroredPicturesAreAsGood) {
  const Pictures p = Drawn(GetParam());
  const auto mirrored = All(p, [](const ImageBuffer& b) {
    return Moved(b, [](int y, int x) { return std::pair{y, kWide - 1 - x}; });
  });
  const auto upside_down = All(p, [](const ImageBuffer& b) {
    return Moved(b, [](int y, int x) { return std::pair{kHigh - 1 - y, x}; });
  });
  const auto values = Values(p);
  ExpectEqualValues(values, Values(mirrored), SeesNoCorner);
  ExpectEqualValues(values, Values(upside_down), SeesNoCorner);
}

TEST_P(Invariance, TransposedPicturesAreAsGood) {
  const Pictures p = Drawn(GetParam());
  const auto transposed = All(p, [](const ImageBuffer& b) {
    return Moved(
        b,
        [](int y, int x) {
          return std::pair{x, y};
        },
        true);
  });
  ExpectEqualValues(Values(p), Values(transposed),
                    [](Metric m) { return SeesNoDirection(m) && m != Metric::kFmiDct; });
}

// The sources have the same part in every definition; parts change places.
TEST_P(Invariance, ExchangedSourcesExchangeTheParts) {
  const Pictures p = Drawn(GetParam());
  const auto values = Values(p);
  const auto exchanged = Values({p.visible, p.infrared, p.fused});
  ExpectEqualValues(values, exchanged, [](Metric) { return true; });
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!DescribeMetric(values[i].metric).has_parts) continue;
    EXPECT_NEAR(values[i].infrared, exchanged[i].visible, 1e-9) << NameOf(values[i]);
    EXPECT_NEAR(values[i].visible, exchanged[i].infrared, 1e-9) << NameOf(values[i]);
  }
}

// Information does not ask what the levels are, nor where they lie.
TEST_P(Invariance, InformationIgnoresNamesAndPlacesOfLevels) {
  const Pictures p = Drawn(GetParam());
  const auto inverted = All(p, [](const ImageBuffer& b) {
    ImageBuffer to = b;
    for (int y = 0; y < kHigh; ++y) {
      for (int x = 0; x < kWide; ++x) {
        auto& v = to.view().Row<std::uint8_t>(y)[x];
        v = static_cast<std::uint8_t>(255 - v);
      }
    }
    return to;
  });
  // 7 has no common divisor with the width, 5 none with the height.
  const auto shuffled = All(p, [](const ImageBuffer& b) {
    return Moved(b, [](int y, int x) { return std::pair{y * 5 % kHigh, x * 7 % kWide}; });
  });
  const auto values = Values(p);
  ExpectEqualValues(values, Values(inverted),
                    [](Metric m) { return m == Metric::kEn || m == Metric::kMiUnmerged; });
  ExpectEqualValues(values, Values(shuffled), [](Metric m) {
    return m == Metric::kEn || m == Metric::kMi || m == Metric::kMiUnmerged || m == Metric::kSd ||
           m == Metric::kMse || m == Metric::kPsnr || m == Metric::kCc;
  });
}

TEST_P(Invariance, GrayAsColourIsThatGray) {
  const Pictures p = Drawn(GetParam());
  const auto coloured = All(p, [](const ImageBuffer& b) {
    ImageBuffer to = *ImageBuffer::Create(kWide, kHigh, PixelFormat::kRgb8);
    for (int y = 0; y < kHigh; ++y) {
      for (int x = 0; x < 3 * kWide; ++x) {
        to.view().Row<std::uint8_t>(y)[x] = b.view().Row<std::uint8_t>(y)[x / 3];
      }
    }
    return to;
  });
  ExpectEqualValues(Values(p), Values(coloured), [](Metric) { return true; });
}

// A source against itself is as good as a picture can be.
TEST_P(Invariance, NothingIsMoreLikeASourceThanItself) {
  const Pictures p = Drawn(GetParam());
  const auto fused = Values(p);
  const auto perfect = Values({p.visible, p.visible, p.visible});
  for (std::size_t i = 0; i < fused.size(); ++i) {
    switch (fused[i].metric) {
      case Metric::kMi:
      case Metric::kMiUnmerged:
      case Metric::kCc:
      case Metric::kSsim:
      case Metric::kMsSsim:
        EXPECT_GE(perfect[i].value, fused[i].value) << NameOf(fused[i]);
        break;
      case Metric::kMse:
      case Metric::kNabf:
        EXPECT_NEAR(perfect[i].value, 0, 1e-12) << NameOf(fused[i]);
        break;
      default:
        break;
    }
  }
}

}  // namespace
}  // namespace seafusion::metrics
