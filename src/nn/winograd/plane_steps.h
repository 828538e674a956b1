// Steps between planes and maps, and those that look at one pixel or one channel at a time.
#ifndef SEAFUSION_NN_WINOGRAD_PLANE_STEPS_H_
#define SEAFUSION_NN_WINOGRAD_PLANE_STEPS_H_

#include <memory>

#include "nn/buffer.h"
#include "nn/depth_first/step_kernel.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {

/// For kPlaneConv, kToPlane, kGradient and kElementwise; `taps` and `bias` as in StepWeights.
std::unique_ptr<StepKernel> MakePlaneStep(const plan::Plan& plan, int step, const Kernels& kernels,
                                          Buffer<float> taps, float bias);

/// The slope that makes max(v, slope v) the node's activation; 1 for none.
float SlopeOf(const model::Node& node);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_PLANE_STEPS_H_
