// Rows of samples to rows of luma and back, as a table of functions: one for this machine's vectors
// and one of plain loops. Every step is rounded by itself, so that all of them give the same bits.
#ifndef SEAFUSION_FUSE_PIXELS_KERNELS_H_
#define SEAFUSION_FUSE_PIXELS_KERNELS_H_

#include <cstdint>

#include "core/cpu/cpu_target.h"

namespace seafusion {

/// How a value of 0..1 becomes an integer sample: clamp((v - lo) / span, 0, 1) * full_scale +
/// offset, rounded down.
struct Quantization {
  float lo = 0.0f, span = 1.0f;
  float full_scale = 255.0f;
  float offset = 0.5f;
};

/// For samples of one type; `full_scale` is the largest of them. RGB is interleaved.
template <typename T>
struct SampleKernels {
  /// out = sample.
  void (*widen)(const T* in, int count, float* out);
  /// Integer luma of colour infrared (see ReadInfraredSamples).
  void (*integer_luma)(const T* rgb, int count, float* out);
  /// LumaOf(sample / full_scale), of gray as of three equal channels.
  void (*gray_luma)(const T* in, int count, float* out);
  void (*rgb_luma)(const T* rgb, int count, float* out);
  void (*write_gray)(const float* luma, int count, const Quantization& q, T* out);
  /// Three equal channels.
  void (*write_gray_rgb)(const float* luma, int count, const Quantization& q, T* rgb);
};

/// Between two types of samples.
template <typename From, typename To>
struct ColourKernels {
  /// RgbOf(luma, ChromaOf(source)), quantised.
  void (*write_rgb)(const float* luma, const From* source, int count, const Quantization& q,
                    To* rgb);
};

/// Smallest and largest of the values that write_rgb would quantise; widened, never narrowed.
template <typename From>
using FindRgbExtremes = void (*)(const float* luma, const From* source, int count, float* lo,
                                 float* hi);

/// Bytes of packed pixels into other orders.
struct PackedKernels {
  /// BGR into RGB, or back.
  void (*turn_bgr)(const std::uint8_t* in, int count, std::uint8_t* out);
  void (*drop_alpha)(const std::uint8_t* rgba, int count, std::uint8_t* rgb);
  /// With the alpha of `source`, which is rgba; null: opaque.
  void (*join_alpha)(const std::uint8_t* rgb, const std::uint8_t* source, int count,
                     std::uint8_t* rgba);
  void (*take_luma)(const std::uint8_t* yuyv, int count, std::uint8_t* luma);
  /// With the chroma of `source`, which is yuyv.
  void (*join_luma)(const std::uint8_t* luma, const std::uint8_t* source, int count,
                    std::uint8_t* yuyv);
};

struct PixelKernels {
  SampleKernels<std::uint8_t> bytes;
  SampleKernels<std::uint16_t> words;
  ColourKernels<std::uint8_t, std::uint8_t> byte_to_byte;
  ColourKernels<std::uint8_t, std::uint16_t> byte_to_word;
  ColourKernels<std::uint16_t, std::uint8_t> word_to_byte;
  ColourKernels<std::uint16_t, std::uint16_t> word_to_word;
  FindRgbExtremes<std::uint8_t> byte_extremes;
  FindRgbExtremes<std::uint16_t> word_extremes;
  /// row = clamp((row - lo) * scale, 0, 1)
  void (*stretch)(float* row, int count, float lo, float scale);
  /// LumaOf three equal channels of clamp(in, 0, 1); NaN is 0.
  void (*unit_luma)(const float* in, int count, float* out);
  PackedKernels packed;

  template <typename T>
  const SampleKernels<T>& Samples() const {
    if constexpr (sizeof(T) == 1) {
      return bytes;
    } else {
      return words;
    }
  }
  template <typename From, typename To>
  const ColourKernels<From, To>& Colour() const {
    if constexpr (sizeof(From) == 1 && sizeof(To) == 1) {
      return byte_to_byte;
    } else if constexpr (sizeof(From) == 1) {
      return byte_to_word;
    } else if constexpr (sizeof(To) == 1) {
      return word_to_byte;
    } else {
      return word_to_word;
    }
  }
  template <typename From>
  FindRgbExtremes<From> Extremes() const {
    if constexpr (sizeof(From) == 1) {
      return byte_extremes;
    } else {
      return word_extremes;
    }
  }
};

/// The kernels of a target that this machine and this build support (SupportedCpuTargets).
const PixelKernels& PixelKernelsFor(CpuTarget target);

/// Those of the machine's best target.
const PixelKernels& BestPixelKernels();

/// Plain loops with the same meaning: what the others are tested against, and what ends their rows.
const PixelKernels& ReferencePixelKernels();

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_PIXELS_KERNELS_H_
