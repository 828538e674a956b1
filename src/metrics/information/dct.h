// Two-dimensional discrete cosine transform of a whole picture.
#ifndef SEAFUSION_METRICS_INFORMATION_DCT_H_
#define SEAFUSION_METRICS_INFORMATION_DCT_H_

#include "metrics/plane.h"

namespace seafusion::metrics {

/// The orthonormal DCT-II of rows and columns, in place. O(N log N) (Makhoul 1980: through a
/// Fourier transform of the same length).
void TransformDct(Plane& plane);

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_INFORMATION_DCT_H_
