// The inner loops of the costly metrics, one picture row a call, compiled once for each CPU target.
#ifndef SEAFUSION_METRICS_SIMD_ROW_KERNELS_H_
#define SEAFUSION_METRICS_SIMD_ROW_KERNELS_H_

#include <array>
#include <cstddef>

#include "core/cpu/cpu_target.h"

namespace seafusion::metrics {

/// Samples of infrared, visible and fused rows, in this order.
using ThreeRows = std::array<const double*, 3>;

/// Products of infrared a, visible b and fused f at each pixel.
struct ProductRows {
  double* aa;
  double* bb;
  double* ff;
  double* af;
  double* bf;
  double* ab;  ///< Null: not wanted.
};

/// Weighted local statistics of the three pictures: means and means of products.
struct LocalMeans {
  const double* a;
  const double* b;
  const double* f;
  const double* aa;
  const double* bb;
  const double* ff;
  const double* af;
  const double* bf;
  const double* ab;  ///< Null where not needed.
};

/// Numerators and denominators of VIF, natural logarithms, for infrared and visible.
struct VifSums {
  std::array<double, 2> numerator{};
  std::array<double, 2> denominator{};
};

struct WeightedSums {
  double numerator = 0.0;
  double denominator = 0.0;
};

/// Uniform 11 x 11 window sums (not means) of the two sources: exact, because samples are multiples
/// of a power of two.
struct WindowSums {
  const double* a;
  const double* b;
  const double* aa;
  const double* bb;
  const double* ab;
};

/// Probabilities of the nine cells of each 3 x 3 window along a row, cell by cell: cell k of window
/// x is at [k * count + x].
struct WindowPdfs {
  double* pdf;        ///< [9 * count]
  double* log_pdf;    ///< [9 * count] log2 of it, 0 where it is 0
  double* entropy;    ///< [count] bits
  double* centre;     ///< [count] mean of the cell number 1..9
  double* deviation;  ///< [count] standard deviation of the cell number
  double* energy;     ///< [count] sum of (p - 1/9)^2; 0 for a window of equal samples
};

/// Samples that may be touched beyond the count of any row or buffer: machines without masked
/// memory access read them and write them back unchanged.
inline constexpr int kRowPadding = 8;

/// Outputs overlap no inputs. Every row and buffer has kRowPadding samples behind its count.
struct RowKernels {
  /// out[x] = sum over k < taps of weights[k] rows[k][x]; weights symmetric, taps odd.
  void (*filter_vertically)(const double* const* rows, const double* weights, int taps, double* out,
                            int count);
  /// out[x] = sum over k < taps of weights[k] in[x + k]; weights symmetric, taps odd.
  void (*filter_horizontally)(const double* in, const double* weights, int taps, double* out,
                              int count);
  /// With saturate, products above 255 become 255.
  void (*multiply)(const ThreeRows& rows, int count, bool saturate, const ProductRows& out);
  void (*vif)(const LocalMeans& means, int count, VifSums* sums);
  /// above, row, below: samples with one more readable on both sides of [0, count).
  void (*qabf)(const ThreeRows& above, const ThreeRows& row, const ThreeRows& below, int count,
               WeightedSums* sums);
  void (*nabf)(const ThreeRows& above, const ThreeRows& row, const ThreeRows& below, int count,
               WeightedSums* sums);
  /// Sum of the structural scores of the windows of a row.
  double (*mef_ssim)(const WindowSums& uniform, const LocalMeans& gaussian, int count);
  /// rows: three rows of count + 2 samples.
  void (*window_pdfs)(const double* const* rows, int count, const WindowPdfs& out);
  /// out[i] = log2 in[i]; in[i] > 0.
  void (*log2)(const double* in, double* out, std::size_t count);
};

/// The kernels of a target out of SupportedCpuTargets().
const RowKernels& RowKernelsFor(CpuTarget target);
/// Those of the best.
const RowKernels& BestRowKernels();

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_SIMD_ROW_KERNELS_H_
