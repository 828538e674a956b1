#include "nn/winograd/quantise.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "nn/test_weights.h"

namespace seafusion::nn::winograd {
namespace {

// SeAFusion with random weights.
struct Network {
  explicit Network(std::uint64_t seed) : archive(RandomFusionWeights(seed)) {}

  ProductRanges EqualRanges(float range) const {
    ProductRanges ranges(plan);
    for (auto& entry : ranges.entries) std::fill(entry.most.begin(), entry.most.end(), range);
    return ranges;
  }

  // Calls body(product of floats, product of integers) for every product.
  template <typename Body>
  void ForEachProduct(const ProductRanges& ranges, const Body& body) const {
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
      const auto floats = PackWeights(plan, plan.steps[s], archive);
      const auto ints =
          Quantise(PackWeights(plan, plan.steps[s], archive), ranges, ranges.steps[s]);
      if (floats.product.in_blocks > 0) body(floats.product, ints.product);
      if (floats.point.in_blocks > 0) body(floats.point, ints.point);
    }
  }

  plan::Plan plan = *plan::Compile(model::FusionGraph());
  model::TensorArchive archive;
};

std::size_t PairedIndex(std::size_t row, std::size_t column, std::size_t outs) {
  return (row / 2 * outs + column) * 2 + row % 2;
}

TEST(Quantise, NoSumOfProductsLeaves32BitsWhateverTheInput) {
  const Network network(1);
  for (float range : {0.0f, 1e-3f, 10.0f}) {
    int products = 0;
    network.ForEachProduct(
        network.EqualRanges(range), [&](const auto&, const ProductWeights<std::int16_t>& p) {
          ++products;
          const std::size_t ins = p.in_blocks * kBlock, outs = p.out_blocks * kBlock;
          for (std::size_t m = 0; m < p.values.size() / (ins * outs); ++m) {
            for (std::size_t o = 0; o < outs; ++o) {
              std::int64_t sum = 0;
              for (std::size_t i = 0; i < ins; ++i) {
                sum += std::abs(p.values.data()[m * ins * outs + PairedIndex(i, o, outs)]);
              }
              ASSERT_LT(sum * 32768, std::int64_t{1} << 31);
            }
          }
        });
    EXPECT_EQ(products, 15);
  }
}

TEST(Quantise, ScalesGiveBackTheWeights) {
  const Network network(2);
  const float range = 3.0f;
  network.ForEachProduct(network.EqualRanges(range), [&](const ProductWeights<float>& f,
                                                         const ProductWeights<std::int16_t>& p) {
    ASSERT_EQ(p.values.size(), f.values.size());
    const std::size_t ins = p.in_blocks * kBlock, outs = p.out_blocks * kBlock;
    for (std::size_t i = 0; i < p.scales.size(); ++i) {
      EXPECT_FLOAT_EQ(p.scales.data()[i], kCalibratedMost / range);
    }
    for (std::size_t m = 0; m < p.values.size() / (ins * outs); ++m) {
      for (std::size_t i = 0; i < ins; ++i) {
        for (std::size_t o = 0; o < outs; ++o) {
          const double rescale = p.rescale.data()[m * outs + o];
          const double back = p.values.data()[m * ins * outs + PairedIndex(i, o, outs)] * rescale *
                              double{p.scales.data()[0]};
          // Half a step of the integer.
          ASSERT_NEAR(back, f.values.data()[m * ins * outs + i * outs + o],
                      0.501 * rescale * double{p.scales.data()[0]});
        }
      }
    }
  });
}

TEST(RoundToBf16, KeepsSevenBitsBehindThePoint) {
  const Network network(3);
  const plan::Step& step = network.plan.steps[network.plan.steps.size() - 2];  // decode2
  const auto floats = PackWeights(network.plan, step, network.archive);
  const auto rounded = RoundToBf16(PackWeights(network.plan, step, network.archive));
  const ProductWeights<float>& f = floats.product;
  const ProductWeights<Bf16>& p = rounded.product;
  const std::size_t ins = p.in_blocks * kBlock, outs = p.out_blocks * kBlock;
  for (std::size_t i = 0; i < ins; ++i) {
    for (std::size_t o = 0; o < outs; ++o) {
      const auto bits = static_cast<std::uint32_t>(p.values.data()[PairedIndex(i, o, outs)]) << 16;
      const float exact = f.values.data()[i * outs + o];
      EXPECT_NEAR(std::bit_cast<float>(bits), exact, std::abs(exact) / 256);
    }
  }
}

}  // namespace
}  // namespace seafusion::nn::winograd
