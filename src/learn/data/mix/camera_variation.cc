#include "learn/data/mix/camera_variation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/seeded_noise.h"

namespace seafusion::learn {
namespace {

// Streams of random numbers beside the one that crops are drawn by, which must not change by them.
enum class Stream : std::uint64_t { kShift = 1, kInfrared = 2, kNoise = 3 };

SeededNoise StreamOf(std::uint64_t seed, std::uint64_t sample, Stream stream) {
  return SeededNoise(SeededNoise(seed, static_cast<std::uint64_t>(stream)).Next(), sample);
}

float Clamped(double v) {
  return static_cast<float>(std::clamp(v, 0.0, 1.0));
}

// Of mean 0 and deviation 1: the sum of four uniform numbers, which is nearly normal and needs no
// logarithm for each pixel.
double NearlyNormal(SeededNoise& noise) {
  const double sum = noise.Uniform() + noise.Uniform() + noise.Uniform() + noise.Uniform();
  return (sum - 2.0) * std::sqrt(3.0);
}

std::vector<float> GaussianWindow(double deviation) {
  const int reach = std::max(1, static_cast<int>(std::ceil(3 * deviation)));
  std::vector<double> weights;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    weights.push_back(std::exp(-i * i / (2 * deviation * deviation)));
    sum += weights.back();
  }
  std::vector<float> window;
  for (const double w : weights) window.push_back(static_cast<float>(w / sum));
  return window;
}

// Along rows (step 1) or columns (step `side`); borders repeated.
void BlurAlong(const std::vector<float>& window, int side, int step, std::vector<float>& line,
               float* samples) {
  const int reach = static_cast<int>(window.size()) / 2;
  const int other = step == 1 ? side : 1;
  for (int k = 0; k < side; ++k) {
    float* first = samples + static_cast<std::ptrdiff_t>(k) * other;
    for (int i = 0; i < side; ++i) {
      line[static_cast<std::size_t>(i)] = first[static_cast<std::ptrdiff_t>(i) * step];
    }
    for (int i = 0; i < side; ++i) {
      float sum = 0;
      for (int d = -reach; d <= reach; ++d) {
        sum += window[static_cast<std::size_t>(d + reach)] *
               line[static_cast<std::size_t>(std::clamp(i + d, 0, side - 1))];
      }
      first[static_cast<std::ptrdiff_t>(i) * step] = sum;
    }
  }
}

void Blur(double deviation, int side, float* samples) {
  constexpr double kNone = 0.1;  // below it the window is one pixel
  if (deviation < kNone) return;
  const std::vector<float> window = GaussianWindow(deviation);
  std::vector<float> line(static_cast<std::size_t>(side));
  BlurAlong(window, side, 1, line, samples);
  BlurAlong(window, side, side, line, samples);
}

}  // namespace

std::pair<int, int> DrawShift(const CameraVariation& how, std::uint64_t seed,
                              std::uint64_t sample) {
  if (how.misregistration == 0) return {0, 0};
  SeededNoise noise = StreamOf(seed, sample, Stream::kShift);
  const auto draw = [&] {
    const auto choices = static_cast<std::uint64_t>(2 * how.misregistration + 1);
    return static_cast<int>(noise.Below(choices)) - how.misregistration;
  };
  const int x = draw();
  return {x, draw()};
}

void VaryInfrared(const CameraVariation& how, std::uint64_t seed, std::uint64_t sample, int side,
                  float* infrared) {
  SeededNoise noise = StreamOf(seed, sample, Stream::kInfrared);
  // All are drawn whether on or off: switching one on leaves the others as they were.
  const double gamma = std::exp2(how.gamma * noise.Between(-1, 1));
  const double contrast = std::exp2(how.contrast * noise.Between(-1, 1));
  const bool inverted = noise.Chance(how.polarity_share);
  const bool flat = noise.Chance(how.flat_share);
  const double width = noise.Between(0.1, 0.5);
  const double low = (1 - width) * noise.Uniform();
  const double deviation = how.blur * noise.Uniform();
  const std::size_t count = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  if (how.blur > 0) Blur(deviation, side, infrared);
  if (how.gamma > 0) {
    for (std::size_t i = 0; i < count; ++i) {
      infrared[i] = Clamped(std::pow(std::max(0.0f, infrared[i]), gamma));
    }
  }
  if (how.contrast > 0) {
    double mean = 0;
    for (std::size_t i = 0; i < count; ++i) mean += infrared[i];
    mean /= static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
      infrared[i] = Clamped(mean + (infrared[i] - mean) * contrast);
    }
  }
  if (inverted) {
    for (std::size_t i = 0; i < count; ++i) infrared[i] = 1.0f - infrared[i];
  }
  if (flat) {
    for (std::size_t i = 0; i < count; ++i) infrared[i] = Clamped(low + width * infrared[i]);
  }
}

void AddNoise(const CameraVariation& how, std::uint64_t seed, std::uint64_t sample, int side,
              float* visible, float* infrared) {
  SeededNoise noise = StreamOf(seed, sample, Stream::kNoise);
  for (float* samples : {visible, infrared}) {
    const double deviation = how.noise * noise.Uniform();
    for (int i = 0; i < side * side; ++i) {
      samples[i] = Clamped(samples[i] + deviation * NearlyNormal(noise));
    }
  }
}

}  // namespace seafusion::learn
