#include "nn/winograd/weights.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "nn/test_weights.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {
namespace {

// One 3x3 convolution of one channel, all the way through the Winograd domain.
TEST(TransformKernel, IsWinogradsConvolution) {
  TestNoise noise(1);
  float kernel[9];
  for (float& v : kernel) v = noise.Next();
  Buffer<float> patch(kPatchSide * kPatchSide * kBlock);
  for (int i = 0; i < kPatchSide * kPatchSide; ++i) patch.data()[i * kBlock] = noise.Next();
  const float* rows[kPatchSide];
  for (int y = 0; y < kPatchSide; ++y) rows[y] = patch.data() + y * kPatchSide * kBlock;

  Buffer<float> spectrum(kFrequencies * kBlock), result(kTileSide * kTileSide * kBlock);
  const Buffer<float> bias(kBlock), no_scales(kFrequencies);
  ReferenceKernels().fp32.input_transform(rows, 1, no_scales.data(), spectrum.data(), kBlock);
  const auto u = TransformKernel(kernel);
  for (int f = 0; f < kFrequencies; ++f) spectrum.data()[f * kBlock] *= u[f];
  TileRowOutput out = {};
  out.bias = bias.data();
  out.slope = 1.0f;
  out.row_count = kTileSide;
  out.pixels = kTileSide;
  for (int y = 0; y < kTileSide; ++y) out.rows[y] = result.data() + y * kTileSide * kBlock;
  ReferenceKernels().output_transform(spectrum.data(), kBlock, out);

  for (int y = 0; y < kTileSide; ++y) {
    for (int x = 0; x < kTileSide; ++x) {
      double sum = 0;
      for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) sum += kernel[i * 3 + j] * rows[y + i][(x + j) * kBlock];
      }
      EXPECT_NEAR(out.rows[y][x * kBlock], sum, 1e-5);
    }
  }
}

TEST(PackWeights, ShapesFollowTheGraph) {
  const Weights<float> w = PackWeights(RandomFusionWeights(1));
  EXPECT_EQ(w.encoders[0].dense[0].blocks, 1);
  EXPECT_EQ(w.encoders[0].dense[0].tail.out_blocks, 2);
  EXPECT_EQ(w.encoders[1].dense[1].blocks, 2);
  EXPECT_EQ(w.encoders[1].dense[1].tail.out_blocks, 3);
  EXPECT_EQ(w.encoders[1].dense[1].head.product.out_blocks, 4);
  EXPECT_EQ(w.decoder[0].product.in_blocks, 6);
  EXPECT_EQ(w.decoder[0].product.out_blocks, 4);
  EXPECT_EQ(w.decoder[2].product.out_blocks, 1);
  EXPECT_FLOAT_EQ(w.encoders[0].dense[0].tail_slope, 0.1f);
  EXPECT_FLOAT_EQ(w.decoder[1].slope, 0.2f);
}

}  // namespace
}  // namespace seafusion::nn::winograd
