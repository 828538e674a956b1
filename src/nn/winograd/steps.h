// What computes the steps of a plan with the kernels of kernels/: convolutions in the Winograd
// domain, 1x1 convolutions, and the layers around them.
#ifndef SEAFUSION_NN_WINOGRAD_STEPS_H_
#define SEAFUSION_NN_WINOGRAD_STEPS_H_

#include <memory>

#include "nn/depth_first/step_kernel.h"
#include "nn/plan/plan.h"
#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/weights.h"

namespace seafusion::nn::winograd {

/// The kernel of one of the plan's steps, which both live as long as it does; null for direct
/// steps. `of_step`: where its ranges are recorded. T: float, std::int16_t or Bf16. Throws
/// std::bad_alloc.
template <typename T>
std::unique_ptr<StepKernel> MakeStep(const plan::Plan& plan, int step, const Kernels& kernels,
                                     StepWeights<T> weights, const ProductRanges::OfStep& of_step);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_STEPS_H_
