// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "fuse/pixels/kernels.h"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fuse/pixels/kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace seafusion {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
using IntTag = hn::RebindToSigned<Tag>;
constexpr int kLanes = static_cast<int>(HWY_LANES(float));

template <typename T>
using SampleTag = hn::Rebind<T, Tag>;

HWY_INLINE Vector Constant(float v) {
  return hn::Set(Tag(), v);
}
HWY_INLINE Vector Clamp01(Vector v) {
  return hn::Min(hn::Max(v, hn::Zero(Tag())), Constant(1.0f));
}

// The row's whole vectors; the rest goes to the plain loops.
HWY_INLINE int WholeVectors(int count) {
  return HWY_LANES(float) == 1 ? 0 : count - count % kLanes;
}

template <typename T>
HWY_INLINE Vector ToFloat(hn::Vec<SampleTag<T>> v) {
  return hn::ConvertTo(Tag(), hn::PromoteTo(IntTag(), v));
}

// sample / full scale, rounded as a division rounds it. With fused multiply-adds a product with the
// reciprocal and one correction come to the same for every sample (tested for all of them), and
// take a fifth of the time.
template <typename T>
HWY_INLINE Vector Unit(Vector sample) {
  constexpr float kFull = static_cast<float>(std::numeric_limits<T>::max());
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  const Vector reciprocal = Constant(1.0f / kFull);
  const Vector quotient = hn::Mul(sample, reciprocal);
  return hn::MulAdd(hn::NegMulAdd(quotient, Constant(kFull), sample), reciprocal, quotient);
#else
  return hn::Div(sample, Constant(kFull));
#endif
}

struct Colour {
  Vector r, g, b;
};

template <typename T>
HWY_INLINE Colour LoadSamples(const T* rgb) {
  hn::Vec<SampleTag<T>> r, g, b;
  hn::LoadInterleaved3(SampleTag<T>(), rgb, r, g, b);
  return {ToFloat<T>(r), ToFloat<T>(g), ToFloat<T>(b)};
}

#if HWY_TARGET == HWY_AVX3
// For 16 pixels of bytes: four of them in each quarter of a vector, where one shuffle takes a
// channel apart from the others, or puts them together.
template <>
HWY_INLINE Colour LoadSamples(const std::uint8_t* rgb) {
  const auto quarter = [rgb](int at) HWY_ATTR {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(rgb + at));
  };
  // The last pixels are not read from their first byte on: nothing past them is.
  __m512i pixels = _mm512_castsi128_si512(quarter(0));
  pixels = _mm512_inserti32x4(pixels, quarter(12), 1);
  pixels = _mm512_inserti32x4(pixels, quarter(24), 2);
  pixels = _mm512_inserti32x4(pixels, quarter(32), 3);
  // The channel's byte below three zeros, for four pixels.
  constexpr std::int32_t kNone = static_cast<std::int32_t>(0x80808000u);
  const __m512i red = _mm512_setr_epi32(kNone, kNone + 3, kNone + 6, kNone + 9, kNone, kNone + 3,
                                        kNone + 6, kNone + 9, kNone, kNone + 3, kNone + 6,
                                        kNone + 9, kNone + 4, kNone + 7, kNone + 10, kNone + 13);
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i green = _mm512_add_epi32(red, one), blue = _mm512_add_epi32(green, one);
  const auto channel = [&pixels](__m512i order) HWY_ATTR {
    return Vector{_mm512_cvtepi32_ps(_mm512_shuffle_epi8(pixels, order))};
  };
  return {channel(red), channel(green), channel(blue)};
}

HWY_INLINE void StoreSamples(__m512i r, __m512i g, __m512i b, std::uint8_t* rgb) {
  const __m512i pixels =
      _mm512_or_si512(r, _mm512_or_si512(_mm512_slli_epi32(g, 8), _mm512_slli_epi32(b, 16)));
  const __m512i close =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  const __m512i order = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
  _mm512_mask_storeu_epi32(rgb, 0x0fff,
                           _mm512_permutexvar_epi32(order, _mm512_shuffle_epi8(pixels, close)));
}
#endif

template <typename T>
HWY_INLINE Colour LoadColour(const T* rgb) {
  const Colour c = LoadSamples(rgb);
  return {Unit<T>(c.r), Unit<T>(c.g), Unit<T>(c.b)};
}

