#include "learn/segmentation/samples/augmentation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace seafusion::learn {
namespace {

// ITU-R 601 luma in 16-bit fixed point, rounded: Pillow's conversion to "L".
int Luma(const std::uint8_t* p) {
  return (19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 0x8000) >> 16;
}

std::uint8_t Blend(int from, int to, double factor) {
  const double value = from + factor * (to - from);
  return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
}

// Weights are Pillow's 22-bit fixed point: 32 bits less the 8 of a sample and 2 to spare.
constexpr int kWeightBits = 22;
constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

std::uint8_t Sample(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

// Where one output sample comes from: `weights` of the samples from `first` on.
struct Taps {
  int first = 0;
  std::vector<std::int32_t> weights;
};

// Samples [begin, begin + count) of `from` samples scaled to `to`: a triangle of one source
// sample's half width, or, when shrinking, of one result's.
std::vector<Taps> TriangleTaps(int from, int to, int begin, int count) {
  const double scale = static_cast<double>(from) / to;
  const double radius = std::max(scale, 1.0);
  std::vector<Taps> taps(static_cast<std::size_t>(count));
  std::vector<double> exact;
  for (int i = 0; i < count; ++i) {
    Taps& t = taps[static_cast<std::size_t>(i)];
    const double centre = (begin + i + 0.5) * scale;
    t.first = std::max(0, static_cast<int>(centre - radius + 0.5));
    const int end = std::min(from, static_cast<int>(centre + radius + 0.5));
    double sum = 0;
    exact.clear();
    for (int s = t.first; s < end; ++s) {
      exact.push_back(std::max(0.0, 1.0 - std::abs((s - centre + 0.5) * (1.0 / radius))));
      sum += exact.back();
    }
    for (double w : exact) {
      t.weights.push_back(static_cast<std::int32_t>(0.5 + w / sum * (1 << kWeightBits)));
    }
  }
  return taps;
}

struct Size {
  int width, height;
};
struct Offset {
  int x, y;
};

// Part of `rgb` scaled from one size to another.
std::vector<std::uint8_t> ScaledCrop(const std::vector<std::uint8_t>& rgb, const Size& from,
                                     const Size& to, const Offset& at, const Size& crop) {
  const std::vector<Taps> columns = TriangleTaps(from.width, to.width, at.x, crop.width);
  const std::vector<Taps> rows = TriangleTaps(from.height, to.height, at.y, crop.height);
  const int y0 = rows.front().first;
  const int y1 = rows.back().first + static_cast<int>(rows.back().weights.size());
  const auto row_values = static_cast<std::size_t>(3 * crop.width);
  // Pillow, too, rounds to 8 bits between the two directions.
  std::vector<std::uint8_t> narrow(row_values * static_cast<std::size_t>(y1 - y0));
  std::uint8_t* out = narrow.data();
  for (int y = y0; y < y1; ++y) {
    const std::uint8_t* row = rgb.data() + std::ptrdiff_t{3} * y * from.width;
    for (const Taps& t : columns) {
      std::int32_t sum[3] = {kHalf, kHalf, kHalf};
      const std::uint8_t* p = row + std::ptrdiff_t{3} * t.first;
      for (std::int32_t w : t.weights) {
        for (std::int32_t& s : sum) s += w * *p++;
      }
      for (std::int32_t s : sum) *out++ = Sample(s);
    }
  }
  std::vector<std::uint8_t> result(row_values * static_cast<std::size_t>(crop.height));
  std::vector<std::int32_t> sum(row_values);
  out = result.data();
  for (const Taps& t : rows) {
    std::fill(sum.begin(), sum.end(), kHalf);
    const std::uint8_t* p = narrow.data() + static_cast<std::size_t>(t.first - y0) * row_values;
    for (std::int32_t w : t.weights) {
      for (std::int32_t& s : sum) s += w * *p++;
    }
    for (std::int32_t s : sum) *out++ = Sample(s);
  }
  return result;
}

// Source of each of `to` samples. Summed up step by step as Pillow does: where a sample's middle
// lies between two sources, the rounding of the sum decides.
std::vector<int> NearestSources(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  std::vector<int> sources;
  double middle = 0.5 * scale;
  for (int i = 0; i < to; ++i, middle += scale) {
    sources.push_back(std::min(from - 1, static_cast<int>(middle)));
  }
  return sources;
}

std::vector<std::uint8_t> NearestCrop(const std::vector<std::uint8_t>& labels, const Size& from,
                                      const Size& to, const Offset& at, const Size& crop) {
  const std::vector<int> columns = NearestSources(from.width, to.width);
  const std::vector<int> rows = NearestSources(from.height, to.height);
  std::vector<std::uint8_t> result;
  result.reserve(static_cast<std::size_t>(crop.width) * crop.height);
  for (int y = at.y; y < at.y + crop.height; ++y) {
    const std::uint8_t* row =
        labels.data() + std::ptrdiff_t{rows[static_cast<std::size_t>(y)]} * from.width;
    for (int x = at.x; x < at.x + crop.width; ++x) {
      result.push_back(row[columns[static_cast<std::size_t>(x)]]);
    }
  }
  return result;
}

std::vector<std::uint8_t> CopyLabels(const std::uint8_t* labels, const Size& size, bool flip) {
  std::vector<std::uint8_t> copy(labels, labels + std::ptrdiff_t{size.width} * size.height);
  if (flip) {
    for (auto row = copy.begin(); row != copy.end(); row += size.width) {
      std::reverse(row, row + size.width);
    }
  }
  return copy;
}

std::vector<std::uint8_t> Copy(const ImageView& rgb, bool flip) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(std::size_t{3} * rgb.width * rgb.height);
  for (int y = 0; y < rgb.height; ++y) {
    const auto* row = rgb.Row<std::uint8_t>(y);
    for (int x = 0; x < rgb.width; ++x) {
      const std::uint8_t* p = row + std::ptrdiff_t{3} * (flip ? rgb.width - 1 - x : x);
      pixels.insert(pixels.end(), p, p + 3);
    }
  }
  return pixels;
}

}  // namespace

