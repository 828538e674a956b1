// Compiles the kernels once for each CPU target and picks among the results at run time.
#include "nn/direct/kernels/kernels.h"

#include "core/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/direct/kernels/kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, as it asks.
#include <hwy/highway.h>

#include "nn/direct/kernels/conv-inl.h"
#include "nn/direct/kernels/conv_pairs-inl.h"
#include "nn/direct/kernels/shuffle-inl.h"
#if HWY_TARGET == HWY_AVX3 && HWY_ARCH_X86_64
#include "nn/direct/kernels/conv_tiles-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace seafusion::nn::direct {
namespace HWY_NAMESPACE {

template <typename Dot>
constexpr ConvKernels<typename Dot::T> kConv = {Conv<Dot>, ConvToFloat<Dot>, Unshuffle<Dot>,
                                                nullptr, nullptr};
constexpr ConvKernels<float> kConvPairs = {ConvPairs, ConvPairsToFloat, Unshuffle<FloatDot>,
                                           ArrangeForPairs, ToPairs};

constexpr Kernels kTable = {
    kConvPairs, kConv<WideBf16Dot>, kConv<products::Int16Dot>, {}, false, Blend, Enlarge};

#if HWY_TARGET == HWY_AVX3
constexpr Kernels WithVnni() {
  Kernels kernels = kTable;
  kernels.int16 = kConv<products::VnniDot>;
  kernels.int8 = kConv<ByteDot>;
  return kernels;
}
constexpr Kernels kVnniTable = WithVnni();

constexpr Kernels WithBf16() {
  Kernels kernels = kVnniTable;
  kernels.bf16 = kConv<products::Bf16Dot>;
  kernels.fast_bf16 = true;
  return kernels;
}
constexpr Kernels kBf16Table = WithBf16();

#if HWY_ARCH_X86_64
template <typename Dot>
constexpr ConvKernels<typename Dot::T> kConvTiles = {ConvTiles<Dot>, ConvTilesToFloat<Dot>,
                                                     Unshuffle<Dot>,
                                                     ArrangeForTiles<typename Dot::T>, nullptr};
constexpr Kernels WithTiles() {
  Kernels kernels = kBf16Table;
  kernels.bf16 = kConvTiles<products::Bf16Dot>;
  kernels.int8 = kConvTiles<ByteDot>;
  return kernels;
}
constexpr Kernels kTilesTable = WithTiles();
#endif
#endif

}  // namespace HWY_NAMESPACE
}  // namespace seafusion::nn::direct
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace seafusion::nn::direct {

const Kernels& KernelsFor(CpuTarget target) {
#if HWY_TARGETS & HWY_AVX3
#if HWY_ARCH_X86_64
  if (target == CpuTarget::kAvx512Amx) return N_AVX3::kTilesTable;
#endif
  if (target == CpuTarget::kAvx512Vnni) return N_AVX3::kVnniTable;
  if (target >= CpuTarget::kAvx512Bf16) return N_AVX3::kBf16Table;
#endif
  static constexpr HighwayTables<Kernels> kTables = SEAFUSION_HIGHWAY_TABLES(kTable);
  return kTables.For(target);
}

}  // namespace seafusion::nn::direct
#endif  // HWY_ONCE
