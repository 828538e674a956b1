#include "nn/winograd/quantise.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "nn/test_weights.h"

namespace seafusion::nn::winograd {
namespace {

Ranges EqualRanges(float range) {
  Ranges ranges;
  for (auto& blocks : ranges.spectra) {
    for (auto& spectrum : blocks) spectrum.fill(range);
  }
  for (auto& blocks : ranges.tails) std::fill(blocks.begin(), blocks.end(), range);
  return ranges;
}

template <typename Body>
void ForEachProduct(Weights<float>& floats, Weights<std::int16_t>& ints, const Body& body) {
  for (int e = 0; e < 2; ++e) {
    for (int d = 0; d < 2; ++d) {
      auto& f = floats.encoders[e].dense[d];
      auto& i = ints.encoders[e].dense[d];
      body(f.head.product, i.head.product);
      body(f.rest.product, i.rest.product);
      body(f.tail, i.tail);
    }
  }
  for (int d = 0; d < 3; ++d) body(floats.decoder[d].product, ints.decoder[d].product);
}

std::size_t PairedIndex(std::size_t row, std::size_t column, std::size_t outs) {
  return (row / 2 * outs + column) * 2 + row % 2;
}

TEST(Quantise, NoSumOfProductsLeaves32BitsWhateverTheInput) {
  auto floats = PackWeights(RandomFusionWeights(1));
  for (float range : {0.0f, 1e-3f, 10.0f}) {
    auto ints = Quantise(PackWeights(RandomFusionWeights(1)), EqualRanges(range));
    ForEachProduct(floats, ints, [](const auto&, const ProductWeights<std::int16_t>& p) {
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
  }
}

TEST(Quantise, ScalesGiveBackTheWeights) {
  auto floats = PackWeights(RandomFusionWeights(2));
  const float range = 3.0f;
  auto ints = Quantise(PackWeights(RandomFusionWeights(2)), EqualRanges(range));
  ForEachProduct(
      floats, ints, [&](const ProductWeights<float>& f, const ProductWeights<std::int16_t>& p) {
        ASSERT_EQ(p.values.size(), f.values.size());
        const std::size_t ins = p.in_blocks * kBlock, outs = p.out_blocks * kBlock;
        for (std::size_t i = 0; i < p.scales.size(); ++i) {
          EXPECT_FLOAT_EQ(p.scales.data()[i], kCalibratedMost / range);
        }
        for (std::size_t m = 0; m < p.values.size() / (ins * outs); ++m) {
          for (std::size_t i = 0; i < ins; ++i) {
            for (std::size_t o = 0; o < outs; ++o) {
              const double rescale = p.rescale.data()[m * outs + o];
              const double back = p.values.data()[m * ins * outs + PairedIndex(i, o, outs)] *
                                  rescale * double{p.scales.data()[0]};
              // Half a step of the integer.
              ASSERT_NEAR(back, f.values.data()[m * ins * outs + i * outs + o],
                          0.501 * rescale * double{p.scales.data()[0]});
            }
          }
        }
      });
}

TEST(RoundToBf16, KeepsSevenBitsBehindThePoint) {
  const auto floats = PackWeights(RandomFusionWeights(3));
  const auto rounded = RoundToBf16(PackWeights(RandomFusionWeights(3)));
  const ProductWeights<float>& f = floats.decoder[1].product;
  const ProductWeights<Bf16>& p = rounded.decoder[1].product;
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
