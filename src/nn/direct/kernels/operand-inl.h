// What direct convolution adds to the operands of Winograd's products: bytes, bfloat16 on machines
// without such instructions, and stores that end a layer. Included once for each CPU target.
#if defined(SEAFUSION_NN_DIRECT_KERNELS_OPERAND_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_DIRECT_KERNELS_OPERAND_INL_H_
#undef SEAFUSION_NN_DIRECT_KERNELS_OPERAND_INL_H_
#else
#define SEAFUSION_NN_DIRECT_KERNELS_OPERAND_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "nn/direct/kernels/kernels.h"
#include "nn/winograd/kernels/operand-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::direct {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
namespace products = winograd::HWY_NAMESPACE;
using products::FloatDot;
using products::IntTag;
using products::IntVector;
using products::kLanes;
using products::Tag;
using products::Vector;

// Values 0..most (Activation) to integers; halves to even.
HWY_INLINE IntVector ToNearest(Vector v) {
#if HWY_TARGET == HWY_AVX3
  return IntVector{_mm512_cvtps_epi32(v.raw)};  // Highway's looks for overflow
#else
  return hn::NearestInt(v);
#endif
}

HWY_INLINE void StoreNarrow(IntVector v, std::int16_t* out) {
  const hn::Rebind<std::int16_t, IntTag> d16;
  hn::StoreU(hn::DemoteTo(d16, v), d16, out);
}
HWY_INLINE void StoreNarrow(IntVector v, std::uint8_t* out) {
  const hn::Rebind<std::uint8_t, IntTag> d8;
#if HWY_TARGET == HWY_AVX3
  hn::StoreU(hn::Vec<decltype(d8)>{_mm512_cvtusepi32_epi8(v.raw)}, d8, out);
#else
  hn::StoreU(hn::DemoteTo(d8, v), d8, out);
#endif
}

// The nearest bfloat16, halves to even, in the upper half of each lane.
HWY_INLINE IntVector RoundToBf16(Vector v) {
  const hn::RebindToUnsigned<Tag> d;
  const auto bits = hn::BitCast(d, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 1));
  return hn::BitCast(IntTag(), hn::Add(bits, hn::Add(odd, hn::Set(d, 0x7fff))));
}
HWY_INLINE void StoreBf16(Vector v, Bf16* out) {
  const hn::RebindToUnsigned<Tag> d;
  const hn::Rebind<std::uint16_t, Tag> d16;
  const auto upper = hn::ShiftRight<16>(hn::BitCast(d, RoundToBf16(v)));
  // No lane exceeds 16 bits: saturation changes nothing.
  hn::StoreU(hn::DemoteTo(d16, hn::BitCast(IntTag(), upper)), d16,
             reinterpret_cast<std::uint16_t*>(out));
}

struct WideBf16Dot {
  using T = Bf16;
  using Sum = Vector;
  using Operand = IntVector;
  static HWY_INLINE Operand Broadcast(const T* p) {
    return hn::Set(IntTag(), products::LoadPair(p));
  }
  static HWY_INLINE Operand Load(const T* p) { return products::LoadPairs(p); }
  static HWY_INLINE void Add(Operand x, Operand w, Sum& sum) {
    const auto odd = [](IntVector v) {
      const auto mask = hn::Set(IntTag(), static_cast<std::int32_t>(0xffff0000u));
      return hn::BitCast(Tag(), hn::And(v, mask));
    };
    const auto even = [](IntVector v) { return hn::BitCast(Tag(), hn::ShiftLeft<16>(v)); };
    sum = hn::MulAdd(odd(x), odd(w), sum);
    sum = hn::MulAdd(even(x), even(w), sum);
  }
};

