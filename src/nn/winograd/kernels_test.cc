// Every kernel of every CPU target this machine has against its plain twin.
#include "nn/winograd/kernels.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nn/test_weights.h"
#include "nn/winograd/float_buffer.h"

namespace seafusion::nn::winograd {
namespace {

FloatBuffer Noise(std::size_t size, std::uint64_t seed) {
  TestNoise noise(seed);
  FloatBuffer buffer(size);
  for (std::size_t i = 0; i < size; ++i) buffer.data()[i] = noise.Next();
  return buffer;
}

constexpr float kUntouched = 12345.0f;

FloatBuffer Untouched(std::size_t size) {
  FloatBuffer buffer(size);
  std::fill_n(buffer.data(), size, kUntouched);
  return buffer;
}

void ExpectNear(const FloatBuffer& got, const FloatBuffer& expected, double tolerance,
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

TEST_P(KernelsTest, FirstLayer) {
  for (int count : {1, 2, 7, 16, 33}) {
    const FloatBuffer in = Noise(3 * 64, 1), weights = Noise(10 * kBlock, 2);
    // Planes start anywhere: not at a vector's boundary.
    const float* rows[] = {in.data() + 1, in.data() + 66, in.data() + 131};
    FloatBuffer got = Untouched(34 * kBlock), expected = Untouched(34 * kBlock);
    kernels().first_layer(rows, count, weights.data(), 0.2f, got.data());
    ReferenceKernels().first_layer(rows, count, weights.data(), 0.2f, expected.data());
    ExpectNear(got, expected, 2e-6, std::to_string(count) + " pixels");
  }
}

TEST_P(KernelsTest, InputTransform) {
  for (int tiles : {1, 2, 5, 12}) {
    const std::size_t pitch = (tiles * kTileSide + 2) * kBlock;
    const FloatBuffer in = Noise(kPatchSide * pitch, 3);
    const float* rows[kPatchSide];
    for (int i = 0; i < kPatchSide; ++i) rows[i] = in.data() + i * pitch;
    const std::ptrdiff_t stride = 13 * kBlock;
    FloatBuffer got = Untouched(kFrequencies * stride), expected = Untouched(kFrequencies * stride);
    kernels().input_transform(rows, tiles, got.data(), stride);
    ReferenceKernels().input_transform(rows, tiles, expected.data(), stride);
    ExpectNear(got, expected, 3e-5, std::to_string(tiles) + " tiles");  // values up to 100
  }
}

TEST_P(KernelsTest, Product) {
  for (int ins : {1, 2, 6}) {
    for (int outs : {1, 2, 3, 4}) {
      for (int tiles : {1, 3, 8, 12, 13, 24}) {
        const int capacity = (tiles + kRowGroup - 1) / kRowGroup * kRowGroup;
        const std::ptrdiff_t block = capacity * kBlock;
        FloatBuffer v = Noise(kFrequencies * ins * block, 4);
        const FloatBuffer u = Noise(kFrequencies * ins * outs * kBlock * kBlock, 5);
        FloatBuffer got(kFrequencies * (outs * block + kBlock));
        FloatBuffer expected(got.size());
        const auto spectrum = [&](FloatBuffer& m) {
          return Spectrum{m.data(), outs * block + kBlock, block};
        };
        const Spectrum in{v.data(), ins * block, block};
        kernels().product(in, ins, tiles, u.data(), outs, spectrum(got));
        ReferenceKernels().product(in, ins, tiles, u.data(), outs, spectrum(expected));
        for (int f = 0; f < kFrequencies; ++f) {
          for (int b = 0; b < outs; ++b) {
            for (int i = 0; i < tiles * kBlock; ++i) {
              const std::ptrdiff_t at = f * (outs * block + kBlock) + b * block + i;
              ASSERT_NEAR(got.data()[at], expected.data()[at], 2e-5)
                  << ins << " to " << outs << " blocks, " << tiles << " tiles, frequency " << f;
            }
          }
        }
      }
    }
  }
}

TEST_P(KernelsTest, OutputTransform) {
  const std::ptrdiff_t stride = 5 * kBlock;
  const FloatBuffer m = Noise(kFrequencies * stride, 6), bias = Noise(kBlock, 7);
  const FloatBuffer addend = Noise(kTileSide * 20 * kBlock, 8);
  for (bool add_rows : {false, true}) {
    for (float slope : {0.2f, 1.0f}) {
      for (int row_count = 1; row_count <= kTileSide; ++row_count) {
        for (int pixels = 1; pixels <= 17; ++pixels) {
          const auto run = [&](const Kernels& k) {
            FloatBuffer result = Untouched(kTileSide * 20 * kBlock);
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
    const FloatBuffer in = Noise(3 * 18 * kBlock, 9), weights = Noise(18 * kBlock, 10);
    const float* rows[] = {in.data(), in.data() + 18 * kBlock, in.data() + 36 * kBlock};
    FloatBuffer got = Untouched(16 * kBlock), expected = Untouched(16 * kBlock);
    kernels().gradient(rows, count, weights.data(), got.data());
    ReferenceKernels().gradient(rows, count, weights.data(), expected.data());
    ExpectNear(got, expected, 5e-6, std::to_string(count) + " pixels");
  }
}

TEST_P(KernelsTest, Tail) {
  const int capacity = 48;
  for (int ins : {4, 8}) {
    for (int outs : {1, 2, 3}) {
      for (int count : {1, 2, 7, 8, 12, 19, 32, 35}) {
        const FloatBuffer in = Noise(ins * capacity * kBlock, 11);
        const FloatBuffer weights = Noise((ins * kBlock + 1) * outs * kBlock, 12);
        std::vector<const float*> rows(ins);
        for (int b = 0; b < ins; ++b) rows[b] = in.data() + b * capacity * kBlock;
        const auto run = [&](const Kernels& k) {
          FloatBuffer result = Untouched(outs * capacity * kBlock);
          std::vector<float*> to(outs);
          for (int b = 0; b < outs; ++b) to[b] = result.data() + b * capacity * kBlock;
          k.tail(rows.data(), ins, count, weights.data(), 0.1f, to.data(), outs);
          return result;
        };
        ExpectNear(run(kernels()), run(ReferenceKernels()), 2e-5,
                   std::to_string(outs) + " blocks, " + std::to_string(count) + " pixels");
      }
    }
  }
}

TEST_P(KernelsTest, LastLayer) {
  for (int count : {1, 3, 4, 15, 16, 33}) {
    FloatBuffer in = Noise(3 * 36 * kBlock, 13);
    const FloatBuffer weights = Noise(9 * kBlock, 14);
    for (float size : {0.1f, 1.0f, 1000.0f}) {  // the middle, the slopes and the ends of tanh
      FloatBuffer scaled(in.size());
      for (std::size_t i = 0; i < in.size(); ++i) scaled.data()[i] = size * in.data()[i];
      const float* rows[] = {scaled.data(), scaled.data() + 36 * kBlock,
                             scaled.data() + 72 * kBlock};
      FloatBuffer got = Untouched(36), expected = Untouched(36);
      kernels().last_layer(rows, count, weights.data(), 0.3f, got.data() + 1);
      ReferenceKernels().last_layer(rows, count, weights.data(), 0.3f, expected.data() + 1);
      ExpectNear(got, expected, 2e-6, std::to_string(count) + " pixels");
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