// LumaOf, ChromaOf and RgbOf of colour.h.
HWY_INLINE Vector LumaOf(const Colour& c) {
  return Clamp01(hn::Add(hn::Add(hn::Mul(Constant(0.299f), c.r), hn::Mul(Constant(0.587f), c.g)),
                         hn::Mul(Constant(0.114f), c.b)));
}
HWY_INLINE Colour Fused(Vector luma, const Colour& source) {
  const Vector half = Constant(0.5f), y = LumaOf(source);
  const auto chroma = [&](Vector v, float weight) HWY_ATTR {
    const Vector c = Clamp01(hn::Add(hn::Mul(hn::Sub(v, y), Constant(weight)), half));
    return hn::Sub(c, half);
  };
  const Vector cr = chroma(source.r, 0.713f), cb = chroma(source.b, 0.564f);
  const Vector g =
      hn::Sub(hn::Sub(luma, hn::Mul(Constant(0.714f), cr)), hn::Mul(Constant(0.344f), cb));
  return {Clamp01(hn::Add(luma, hn::Mul(Constant(1.403f), cr))), Clamp01(g),
          Clamp01(hn::Add(luma, hn::Mul(Constant(1.773f), cb)))};
}

HWY_INLINE hn::Vec<IntTag> QuantizeWide(Vector v, const Quantization& q) {
  // (v - 0) / 1 is v.
  if (q.lo != 0.0f || q.span != 1.0f) v = hn::Div(hn::Sub(v, Constant(q.lo)), Constant(q.span));
  v = hn::Add(hn::Mul(Constant(q.full_scale), Clamp01(v)), Constant(q.offset));
#if HWY_TARGET == HWY_AVX3
  // Highway's conversion looks for overflow.
  return hn::Vec<IntTag>{_mm512_cvttps_epi32(v.raw)};
#else
  return hn::ConvertTo(IntTag(), v);
#endif
}
template <typename T>
HWY_INLINE hn::Vec<SampleTag<T>> Quantize(Vector v, const Quantization& q) {
  const hn::Vec<IntTag> wide = QuantizeWide(v, q);
#if HWY_TARGET == HWY_AVX3
  // Nothing to saturate.
  if constexpr (sizeof(T) == 1) return hn::Vec<SampleTag<T>>{_mm512_cvtepi32_epi8(wide.raw)};
  if constexpr (sizeof(T) == 2) return hn::Vec<SampleTag<T>>{_mm512_cvtepi32_epi16(wide.raw)};
#else
  return hn::DemoteTo(SampleTag<T>(), wide);
#endif
}

template <typename T>
HWY_INLINE void StoreColour(const Colour& c, const Quantization& q, T* rgb) {
#if HWY_TARGET == HWY_AVX3
  if constexpr (sizeof(T) == 1) {
    return StoreSamples(QuantizeWide(c.r, q).raw, QuantizeWide(c.g, q).raw,
                        QuantizeWide(c.b, q).raw, rgb);
  }
#endif
  hn::StoreInterleaved3(Quantize<T>(c.r, q), Quantize<T>(c.g, q), Quantize<T>(c.b, q),
                        SampleTag<T>(), rgb);
}

template <typename T>
void Widen(const T* in, int count, float* out) {
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    hn::StoreU(ToFloat<T>(hn::LoadU(SampleTag<T>(), in + i)), Tag(), out + i);
  }
  ReferencePixelKernels().Samples<T>().widen(in + whole, count - whole, out + whole);
}

// Sums stay below 2^24 with bytes: floats hold them exactly.
void ByteIntegerLuma(const std::uint8_t* rgb, int count, float* out) {
  using T = std::uint8_t;
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    hn::Vec<SampleTag<T>> r, g, b;
    hn::LoadInterleaved3(SampleTag<T>(), rgb + std::ptrdiff_t{3} * i, r, g, b);
    Vector sum = hn::MulAdd(ToFloat<T>(r), Constant(19595.0f), Constant(32768.0f));
    sum = hn::MulAdd(ToFloat<T>(g), Constant(38470.0f), sum);
    sum = hn::MulAdd(ToFloat<T>(b), Constant(7471.0f), sum);
    const auto luma = hn::ShiftRight<16>(hn::ConvertTo(IntTag(), sum));
    hn::StoreU(hn::ConvertTo(Tag(), luma), Tag(), out + i);
  }
  ReferencePixelKernels().bytes.integer_luma(rgb + std::ptrdiff_t{3} * whole, count - whole,
                                             out + whole);
}
void WordIntegerLuma(const std::uint16_t* rgb, int count, float* out) {
  ReferencePixelKernels().words.integer_luma(rgb, count, out);
}

template <typename T>
void GrayLuma(const T* in, int count, float* out) {
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    const Vector v = Unit<T>(ToFloat<T>(hn::LoadU(SampleTag<T>(), in + i)));
    hn::StoreU(LumaOf({v, v, v}), Tag(), out + i);
  }
  ReferencePixelKernels().Samples<T>().gray_luma(in + whole, count - whole, out + whole);
}

