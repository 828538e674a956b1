// What every file compiled once per CPU target with Highway includes first: which targets, and how
// its tables are chosen among at run time.
#ifndef SEAFUSION_CORE_CPU_HIGHWAY_TARGETS_H_
#define SEAFUSION_CORE_CPU_HIGHWAY_TARGETS_H_

#include "core/cpu/cpu_target.h"

// Highway's own assertions would need its library; only its headers are used.
#undef HWY_IS_DEBUG_BUILD
#define HWY_IS_DEBUG_BUILD 0
#include <hwy/detect_targets.h>

// Vectors of unknown length do not go into arrays; SSSE3 is not worth its code. VNNI and BF16 are
// used by inline assembly beside AVX-512 (HWY_AVX3): Highway's AVX3_DL asks for more than those and
// lacks the instructions in the version Debian ships.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

namespace seafusion {

/// One table for each target Highway compiles; null where it does not. SEAFUSION_HIGHWAY_TABLES
/// makes it.
template <typename Table>
struct HighwayTables {
  const Table* fallback;
  const Table* neon;
  const Table* sse4;
  const Table* avx2;
  const Table* avx512;
  const Table* wasm;

  /// For a target out of SupportedCpuTargets().
  const Table& For(CpuTarget target) const {
    const Table* table = nullptr;
    if (target >= CpuTarget::kAvx512) table = avx512;
    if (target == CpuTarget::kAvx2) table = avx2;
    if (target == CpuTarget::kSse4) table = sse4;
    if (target == CpuTarget::kNeon) table = neon;
    if (target == CpuTarget::kWasm) table = wasm;
    return table != nullptr ? *table : *fallback;
  }
};

}  // namespace seafusion

/// The HighwayTables of `table`, a constant in every HWY_NAMESPACE.
#define SEAFUSION_HIGHWAY_TABLES(table)                                         \
  {                                                                             \
    HWY_CHOOSE_FALLBACK(table), HWY_CHOOSE_NEON(table), HWY_CHOOSE_SSE4(table), \
        HWY_CHOOSE_AVX2(table), HWY_CHOOSE_AVX3(table), HWY_CHOOSE_WASM(table)  \
  }

#endif  // SEAFUSION_CORE_CPU_HIGHWAY_TARGETS_H_
