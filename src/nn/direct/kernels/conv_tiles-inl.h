// Direct 3x3 convolution of a row by AMX: products of 16 rows of bytes or of bfloat16 with 16
// outputs. Included for AVX-512 on x86-64 only.
//
// A row of a tile is the pixels 4 g ... 4 g + 3, as they lie in memory: with bytes of 16 channels
// one line of the cache, which is read at full speed, where rows that begin at each pixel in turn
// would straddle two. The outputs 4 g and 4 g + 1 come out of it with two sets of weights, the
// second moved by a pixel, and 4 g + 2 and 4 g + 3 with the same two out of the pixels from 4 g + 2
// on. Wider pixels take several products one after another. Rows come in blocks of 16 channels, or
// of fewer where there are no more.
//
// A product adds its own sums up before it adds them to those before it. Floats therefore begin
// with an even column of the picture: what is added up together is then the same in every tile.
#if defined(SEAFUSION_NN_DIRECT_KERNELS_CONV_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_DIRECT_KERNELS_CONV_TILES_INL_H_
#undef SEAFUSION_NN_DIRECT_KERNELS_CONV_TILES_INL_H_
#else
#define SEAFUSION_NN_DIRECT_KERNELS_CONV_TILES_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <hwy/highway.h>

#include "nn/buffer.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/kernels/operand-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::direct {
namespace HWY_NAMESPACE {

constexpr int kTileRows = 16;
constexpr int kTileWords = 16;  // of a row: 64 bytes
constexpr int kGroup = 4;       // pixels of a row of a tile

// Inline assembly, because g++ has the intrinsics only where the whole function is for AMX.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1, start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};
HWY_INLINE void Configure(const TileConfig& config) {
  asm volatile("ldtilecfg %0" : : "m"(config));
}
HWY_INLINE void ReleaseTiles() {
  asm volatile("tilerelease");
}
template <int kTile>
HWY_INLINE void LoadTile(const void* from, std::ptrdiff_t stride_bytes) {
  asm volatile("tileloadd (%0,%1,1), %%tmm%c2"
               :
               : "r"(from), "r"(stride_bytes), "i"(kTile)
               : "memory");
}
template <int kTile>
HWY_INLINE void StoreTile(void* to, std::ptrdiff_t stride_bytes) {
  asm volatile("tilestored %%tmm%c2, (%0,%1,1)"
               :
               : "r"(to), "r"(stride_bytes), "i"(kTile)
               : "memory");
}
template <int kTile>
HWY_INLINE void ZeroTile() {
  asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
}
template <typename T, int kSum, int kIn, int kWeights>
HWY_INLINE void MultiplyTiles() {
  if constexpr (std::is_same_v<T, Bf16>) {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSum), "i"(kIn), "i"(kWeights));
  } else {
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSum), "i"(kIn), "i"(kWeights));
  }
}

// How a row of pixels falls into products.
struct TileShape {
  int segments;  // blocks of 16 input channels
  int words;     // of 32 bits, of a pixel of a block
  int chunks;    // products for the pixels of a group
  int depth;     // words of a chunk

  std::ptrdiff_t products() const { return std::ptrdiff_t{segments} * kTaps * chunks; }
  // Weights of one of the two sets.
  template <typename T>
  std::ptrdiff_t SetSize() const {
    return std::ptrdiff_t{depth} * kBlock * kDepth<T>;
  }
};
template <typename T>
TileShape ShapeOf(int in_words, std::ptrdiff_t in_stride) {
  const int words = static_cast<int>(in_stride) / kDepth<T>;
  const int window = kGroup * words;
  return {(in_words + words - 1) / words, words, (window + kTileWords - 1) / kTileWords,
          std::min(window, kTileWords)};
}

