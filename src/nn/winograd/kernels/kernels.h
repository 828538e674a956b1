// The inner loops of the Winograd engine as a table of functions: one table for each CPU target,
// and one of plain loops that the tests hold them against.
//
// Feature maps are blocked by 16 channels: in a row of one block, pixel p's channels lie at
// [16 p, 16 p + 16). 3x3 convolutions use F(4x4, 3x3) (Lavin and Gray 2016, section 4.2): a 4x4
// tile of outputs comes from a 6x6 patch of inputs that is transformed, multiplied at each of the
// 36 frequencies, and transformed back.
//
// Feature maps are floats always. What a precision changes is the operands of the products: floats,
// 16-bit integers with a scale, or bfloat16.
#ifndef SEAFUSION_NN_WINOGRAD_KERNELS_KERNELS_H_
#define SEAFUSION_NN_WINOGRAD_KERNELS_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "core/cpu/cpu_target.h"

namespace seafusion::nn::winograd {

inline constexpr int kBlock = 16;         ///< Channels of a block.
inline constexpr int kTileSide = 4;       ///< Output pixels of a tile, each way.
inline constexpr int kPatchSide = 6;      ///< Input pixels of a tile, each way.
inline constexpr int kFrequencies = 36;   ///< kPatchSide squared.
inline constexpr int kMaxBlocks = 24;     ///< Most input blocks of a product.
inline constexpr int kMaxTailBlocks = 8;  ///< Most input blocks of a tail.
/// product() and tail() may read, and product() write, up to this many rows past the last one asked
/// for, less one: they work on groups of rows. Buffers hold a multiple of it.
inline constexpr int kRowGroup = 12;

/// The upper half of a float's bits.
enum class Bf16 : std::uint16_t {};

/// Transformed tiles: value (frequency f, block b, tile t, channel c of the block) is at
/// data[f * frequency_stride + b * block_stride + 16 t + c].
template <typename T>
struct Spectrum {
  T* data = nullptr;
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

/// One matrix [16 in_blocks][16 out_blocks] of a product. Floats lie row by row; 16-bit operands in
/// pairs of rows: rows 2k and 2k + 1 of column o at [(16 k out_blocks + o) * 2] and after it.
template <typename T>
struct Matrix {
  const T* values;
  /// int16: one factor per column that turns the sum of products into a float. Else unused.
  const float* rescale;
};

/// The kernels that know their operands' type: float, std::int16_t or Bf16. Sums of int16 products
/// are exact; their matrices must keep every sum below 2^31 (see quantise.h).
template <typename T>
struct ProductKernels {
  /// B^T d B of `tiles` patches of one block. rows[0..5] point at the pixel left of the first tile.
  /// int16: rounded after multiplication with scales[f], beyond 16 bits the nearest end.
  void (*input_transform)(const float* const* rows, int tiles, const float* scales, T* v,
                          std::ptrdiff_t frequency_stride);

  /// m(f) = v(f) u(f) for all frequencies: 36 matrices, 36 times 16 out_blocks factors.
  void (*product)(const Spectrum<T>& v, int in_blocks, int tiles, const Matrix<T>& u,
                  int out_blocks, const Spectrum<float>& m);

  /// 1x1 convolution of the channels of `in` (in_blocks rows, 16 channels each) to out_blocks rows,
  /// then leaky ReLU. int16: block b of `in` is multiplied with scales[b] and rounded first.
  void (*tail)(const float* const* in, int in_blocks, int count, const float* scales,
               const Matrix<T>& weights, const float* bias, float slope, float* const* out,
               int out_blocks);
};

// All pointers to floats but the planes of plane_conv() and to_plane() are 64-byte aligned.
struct Kernels {
  ProductKernels<float> fp32;
  ProductKernels<std::int16_t> int16;
  ProductKernels<Bf16> bf16;  ///< Null where the machine has no such instructions.

  /// Convolution of planes to one block, then leaky ReLU: side 3 of one or two planes, side 5 of
  /// one. `rows`: `side` of the first plane, then of the next, each at the leftmost pixel that the
  /// first output reads; `weights`: for each plane its taps of 16 channels, then 16 biases.
  void (*plane_conv)(const float* const* rows, int side, int planes, int count,
                     const float* weights, float slope, float* out);

  /// A^T m A of the tiles of one block, then bias or addend and leaky ReLU.
  void (*output_transform)(const float* m, std::ptrdiff_t frequency_stride,
                           const TileRowOutput& out);

  /// |x * kx| + |x * ky| of one block, depthwise 3x3. rows[0..2] point at the pixel left of the
  /// first; `weights`: 9 taps of kx, 9 taps of ky, 16 channels each.
  void (*gradient)(const float* const* rows, int count, const float* weights, float* out);

  /// Convolution of blocks to one plane, side 1 or 3, then, if `tanh`, tanh(v) / 2 + 1/2. `rows`:
  /// `side` of the first block, then of the next, each at the leftmost pixel that the first output
  /// reads; `weights`: for each block its taps of 16 channels.
  void (*to_plane)(const float* const* rows, int side, int blocks, int count, const float* weights,
                   float bias, bool tanh, float* out);

  /// The sum of rows of one block, added in their order, or their maximum; then leaky ReLU.
  void (*elementwise)(const float* const* in, int inputs, bool maximum, int count, float slope,
                      float* out);

  /// Does `rounds` rounds of multiply-adds that wait for nothing but the arithmetic units, to
  /// measure what those can do. Returns how many that were; `sink` keeps them from being optimised
  /// away.
  double (*multiply_adds)(long rounds, float* sink);
};

template <typename T>
const ProductKernels<T>& ProductsOf(const Kernels& kernels);
template <>
inline const ProductKernels<float>& ProductsOf(const Kernels& kernels) {
  return kernels.fp32;
}
template <>
inline const ProductKernels<std::int16_t>& ProductsOf(const Kernels& kernels) {
  return kernels.int16;
}
template <>
inline const ProductKernels<Bf16>& ProductsOf(const Kernels& kernels) {
  return kernels.bf16;
}

/// The kernels of a target that this machine and this build support (SupportedCpuTargets).
const Kernels& KernelsFor(CpuTarget target);

/// Plain loops with the same meaning: what the others are tested against.
const Kernels& ReferenceKernels();

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_KERNELS_KERNELS_H_
