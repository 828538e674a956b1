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

// Everything but the products is taken over. product(weights, entry's index) makes those.
template <typename T, typename Product>
StepWeights<T> WithProducts(StepWeights<float> from, const ProductRanges::OfStep& of_step,
                            const Product& product) {
  StepWeights<T> to;
  if (from.product.in_blocks > 0) to.product = product(from.product, of_step.product);
  if (from.point.in_blocks > 0) to.point = product(from.point, of_step.point);
  to.bias = std::move(from.bias);
  to.point_bias = std::move(from.point_bias);
  to.taps = std::move(from.taps);
  to.plane_bias = from.plane_bias;
  return to;
}

}  // namespace

StepWeights<std::int16_t> Quantise(StepWeights<float> weights, const ProductRanges& ranges,
                                   const ProductRanges::OfStep& of_step) {
  return WithProducts<std::int16_t>(
      std::move(weights), of_step, [&](const ProductWeights<float>& product, int index) {
        const ProductRanges::Entry& entry = ranges.entries[index];
        return QuantiseProduct(product,
                               [&](int b, int f) { return entry.most[b * entry.frequencies + f]; });
      });
}

StepWeights<Bf16> RoundToBf16(StepWeights<float> weights) {
  return WithProducts<Bf16>(std::move(weights), {}, [](const ProductWeights<float>& product, int) {
    return RoundProduct(product);
  });
}

}  // namespace seafusion::nn::winograd
