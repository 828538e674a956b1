// 3x3 convolution of a row of floats with two thirds of the multiplications: F(2, 3) of Winograd's
// algorithm (Lavin and Gray 2016) along the row. Included once for each CPU target.
//
// Pixels come in pairs, from an even column of the picture on. With d0 to d3 the pixel before a
// pair, the pair and the one after it, and g0 to g2 the taps of a row:
//   m0 = (d0 - d2) g0,  m1 = (d1 + d2) (g0 + g1 + g2) / 2,  m2 = (d2 - d1) (g0 - g1 + g2) / 2,
//   m3 = (d1 - d3) g2;  the pair's sums are m0 + m1 + m2 and m1 - m2 - m3.
// A sum reads the three pixels of its taps and no others, so a tile may begin or end within a pair.
#if defined(SEAFUSION_NN_DIRECT_KERNELS_CONV_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_DIRECT_KERNELS_CONV_PAIRS_INL_H_
#undef SEAFUSION_NN_DIRECT_KERNELS_CONV_PAIRS_INL_H_
#else
#define SEAFUSION_NN_DIRECT_KERNELS_CONV_PAIRS_INL_H_
#endif

#include <algorithm>
#include <cstddef>

#include <hwy/highway.h>

#include "nn/buffer.h"
#include "nn/direct/kernels/conv-inl.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/kernels/operand-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::direct {
namespace HWY_NAMESPACE {

constexpr int kPairs = kPixels<1>;  // whose sums fit in the registers
static_assert(kPairs <= kSlack);

// Channels are multiplied eight at a time; those that there are not have weights of 0.
constexpr int kStep = 8;
HWY_INLINE int Padded(int channels) {
  return (channels + kStep - 1) / kStep * kStep;
}

// [block of outputs][frequency][block of inputs][row][channel][16 outputs].
Buffer<float> ArrangeForPairs(const float* weights, int in_words, std::ptrdiff_t in_stride,
                              int out_blocks) {
  const auto block_channels = static_cast<int>(in_stride);
  Buffer<float> to(static_cast<std::size_t>(out_blocks) * kFrequencies * kTaps * Padded(in_words) *
                   kBlock);
  float* next = to.data();
  for (int block = 0; block < out_blocks; ++block) {
    const float* from = weights + std::ptrdiff_t{block} * kTaps * kTaps * in_words * kBlock;
    for (int frequency = 0; frequency < kFrequencies; ++frequency) {
      for (int begin = 0; begin < in_words; begin += block_channels) {
        const int channels = std::min(block_channels, Padded(in_words) - begin);
        for (int i = 0; i < kTaps * channels; ++i, next += kBlock) {
          const int y = i / channels, word = begin + i % channels;
          if (word >= in_words) continue;
          const float* g = from + std::ptrdiff_t{y * in_words + word} * kTaps * kBlock;
          for (int o = 0; o < kBlock; ++o) {
            const double g0 = g[o], g1 = g[kBlock + o], g2 = g[2 * kBlock + o];
            const double taps[] = {g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2};
            next[o] = static_cast<float>(taps[frequency]);
          }
        }
      }
    }
  }
  return to;
}

template <int kChannels>
HWY_INLINE void TransformPairs(const float* HWY_RESTRICT in, int pairs, float* HWY_RESTRICT out,
                               std::ptrdiff_t frequency_stride) {
  const hn::CappedTag<float, kChannels> d;
  constexpr int kLanesAtOnce = std::min(kLanes, kChannels);
  for (int pair = 0; pair < pairs; ++pair, in += 2 * kChannels, out += kChannels) {
    SEAFUSION_UNROLL
    for (int lane = 0; lane < kChannels; lane += kLanesAtOnce) {
      const auto d0 = hn::LoadU(d, in + lane), d1 = hn::LoadU(d, in + kChannels + lane);
      const auto d2 = hn::LoadU(d, in + 2 * kChannels + lane);
      const auto d3 = hn::LoadU(d, in + 3 * kChannels + lane);
      float* HWY_RESTRICT to = out + lane;
      hn::StoreU(hn::Sub(d0, d2), d, to);
      hn::StoreU(hn::Add(d1, d2), d, to + frequency_stride);
      hn::StoreU(hn::Sub(d2, d1), d, to + 2 * frequency_stride);
      hn::StoreU(hn::Sub(d1, d3), d, to + 3 * frequency_stride);
    }
  }
}
void ToPairs(const float* HWY_RESTRICT in, std::ptrdiff_t in_stride, int pairs,
             float* HWY_RESTRICT out, std::ptrdiff_t frequency_stride) {
  if (in_stride == kBlock) return TransformPairs<kBlock>(in, pairs, out, frequency_stride);
  TransformPairs<kBlock / 2>(in, pairs, out, frequency_stride);
}

using PairProducts = float[kFrequencies][kPairs][kBlock];

// Adds the products of channels of a pixel of `kStride`, a row's after another's.
template <int kChannels, int kStride>
HWY_INLINE void AddTaps(const float* const (&rows)[kTaps], std::ptrdiff_t at,
                        const float* HWY_RESTRICT& weights, Vector (&sum)[kPairs]) {
  for (int y = 0; y < kTaps; ++y) {
    const float* HWY_RESTRICT x = rows[y] + at;
    for (int c = 0; c < kChannels; ++c, ++x, weights += kBlock) {
      const Vector taps = hn::Load(Tag(), weights);
      SEAFUSION_UNROLL
      for (int p = 0; p < kPairs; ++p) {
        sum[p] = hn::MulAdd(hn::Set(Tag(), x[p * kStride]), taps, sum[p]);
      }
    }
  }
}

// Of the pairs from `first` on with a block of outputs.
template <int kStride>
HWY_INLINE void MultiplyPairs(const ConvRow<float>& row, int first,
                              const float* HWY_RESTRICT weights, PairProducts& products) {
  const Tag d;
  const int channels = Padded(row.in_words);
  const std::ptrdiff_t size = std::ptrdiff_t{kTaps} * channels * kBlock;
  for (int frequency = 0; frequency < kFrequencies; ++frequency, weights += size) {
    for (int lane = 0; lane < kBlock; lane += kLanes) {
      Vector sum[kPairs];
      SEAFUSION_UNROLL
      for (int p = 0; p < kPairs; ++p) sum[p] = hn::Zero(d);
      const float* HWY_RESTRICT w = weights + lane;
      std::ptrdiff_t at =
          frequency * row.frequency_stride + static_cast<std::ptrdiff_t>(first) * kStride;
      for (int c = 0; c < channels; c += kStride, at += row.in_block_stride) {
        if (c + kStride <= channels) {
          AddTaps<kStride, kStride>(row.rows, at, w, sum);
        } else {
          AddTaps<kStep, kStride>(row.rows, at, w, sum);
        }
      }
      SEAFUSION_UNROLL
      for (int p = 0; p < kPairs; ++p) hn::Store(sum[p], d, products[frequency][p] + lane);
    }
  }
}

// As ConvAnyWidth.
template <typename Store>
HWY_INLINE void ConvByPairs(const ConvRow<float>& row, const Store& store) {
  const Tag d;
  alignas(64) PairProducts products;
  const int begin = row.begins_within_pair ? -1 : 0;
  const int all_pairs = (row.pixels - begin + 1) / 2;
  const std::ptrdiff_t block_size =
      std::ptrdiff_t{kFrequencies} * kTaps * Padded(row.in_words) * kBlock;
  for (int first = 0; first < all_pairs; first += kPairs) {
    const int pairs = std::min(kPairs, all_pairs - first);
    for (int block = 0; block < row.out_blocks; ++block) {
      const float* weights = row.weights + block * block_size;
      if (row.in_stride == kBlock) {
        MultiplyPairs<kBlock>(row, first, weights, products);
      } else {
        MultiplyPairs<kStep>(row, first, weights, products);
      }
      for (int lane = 0; lane < kBlock; lane += kLanes) {
        const int output = block * kBlock + lane;
        for (int p = 0; p < pairs; ++p) {
          const auto m = [&](int f) HWY_ATTR { return hn::Load(d, products[f][p] + lane); };
          const int pixel = begin + 2 * (first + p);
          const float* bias = row.bias + pixel * row.bias_stride + output;
          const Vector m1 = m(1), m2 = m(2);
          if (pixel >= 0) {
            store(pixel, output, hn::Add(hn::Add(hn::Add(m(0), m1), m2), hn::Load(d, bias)));
          }
          bias += row.bias_stride;
          store(pixel + 1, output, hn::Add(hn::Sub(hn::Sub(m1, m2), m(3)), hn::Load(d, bias)));
        }
      }
    }
  }
}

void ConvPairs(const ConvRow<float>& row, float* HWY_RESTRICT out) {
  ConvByPairs(row, [&](int pixel, int lane, Vector v) HWY_ATTR {
    Ending<FloatDot>::Store(Ending<FloatDot>::Activate(v, row.activation),
                            out + PlaceOf(row, pixel, lane));
  });
}
void ConvPairsToFloat(const ConvRow<float>& row, float* HWY_RESTRICT out) {
  ConvByPairs(row, [&](int pixel, int lane, Vector v)
                       HWY_ATTR { hn::StoreU(v, Tag(), out + PlaceOf(row, pixel, lane)); });
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::direct
HWY_AFTER_NAMESPACE();

#endif  // toggle
