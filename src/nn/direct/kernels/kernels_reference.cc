// The kernels as plain loops: one line of arithmetic for each line of their definitions.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "nn/direct/kernels/kernels.h"

namespace seafusion::nn::direct {
namespace {

template <typename T>
constexpr bool kIsInteger = std::is_integral_v<T>;

template <typename T>
auto ValueOf(T v) {
  if constexpr (std::is_same_v<T, Bf16>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(v) << 16);
  } else if constexpr (kIsInteger<T>) {
    return std::int32_t{v};
  } else {
    return v;
  }
}

template <typename T>
T Narrow(float v) {
  if constexpr (std::is_same_v<T, Bf16>) {
    const auto bits = std::bit_cast<std::uint32_t>(v);
    return static_cast<Bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  } else if constexpr (kIsInteger<T>) {
    return static_cast<T>(std::nearbyint(v));  // halves to even in the default rounding mode
  } else {
    return v;
  }
}

// Output `o` of pixel `p`, before the activation.
template <typename T>
float Convolved(const ConvRow<T>& row, int p, int o) {
  const float bias = row.bias[p * row.bias_stride + o];
  decltype(ValueOf(T{})) sum = 0;
  if constexpr (!kIsInteger<T>) sum = bias;
  constexpr int kWord = kDepth<T>;
  const WeightOf<T>* w =
      row.weights + std::ptrdiff_t{o / kBlock} * 9 * row.in_words * kBlock * kWord;
  for (int y = 0; y < 3; ++y) {
    for (int c = 0; c < row.in_words; ++c) {
      for (int x = 0; x < 3; ++x) {
        for (int i = 0; i < kWord; ++i) {
          const int channel = c * kWord + i;
          const T in = row.rows[y][(p + x) * row.in_stride +
                                   channel / kBlock * row.in_block_stride + channel % kBlock];
          const auto weight =
              w[(((y * row.in_words + c) * 3 + x) * kBlock + o % kBlock) * kWord + i];
          sum += ValueOf(in) * ValueOf(weight);
        }
      }
    }
  }
  if constexpr (!kIsInteger<T>) return sum;
  const float product = static_cast<float>(sum) * row.rescale[o];
  return product + bias;
}

template <typename T>
std::ptrdiff_t PlaceOf(const ConvRow<T>& row, int p, int o) {
  return p * row.out_stride + o / kBlock * row.out_block_stride + o % kBlock;
}

template <typename T>
void Conv(const ConvRow<T>& row, T* out) {
  const Activation& a = row.activation;
  for (int p = 0; p < row.pixels; ++p) {
    for (int o = 0; o < row.out_blocks * kBlock; ++o) {
      float v = Convolved(row, p, o);
      v = std::max(v, v * a.slope);
      if (kIsInteger<T>) v = std::clamp(v + a.zero_point, 0.0f, a.most);
      out[PlaceOf(row, p, o)] = Narrow<T>(v);
    }
  }
}

template <typename T>
void ConvToFloat(const ConvRow<T>& row, float* out) {
  for (int p = 0; p < row.pixels; ++p) {
    for (int o = 0; o < row.out_blocks * kBlock; ++o) {
      out[PlaceOf(row, p, o)] = Convolved(row, p, o);
    }
  }
}

template <typename T>
void Unshuffle(const float* const inf[2], const float* const vis[2], int pixels, float scale,
               T* out) {
  for (int p = 0; p < pixels; ++p) {
    for (const float* const* rows : {inf, vis}) {
      for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 2; ++x) {
          const float v = rows[y][2 * p + x];
          *out++ = Narrow<T>(kIsInteger<T> ? v * scale : v);
        }
      }
    }
  }
}

void Blend(const BlendRows& rows) {
  for (int p = 0; p < rows.pixels; ++p) {
    for (int y = 0; y < 2; ++y) {
      for (int x = 0; x < 2; ++x) {
        const float* maps = rows.maps + p * kBlock + y * 8 + x;
        const float inf = maps[0] * rows.inf[y][2 * p + x], vis = maps[2] * rows.vis[y][2 * p + x];
        rows.out[y][2 * p + x] = std::clamp(inf + vis + maps[4], 0.0f, 1.0f);
      }
    }
  }
}

void Enlarge(const EnlargeRow& row) {
  for (int p = 0; p < row.pixels; ++p) {
    // Pixel x is taken at (x + 1/2) / factor - 1/2, here counted from the column left of the map.
    const int twice = 2 * (row.first + p) + 1 + row.factor;
    const std::ptrdiff_t column = std::ptrdiff_t{twice / (2 * row.factor)} * row.stride;
    const float right_weight =
        static_cast<float>(twice % (2 * row.factor)) / static_cast<float>(2 * row.factor);
    for (int c = 0; c < kBlock; ++c) {
      const auto between = [&](std::ptrdiff_t at) {
        const float step = row.lower_weight * (row.lower[at] - row.upper[at]);
        return row.upper[at] + step;
      };
      const float left = between(column + c), right = between(column + row.stride + c);
      const float step = right_weight * (right - left);
      const float value = left + step;
      row.sums[p * row.sums_stride + c] = row.base[p * row.base_stride + c] + value;
    }
  }
}

template <typename T>
constexpr ConvKernels<T> kConv = {Conv<T>, ConvToFloat<T>, Unshuffle<T>, nullptr, nullptr};

}  // namespace

const Kernels& ReferenceKernels() {
  static constexpr Kernels kTable = {
      kConv<float>, kConv<Bf16>, kConv<std::int16_t>, kConv<std::uint8_t>, false, Blend, Enlarge};
  return kTable;
}

}  // namespace seafusion::nn::direct
