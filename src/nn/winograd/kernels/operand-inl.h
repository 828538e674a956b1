// What a product does with its operands, for each type of them. Included once for each CPU target.
//
// A Dot type has: T, the type in memory; kDepth, how many input channels one step takes; Sum, a
// vector of sums; Broadcast, Load and Add for the inner loop; Finish, from Sum to floats; Convert,
// from floats to T in memory.
#if defined(SEAFUSION_NN_WINOGRAD_KERNELS_OPERAND_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEAFUSION_NN_WINOGRAD_KERNELS_OPERAND_INL_H_
#undef SEAFUSION_NN_WINOGRAD_KERNELS_OPERAND_INL_H_
#else
#define SEAFUSION_NN_WINOGRAD_KERNELS_OPERAND_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::winograd {
namespace HWY_NAMESPACE {

using IntTag = hn::RebindToSigned<Tag>;
using IntVector = hn::Vec<IntTag>;

// Two 16-bit numbers as one of 32 bits; they need not lie at a multiple of 4.
template <typename T>
HWY_INLINE std::int32_t LoadPair(const T* p) {
  static_assert(sizeof(T) == 2);
  std::int32_t pair;
  std::memcpy(&pair, p, sizeof(pair));
  return pair;
}

// For vectors; for a pair of numbers in every 32 bits of them.
template <typename T>
HWY_INLINE IntVector LoadPairs(const T* p) {
  return hn::Load(IntTag(), reinterpret_cast<const std::int32_t*>(p));
}

struct FloatDot {
  using T = float;
  using Sum = Vector;
  using Operand = Vector;
  static constexpr int kDepth = 1;
  static HWY_INLINE Sum Zero() { return hn::Zero(Tag()); }
  static HWY_INLINE Operand Broadcast(const T* p) { return hn::Set(Tag(), *p); }
  static HWY_INLINE Operand Load(const T* p) { return hn::Load(Tag(), p); }
  static HWY_INLINE void Add(Operand x, Operand w, Sum& sum) { sum = hn::MulAdd(x, w, sum); }
  static HWY_INLINE Vector Finish(Sum sum, const float* /*rescale*/) { return sum; }
  static HWY_INLINE void Convert(Vector v, const float* /*scale*/, T* out) {
    hn::Store(v, Tag(), out);
  }
};

// What all int16 products share.
struct Int16Operand {
  using T = std::int16_t;
  using Sum = IntVector;
  using Operand = IntVector;
  static constexpr int kDepth = 2;
  static HWY_INLINE Sum Zero() { return hn::Zero(IntTag()); }
  static HWY_INLINE Operand Broadcast(const T* p) { return hn::Set(IntTag(), LoadPair(p)); }
  static HWY_INLINE Operand Load(const T* p) { return LoadPairs(p); }
  static HWY_INLINE Vector Finish(Sum sum, const float* rescale) {
    return hn::Mul(hn::ConvertTo(Tag(), sum), hn::Load(Tag(), rescale));
  }
  static HWY_INLINE void Convert(Vector v, const float* scale, T* out) {
    const Vector scaled = hn::Mul(v, hn::Set(Tag(), *scale));
#if HWY_TARGET == HWY_AVX3
    // Beyond 32 bits, the conversion gives the lowest number: right for negative values only.
    const Vector most = hn::Set(Tag(), 32767.0f);
    _mm256_store_si256(reinterpret_cast<__m256i*>(out),
                       _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(hn::Min(scaled, most).raw)));
#else
    const hn::Rebind<std::int16_t, IntTag> d16;
    hn::Store(hn::DemoteTo(d16, hn::NearestInt(scaled)), d16, out);
#endif
  }
};

struct Int16Dot : Int16Operand {
  static HWY_INLINE void Add(Operand x, Operand w, Sum& sum) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
    const IntTag d;
    const hn::Repartition<std::int16_t, IntTag> d16;
    IntVector unused = hn::Zero(d);
    sum = hn::ReorderWidenMulAccumulate(d, hn::BitCast(d16, x), hn::BitCast(d16, w), sum, unused);
#else
    const auto low = [](IntVector v) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
    const auto high = [](IntVector v) { return hn::ShiftRight<16>(v); };
    sum = hn::Add(sum, hn::Add(hn::Mul(low(x), low(w)), hn::Mul(high(x), high(w))));
#endif
  }
};

#if HWY_TARGET == HWY_AVX3
// Inline assembly, because Highway 1.0.3 has no such operation, and because g++ 12 moves the sums
// through memory around the intrinsics, which costs a third of the speed.
struct VnniDot : Int16Operand {
  static HWY_INLINE void Add(Operand x, Operand w, Sum& sum) {
    asm("vpdpwssd %2, %1, %0" : "+v"(sum.raw) : "v"(w.raw), "v"(x.raw));
  }
};

struct Bf16Dot {
  using T = Bf16;
  using Sum = Vector;
  using Operand = IntVector;
  static constexpr int kDepth = 2;
  static HWY_INLINE Sum Zero() { return hn::Zero(Tag()); }
  static HWY_INLINE Operand Broadcast(const T* p) { return hn::Set(IntTag(), LoadPair(p)); }
  static HWY_INLINE Operand Load(const T* p) { return LoadPairs(p); }
  static HWY_INLINE void Add(Operand x, Operand w, Sum& sum) {
    asm("vdpbf16ps %2, %1, %0" : "+v"(sum.raw) : "v"(w.raw), "v"(x.raw));
  }
  static HWY_INLINE Vector Finish(Sum sum, const float* /*rescale*/) { return sum; }
  static HWY_INLINE void Convert(Vector v, const float* /*scale*/, T* out) {
    __m256i rounded;
    asm("vcvtneps2bf16 %1, %0" : "=v"(rounded) : "v"(v.raw));
    _mm256_store_si256(reinterpret_cast<__m256i*>(out), rounded);
  }
};
#endif  // HWY_AVX3

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::winograd
HWY_AFTER_NAMESPACE();

#endif  // toggle