template <typename T>
void RgbLuma(const T* rgb, int count, float* out) {
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    hn::StoreU(LumaOf(LoadColour(rgb + std::ptrdiff_t{3} * i)), Tag(), out + i);
  }
  ReferencePixelKernels().Samples<T>().rgb_luma(rgb + std::ptrdiff_t{3} * whole, count - whole,
                                                out + whole);
}

template <typename T>
void WriteGray(const float* luma, int count, const Quantization& quantization, T* out) {
  const Quantization q = quantization;
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    hn::StoreU(Quantize<T>(hn::LoadU(Tag(), luma + i), q), SampleTag<T>(), out + i);
  }
  ReferencePixelKernels().Samples<T>().write_gray(luma + whole, count - whole, q, out + whole);
}

template <typename T>
void WriteGrayRgb(const float* luma, int count, const Quantization& quantization, T* rgb) {
  const Quantization q = quantization;
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    const auto v = Quantize<T>(hn::LoadU(Tag(), luma + i), q);
    hn::StoreInterleaved3(v, v, v, SampleTag<T>(), rgb + std::ptrdiff_t{3} * i);
  }
  ReferencePixelKernels().Samples<T>().write_gray_rgb(luma + whole, count - whole, q,
                                                      rgb + std::ptrdiff_t{3} * whole);
}

template <typename From, typename To>
void WriteRgb(const float* luma, const From* source, int count, const Quantization& quantization,
              To* rgb) {
  const Quantization q = quantization;
  const int whole = WholeVectors(count);
  for (int i = 0; i < whole; i += kLanes) {
    const std::ptrdiff_t at = std::ptrdiff_t{3} * i;
    const Colour c = Fused(hn::LoadU(Tag(), luma + i), LoadColour(source + at));
    StoreColour(c, q, rgb + at);
  }
  const std::ptrdiff_t at = std::ptrdiff_t{3} * whole;
  ReferencePixelKernels().Colour<From, To>().write_rgb(luma + whole, source + at, count - whole, q,
                                                       rgb + at);
}

template <typename From>
void RgbExtremes(const float* luma, const From* source, int count, float* lo, float* hi) {
  const int whole = WholeVectors(count);
  Vector least = Constant(*lo), most = Constant(*hi);
  for (int i = 0; i < whole; i += kLanes) {
    const Colour c = Fused(hn::LoadU(Tag(), luma + i), LoadColour(source + std::ptrdiff_t{3} * i));
    least = hn::Min(least, hn::Min(c.r, hn::Min(c.g, c.b)));
    most = hn::Max(most, hn::Max(c.r, hn::Max(c.g, c.b)));
  }
  *lo = hn::GetLane(hn::MinOfLanes(Tag(), least));
  *hi = hn::GetLane(hn::MaxOfLanes(Tag(), most));
  ReferencePixelKernels().Extremes<From>()(luma + whole, source + std::ptrdiff_t{3} * whole,
                                           count - whole, lo, hi);
}

void Stretch(float* row, int count, float lo, float scale) {
  const int whole = WholeVectors(count);
  const Vector l = Constant(lo), s = Constant(scale);
  for (int i = 0; i < whole; i += kLanes) {
    hn::StoreU(Clamp01(hn::Mul(hn::Sub(hn::LoadU(Tag(), row + i), l), s)), Tag(), row + i);
  }
  ReferencePixelKernels().stretch(row + whole, count - whole, lo, scale);
}

void UnitLuma(const float* in, int count, float* out) {
  const int whole = WholeVectors(count);
  const Vector zero = hn::Zero(Tag());
  for (int i = 0; i < whole; i += kLanes) {
    Vector v = hn::LoadU(Tag(), in + i);
    v = hn::IfThenElseZero(hn::Gt(v, zero), hn::Min(v, Constant(1.0f)));
    hn::StoreU(LumaOf({v, v, v}), Tag(), out + i);
  }
  ReferencePixelKernels().unit_luma(in + whole, count - whole, out + whole);
}

using ByteTag = hn::ScalableTag<std::uint8_t>;
using ByteVector = hn::Vec<ByteTag>;
constexpr int kByteLanes = static_cast<int>(HWY_LANES(std::uint8_t));

HWY_INLINE int WholeByteVectors(int count) {
  return HWY_LANES(std::uint8_t) == 1 ? 0 : count - count % kByteLanes;
}

void TurnBgr(const std::uint8_t* in, int count, std::uint8_t* out) {
  const int whole = WholeByteVectors(count);
  const ByteTag tag;
  ByteVector a, b, c;
  for (int i = 0; i < whole; i += kByteLanes) {
    hn::LoadInterleaved3(tag, in + std::ptrdiff_t{3} * i, a, b, c);
    hn::StoreInterleaved3(c, b, a, tag, out + std::ptrdiff_t{3} * i);
  }
  const std::ptrdiff_t at = std::ptrdiff_t{3} * whole;
  ReferencePixelKernels().packed.turn_bgr(in + at, count - whole, out + at);
}

