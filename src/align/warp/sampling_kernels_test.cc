#include "align/warp/sampling_kernels.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/seeded_noise.h"

namespace seafusion::align {
namespace {

constexpr int kWidth = 23, kHeight = 17, kCount = 45;

// Four channels at most; rows have two samples more than they need.
template <typename T>
struct SourceSamples {
  explicit SourceSamples(int channels) : stride(static_cast<std::size_t>(kWidth * channels + 2)) {
    SeededNoise noise(3);
    for (std::size_t i = 0; i < stride * kHeight; ++i) {
      samples.push_back(static_cast<T>(noise.Next()));
    }
  }
  std::size_t stride;
  std::vector<T> samples;
};

struct Places {
  explicit Places(bool inner) {
    SeededNoise noise(4);
    for (int i = 0; i < kCount; ++i) {
      const int x = inner ? static_cast<int>(noise.Below(kWidth))
                          : static_cast<int>(noise.Below(kWidth + 10)) - 5;
      const int y = inner ? static_cast<int>(noise.Below(kHeight - 2))
                          : static_cast<int>(noise.Below(kHeight + 10)) - 5;
      places.push_back(static_cast<std::int16_t>(x));
      places.push_back(static_cast<std::int16_t>(y));
      // At the last column there is nothing on the right to be read.
      const bool last = inner && x == kWidth - 1;
      fractions.push_back(
          static_cast<std::uint16_t>((last ? 0 : noise.Below(32)) + 32 * noise.Below(32)));
    }
  }
  std::vector<std::int16_t> places;
  std::vector<std::uint16_t> fractions;
};

template <typename T>
void ExpectLinear(int channels, void (*SamplingKernels::*kernel)(const LinearRow&, T*)) {
  const SourceSamples<T> source(channels);
  for (const bool inner : {true, false}) {
    const Places at(inner);
    const LinearRow row{reinterpret_cast<const std::uint8_t*>(source.samples.data()),
                        static_cast<std::ptrdiff_t>(source.stride * sizeof(T)),
                        kWidth,
                        kHeight,
                        at.places.data(),
                        at.fractions.data(),
                        kCount,
                        inner};
    for (const CpuTarget target : SupportedCpuTargets()) {
      std::vector<T> out(static_cast<std::size_t>(kCount * channels + 1), T{77});
      (SamplingKernelsFor(target).*kernel)(row, out.data());
      for (int i = 0; i < kCount; ++i) {
        const auto k = static_cast<std::size_t>(i);
        for (int c = 0; c < channels; ++c) {
          const auto sample = [&](int dx, int dy) {
            const int x = std::clamp(at.places[2 * k] + dx, 0, kWidth - 1);
            const int y = std::clamp(at.places[2 * k + 1] + dy, 0, kHeight - 1);
            return static_cast<double>(source.samples[static_cast<std::size_t>(y) * source.stride +
                                                      static_cast<std::size_t>(x * channels + c)]);
          };
          const int across = at.fractions[k] % 32, down = at.fractions[k] / 32;
          const double fx = across / 32.0, fy = down / 32.0;
          const double expected = (sample(0, 0) * (1 - fx) + sample(1, 0) * fx) * (1 - fy) +
                                  (sample(0, 1) * (1 - fx) + sample(1, 1) * fx) * fy;
          ASSERT_NEAR(out[k * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)],
                      expected, 0.55)
              << CpuTargetName(target) << ", pixel " << i << ", channel " << c;
        }
      }
      EXPECT_EQ(out.back(), T{77}) << CpuTargetName(target);
    }
  }
}

TEST(SamplingKernelsTest, EveryTargetReadsLinearlyAndRepeatsTheEdge) {
  ExpectLinear(1, &SamplingKernels::gray8);
  ExpectLinear(1, &SamplingKernels::gray16);
  ExpectLinear(3, &SamplingKernels::rgb8);
  ExpectLinear(4, &SamplingKernels::rgba8);
}

template <typename T>
void ExpectMeans(void (*SamplingKernels::*kernel)(const T*, const T*, std::size_t, std::size_t,
                                                  T*)) {
  const SourceSamples<T> source(3);
  const T *above = source.samples.data(), *below = above + source.stride;
  constexpr std::size_t kStep = 3, kSamples = 3 * (kWidth - 1);
  for (const CpuTarget target : SupportedCpuTargets()) {
    std::vector<T> out(kSamples + 1, T{5});
    (SamplingKernelsFor(target).*kernel)(above, below, kStep, kSamples, out.data());
    for (std::size_t i = 0; i < kSamples; ++i) {
      ASSERT_EQ(out[i], (above[i] + above[i + kStep] + below[i] + below[i + kStep] + 2) / 4)
          << CpuTargetName(target) << ", " << i;
    }
    EXPECT_EQ(out.back(), T{5}) << CpuTargetName(target);
  }
}

TEST(SamplingKernelsTest, EveryTargetAveragesNeighbours) {
  ExpectMeans(&SamplingKernels::average8);
  ExpectMeans(&SamplingKernels::average16);
}

TEST(SamplingKernelsTest, EveryTargetAveragesCellsAndRepeatsTheLastPixel) {
  SeededNoise noise(8);
  for (int round = 0; round < 60; ++round) {
    const int factor = 2 + static_cast<int>(noise.Below(CellRow::kMostFactor - 1));
    const int channels = 1 + static_cast<int>(noise.Below(4)), width = 1 + round;
    const int cells = (width + factor - 1) / factor;
    std::vector<std::vector<std::uint8_t>> rows(static_cast<std::size_t>(factor));
    std::vector<const std::uint8_t*> starts;
    for (auto& r : rows) {
      for (int i = 0; i < width * channels; ++i) {
        r.push_back(round == 0 ? 255 : static_cast<std::uint8_t>(noise.Next()));
      }
      starts.push_back(r.data());
    }
    CellRow row{starts.data(), factor, channels, width, cells, nullptr};
    for (const CpuTarget target : SupportedCpuTargets()) {
      std::vector<std::uint16_t> sums(row.SumsOf());
      row.sums = sums.data();
      std::vector<std::uint8_t> out(static_cast<std::size_t>(cells * channels + 1), 5);
      SamplingKernelsFor(target).cells8(row, out.data());
      for (int cell = 0; cell < cells; ++cell) {
        for (int c = 0; c < channels; ++c) {
          int sum = 0;
          for (const auto& r : rows) {
            for (int k = 0; k < factor; ++k) {
              const int x = std::min(cell * factor + k, width - 1);
              sum += r[static_cast<std::size_t>(x * channels + c)];
            }
          }
          const int area = factor * factor;
          ASSERT_EQ(out[static_cast<std::size_t>(cell * channels + c)],
                    (2 * sum + area) / (2 * area))
              << CpuTargetName(target) << ", factor " << factor << ", width " << width
              << ", channel " << c << " of " << channels;
        }
      }
      EXPECT_EQ(out.back(), 5) << CpuTargetName(target);
    }
  }
}

}  // namespace
}  // namespace seafusion::align