void ChangeBrightness(std::uint8_t* pixels, std::size_t count, double factor) {
  for (std::size_t i = 0; i < 3 * count; ++i) pixels[i] = Blend(0, pixels[i], factor);
}

void ChangeContrast(std::uint8_t* pixels, std::size_t count, double factor) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += Luma(pixels + 3 * i);
  const int mean = static_cast<int>(sum / static_cast<double>(count) + 0.5);
  for (std::size_t i = 0; i < 3 * count; ++i) pixels[i] = Blend(mean, pixels[i], factor);
}

void ChangeSaturation(std::uint8_t* pixels, std::size_t count, double factor) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t* p = pixels + 3 * i;
    const int gray = Luma(p);
    for (int c = 0; c < 3; ++c) p[c] = Blend(gray, p[c], factor);
  }
}

AugmentedCrop Augment(const ImageView& rgb, const std::uint8_t* labels, const Augmentation& how,
                      int width, int height, SeededNoise& noise) {
  const double factors[3] = {noise.Between(1 - how.jitter, 1 + how.jitter),
                             noise.Between(1 - how.jitter, 1 + how.jitter),
                             noise.Between(1 - how.jitter, 1 + how.jitter)};
  const bool flip = noise.Chance(0.5) && how.flip;
  const double scale = how.scales.empty()
                           ? 1.0
                           : how.scales[static_cast<std::size_t>(noise.Below(how.scales.size()))];
  Size size{rgb.width, rgb.height};
  const Size crop{width, height};
  std::vector<std::uint8_t> pixels = Copy(rgb, flip);
  std::vector<std::uint8_t> classes = CopyLabels(labels, size, flip);
  if (how.jitter > 0) {
    const std::size_t count = classes.size();
    ChangeBrightness(pixels.data(), count, factors[0]);
    ChangeContrast(pixels.data(), count, factors[1]);
    ChangeSaturation(pixels.data(), count, factors[2]);
  }
  Size to{std::max(1, static_cast<int>(size.width * scale)),
          std::max(1, static_cast<int>(size.height * scale))};
  if (to.width < width || to.height < height) {
    // Scaled twice, as in the public code: what was shrunk below the crop stays blurred.
    pixels = ScaledCrop(pixels, size, to, {0, 0}, to);
    classes = NearestCrop(classes, size, to, {0, 0}, to);
    size = to;
    const double grow =
        std::max(static_cast<double>(width) / to.width, static_cast<double>(height) / to.height);
    to = {static_cast<int>(grow * to.width + 1), static_cast<int>(grow * to.height + 1)};
  }
  const Offset at{static_cast<int>(noise.Uniform() * (to.width - width)),
                  static_cast<int>(noise.Uniform() * (to.height - height))};
  return {ScaledCrop(pixels, size, to, at, crop), NearestCrop(classes, size, to, at, crop)};
}

}  // namespace seafusion::learn
