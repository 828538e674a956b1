// The inner loops of direct convolution for networks with few channels, as a table of functions:
// one table for each CPU target, and one of plain loops that the tests hold them against.
//
// Feature maps are rows of pixels of 16 channels side by side (or fewer, where there are only
// those), in the type that the products take: floats, bfloat16, or unsigned integers with a scale
// and a zero point. More channels come in blocks of 16, each in a row of its own.
#ifndef SEAFUSION_NN_DIRECT_KERNELS_KERNELS_H_
#define SEAFUSION_NN_DIRECT_KERNELS_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/cpu/cpu_target.h"
#include "nn/buffer.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::direct {

using winograd::Bf16;

inline constexpr int kBlock = 16;  ///< Output channels of a block.
/// Kernels read and write up to this many pixels past the last one asked for: they work on groups
/// of pixels. Every row has room for them.
inline constexpr int kSlack = 24;
inline constexpr int kFrequencies = 4;  ///< Of a pair of pixels.

/// What a weight is stored as beside activations of type T.
template <typename T>
using WeightOf = std::conditional_t<std::is_same_v<T, std::uint8_t>, std::int8_t, T>;

/// Channels that one step of a product takes: a word of 32 bits.
template <typename T>
inline constexpr int kDepth = 4 / static_cast<int>(sizeof(T));

/// How sums become activations of the next layer, in this order: v = sum * rescale + bias (floats
/// and bfloat16: v = bias + products), v = max(v, slope * v), integers: v + zero_point, which must
/// stay within 32 bits, cut to 0..most and rounded to the nearest, halves to even.
struct Activation {
  float slope = 1.0f;       ///< 0..1; 1 leaves the value as it is.
  float zero_point = 0.0f;  ///< Of the integers that are written.
  float most = 0.0f;        ///< Largest of them; 255 for bytes.
};

/// One row of a 3x3 convolution.
template <typename T>
struct ConvRow {
  /// Of the input, from above: the pixel left of the first output; or the first output's pair (see
  /// ConvKernels::to_pairs), and then frequency_stride counts, too.
  const T* rows[3];
  std::ptrdiff_t in_stride;        ///< Values from one input pixel to the next.
  int in_words;                    ///< Words of an input pixel.
  std::ptrdiff_t in_block_stride;  ///< Values from 16 channels of a pixel to the next 16.
  /// [block of outputs][row][word][column][16 outputs][kDepth], or as ConvKernels::arrange has put
  /// them; 64-byte aligned.
  const WeightOf<T>* weights;
  int out_blocks;
  /// Integers: one for each output, what a sum is multiplied with. Else unused.
  const float* rescale;
  const float* bias;           ///< 16 out_blocks, or a row of them: `bias_stride` floats a pixel.
  std::ptrdiff_t bias_stride;  ///< 0: the same for all pixels.
  std::ptrdiff_t out_stride;   ///< Values from one output pixel to the next.
  std::ptrdiff_t out_block_stride;  ///< Values from one block of outputs to the next.
  int pixels;
  Activation activation;
  std::ptrdiff_t frequency_stride;
  /// The first output lies in an odd column of the picture: it is the second of its pair. The pixel
  /// further left is then in memory, and the bias of the output before, whatever they hold.
  bool begins_within_pair;
};

/// The kernels that know their operands' type: float, Bf16, std::int16_t (12-bit values 0..4095, or
/// 8-bit ones where the machine has no sums of four products) or std::uint8_t. Integer sums are
/// exact: the same on every target, as are the roundings after them.
template <typename T>
struct ConvKernels {
  /// To activations.
  void (*conv)(const ConvRow<T>& row, T* out);
  /// To floats, without activation.
  void (*conv_to_float)(const ConvRow<T>& row, float* out);
  /// Pixel-unshuffle by 2: `pixels` of 8 channels, inf[0][2p], inf[0][2p + 1], inf[1][2p], ..., vis
  /// likewise, from values 0..1; integers: times `scale`, rounded.
  void (*unshuffle)(const float* const inf[2], const float* const vis[2], int pixels, float scale,
                    T* out);
  /// Puts weights into the order that conv reads; null: as ConvRow says. Such a conv has rows of
  /// blocks (in_stride and out_stride are 16, or in_stride less where there are no more channels).
  /// Throws std::bad_alloc.
  Buffer<WeightOf<T>> (*arrange)(const WeightOf<T>* weights, int in_words, std::ptrdiff_t in_stride,
                                 int out_blocks);
  /// Where not null, conv reads rows that this has made: of each two pixels from an even column of
  /// the picture on four values, kFrequencies rows of pairs (conv_pairs-inl.h). `in`: the pixel
  /// before the first pair.
  void (*to_pairs)(const T* in, std::ptrdiff_t in_stride, int pairs, T* out,
                   std::ptrdiff_t frequency_stride);
};

/// Two rows of the picture, from one row of maps at half its resolution.
struct BlendRows {
  /// 16 floats a pixel: a, a, b, b, r, r, 0, 0 for the upper two pixels, then for the lower two.
  const float* maps;
  const float* inf[2];
  const float* vis[2];
  float* out[2];
  int pixels;  ///< At half resolution.
};

/// Part of a row of a map, enlarged bilinearly and added to a row of sums of 16 channels a pixel.
struct EnlargeRow {
  /// The map's rows above and below, from the column left of its first one on; `stride` floats from
  /// one column to the next. One column more than the map has follows it.
  const float* upper;
  const float* lower;
  std::ptrdiff_t stride;
  float lower_weight;  ///< 0..1
  int factor;          ///< Even.
  int first, pixels;   ///< Columns of the enlarged map to compute.
  const float* base;   ///< sums = base + enlarged; `base_stride` floats a pixel, or 0.
  std::ptrdiff_t base_stride;
  float* sums;
  std::ptrdiff_t sums_stride;
};

struct Kernels {
  ConvKernels<float> fp32;
  ConvKernels<Bf16> bf16;
  ConvKernels<std::int16_t> int16;
  ConvKernels<std::uint8_t> int8;  ///< Null where the machine has no sums of four products.
  bool fast_bf16;                  ///< Products of bfloat16 are instructions of the machine.

  /// Pixel-shuffle by 2 and blend: clamp(a inf + b vis + r, 0, 1), each step rounded.
  void (*blend)(const BlendRows& rows);

  /// Bilinear (see model::Op::kEnlarge), each step rounded.
  void (*enlarge)(const EnlargeRow& row);
};

template <typename T>
const ConvKernels<T>& ConvKernelsOf(const Kernels& kernels) {
  if constexpr (std::is_same_v<T, float>) return kernels.fp32;
  if constexpr (std::is_same_v<T, Bf16>) return kernels.bf16;
  if constexpr (std::is_same_v<T, std::int16_t>) return kernels.int16;
  if constexpr (std::is_same_v<T, std::uint8_t>) return kernels.int8;
}

/// The kernels of a target that this machine and this build support (SupportedCpuTargets).
const Kernels& KernelsFor(CpuTarget target);

/// Plain loops with the same meaning: what the others are tested against.
const Kernels& ReferenceKernels();

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_KERNELS_KERNELS_H_