// [block of outputs][segment][row][chunk][set][word][16 outputs][kDepth], zeros where a set has no
// tap.
template <typename T>
Buffer<WeightOf<T>> ArrangeForTiles(const WeightOf<T>* weights, int in_words,
                                    std::ptrdiff_t in_stride, int out_blocks) {
  const TileShape shape = ShapeOf<T>(in_words, in_stride);
  constexpr std::ptrdiff_t kWord = std::ptrdiff_t{kBlock} * kDepth<T>;
  const std::ptrdiff_t sets = 2 * shape.products();
  Buffer<WeightOf<T>> to(static_cast<std::size_t>(out_blocks * sets * shape.SetSize<T>()));
  WeightOf<T>* next = to.data();
  for (int block = 0; block < out_blocks; ++block) {
    const WeightOf<T>* from = weights + std::ptrdiff_t{block} * kTaps * kTaps * in_words * kWord;
    for (std::ptrdiff_t index = 0; index < sets; ++index) {
      const auto set = static_cast<int>(index % 2);
      const auto chunk = static_cast<int>(index / 2 % shape.chunks);
      const auto y = static_cast<int>(index / 2 / shape.chunks % kTaps);
      const auto segment = static_cast<int>(index / 2 / shape.chunks / kTaps);
      for (int i = 0; i < shape.depth; ++i, next += kWord) {
        const int at = chunk * kTileWords + i - set * shape.words;
        if (at < 0) continue;
        const int tap = at / shape.words, word = segment * shape.words + at % shape.words;
        if (tap >= kTaps || word >= in_words) continue;
        std::copy_n(from + ((y * in_words + word) * kTaps + tap) * kWord, kWord, next);
      }
    }
  }
  return to;
}

// Of each pixel of up to 16 groups, for a block of 16 outputs; or integers of 32 bits.
struct alignas(64) TileSums {
  float values[kGroup][kTileRows * kBlock];
};

template <typename T>
struct TileConv {
  const ConvRow<T>& row;
  TileShape shape;

  static constexpr std::ptrdiff_t kRowBytes = kTileWords * 4;

  // For so many groups: tiles 0 to 3 are sums, 4 and 5 inputs, 6 and 7 weights.
  void ConfigureFor(int groups) const {
    TileConfig config;
    for (int tile = 0; tile < 8; ++tile) {
      const bool in = tile == 4 || tile == 5;
      config.rows[tile] = static_cast<std::uint8_t>(tile < 6 ? groups : shape.depth);
      config.row_bytes[tile] = static_cast<std::uint16_t>(in ? shape.depth * 4 : kRowBytes);
    }
    Configure(config);
  }

  // Begins with the bias where sums are floats.
  HWY_INLINE void Begin(int first, int block) const {
    if constexpr (std::is_same_v<T, Bf16>) {
      const float* bias = row.bias + first * row.bias_stride + std::ptrdiff_t{block} * kBlock;
      const std::ptrdiff_t stride = kGroup * row.bias_stride * std::ptrdiff_t{sizeof(float)};
      LoadTile<0>(bias, stride);
      LoadTile<1>(bias + row.bias_stride, stride);
      LoadTile<2>(bias + 2 * row.bias_stride, stride);
      LoadTile<3>(bias + 3 * row.bias_stride, stride);
    } else {
      ZeroTile<0>();
      ZeroTile<1>();
      ZeroTile<2>();
      ZeroTile<3>();
    }
  }

  // Of the groups from pixel `first` on.
  HWY_INLINE void Sum(int first, int block, TileSums& sums) const {
    Begin(first, block);
    const std::ptrdiff_t set = shape.SetSize<T>();
    const std::ptrdiff_t stride = kGroup * row.in_stride * std::ptrdiff_t{sizeof(T)};
    const WeightOf<T>* weights = row.weights + 2 * block * shape.products() * set;
    for (int segment = 0; segment < shape.segments; ++segment) {
      for (int y = 0; y < kTaps; ++y) {
        const T* x = row.rows[y] + segment * row.in_block_stride + first * row.in_stride;
        for (int chunk = 0; chunk < shape.chunks; ++chunk) {
          LoadTile<6>(weights, kRowBytes);
          LoadTile<4>(x, stride);
          MultiplyTiles<T, 0, 4, 6>();
          LoadTile<7>(weights + set, kRowBytes);
          MultiplyTiles<T, 1, 4, 7>();
          LoadTile<5>(x + 2 * row.in_stride, stride);
          MultiplyTiles<T, 2, 5, 6>();
          MultiplyTiles<T, 3, 5, 7>();
          x += kTileWords * kDepth<T>;
          weights += 2 * set;
        }
      }
    }
    StoreTile<0>(sums.values[0], kRowBytes);
    StoreTile<1>(sums.values[1], kRowBytes);
    StoreTile<2>(sums.values[2], kRowBytes);
    StoreTile<3>(sums.values[3], kRowBytes);
  }
};

