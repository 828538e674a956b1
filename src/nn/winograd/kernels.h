// The inner loops of the Winograd engine as a table of functions: one table for each CPU target,
// and one of plain loops that the tests hold them against.
//
// Feature maps are blocked by 16 channels: in a row of one block, pixel p's channels lie at
// [16 p, 16 p + 16). 3x3 convolutions use F(4x4, 3x3) (Lavin and Gray 2016, section 4.2): a 4x4
// tile of outputs comes from a 6x6 patch of inputs that is transformed, multiplied at each of the
// 36 frequencies, and transformed back.
#ifndef SEAFUSION_NN_WINOGRAD_KERNELS_H_
#define SEAFUSION_NN_WINOGRAD_KERNELS_H_

#include <cstddef>

#include "core/cpu_target.h"

namespace seafusion::nn::winograd {

inline constexpr int kBlock = 16;        ///< Channels of a block.
inline constexpr int kTileSide = 4;      ///< Output pixels of a tile, each way.
inline constexpr int kPatchSide = 6;     ///< Input pixels of a tile, each way.
inline constexpr int kFrequencies = 36;  ///< kPatchSide squared.
/// product() and tail() may read, and product() write, up to this many rows past the last one asked
/// for, less one: they work on groups of rows. Buffers hold a multiple of it.
inline constexpr int kRowGroup = 12;

/// Transformed tiles: value (frequency f, block b, tile t, channel c of the block) is at
/// data[f * frequency_stride + b * block_stride + 16 t + c].
struct Spectrum {
  float* data = nullptr;
  std::ptrdiff_t frequency_stride = 0;
  std::ptrdiff_t block_stride = 0;
};

/// Where a row of tiles of one output block goes: out = v > 0 ? v : slope * v, v = tile + addend.
struct TileRowOutput {
  float* rows[kTileSide];
  /// Four rows shaped like `rows`, or, when the first is null, `bias` (16 values) is added.
  const float* addend[kTileSide];
  const float* bias;
  float slope;    ///< 0..1; 1 leaves the value as it is.
  int row_count;  ///< Rows inside the picture, 1..4; the others are not written.
  int pixels;     ///< Pixels inside the picture; those after them are not written.
};

// All float pointers but the planes of first_layer() and last_layer() are 64-byte aligned.
struct Kernels {
  /// 3x3 convolution of one plane to one block, then leaky ReLU. rows[0..2] point at the pixel left
  /// of the first; `weights`: 9 taps of 16 channels, then 16 biases.
  void (*first_layer)(const float* const* rows, int count, const float* weights, float slope,
                      float* out);

  /// B^T d B of `tiles` patches of one block. rows[0..5] point at the pixel left of the first tile.
  void (*input_transform)(const float* const* rows, int tiles, float* v,
                          std::ptrdiff_t frequency_stride);

  /// m(f) = v(f) u(f) for all frequencies. `u`: [36][16 in_blocks][16 out_blocks].
  void (*product)(const Spectrum& v, int in_blocks, int tiles, const float* u, int out_blocks,
                  const Spectrum& m);

  /// A^T m A of the tiles of one block, then bias or addend and leaky ReLU.
  void (*output_transform)(const float* m, std::ptrdiff_t frequency_stride,
                           const TileRowOutput& out);

  /// |x * kx| + |x * ky| of one block, depthwise 3x3. rows[0..2] point at the pixel left of the
  /// first; `weights`: 9 taps of kx, 9 taps of ky, 16 channels each.
  void (*gradient)(const float* const* rows, int count, const float* weights, float* out);

  /// 1x1 convolution of the channels of `in` (in_blocks rows, 16 channels each) to out_blocks rows,
  /// then leaky ReLU. `weights`: [16 in_blocks][16 out_blocks], then the biases.
  void (*tail)(const float* const* in, int in_blocks, int count, const float* weights, float slope,
               float* const* out, int out_blocks);

  /// 3x3 convolution of one block to one plane, then tanh(v) / 2 + 1/2. rows[0..2] point at the
  /// pixel left of the first; `weights`: 9 taps of 16 channels.
  void (*last_layer)(const float* const* rows, int count, const float* weights, float bias,
                     float* out);

  /// Does `rounds` rounds of multiply-adds that wait for nothing but the arithmetic units, to
  /// measure what those can do. Returns how many that were; `sink` keeps them from being optimised
  /// away.
  double (*multiply_adds)(long rounds, float* sink);
};

/// The kernels of a target that this machine and this build support (SupportedCpuTargets).
const Kernels& KernelsFor(CpuTarget target);

/// Plain loops with the same meaning: what the others are tested against.
const Kernels& ReferenceKernels();

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_KERNELS_H_
