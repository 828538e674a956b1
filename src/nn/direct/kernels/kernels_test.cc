// Every kernel of every CPU target this machine has against its plain twin.
#include "nn/direct/kernels/kernels.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "nn/buffer.h"
#include "nn/test_weights.h"

namespace seafusion::nn::direct {
namespace {

template <typename T>
constexpr bool kIsInteger = std::is_integral_v<T>;

float ValueOf(float v) {
  return v;
}
float ValueOf(Bf16 v) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(v) << 16);
}
float ValueOf(std::int16_t v) {
  return v;
}
float ValueOf(std::uint8_t v) {
  return v;
}

// Noise in -1..1 as an activation or weight uses its type.
template <typename T>
T Make(float v, bool weight) {
  if constexpr (std::is_same_v<T, float>) return v;
  if constexpr (std::is_same_v<T, Bf16>) {
    return static_cast<Bf16>(std::bit_cast<std::uint32_t>(v) >> 16);
  }
  if constexpr (std::is_same_v<T, std::int8_t>) return static_cast<std::int8_t>(v * 127.9f);
  if constexpr (std::is_same_v<T, std::uint8_t>) return static_cast<T>((v + 1) * 127.9f);
  if constexpr (std::is_same_v<T, std::int16_t>) {
    return static_cast<T>(weight ? v * 1500.0f : (v + 1) * 2047.9f);
  }
}

template <typename T>
Buffer<T> Noise(std::size_t size, std::uint64_t seed, bool weight = false) {
  TestNoise noise(seed);
  Buffer<T> buffer(size);
  for (std::size_t i = 0; i < size; ++i) buffer.data()[i] = Make<T>(noise.Next(), weight);
  return buffer;
}

