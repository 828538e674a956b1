#include "learn/segmentation/augmentation.h"

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

// Where one output sample comes from: `weights` of the samples from `first` on.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

// Samples [begin, begin + count) of `from` samples scaled to `to`: a triangle of one source
// sample's half width, or, when shrinking, of one result's.
std::vector<Taps> TriangleTaps(int from, int to, int begin, int count) {
  const double scale = static_cast<double>(from) / to;
  const double radius = std::max(scale, 1.0);
  std::vector<Taps> taps(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Taps& t = taps[static_cast<std::size_t>(i)];
    const double centre = (begin + i + 0.5) * scale;
    t.first = std::max(0, static_cast<int>(centre - radius + 0.5));
    const int end = std::min(from, static_cast<int>(centre + radius + 0.5));
    double sum = 0;
    for (int s = t.first; s < end; ++s) {
      const double w = std::max(0.0, 1.0 - std::abs(s + 0.5 - centre) / radius);
      t.weights.push_back(static_cast<float>(w));
      sum += w;
    }
    for (float& w : t.weights) w = static_cast<float>(w / sum);
  }
  return taps;
}

struct Size {
  int width, height;
};
struct Offset {
  int x, y;
};

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
      float sum[3] = {0.5f, 0.5f, 0.5f};
      const std::uint8_t* p = row + std::ptrdiff_t{3} * t.first;
      for (float w : t.weights) {
        for (int c = 0; c < 3; ++c) sum[c] += w * static_cast<float>(*p++);
      }
      for (float v : sum) *out++ = static_cast<std::uint8_t>(std::min(v, 255.0f));
    }
  }
  std::vector<std::uint8_t> result(row_values * static_cast<std::size_t>(crop.height));
  std::vector<float> sum(row_values);
  out = result.data();
  for (const Taps& t : rows) {
    std::fill(sum.begin(), sum.end(), 0.5f);
    const std::uint8_t* p = narrow.data() + static_cast<std::size_t>(t.first - y0) * row_values;
    for (float w : t.weights) {
      for (float& s : sum) s += w * static_cast<float>(*p++);
    }
    for (float s : sum) *out++ = static_cast<std::uint8_t>(std::min(s, 255.0f));
  }
  return result;
}

std::vector<std::uint8_t> NearestCrop(const std::uint8_t* labels, const Size& from, const Size& to,
                                      const Offset& at, const Size& crop, bool flip) {
  const auto source = [](int i, int size, int scaled) {
    return std::min(size - 1, static_cast<int>((i + 0.5) * size / scaled));
  };
  std::vector<std::uint8_t> result;
  result.reserve(static_cast<std::size_t>(crop.width) * crop.height);
  for (int y = 0; y < crop.height; ++y) {
    const std::uint8_t* row =
        labels + std::ptrdiff_t{source(at.y + y, from.height, to.height)} * from.width;
    for (int x = 0; x < crop.width; ++x) {
      const int column = source(at.x + x, from.width, to.width);
      result.push_back(row[flip ? from.width - 1 - column : column]);
    }
  }
  return result;
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
  const Size from{rgb.width, rgb.height}, crop{width, height};
  Size to{std::max(1, static_cast<int>(from.width * scale)),
          std::max(1, static_cast<int>(from.height * scale))};
  if (to.width < width || to.height < height) {
    const double grow =
        std::max(static_cast<double>(width) / to.width, static_cast<double>(height) / to.height);
    to = {static_cast<int>(to.width * grow + 1), static_cast<int>(to.height * grow + 1)};
  }
  const Offset at{static_cast<int>(noise.Uniform() * (to.width - width)),
                  static_cast<int>(noise.Uniform() * (to.height - height))};

  std::vector<std::uint8_t> pixels = Copy(rgb, flip);
  if (how.jitter > 0) {
    const std::size_t count = pixels.size() / 3;
    ChangeBrightness(pixels.data(), count, factors[0]);
    ChangeContrast(pixels.data(), count, factors[1]);
    ChangeSaturation(pixels.data(), count, factors[2]);
  }
  return {ScaledCrop(pixels, from, to, at, crop), NearestCrop(labels, from, to, at, crop, flip)};
}

}  // namespace seafusion::learn
