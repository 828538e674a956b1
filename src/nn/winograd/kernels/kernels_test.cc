// Every kernel of every CPU target this machine has against its plain twin.
#include "nn/winograd/kernels/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "nn/buffer.h"
#include "nn/test_weights.h"

namespace seafusion::nn::winograd {
namespace {

Buffer<float> Noise(std::size_t size, std::uint64_t seed) {
  TestNoise noise(seed);
  Buffer<float> buffer(size);
  for (std::size_t i = 0; i < size; ++i) buffer.data()[i] = noise.Next();
  return buffer;
}

constexpr float kUntouched = 12345.0f;

Buffer<float> Untouched(std::size_t size) {
  Buffer<float> buffer(size);
  std::fill_n(buffer.data(), size, kUntouched);
  return buffer;
}

void ExpectNear(const Buffer<float>& got, const Buffer<float>& expected, double tolerance,
                const std::string& what) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got.data()[i], expected.data()[i], tolerance) << what << " at " << i;
  }
}

class KernelsTest : public testing::TestWithParam<CpuTarget> {
 protected:
  const Kernels& kernels() const { return KernelsFor(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Targets, KernelsTest, testing::ValuesIn(SupportedCpuTargets()),
                         [](const auto& one) { return std::string(CpuTargetName(one.param)); });

TEST_P(KernelsTest, PlaneConv) {
  for (const auto& [side, planes] : {std::pair{3, 1}, {3, 2}, {5, 1}}) {
    for (int count : {1, 2, 7, 16, 33}) {
      const Buffer<float> in = Noise(6 * 65, 1), weights = Noise(26 * kBlock, 2);
      // Planes start anywhere: not at a vector's boundary.
      const float* rows[6];
      for (int i = 0; i < 6; ++i) rows[i] = in.data() + 65 * i + 1;
      Buffer<float> got = Untouched(34 * kBlock), expected = Untouched(34 * kBlock);
      kernels().plane_conv(rows, side, planes, count, weights.data(), 0.2f, got.data());
      ReferenceKernels().plane_conv(rows, side, planes, count, weights.data(), 0.2f,
                                    expected.data());
      ExpectNear(got, expected, 5e-6,
                 std::to_string(side) + "x" + std::to_string(side) + " of " +
                     std::to_string(planes) + ", " + std::to_string(count) + " pixels");
    }
  }
}

// What differs between the operand types.
template <typename T>
struct Operand;
template <>
struct Operand<float> {
  static constexpr double kTolerance = 3e-7;
  static float Value(float v) { return v; }
  static float Make(float v) { return v; }
};
template <>
struct Operand<std::int16_t> {
  static constexpr double kTolerance = 0.0;
  static float Value(std::int16_t v) { return v; }
  static std::int16_t Make(float v) { return static_cast<std::int16_t>(v * 500.0f); }
};
template <>
struct Operand<Bf16> {
  static constexpr double kTolerance = 3e-7;
  static float Value(Bf16 v) { return std::bit_cast<float>(static_cast<std::uint32_t>(v) << 16); }
  static Bf16 Make(float v) { return static_cast<Bf16>(std::bit_cast<std::uint32_t>(v) >> 16); }
};

template <typename T>
Buffer<T> Operands(std::size_t size, std::uint64_t seed) {
  const Buffer<float> noise = Noise(size, seed);
  Buffer<T> buffer(size);
  for (std::size_t i = 0; i < size; ++i) buffer.data()[i] = Operand<T>::Make(noise.data()[i]);
  return buffer;
}

template <typename T>
void TestInputTransform(const ProductKernels<T>& got_kernels,
                        const ProductKernels<T>& expected_kernels, float scale, double tolerance) {
  Buffer<float> scales(kFrequencies);
  for (int f = 0; f < kFrequencies; ++f) scales.data()[f] = scale * static_cast<float>(f + 1);
  for (int tiles : {1, 2, 5, 12}) {
    const std::size_t pitch = (tiles * kTileSide + 2) * kBlock;
    const Buffer<float> in = Noise(kPatchSide * pitch, 3);
    const float* rows[kPatchSide];
    for (int i = 0; i < kPatchSide; ++i) rows[i] = in.data() + i * pitch;
    const std::ptrdiff_t stride = 13 * kBlock;
    // What is not asked for must not be written.
    const T untouched = Operand<T>::Make(1.5f);
    Buffer<T> got(kFrequencies * stride), expected(kFrequencies * stride);
    std::fill_n(got.data(), got.size(), untouched);
    std::fill_n(expected.data(), expected.size(), untouched);
    got_kernels.input_transform(rows, tiles, scales.data(), got.data(), stride);
    expected_kernels.input_transform(rows, tiles, scales.data(), expected.data(), stride);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const float value = Operand<T>::Value(expected.data()[i]);
      ASSERT_NEAR(Operand<T>::Value(got.data()[i]), value,
                  tolerance * std::max(1.0f, std::abs(value)))
          << tiles << " tiles at " << i;
    }
  }
}

TEST_P(KernelsTest, InputTransform) {
  TestInputTransform(kernels().fp32, ReferenceKernels().fp32, 0.0f, 3e-5);
}

TEST_P(KernelsTest, InputTransformToInt16) {
  // One step, where the sum lies between two.
  TestInputTransform(kernels().int16, ReferenceKernels().int16, 3.0f, 1.0);
  // Far beyond 16 bits, and beyond 32.
  TestInputTransform(kernels().int16, ReferenceKernels().int16, 3e4f, 1.0);
  TestInputTransform(kernels().int16, ReferenceKernels().int16, 1e10f, 1.0);
}

TEST_P(KernelsTest, InputTransformToBf16) {
  if (kernels().bf16.input_transform == nullptr) GTEST_SKIP() << "not on this target";
  TestInputTransform(kernels().bf16, ReferenceKernels().bf16, 0.0f, 1.0 / 128);
}

TEST_P(KernelsTest, Int16SaturatesToTheNearestEnd) {
  // A patch that is zero but for one value: frequency (0, 0) is 16 times it.
  for (const float size : {1e-3f, 1.0f, 1e4f, 1e20f}) {
    Buffer<float> in(kPatchSide * kPatchSide * kBlock), scales(kFrequencies);
    std::fill_n(scales.data(), kFrequencies, 100.0f);
    for (int c = 0; c < kBlock; ++c) in.data()[c] = c % 2 == 0 ? size : -size;
    const float* rows[kPatchSide];
    for (int i = 0; i < kPatchSide; ++i) rows[i] = in.data() + i * kPatchSide * kBlock;
    Buffer<std::int16_t> got(kFrequencies * kBlock);
    kernels().int16.input_transform(rows, 1, scales.data(), got.data(), kBlock);
    for (int c = 0; c < kBlock; ++c) {
      const double exact = 1600.0 * (c % 2 == 0 ? size : -size);
      EXPECT_NEAR(got.data()[c], std::clamp(exact, -32768.0, 32767.0), 1.0) << size;
    }
  }
}

template <typename T>
void TestProduct(const ProductKernels<T>& got_kernels, const ProductKernels<T>& expected_kernels) {
  for (int ins : {1, 2, 6}) {
    for (int outs : {1, 2, 3, 4}) {
      Buffer<float> rescale = Noise(std::size_t{kFrequencies} * outs * kBlock, 15);
      for (int tiles : {1, 3, 8, 12, 13, 24}) {
        const int capacity = (tiles + kRowGroup - 1) / kRowGroup * kRowGroup;
        const std::ptrdiff_t block = capacity * kBlock;
        Buffer<T> v = Operands<T>(kFrequencies * ins * block, 4);
        const Buffer<T> u =
            Operands<T>(static_cast<std::size_t>(kFrequencies) * ins * outs * kBlock * kBlock, 5);
        Buffer<float> got(kFrequencies * (outs * block + kBlock));
        Buffer<float> expected(got.size());
        const auto spectrum = [&](Buffer<float>& m) {
          return Spectrum<float>{m.data(), outs * block + kBlock, block};
        };
        const Spectrum<T> in{v.data(), ins * block, block};
        const Matrix<T> matrix{u.data(), rescale.data()};
        got_kernels.product(in, ins, tiles, matrix, outs, spectrum(got));
        expected_kernels.product(in, ins, tiles, matrix, outs, spectrum(expected));
        for (int f = 0; f < kFrequencies; ++f) {
          for (int b = 0; b < outs; ++b) {
            for (int i = 0; i < tiles * kBlock; ++i) {
              const std::ptrdiff_t at = f * (outs * block + kBlock) + b * block + i;
              ASSERT_NEAR(got.data()[at], expected.data()[at],
                          Operand<T>::kTolerance * ins * kBlock)
                  << ins << " to " << outs << " blocks, " << tiles << " tiles, frequency " << f;
            }
          }
        }
      }
    }
  }
}

TEST_P(KernelsTest, Product) {
  TestProduct(kernels().fp32, ReferenceKernels().fp32);
}

TEST_P(KernelsTest, ProductOfInt16IsExact) {
  TestProduct(kernels().int16, ReferenceKernels().int16);
}

TEST_P(KernelsTest, ProductOfBf16) {
  if (kernels().bf16.product == nullptr) GTEST_SKIP() << "not on this target";
  TestProduct(kernels().bf16, ReferenceKernels().bf16);
}

TEST_P(KernelsTest, OutputTransform) {
  const std::ptrdiff_t stride = 5 * kBlock;
  const Buffer<float> m = Noise(kFrequencies * stride, 6), bias = Noise(kBlock, 7);
  const Buffer<float> addend = Noise(kTileSide * 20 * kBlock, 8);
  for (bool add_rows : {false, true}) {
    for (float slope : {0.2f, 1.0f}) {
      for (int row_count = 1; row_count <= kTileSide; ++row_count) {
        for (int pixels = 1; pixels <= 17; ++pixels) {
          const auto run = [&](const Kernels& k) {
            Buffer<float> result = Untouched(kTileSide * 20 * kBlock);
            TileRowOutput out = {};
            out.bias = bias.data();
            out.slope = slope;
            out.row_count = row_count;
            out.pixels = pixels;
            for (int y = 0; y < row_count; ++y) {
              out.rows[y] = result.data() + y * 20 * kBlock;
              out.addend[y] = add_rows ? addend.data() + y * 20 * kBlock : nullptr;
            }
            k.output_transform(m.data(), stride, out);
            return result;
          };
          ExpectNear(run(kernels()), run(ReferenceKernels()), 2e-4,  // values up to 700
                     std::to_string(row_count) + " rows, " + std::to_string(pixels) + " pixels");
        }
      }
    }
  }
}

TEST_P(KernelsTest, Gradient) {
  for (int count : {1, 5, 16}) {
    const Buffer<float> in = Noise(3 * 18 * kBlock, 9), weights = Noise(18 * kBlock, 10);
    const float* rows[] = {in.data(), in.data() + 18 * kBlock, in.data() + 36 * kBlock};
    Buffer<float> got = Untouched(16 * kBlock), expected = Untouched(16 * kBlock);
    kernels().gradient(rows, count, weights.data(), got.data());
    ReferenceKernels().gradient(rows, count, weights.data(), expected.data());
    ExpectNear(got, expected, 5e-6, std::to_string(count) + " pixels");
  }
}

template <typename T>
void TestTail(const ProductKernels<T>& got_kernels, const ProductKernels<T>& expected_kernels,
              double tolerance) {
  const int capacity = 48;
  for (int ins : {4, 8}) {
    Buffer<float> scales(ins);
    for (int b = 0; b < ins; ++b) scales.data()[b] = 1000.0f + 100.0f * static_cast<float>(b);
    for (int outs : {1, 2, 3}) {
      const Buffer<float> bias = Noise(outs * kBlock, 16);
      Buffer<float> rescale(outs * kBlock);
      std::fill_n(rescale.data(), rescale.size(), 1e-6f);
      for (int count : {1, 2, 7, 8, 12, 19, 25, 32, 35}) {
        const Buffer<float> in = Noise(ins * capacity * kBlock, 11);
        const Buffer<T> weights =
            Operands<T>(static_cast<std::size_t>(ins) * kBlock * outs * kBlock, 12);
        std::vector<const float*> rows(ins);
        for (int b = 0; b < ins; ++b) rows[b] = in.data() + b * capacity * kBlock;
        const auto run = [&](const ProductKernels<T>& k) {
          Buffer<float> result = Untouched(outs * capacity * kBlock);
          std::vector<float*> to(outs);
          for (int b = 0; b < outs; ++b) to[b] = result.data() + b * capacity * kBlock;
          k.tail(rows.data(), ins, count, scales.data(), {weights.data(), rescale.data()},
                 bias.data(), 0.1f, to.data(), outs);
          return result;
        };
        ExpectNear(run(got_kernels), run(expected_kernels), tolerance,
                   std::to_string(outs) + " blocks, " + std::to_string(count) + " pixels");
      }
    }
  }
}

TEST_P(KernelsTest, Tail) {
  TestTail(kernels().fp32, ReferenceKernels().fp32, 2e-5);
}

TEST_P(KernelsTest, TailOfInt16) {
  // Sums are exact; what remains is the last digit of the bias added.
  TestTail(kernels().int16, ReferenceKernels().int16, 1e-6);
}

TEST_P(KernelsTest, TailOfBf16) {
  if (kernels().bf16.tail == nullptr) GTEST_SKIP() << "not on this target";
  TestTail(kernels().bf16, ReferenceKernels().bf16, 2e-5);
}

TEST_P(KernelsTest, ToPlane) {
  for (const auto& [side, blocks] : {std::pair{3, 1}, {3, 2}, {1, 1}, {1, 8}}) {
    const Buffer<float> weights = Noise(std::size_t{18} * kBlock, 14);
    for (int count : {1, 3, 4, 15, 16, 33}) {
      const std::ptrdiff_t row = std::ptrdiff_t{36} * kBlock;
      const Buffer<float> in = Noise(8 * row, 13);
      for (float size : {0.1f, 1.0f, 1000.0f}) {  // the middle, the slopes and the ends of tanh
        Buffer<float> scaled(in.size());
        for (std::size_t i = 0; i < in.size(); ++i) scaled.data()[i] = size * in.data()[i];
        const float* rows[8];
        for (int i = 0; i < 8; ++i) rows[i] = scaled.data() + i * row;
        for (bool tanh : {true, false}) {
          Buffer<float> got = Untouched(36), expected = Untouched(36);
          kernels().to_plane(rows, side, blocks, count, weights.data(), 0.3f, tanh, got.data() + 1);
          ReferenceKernels().to_plane(rows, side, blocks, count, weights.data(), 0.3f, tanh,
                                      expected.data() + 1);
          ExpectNear(got, expected, tanh ? 4e-6 : 2e-5 * size,
                     std::to_string(blocks) + " blocks, " + std::to_string(count) + " pixels");
        }
      }
    }
  }
}

TEST_P(KernelsTest, Elementwise) {
  const std::ptrdiff_t row = std::ptrdiff_t{20} * kBlock;
  const Buffer<float> in = Noise(3 * row, 15);
  const float* rows[] = {in.data(), in.data() + row, in.data() + 2 * row};
  for (int inputs : {1, 2, 3}) {
    for (bool maximum : {false, true}) {
      for (int count : {1, 19}) {
        Buffer<float> got = Untouched(row), expected = Untouched(row);
        kernels().elementwise(rows, inputs, maximum, count, 0.2f, got.data());
        ReferenceKernels().elementwise(rows, inputs, maximum, count, 0.2f, expected.data());
        ExpectNear(got, expected, 1e-7, std::to_string(inputs) + " inputs");
      }
    }
  }
}

TEST_P(KernelsTest, MultiplyAddsAreDoneAndCounted) {
  float sink = 1.0f;
  const double one = kernels().multiply_adds(1, &sink);
  EXPECT_GT(one, 0);
  EXPECT_EQ(kernels().multiply_adds(1000, &sink), 1000 * one);
  // v / 2 + 1 goes to 2, in every one of the 12 sums.
  EXPECT_NEAR(sink, 24.0f, 1e-5);
}

}  // namespace
}  // namespace seafusion::nn::winograd
