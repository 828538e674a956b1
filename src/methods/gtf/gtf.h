// Gradient transfer fusion: the brightness of the infrared picture with the edges of the visible.
// Ma, Chen, Li, Huang, "Infrared and visible image fusion via gradient transfer and total variation
// minimization", Information Fusion 31 (2016).
#ifndef SEAFUSION_METHODS_GTF_GTF_H_
#define SEAFUSION_METHODS_GTF_GTF_H_

#include <functional>
#include <memory>

#include "core/cpu/thread_pool.h"
#include "methods/fusion_method.h"
#include "methods/gtf/weighted_system.h"
#include "methods/luma_plane.h"

namespace seafusion::methods {

namespace gtf {

/// The defaults are those of the public code (jiayi-ma/GTF).
struct Parameters {
  double lambda = 4;            ///< Weight of the total variation.
  int steps = 5;                ///< Times the weights are found anew.
  double data_quantile = 0.05;  ///< Differences below this quantile count as if they were it.
  double edge_quantile = 0.01;  ///< The same of squared gradients.
  SolverLimits solver;
};

struct Step {
  SolverOutcome solver;
  double objective = 0;  ///< After the step.
};

/// The y near which the iteration is: |y - s|_1 + lambda sum |grad y|, samples on 0..1.
double Objective(const LumaPlane& y, const LumaPlane& s, double lambda);

/// Minimises over the fused picture f: |f - ir|_1 + lambda * total variation of (f - vi),
/// isotropic, by iteratively reweighted least squares. Samples of the planes, one size, are 0..255;
/// the result is not clipped. `on_step`, if given, is called after each step. Errors:
/// kResourceExhausted; std::bad_alloc may leave it.
StatusOr<LumaPlane> Fuse(const LumaPlane& ir, const LumaPlane& vi, const Parameters& parameters,
                         ThreadPool& pool, const std::function<void(const Step&)>& on_step);

/// What stands in for |x| and squared gradients near 0, from a histogram of `values` (at least one)
/// with 1000 bin centres from the least to the greatest: the centre of the first bin whose
/// cumulative share exceeds `quantile`, and the one after.
struct QuantileCentres {
  double at = 0;
  double after = 0;
};
QuantileCentres FindQuantile(const std::vector<double>& values, double quantile);

}  // namespace gtf

MethodInfo GtfInfo();
StatusOr<std::unique_ptr<FusionMethod>> MakeGtf(const MethodOptions& options);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_GTF_GTF_H_
