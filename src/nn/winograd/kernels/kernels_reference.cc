// The readable twin of kernels.cc: definitions, one value at a time.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {
namespace {

float LeakyRelu(float v, float slope) {
  return v > 0.0f ? v : slope * v;
}

void PlaneConv(const float* const* rows, int side, int planes, int count, const float* weights,
               float slope, float* out) {
  const int taps = planes * side * side;
  for (int p = 0; p < count; ++p) {
    for (int c = 0; c < kBlock; ++c) {
      float sum = weights[taps * kBlock + c];
      for (int tap = 0; tap < taps; ++tap) {
        sum += rows[tap / side][p + tap % side] * weights[tap * kBlock + c];
      }
      out[p * kBlock + c] = LeakyRelu(sum, slope);
    }
  }
}

// Lavin and Gray 2016, Eq. 14: interpolation points 0, 1, -1, 2, -2 and infinity.
constexpr float kBt[kPatchSide][kPatchSide] = {{4, 0, -5, 0, 1, 0},  {0, -4, -4, 1, 1, 0},
                                               {0, 4, -4, -1, 1, 0}, {0, -2, -1, 2, 1, 0},
                                               {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};
constexpr float kAt[kTileSide][kPatchSide] = {
    {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}};

// Operands from and to floats. A 16-bit integer is rounded to even, and beyond its range the
// nearest end; a bfloat16 is rounded to even.
void Convert(float v, float /*scale*/, float& to) {
  to = v;
}
void Convert(float v, float scale, std::int16_t& to) {
  to = static_cast<std::int16_t>(std::nearbyint(std::clamp(v * scale, -32768.0f, 32767.0f)));
}
void Convert(float v, float /*scale*/, Bf16& to) {
  const auto bits = std::bit_cast<std::uint32_t>(v);
  to = static_cast<Bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float Multiply(float a, float b) {
  return a * b;
}
std::int32_t Multiply(std::int16_t a, std::int16_t b) {
  return a * b;
}
float Multiply(Bf16 a, Bf16 b) {
  const auto value = [](Bf16 v) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(v) << 16);
  };
  return value(a) * value(b);
}

// Where the operand of channel `i` and column `o` lies in a Matrix.
template <typename T>
std::ptrdiff_t MatrixIndex(int i, int o, int outs) {
  constexpr int kDepth = sizeof(T) == 2 ? 2 : 1;
  return (std::ptrdiff_t{i} / kDepth * outs + o) * kDepth + i % kDepth;
}

template <typename T, typename Sum>
float Rescale(Sum sum, float factor) {
  if constexpr (std::is_same_v<T, std::int16_t>) return static_cast<float>(sum) * factor;
  return static_cast<float>(sum);
}

template <typename T>
void InputTransform(const float* const* rows, int tiles, const float* scales, T* v,
                    std::ptrdiff_t frequency_stride) {
  for (int t = 0; t < tiles; ++t) {
    for (int f = 0; f < kFrequencies; ++f) {
      for (int c = 0; c < kBlock; ++c) {
        float sum = 0.0f;
        for (int y = 0; y < kPatchSide; ++y) {
          for (int x = 0; x < kPatchSide; ++x) {
            sum += kBt[f / kPatchSide][y] * kBt[f % kPatchSide][x] *
                   rows[y][(t * kTileSide + x) * kBlock + c];
          }
        }
        Convert(sum, scales[f], v[f * frequency_stride + t * kBlock + c]);
      }
    }
  }
}

template <typename T>
void Product(const Spectrum<T>& v, int in_blocks, int tiles, const Matrix<T>& u, int out_blocks,
             const Spectrum<float>& m) {
  const int outs = out_blocks * kBlock, ins = in_blocks * kBlock;
  for (int f = 0; f < kFrequencies; ++f) {
    for (int t = 0; t < tiles; ++t) {
      for (int o = 0; o < outs; ++o) {
        decltype(Multiply(T{}, T{})) sum = 0;
        for (int i = 0; i < ins; ++i) {
          sum += Multiply(v.data[f * v.frequency_stride + i / kBlock * v.block_stride + t * kBlock +
                                 i % kBlock],
                          u.values[std::ptrdiff_t{f} * ins * outs + MatrixIndex<T>(i, o, outs)]);
        }
        m.data[f * m.frequency_stride + o / kBlock * m.block_stride + t * kBlock + o % kBlock] =
            Rescale<T>(sum, u.rescale[f * outs + o]);
      }
    }
  }
}

void OutputTransform(const float* m, std::ptrdiff_t frequency_stride, const TileRowOutput& out) {
  for (int y = 0; y < out.row_count; ++y) {
    for (int p = 0; p < out.pixels; ++p) {
      for (int c = 0; c < kBlock; ++c) {
        float sum = 0.0f;
        for (int f = 0; f < kFrequencies; ++f) {
          sum += kAt[y][f / kPatchSide] * kAt[p % kTileSide][f % kPatchSide] *
                 m[f * frequency_stride + p / kTileSide * kBlock + c];
        }
        sum += out.addend[0] != nullptr ? out.addend[y][p * kBlock + c] : out.bias[c];
        out.rows[y][p * kBlock + c] = LeakyRelu(sum, out.slope);
      }
    }
  }
}

void Gradient(const float* const* rows, int count, const float* weights, float* out) {
  for (int p = 0; p < count; ++p) {
    for (int c = 0; c < kBlock; ++c) {
      float gx = 0.0f, gy = 0.0f;
      for (int tap = 0; tap < 9; ++tap) {
        const float x = rows[tap / 3][(p + tap % 3) * kBlock + c];
        gx += x * weights[tap * kBlock + c];
        gy += x * weights[(9 + tap) * kBlock + c];
      }
      out[p * kBlock + c] = std::abs(gx) + std::abs(gy);
    }
  }
}

template <typename T>
void Tail(const float* const* in, int in_blocks, int count, const float* scales,
          const Matrix<T>& weights, const float* bias, float slope, float* const* out,
          int out_blocks) {
  const int outs = out_blocks * kBlock, ins = in_blocks * kBlock;
  for (int p = 0; p < count; ++p) {
    for (int o = 0; o < outs; ++o) {
      decltype(Multiply(T{}, T{})) sum = 0;
      for (int i = 0; i < ins; ++i) {
        T x;
        Convert(in[i / kBlock][p * kBlock + i % kBlock], scales[i / kBlock], x);
        sum += Multiply(x, weights.values[MatrixIndex<T>(i, o, outs)]);
      }
      out[o / kBlock][p * kBlock + o % kBlock] =
          LeakyRelu(Rescale<T>(sum, weights.rescale[o]) + bias[o], slope);
    }
  }
}

void ToPlane(const float* const* rows, int side, int blocks, int count, const float* weights,
             float bias, bool tanh, float* out) {
  for (int p = 0; p < count; ++p) {
    float sum = bias;
    for (int tap = 0; tap < blocks * side * side; ++tap) {
      for (int c = 0; c < kBlock; ++c) {
        sum += rows[tap / side][(p + tap % side) * kBlock + c] * weights[tap * kBlock + c];
      }
    }
    out[p] = tanh ? std::tanh(sum) / 2.0f + 0.5f : sum;
  }
}

void Elementwise(const float* const* in, int inputs, bool maximum, int count, float slope,
                 float* out) {
  for (int i = 0; i < count * kBlock; ++i) {
    float v = in[0][i];
    for (int k = 1; k < inputs; ++k) v = maximum ? std::max(v, in[k][i]) : v + in[k][i];
    out[i] = LeakyRelu(v, slope);
  }
}

double MultiplyAdds(long rounds, float* sink) {
  for (long i = 0; i < rounds; ++i) *sink = *sink * 0.5f + 1.0f;
  return static_cast<double>(rounds);
}

template <typename T>
constexpr ProductKernels<T> kProducts = {InputTransform<T>, Product<T>, Tail<T>};

}  // namespace

const Kernels& ReferenceKernels() {
  static constexpr Kernels kTable = {kProducts<float>, kProducts<std::int16_t>,
                                     kProducts<Bf16>,  PlaneConv,
                                     OutputTransform,  Gradient,
                                     ToPlane,          Elementwise,
                                     MultiplyAdds};
  return kTable;
}

}  // namespace seafusion::nn::winograd