// Calls store(pixel, lane, vectors) for four pixels side by side, of which the last ones may lie
// past the row, and of floats the first one before it.
template <typename Dot, typename Store>
HWY_INLINE void ConvByTiles(const ConvRow<typename Dot::T>& row, const Store& store) {
  using T = typename Dot::T;
  const TileConv<T> conv = {row, ShapeOf<T>(row.in_words, row.in_stride)};
  TileSums sums;
  const int begin = std::is_same_v<T, Bf16> && row.begins_within_pair ? -1 : 0;
  int configured = 0;
  constexpr int kPixelsAtOnce = kTileRows * kGroup;
  for (int first = begin; first < row.pixels; first += kPixelsAtOnce) {
    const int groups = std::min(kTileRows, (row.pixels - first + kGroup - 1) / kGroup);
    if (groups != configured) conv.ConfigureFor(groups);
    configured = groups;
    for (int block = 0; block < row.out_blocks; ++block) {
      conv.Sum(first, block, sums);
      const int lane = block * kBlock;
      for (int g = 0; g < groups; ++g) {
        const int pixel = first + kGroup * g;
        Vector v[kGroup];
        SEAFUSION_UNROLL
        for (int i = 0; i < kGroup; ++i) {
          v[i] = hn::Load(Tag(), sums.values[i] + g * kBlock);
          if constexpr (!std::is_same_v<T, Bf16>) {
            const float* bias = row.bias + (pixel + i) * row.bias_stride + lane;
            v[i] = Ending<Dot>::ToFloat(hn::BitCast(IntTag(), v[i]), row.rescale, lane, bias);
          }
        }
        store(pixel, lane, v);
      }
    }
  }
  ReleaseTiles();
}

// Four pixels of 16 integers, cut to 0..255.
HWY_INLINE void StoreBytes(const IntVector (&v)[kGroup], std::uint8_t* out) {
  // Within each quarter of the vectors the pixels lie one after another.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i bytes = _mm512_packus_epi16(_mm512_packs_epi32(v[0].raw, v[1].raw),
                                            _mm512_packs_epi32(v[2].raw, v[3].raw));
  _mm512_storeu_si512(out, _mm512_permutexvar_epi32(order, bytes));
}

template <typename Dot>
void ConvTiles(const ConvRow<typename Dot::T>& row, typename Dot::T* HWY_RESTRICT out) {
  using T = typename Dot::T;
  ConvByTiles<Dot>(row, [&](int pixel, int lane, Vector(&v)[kGroup]) HWY_ATTR {
    T* to = out + PlaceOf(row, pixel, lane);
    SEAFUSION_UNROLL
    for (int i = 0; i < kGroup; ++i) v[i] = Ending<Dot>::Activate(v[i], row.activation);
    if constexpr (std::is_same_v<T, std::uint8_t>) {
      StoreBytes({ToNearest(v[0]), ToNearest(v[1]), ToNearest(v[2]), ToNearest(v[3])}, to);
    } else {
      SEAFUSION_UNROLL
      for (int i = 0; i < kGroup; ++i) {
        if (pixel + i >= 0) Ending<Dot>::Store(v[i], to + i * row.out_stride);
      }
    }
  });
}

template <typename Dot>
void ConvTilesToFloat(const ConvRow<typename Dot::T>& row, float* HWY_RESTRICT out) {
  ConvByTiles<Dot>(row, [&](int pixel, int lane, Vector(&v)[kGroup]) HWY_ATTR {
    float* to = out + PlaceOf(row, pixel, lane);
    SEAFUSION_UNROLL
    for (int i = 0; i < kGroup; ++i) {
      if (pixel + i >= 0) hn::StoreU(v[i], Tag(), to + i * row.out_stride);
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::direct
HWY_AFTER_NAMESPACE();

#endif  // toggle
