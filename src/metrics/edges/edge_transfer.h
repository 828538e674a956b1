// How well the fused picture carries the sources' edges.
#ifndef SEAFUSION_METRICS_EDGES_EDGE_TRANSFER_H_
#define SEAFUSION_METRICS_EDGES_EDGE_TRANSFER_H_

#include <cstdint>

#include "metrics/gray_image.h"
#include "metrics/simd/row_kernels.h"

namespace seafusion::metrics {

enum class SampleRange : std::uint8_t { kUnit, k255 };

/// Edge strength and direction kept, weighted by the sources' edge strength (Xydeas, Petrovic
/// 2000). 0..1. The published slip for equal strengths is kept: the strength itself stands for the
/// ratio 1. Samples outside the picture count as 0. NaN when neither source has a gradient (all
/// black, or one pixel).
double Qabf(const RowKernels& kernels, const Triple& images, SampleRange range);

/// Weight of the pixels where the fused gradient is above both sources' and so an artefact (Kumar
/// 2013, modified). 0..1, lower is better. On kUnit no gradient reaches the threshold 2, so all
/// weights are 0.001. Both sides at least 2.
double Nabf(const RowKernels& kernels, const Triple& images, SampleRange range);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_EDGES_EDGE_TRANSFER_H_
