#include "nn/winograd/weights.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
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

TEST(PackWeights, ShapesFollowThePlan) {
  const plan::Plan plan = *plan::Compile(model::FusionGraph());
  const model::TensorArchive archive = RandomFusionWeights(1);
  const auto pack = [&](const std::string& name) {
    const auto step = std::find_if(plan.steps.begin(), plan.steps.end(), [&](const plan::Step& s) {
      return plan.node(s.node).name == name;
    });
    return PackWeights(plan, *step, archive);
  };
  const auto head = pack("inf_rgbd2.dense.conv1");
  EXPECT_EQ(head.product.in_blocks, 2);
  EXPECT_EQ(head.product.out_blocks, 4);
  EXPECT_EQ(head.bias.data()[32], archive.tensors.at("inf_rgbd2.dense.conv2.conv.bias").values[0]);
  const auto tail = pack("vis_rgbd1.convup");
  EXPECT_EQ(tail.product.out_blocks, 1);
  EXPECT_EQ(tail.bias.data()[3], 0.0f);  // its share from x has it
  EXPECT_EQ(tail.point.in_blocks, 4);
  EXPECT_EQ(tail.point.out_blocks, 2);
  EXPECT_EQ(tail.point_bias.data()[5],
            archive.tensors.at("vis_rgbd1.convdown.conv.bias").values[5] +
                archive.tensors.at("vis_rgbd1.convup.conv.bias").values[5]);
  const auto decode = pack("decode4");
  EXPECT_EQ(decode.product.in_blocks, 6);
  EXPECT_EQ(decode.product.out_blocks, 4);
  EXPECT_EQ(pack("decode1").plane_bias, archive.tensors.at("decode1.conv.bias").values[0]);
}

}  // namespace
}  // namespace seafusion::nn::winograd
