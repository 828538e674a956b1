// The range that the public code of most methods with a network gives its pictures.
#ifndef SEAFUSION_METHODS_NETWORKS_SCIPY_RANGE_H_
#define SEAFUSION_METHODS_NETWORKS_SCIPY_RANGE_H_

#include <span>

namespace seafusion::methods {

/// SciPy's imsave of float samples, in place: stretched by their extremes to 0..255, halves rounded
/// up if `whole`. A picture of one value is clipped instead. `levels` must not be empty.
void StretchAsSciPy(std::span<float> levels, bool whole);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_NETWORKS_SCIPY_RANGE_H_
