// The two trivial methods, which any other has to beat.
#ifndef SEAFUSION_METHODS_PIXELWISE_H_
#define SEAFUSION_METHODS_PIXELWISE_H_

#include <memory>

#include "methods/fusion_method.h"

namespace seafusion::methods {

/// (ir + vi) / 2 at each pixel.
MethodInfo AverageInfo();
StatusOr<std::unique_ptr<FusionMethod>> MakeAverage(const MethodOptions& options);

/// max(ir, vi) at each pixel.
MethodInfo MaximumInfo();
StatusOr<std::unique_ptr<FusionMethod>> MakeMaximum(const MethodOptions& options);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_PIXELWISE_H_
