#include <algorithm>
#include <cstdint>
#include <limits>

#include "fuse/pixels/kernels.h"
#include "fuse/rows/colour.h"

namespace seafusion {
namespace {

template <typename T>
constexpr float kFullScale = static_cast<float>(std::numeric_limits<T>::max());

template <typename T>
float Unit(T sample) {
  return static_cast<float>(sample) / kFullScale<T>;
}

template <typename T>
Rgb Pixel(const T* rgb) {
  return {Unit(rgb[0]), Unit(rgb[1]), Unit(rgb[2])};
}

template <typename T>
void Widen(const T* in, int count, float* out) {
  for (int i = 0; i < count; ++i) out[i] = static_cast<float>(in[i]);
}

// 0.299, 0.587, 0.114 times 2^16; they add up to 2^16.
template <typename T>
void IntegerLuma(const T* rgb, int count, float* out) {
  for (int i = 0; i < count; ++i, rgb += 3) {
    const std::uint64_t sum = std::uint64_t{19595} * rgb[0] + std::uint64_t{38470} * rgb[1] +
                              std::uint64_t{7471} * rgb[2] + 0x8000;
    out[i] = static_cast<float>(sum >> 16);
  }
}

template <typename T>
void GrayLuma(const T* in, int count, float* out) {
  for (int i = 0; i < count; ++i) {
    const float v = Unit(in[i]);
    out[i] = LumaOf({v, v, v});
  }
}

template <typename T>
void RgbLuma(const T* rgb, int count, float* out) {
  for (int i = 0; i < count; ++i) out[i] = LumaOf(Pixel(rgb + std::ptrdiff_t{3} * i));
}

template <typename T>
T Quantize(float v, const Quantization& q) {
  // Never negative: the conversion rounds down.
  return static_cast<T>(q.full_scale * Clamp01((v - q.lo) / q.span) + q.offset);
}

template <typename T>
void WriteGray(const float* luma, int count, const Quantization& q, T* out) {
  for (int i = 0; i < count; ++i) out[i] = Quantize<T>(luma[i], q);
}

template <typename T>
void WriteGrayRgb(const float* luma, int count, const Quantization& q, T* rgb) {
  for (int i = 0; i < count; ++i, rgb += 3) rgb[0] = rgb[1] = rgb[2] = Quantize<T>(luma[i], q);
}

template <typename From>
Rgb Fused(float luma, const From* source) {
  const Rgb c = Pixel(source);
  return RgbOf(luma, ChromaOf(c, LumaOf(c)));
}

template <typename From, typename To>
void WriteRgb(const float* luma, const From* source, int count, const Quantization& q, To* rgb) {
  for (int i = 0; i < count; ++i, source += 3, rgb += 3) {
    const Rgb c = Fused(luma[i], source);
    rgb[0] = Quantize<To>(c.r, q);
    rgb[1] = Quantize<To>(c.g, q);
    rgb[2] = Quantize<To>(c.b, q);
  }
}

template <typename From>
void RgbExtremes(const float* luma, const From* source, int count, float* lo, float* hi) {
  for (int i = 0; i < count; ++i, source += 3) {
    const Rgb c = Fused(luma[i], source);
    *lo = std::min({*lo, c.r, c.g, c.b});
    *hi = std::max({*hi, c.r, c.g, c.b});
  }
}

void Stretch(float* row, int count, float lo, float scale) {
  for (int i = 0; i < count; ++i) row[i] = Clamp01((row[i] - lo) * scale);
}

void UnitLuma(const float* in, int count, float* out) {
  for (int i = 0; i < count; ++i) {
    const float v = in[i] > 0.0f ? std::min(in[i], 1.0f) : 0.0f;
    out[i] = LumaOf({v, v, v});
  }
}

void TurnBgr(const std::uint8_t* in, int count, std::uint8_t* out) {
  for (int i = 0; i < count; ++i, in += 3, out += 3) {
    const std::uint8_t first = in[0], last = in[2];
    out[0] = last;
    out[1] = in[1];
    out[2] = first;
  }
}

void DropAlpha(const std::uint8_t* rgba, int count, std::uint8_t* rgb) {
  for (int i = 0; i < count; ++i, rgba += 4, rgb += 3) std::copy_n(rgba, 3, rgb);
}

void JoinAlpha(const std::uint8_t* rgb, const std::uint8_t* source, int count, std::uint8_t* rgba) {
  for (int i = 0; i < count; ++i, rgb += 3, rgba += 4) {
    std::copy_n(rgb, 3, rgba);
    rgba[3] = source == nullptr ? 255 : source[4 * i + 3];
  }
}

void TakeLuma(const std::uint8_t* yuyv, int count, std::uint8_t* luma) {
  for (int i = 0; i < count; ++i) luma[i] = yuyv[2 * i];
}

void JoinLuma(const std::uint8_t* luma, const std::uint8_t* source, int count, std::uint8_t* yuyv) {
  for (int i = 0; i < count; ++i) {
    yuyv[2 * i] = luma[i];
    yuyv[2 * i + 1] = source[2 * i + 1];
  }
}

template <typename T>
constexpr SampleKernels<T> kSamples = {Widen<T>,   IntegerLuma<T>, GrayLuma<T>,
                                       RgbLuma<T>, WriteGray<T>,   WriteGrayRgb<T>};

}  // namespace

const PixelKernels& ReferencePixelKernels() {
  using Byte = std::uint8_t;
  using Word = std::uint16_t;
  static constexpr PixelKernels kTable = {kSamples<Byte>,
                                          kSamples<Word>,
                                          {WriteRgb<Byte, Byte>},
                                          {WriteRgb<Byte, Word>},
                                          {WriteRgb<Word, Byte>},
                                          {WriteRgb<Word, Word>},
                                          RgbExtremes<Byte>,
                                          RgbExtremes<Word>,
                                          Stretch,
                                          UnitLuma,
                                          {TurnBgr, DropAlpha, JoinAlpha, TakeLuma, JoinLuma}};
  return kTable;
}

}  // namespace seafusion
