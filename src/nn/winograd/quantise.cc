#include "nn/winograd/quantise.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace seafusion::nn::winograd {
namespace {

// A layer whose inputs were all zero in the calibration pictures.
constexpr float kLeastRange = 1e-6f;

// Same shape, other operands.
template <typename T>
ProductWeights<T> SameShape(const ProductWeights<float>& from) {
  ProductWeights<T> to;
  to.in_blocks = from.in_blocks;
  to.out_blocks = from.out_blocks;
  to.values = Buffer<T>(from.values.size());
  to.rescale = Buffer<float>(from.rescale.size());
  to.scales = Buffer<float>(from.scales.size());
  return to;
}

// Calls body(matrix, float index, paired index, row, column) for every value of every matrix.
template <typename Body>
void ForEachValue(const ProductWeights<float>& product, const Body& body) {
  const int ins = product.in_blocks * kBlock, outs = product.out_blocks * kBlock;
  const int matrices = static_cast<int>(product.values.size()) / (ins * outs);
  for (int m = 0; m < matrices; ++m) {
    const std::size_t first = static_cast<std::size_t>(m) * ins * outs;
    for (int i = 0; i < ins; ++i) {
      for (int o = 0; o < outs; ++o) {
        body(m, first + static_cast<std::size_t>(i) * outs + o,
             first + (static_cast<std::size_t>(i) / 2 * outs + o) * 2 + i % 2, i, o);
      }
    }
  }
}

// range(block, matrix): largest magnitude met in that block of inputs.
template <typename Range>
ProductWeights<std::int16_t> QuantiseProduct(const ProductWeights<float>& from,
                                             const Range& range) {
  ProductWeights<std::int16_t> to = SameShape<std::int16_t>(from);
  const int outs = from.out_blocks * kBlock;
  const int matrices = static_cast<int>(from.scales.size()) / from.in_blocks;
  float* scales = to.scales.data();
  for (int b = 0; b < from.in_blocks; ++b) {
    for (int m = 0; m < matrices; ++m) {
      scales[b * matrices + m] = kCalibratedMost / std::max(range(b, m), kLeastRange);
    }
  }
  const auto scaled = [&](std::size_t index, int m, int row) {
    return double{from.values.data()[index]} / double{scales[row / kBlock * matrices + m]};
  };
  // Inputs reach 2^15, sums must stay below 2^31; each weight may be rounded up by 1/2.
  constexpr double kMostWeight = 32767.0;
  const double most_sum = 65535.0 - from.in_blocks * kBlock / 2.0;
  std::vector<double> sum(from.rescale.size()), most(from.rescale.size());
  ForEachValue(from, [&](int m, std::size_t index, std::size_t, int row, int o) {
    const double v = std::abs(scaled(index, m, row));
    sum[m * outs + o] += v;
    most[m * outs + o] = std::max(most[m * outs + o], v);
  });
  std::vector<double> factor(from.rescale.size());
  for (std::size_t i = 0; i < factor.size(); ++i) {
    factor[i] = sum[i] > 0 ? std::min(kMostWeight / most[i], most_sum / sum[i]) : 1.0;
    to.rescale.data()[i] = static_cast<float>(1.0 / factor[i]);
  }
  ForEachValue(from, [&](int m, std::size_t index, std::size_t paired, int row, int o) {
    to.values.data()[paired] =
        static_cast<std::int16_t>(std::nearbyint(scaled(index, m, row) * factor[m * outs + o]));
  });
  return to;
}

ProductWeights<Bf16> RoundProduct(const ProductWeights<float>& from) {
  ProductWeights<Bf16> to = SameShape<Bf16>(from);
  ForEachValue(from, [&](int, std::size_t index, std::size_t paired, int, int) {
    // To the nearest, ties to even; weights are finite.
    const auto bits = std::bit_cast<std::uint32_t>(from.values.data()[index]);
    to.values.data()[paired] = static_cast<Bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  });
  return to;
}

// Everything but the products is taken over. conv_product(conv) and tail_product(block) make those.
template <typename T, typename ConvProduct, typename TailProduct>
Weights<T> WithProducts(Weights<float> from, const ConvProduct& conv_product,
                        const TailProduct& tail_product) {
  const auto conv = [&](Conv<float>& c) {
    return Conv<T>{c.index, c.slope, conv_product(c), std::move(c.bias)};
  };
  Weights<T> to;
  for (std::size_t e = 0; e < to.encoders.size(); ++e) {
    to.encoders[e].first = std::move(from.encoders[e].first);
    to.encoders[e].first_slope = from.encoders[e].first_slope;
    for (std::size_t d = 0; d < to.encoders[e].dense.size(); ++d) {
      DenseBlock<float>& block = from.encoders[e].dense[d];
      to.encoders[e].dense[d] = {block.index,
                                 block.blocks,
                                 conv(block.head),
                                 conv(block.rest),
                                 std::move(block.gradient),
                                 tail_product(block),
                                 std::move(block.tail_bias),
                                 block.tail_slope};
    }
  }
  for (std::size_t i = 0; i < to.decoder.size(); ++i) to.decoder[i] = conv(from.decoder[i]);
  to.last = std::move(from.last);
  to.last_bias = from.last_bias;
  return to;
}

}  // namespace

Weights<std::int16_t> Quantise(Weights<float> weights, const Ranges& ranges) {
  return WithProducts<std::int16_t>(
      std::move(weights),
      [&](const Conv<float>& c) {
        return QuantiseProduct(c.product,
                               [&](int b, int f) { return ranges.spectra[c.index][b][f]; });
      },
      [&](const DenseBlock<float>& block) {
        return QuantiseProduct(block.tail,
                               [&](int b, int) { return ranges.tails[block.index][b]; });
      });
}

Weights<Bf16> RoundToBf16(Weights<float> weights) {
  return WithProducts<Bf16>(
      std::move(weights), [](const Conv<float>& c) { return RoundProduct(c.product); },
      [](const DenseBlock<float>& block) { return RoundProduct(block.tail); });
}

}  // namespace seafusion::nn::winograd
