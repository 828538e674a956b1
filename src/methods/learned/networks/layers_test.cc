#include "methods/learned/networks/layers.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

struct Layer {
  std::vector<std::int64_t> channels;  // of each map
  std::int64_t out, kernel;
  bool bias;
};

// What is differentiated goes LibTorch's own way; what is not has quicker ones.
TEST(Convolve, GivesTheSameWithAndWithoutGradients) {
  torch::manual_seed(7);
  const std::vector<Layer> layers = {
      {{1}, 16, 3, true},        {{1}, 4, 5, true},      {{3}, 8, 7, false},
      {{16}, 16, 3, true},       {{16, 16}, 5, 3, true}, {{2, 5, 1}, 3, 5, true},
      {{16, 16, 4}, 1, 1, true}, {{6, 3}, 2, 1, false},  {{1, 1}, 4, 3, true}};
  const std::vector<std::vector<std::int64_t>> sizes = {{1, 1}, {1, 9}, {2, 3},
                                                        {4, 4}, {5, 8}, {17, 12}};
  for (const Layer& layer : layers) {
    std::int64_t in = 0;
    for (const std::int64_t c : layer.channels) in += c;
    const torch::Tensor weight = torch::randn({layer.out, in, layer.kernel, layer.kernel});
    const torch::Tensor bias = layer.bias ? torch::randn({layer.out}) : torch::Tensor();
    for (const auto& size : sizes) {
      for (const Padding padding : {Padding::kZero, Padding::kReflect, Padding::kReplicate}) {
        for (const bool last : {false, true}) {
          const auto ordered = [&](const torch::Tensor& x) {
            return last ? x.contiguous(torch::MemoryFormat::ChannelsLast) : x;
          };
          std::vector<torch::Tensor> maps;
          for (const std::int64_t c : layer.channels) {
            maps.push_back(ordered(torch::randn({2, c, size[0], size[1]})));
          }
          const torch::Tensor slow = Convolve(maps, weight, bias, padding);
          const torch::NoGradGuard no_gradients;
          const torch::Tensor fast = Convolve(maps, ordered(weight), bias, padding);
          ASSERT_EQ(fast.sizes(), slow.sizes());
          EXPECT_EQ(fast.size(2), size[0]);
          EXPECT_EQ(fast.size(3), size[1]);
          EXPECT_LT((fast - slow).abs().max().item<float>(), 1e-4f)
              << in << " to " << layer.out << ", kernel " << layer.kernel << ", " << size[0]
              << " x " << size[1] << ", padding " << static_cast<int>(padding);
        }
      }
    }
  }
}

// An activation may follow in place.
TEST(Convolve, LeavesItsMapsAlone) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor map = torch::rand({1, 2, 4, 4}), kept = map.clone();
  for (const std::int64_t kernel : {1, 3}) {
    Convolve(map, torch::ones({1, 2, kernel, kernel}), torch::Tensor(), Padding::kZero).zero_();
    Convolve({map, map}, torch::ones({3, 4, kernel, kernel}), torch::Tensor(), Padding::kReflect)
        .zero_();
  }
  EXPECT_TRUE(torch::equal(map, kept));
}

TEST(Convolve, RepeatsTheEdgeWhereThereIsNothingToReflect) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor line = torch::tensor({1.0f, 2.0f, 4.0f}).reshape({1, 1, 1, 3});
  const torch::Tensor sum = torch::ones({1, 1, 3, 3});
  // One row: it stands three times; columns are repeated, too.
  const torch::Tensor expected = torch::tensor({12.0f, 21.0f, 30.0f}).reshape({1, 1, 1, 3});
  EXPECT_TRUE(torch::equal(Convolve(line, sum, torch::Tensor(), Padding::kReflect), expected));
}

}  // namespace
}  // namespace seafusion::methods