#if HWY_TARGET == HWY_AVX3
// Bytes in fours; see winograd's VnniDot for why this is assembly.
struct ByteDot {
  using T = std::uint8_t;
  using Sum = IntVector;
  using Operand = IntVector;
  static HWY_INLINE Operand Broadcast(const T* p) {
    std::int32_t four;
    std::memcpy(&four, p, sizeof(four));
    return hn::Set(IntTag(), four);
  }
  static HWY_INLINE Operand Load(const std::int8_t* p) {
    return hn::Load(IntTag(), reinterpret_cast<const std::int32_t*>(p));
  }
  static HWY_INLINE void Add(Operand x, Operand w, Sum& sum) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(x.raw), "v"(w.raw));
  }
};
#endif

// How a type begins its sums and ends a layer.
template <typename Dot>
struct Ending;

template <typename Dot>
struct FloatEnding {
  static HWY_INLINE Vector Begin(const float* bias) { return hn::Load(Tag(), bias); }
  static HWY_INLINE Vector ToFloat(Vector sum, const float* /*rescale*/, int /*lane*/,
                                   const float* /*bias*/) {
    return sum;
  }
  static HWY_INLINE Vector Activate(Vector v, const Activation& a) {
    return hn::Max(v, hn::Mul(v, hn::Set(Tag(), a.slope)));
  }
};

template <typename Dot>
struct IntEnding {
  using T = typename Dot::T;
  static HWY_INLINE IntVector Begin(const float* /*bias*/) { return hn::Zero(IntTag()); }
  // No fused multiply-add: machines without it must come to the same.
  static HWY_INLINE Vector ToFloat(IntVector sum, const float* rescale, int lane,
                                   const float* bias) {
    const Tag d;
    return hn::Add(hn::Mul(hn::ConvertTo(d, sum), hn::Load(d, rescale + lane)), hn::Load(d, bias));
  }
  static HWY_INLINE Vector Activate(Vector v, const Activation& a) {
    const Tag d;
    v = hn::Max(v, hn::Mul(v, hn::Set(d, a.slope)));
    v = hn::Add(v, hn::Set(d, a.zero_point));
    return hn::Min(hn::Max(v, hn::Zero(d)), hn::Set(d, a.most));
  }
  static HWY_INLINE void Store(Vector v, T* out) { StoreNarrow(ToNearest(v), out); }
  static HWY_INLINE Vector FromUnit(Vector v, float scale) {
    return hn::Mul(v, hn::Set(Tag(), scale));
  }
};

template <>
struct Ending<FloatDot> : FloatEnding<FloatDot> {
  static HWY_INLINE void Store(Vector v, float* out) { hn::StoreU(v, Tag(), out); }
  static HWY_INLINE Vector FromUnit(Vector v, float /*scale*/) { return v; }
};
template <>
struct Ending<WideBf16Dot> : FloatEnding<WideBf16Dot> {
  static HWY_INLINE void Store(Vector v, Bf16* out) { StoreBf16(v, out); }
  static HWY_INLINE Vector FromUnit(Vector v, float /*scale*/) { return v; }
};
template <>
struct Ending<products::Int16Dot> : IntEnding<products::Int16Dot> {};
#if HWY_TARGET == HWY_AVX3
template <>
struct Ending<products::Bf16Dot> : FloatEnding<products::Bf16Dot> {
  static HWY_INLINE void Store(Vector v, Bf16* out) { products::Bf16Dot::Convert(v, nullptr, out); }
  static HWY_INLINE Vector FromUnit(Vector v, float /*scale*/) { return v; }
};
template <>
struct Ending<products::VnniDot> : IntEnding<products::VnniDot> {};
// Cut to 0..255 as integers, which leaves the multiply-add units alone.
template <>
struct Ending<ByteDot> : IntEnding<ByteDot> {
  static HWY_INLINE Vector Activate(Vector v, const Activation& a) {
    const Tag d;
    v = hn::Max(v, hn::Mul(v, hn::Set(d, a.slope)));
    return hn::Add(v, hn::Set(d, a.zero_point));
  }
  static HWY_INLINE void Store(Vector v, std::uint8_t* out) {
    StoreNarrow(hn::Max(ToNearest(v), hn::Zero(IntTag())), out);
  }
};
#endif

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::direct
HWY_AFTER_NAMESPACE();

#endif  // toggle
