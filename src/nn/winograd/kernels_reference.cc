// The readable twin of kernels.cc: definitions, one value at a time.
#include <algorithm>
#include <cmath>

#include "nn/winograd/kernels.h"

namespace seafusion::nn::winograd {
namespace {

float LeakyRelu(float v, float slope) {
  return v > 0.0f ? v : slope * v;
}

void FirstLayer(const float* const* rows, int count, const float* weights, float slope,
                float* out) {
  for (int p = 0; p < count; ++p) {
    for (int c = 0; c < kBlock; ++c) {
      float sum = weights[9 * kBlock + c];
      for (int tap = 0; tap < 9; ++tap) {
        sum += rows[tap / 3][p + tap % 3] * weights[tap * kBlock + c];
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

void InputTransform(const float* const* rows, int tiles, float* v,
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
        v[f * frequency_stride + t * kBlock + c] = sum;
      }
    }
  }
}

void Product(const Spectrum& v, int in_blocks, int tiles, const float* u, int out_blocks,
             const Spectrum& m) {
  const int outs = out_blocks * kBlock;
  for (int f = 0; f < kFrequencies; ++f) {
    for (int t = 0; t < tiles; ++t) {
      for (int o = 0; o < outs; ++o) {
        float sum = 0.0f;
        for (int i = 0; i < in_blocks * kBlock; ++i) {
          sum += v.data[f * v.frequency_stride + i / kBlock * v.block_stride + t * kBlock +
                        i % kBlock] *
                 u[(f * in_blocks * kBlock + i) * outs + o];
        }
        m.data[f * m.frequency_stride + o / kBlock * m.block_stride + t * kBlock + o % kBlock] =
            sum;
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

void Tail(const float* const* in, int in_blocks, int count, const float* weights, float slope,
          float* const* out, int out_blocks) {
  const int outs = out_blocks * kBlock, ins = in_blocks * kBlock;
  for (int p = 0; p < count; ++p) {
    for (int o = 0; o < outs; ++o) {
      float sum = weights[ins * outs + o];
      for (int i = 0; i < ins; ++i) {
        sum += in[i / kBlock][p * kBlock + i % kBlock] * weights[i * outs + o];
      }
      out[o / kBlock][p * kBlock + o % kBlock] = LeakyRelu(sum, slope);
    }
  }
}

void LastLayer(const float* const* rows, int count, const float* weights, float bias, float* out) {
  for (int p = 0; p < count; ++p) {
    float sum = bias;
    for (int tap = 0; tap < 9; ++tap) {
      for (int c = 0; c < kBlock; ++c) {
        sum += rows[tap / 3][(p + tap % 3) * kBlock + c] * weights[tap * kBlock + c];
      }
    }
    out[p] = std::tanh(sum) / 2.0f + 0.5f;
  }
}

double MultiplyAdds(long rounds, float* sink) {
  for (long i = 0; i < rounds; ++i) *sink = *sink * 0.5f + 1.0f;
  return static_cast<double>(rounds);
}

}  // namespace

const Kernels& ReferenceKernels() {
  static constexpr Kernels kTable = {FirstLayer, InputTransform, Product,
                                     OutputTransform,    Gradient,   Tail,           LastLayer,
                                     MultiplyAdds};
  return kTable;
}

}  // namespace seafusion::nn::winograd
