// The inner loop of correlation surfaces, compiled once for each CPU target.
#ifndef SEAFUSION_ALIGN_SEARCH_COARSE_CELL_PRODUCTS_H_
#define SEAFUSION_ALIGN_SEARCH_COARSE_CELL_PRODUCTS_H_

#include <cstddef>

#include "core/cpu/cpu_target.h"

namespace seafusion::align {

/// Square cells side by side on a plane.
struct CellGrid {
  int cell = 0;  ///< Pixels a side.
  int columns = 0, rows = 0;
  int left = 0, top = 0;  ///< Of the first cell.

  std::size_t cells() const { return static_cast<std::size_t>(columns * rows); }
};

/// Planes of floats of one size, with the same number of floats from a row to the next.
struct PlaneSet {
  const float* const* planes = nullptr;
  std::ptrdiff_t stride = 0;
};

struct CellProductKernels {
  /// out[dx * grid.cells() + i], for dx of [0, shifts): the mean over cell i of the sum over
  /// `count` planes of fixed(x, y) times moving(x + dx, y + dy).
  void (*row_of_shifts)(const PlaneSet& fixed, const PlaneSet& moving, std::size_t count,
                        const CellGrid& grid, int dy, int shifts, float* out);
};

/// The kernels of a target out of SupportedCpuTargets().
const CellProductKernels& CellProductKernelsFor(CpuTarget target);
/// Those of the best.
const CellProductKernels& BestCellProductKernels();

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_COARSE_CELL_PRODUCTS_H_