class DirectKernelsTest : public testing::TestWithParam<CpuTarget> {
 protected:
  const Kernels& kernels() const { return KernelsFor(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Targets, DirectKernelsTest, testing::ValuesIn(SupportedCpuTargets()),
                         [](const auto& one) { return std::string(CpuTargetName(one.param)); });

struct ConvCase {
  int channels;
  int out_blocks;
};
constexpr ConvCase kConvCases[] = {{8, 1}, {16, 1}, {24, 2}, {40, 3}, {64, 4}};

// The rows that a convolution reads as pairs of pixels.
template <typename T>
Buffer<T> PairsOf(const ConvKernels<T>& kernels, int blocks, ConvRow<T>& row) {
  const bool within = row.begins_within_pair;
  const int pairs = (row.pixels + (within ? 2 : 1)) / 2;
  const std::ptrdiff_t pitch = (pairs + kSlack) * row.in_stride;
  Buffer<T> to(static_cast<std::size_t>(3 * blocks * kFrequencies * pitch));
  for (int y = 0; y < 3; ++y) {
    T* rows = to.data() + y * blocks * kFrequencies * pitch;
    for (int b = 0; b < blocks; ++b) {
      kernels.to_pairs(row.rows[y] + b * row.in_block_stride - (within ? row.in_stride : 0),
                       row.in_stride, pairs, rows + b * kFrequencies * pitch, pitch);
    }
    row.rows[y] = rows;
  }
  row.in_block_stride = kFrequencies * pitch;
  row.frequency_stride = pitch;
  return to;
}

template <typename T>
void TestConv(const ConvKernels<T>& got_kernels, const ConvKernels<T>& expected_kernels) {
  // Few enough of so large values that floats add them without much loss; integers exactly.
  const float tolerance = kIsInteger<T> ? 0.0f : 2e-4f;
  for (const ConvCase& c : kConvCases) {
    const int outs = c.out_blocks * kBlock, words = c.channels / kDepth<T>;
    const int pixel_channels = std::min(c.channels, kBlock);
    const auto weights = Noise<WeightOf<T>>(std::size_t{9} * c.channels * outs, 1, true);
    Buffer<float> rescale = Noise<float>(outs, 2);
    for (int i = 0; i < outs; ++i) {
      rescale.data()[i] *= std::is_same_v<T, std::uint8_t> ? 1e-3f : 3e-6f;
    }
    Buffer<WeightOf<T>> arranged;
    if (got_kernels.arrange != nullptr) {
      arranged = got_kernels.arrange(weights.data(), words, pixel_channels, c.out_blocks);
    }
    for (const int pixels : {1, 2, 3, 9, 10, 11, 19, 20, 21, 22, 37, 41, 64, 67, 130}) {
      // One pixel more on the left, which pairs may read.
      const std::ptrdiff_t in_row = std::ptrdiff_t{pixels + 3 + kSlack} * pixel_channels;
      const std::ptrdiff_t out_row = std::ptrdiff_t{pixels + kSlack} * kBlock;
      const int in_blocks = (c.channels + kBlock - 1) / kBlock;
      const std::size_t pitch = in_row * in_blocks;
      const auto in = Noise<T>(3 * pitch, 3);
      const auto bias = Noise<float>(static_cast<std::size_t>(1 + pixels + kSlack) * outs, 4);
      ConvRow<T> row = {};
      for (int y = 0; y < 3; ++y) row.rows[y] = in.data() + y * pitch + pixel_channels;
      row.in_stride = pixel_channels;
      row.in_block_stride = in_row;
      row.in_words = words;
      row.out_stride = kBlock;
      row.out_block_stride = out_row;
      row.weights = weights.data();
      row.out_blocks = c.out_blocks;
      row.rescale = kIsInteger<T> ? rescale.data() : nullptr;
      row.bias = bias.data() + outs;
      row.bias_stride = pixels % 2 == 0 ? 0 : outs;
      row.pixels = pixels;
      row.activation = {.slope = pixels % 3 == 0 ? 1.0f : 0.1f,
                        .zero_point = kIsInteger<T> ? 23.0f : 0.0f,
                        .most = std::is_same_v<T, std::uint8_t> ? 255.0f : 4095.0f};
      const auto size = static_cast<std::size_t>(out_row) * c.out_blocks;
      Buffer<T> got(size), expected(size);
      Buffer<float> got_floats(size), expected_floats(size);
      expected_kernels.conv(row, expected.data());
      expected_kernels.conv_to_float(row, expected_floats.data());
      if (got_kernels.arrange != nullptr) row.weights = arranged.data();
      row.begins_within_pair = pixels % 4 > 1;
      Buffer<T> pairs;
      if (got_kernels.to_pairs != nullptr) pairs = PairsOf(got_kernels, in_blocks, row);
      got_kernels.conv(row, got.data());
      got_kernels.conv_to_float(row, got_floats.data());
      for (int n = 0; n < pixels * outs; ++n) {
        const int pixel = n / outs, o = n % outs;
        const std::ptrdiff_t i = o / kBlock * out_row + pixel * kBlock + o % kBlock;
        const std::string what = std::to_string(c.channels) + " to " + std::to_string(outs) +
                                 " channels, " + std::to_string(pixels) + " pixels, at " +
                                 std::to_string(i);
        const float value = expected_floats.data()[i];
        ASSERT_NEAR(got_floats.data()[i], value, tolerance) << what;
        // Where two sums of bfloat16 differ in their last digits, one may be rounded up.
        const float step = std::is_same_v<T, Bf16> ? std::abs(value) / 128 + tolerance : tolerance;
        ASSERT_NEAR(ValueOf(got.data()[i]), ValueOf(expected.data()[i]), step) << what;
      }
    }
  }
}

TEST_P(DirectKernelsTest, Conv) {
  TestConv(kernels().fp32, ReferenceKernels().fp32);
}
TEST_P(DirectKernelsTest, ConvOfBf16) {
  TestConv(kernels().bf16, ReferenceKernels().bf16);
}
TEST_P(DirectKernelsTest, ConvOfInt16IsExact) {
  TestConv(kernels().int16, ReferenceKernels().int16);
}
TEST_P(DirectKernelsTest, ConvOfInt8IsExact) {
  if (kernels().int8.conv == nullptr) GTEST_SKIP() << "not on this target";
  TestConv(kernels().int8, ReferenceKernels().int8);
}

// Bytes held in 16 bits, for machines without sums of four products, give the same bytes.
TEST_P(DirectKernelsTest, Int8ComesOutOfInt16Kernels) {
  constexpr int kPixels = 33, kChannels = 16, kOuts = 16;
  const auto in = Noise<std::uint8_t>(std::size_t{3} * (kPixels + 2 + kSlack) * kChannels, 1);
  const auto weights = Noise<std::int8_t>(std::size_t{9} * kChannels * kOuts, 2);
  Buffer<std::int16_t> wide_in(in.size()), wide_weights(weights.size());
  std::copy_n(in.data(), in.size(), wide_in.data());
  for (int y = 0; y < 3; ++y) {
    for (int c = 0; c < kChannels; ++c) {
      for (int x = 0; x < 3; ++x) {
        for (int o = 0; o < kOuts; ++o) {
          wide_weights.data()[(((y * 8 + c / 2) * 3 + x) * kBlock + o) * 2 + c % 2] =
              std::int16_t{weights.data()[(((y * 4 + c / 4) * 3 + x) * kBlock + o) * 4 + c % 4]};
        }
      }
    }
  }
  const auto bias = Noise<float>(kOuts, 3);
  Buffer<float> rescale(kOuts);
  std::fill_n(rescale.data(), kOuts, 1e-3f);
  const auto run = [&]<typename T>(const ConvKernels<T>& k, const T* from, const WeightOf<T>* w) {
    ConvRow<T> row = {};
    const std::ptrdiff_t pitch = (kPixels + 2 + kSlack) * kChannels;
    for (int y = 0; y < 3; ++y) row.rows[y] = from + y * pitch;
    row.in_stride = kChannels;
    row.in_words = kChannels / kDepth<T>;
    row.out_stride = kOuts;
    Buffer<WeightOf<T>> arranged;
    if (k.arrange != nullptr) {
      arranged = k.arrange(w, row.in_words, row.in_stride, 1);
    }
    row.weights = k.arrange != nullptr ? arranged.data() : w;
    row.out_blocks = 1;
    row.rescale = rescale.data();
    row.bias = bias.data();
    row.pixels = kPixels;
    row.activation = {0.1f, 30.0f, 255.0f};
    Buffer<T> out(std::size_t{kPixels + kSlack} * kOuts);
    k.conv(row, out.data());
    return std::vector<int>(out.data(), out.data() + std::size_t{kPixels} * kOuts);
  };
  EXPECT_EQ(run(kernels().int16, wide_in.data(), wide_weights.data()),
            run(ReferenceKernels().int8, in.data(), weights.data()));
}

template <typename T>
void TestUnshuffle(const ConvKernels<T>& got_kernels, const ConvKernels<T>& expected_kernels,
                   float scale) {
  for (int pixels = 1; pixels <= 35; ++pixels) {
    const int pitch = 2 * (pixels + kSlack);
    Buffer<float> in = Noise<float>(std::size_t{4} * pitch, 5);
    for (std::size_t i = 0; i < in.size(); ++i) in.data()[i] = 0.5f + 0.5f * in.data()[i];
    const float* inf[] = {in.data() + 1, in.data() + pitch};
    const float* vis[] = {in.data() + 2 * pitch, in.data() + 3 * pitch};
    Buffer<T> got(std::size_t{8} * (pixels + kSlack)), expected(got.size());
    got_kernels.unshuffle(inf, vis, pixels, scale, got.data());
    expected_kernels.unshuffle(inf, vis, pixels, scale, expected.data());
    for (int i = 0; i < 8 * pixels; ++i) {
      ASSERT_EQ(got.data()[i], expected.data()[i]) << pixels << " pixels, at " << i;
    }
  }
}

TEST_P(DirectKernelsTest, Unshuffle) {
  TestUnshuffle(kernels().fp32, ReferenceKernels().fp32, 1.0f);
  TestUnshuffle(kernels().bf16, ReferenceKernels().bf16, 1.0f);
  TestUnshuffle(kernels().int16, ReferenceKernels().int16, 4095.0f);
  TestUnshuffle(kernels().int16, ReferenceKernels().int16, 255.0f);
  if (kernels().int8.conv == nullptr) return;
  TestUnshuffle(kernels().int8, ReferenceKernels().int8, 255.0f);
}

TEST_P(DirectKernelsTest, BlendIsTheSameEverywhere) {
  for (int pixels = 1; pixels <= 35; ++pixels) {
    const std::size_t pitch = 2 * (pixels + kSlack);
    const auto maps = Noise<float>(std::size_t{16} * (pixels + kSlack), 6);
    const auto in = Noise<float>(4 * pitch, 7);
    const auto run = [&](const Kernels& k) {
      std::vector<float> out(2 * pitch);
      k.blend({maps.data(),
               {in.data(), in.data() + pitch},
               {in.data() + 2 * pitch, in.data() + 3 * pitch},
               {out.data(), out.data() + pitch},
               pixels});
      std::vector<float> asked(out.begin(), out.begin() + 2 * pixels);
      asked.insert(asked.end(), out.begin() + pitch, out.begin() + pitch + 2 * pixels);
      return asked;
    };
    EXPECT_EQ(run(kernels()), run(ReferenceKernels())) << pixels << " pixels";
  }
}

TEST_P(DirectKernelsTest, EnlargeIsTheSameEverywhere) {
  constexpr int kColumns = 7, kStride = 2 * kBlock;
  const auto upper = Noise<float>((kColumns + 2) * kStride, 8);
  const auto lower = Noise<float>((kColumns + 2) * kStride, 9);
  for (const int factor : {4, 16}) {
    const int width = kColumns * factor;
    const auto base = Noise<float>(static_cast<std::size_t>(width) * kStride, 10);
    for (const auto& [first, pixels] : {std::pair{0, width}, {0, 1}, {1, 5}, {3, width - 3}}) {
      for (const std::ptrdiff_t base_stride : {0, kStride}) {
        const auto run = [&, f = first, n = pixels](const Kernels& k) {
          Buffer<float> sums(static_cast<std::size_t>(width) * kStride);
          k.enlarge({.upper = upper.data() + kBlock,
                     .lower = lower.data() + kBlock,
                     .stride = kStride,
                     .lower_weight = 0.3f,
                     .factor = factor,
                     .first = f,
                     .pixels = n,
                     .base = base.data(),
                     .base_stride = base_stride,
                     .sums = sums.data(),
                     .sums_stride = kStride});
          return std::vector<float>(sums.data(), sums.data() + sums.size());
        };
        EXPECT_EQ(run(kernels()), run(ReferenceKernels()))
            << factor << ", " << first << " and " << pixels;
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::nn::direct