void DropAlpha(const std::uint8_t* rgba, int count, std::uint8_t* rgb) {
  const int whole = WholeByteVectors(count);
  const ByteTag tag;
  ByteVector r, g, b, a;
  for (int i = 0; i < whole; i += kByteLanes) {
    hn::LoadInterleaved4(tag, rgba + std::ptrdiff_t{4} * i, r, g, b, a);
    hn::StoreInterleaved3(r, g, b, tag, rgb + std::ptrdiff_t{3} * i);
  }
  ReferencePixelKernels().packed.drop_alpha(rgba + std::ptrdiff_t{4} * whole, count - whole,
                                            rgb + std::ptrdiff_t{3} * whole);
}

void JoinAlpha(const std::uint8_t* rgb, const std::uint8_t* source, int count, std::uint8_t* rgba) {
  const int whole = WholeByteVectors(count);
  const ByteTag tag;
  ByteVector r, g, b, a = hn::Set(tag, 255);
  for (int i = 0; i < whole; i += kByteLanes) {
    if (source != nullptr) {
      ByteVector x, y, z;
      hn::LoadInterleaved4(tag, source + std::ptrdiff_t{4} * i, x, y, z, a);
    }
    hn::LoadInterleaved3(tag, rgb + std::ptrdiff_t{3} * i, r, g, b);
    hn::StoreInterleaved4(r, g, b, a, tag, rgba + std::ptrdiff_t{4} * i);
  }
  ReferencePixelKernels().packed.join_alpha(
      rgb + std::ptrdiff_t{3} * whole,
      source == nullptr ? nullptr : source + std::ptrdiff_t{4} * whole, count - whole,
      rgba + std::ptrdiff_t{4} * whole);
}

void TakeLuma(const std::uint8_t* yuyv, int count, std::uint8_t* luma) {
  const int whole = WholeByteVectors(count);
  const ByteTag tag;
  ByteVector y, chroma;
  for (int i = 0; i < whole; i += kByteLanes) {
    hn::LoadInterleaved2(tag, yuyv + std::ptrdiff_t{2} * i, y, chroma);
    hn::StoreU(y, tag, luma + i);
  }
  ReferencePixelKernels().packed.take_luma(yuyv + std::ptrdiff_t{2} * whole, count - whole,
                                           luma + whole);
}

void JoinLuma(const std::uint8_t* luma, const std::uint8_t* source, int count, std::uint8_t* yuyv) {
  const int whole = WholeByteVectors(count);
  const ByteTag tag;
  ByteVector y, chroma;
  for (int i = 0; i < whole; i += kByteLanes) {
    hn::LoadInterleaved2(tag, source + std::ptrdiff_t{2} * i, y, chroma);
    hn::StoreInterleaved2(hn::LoadU(tag, luma + i), chroma, tag, yuyv + std::ptrdiff_t{2} * i);
  }
  const std::ptrdiff_t at = std::ptrdiff_t{2} * whole;
  ReferencePixelKernels().packed.join_luma(luma + whole, source + at, count - whole, yuyv + at);
}

using Byte = std::uint8_t;
using Word = std::uint16_t;
constexpr PixelKernels kTable = {{Widen<Byte>, ByteIntegerLuma, GrayLuma<Byte>, RgbLuma<Byte>,
                                  WriteGray<Byte>, WriteGrayRgb<Byte>},
                                 {Widen<Word>, WordIntegerLuma, GrayLuma<Word>, RgbLuma<Word>,
                                  WriteGray<Word>, WriteGrayRgb<Word>},
                                 {WriteRgb<Byte, Byte>},
                                 {WriteRgb<Byte, Word>},
                                 {WriteRgb<Word, Byte>},
                                 {WriteRgb<Word, Word>},
                                 RgbExtremes<Byte>,
                                 RgbExtremes<Word>,
                                 Stretch,
                                 UnitLuma,
                                 {TurnBgr, DropAlpha, JoinAlpha, TakeLuma, JoinLuma}};

}  // namespace HWY_NAMESPACE
}  // namespace seafusion
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion {

const PixelKernels& PixelKernelsFor(CpuTarget target) {
  static constexpr HighwayTables<PixelKernels> kTables = SEAFUSION_HIGHWAY_TABLES(kTable);
  return kTables.For(target);
}

const PixelKernels& BestPixelKernels() {
  static const PixelKernels& best = PixelKernelsFor(SupportedCpuTargets().front());
  return best;
}

}  // namespace seafusion
#endif  // HWY_ONCE
