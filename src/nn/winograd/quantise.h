// Weights with 16-bit operands, from those with floats.
#ifndef SEAFUSION_NN_WINOGRAD_QUANTISE_H_
#define SEAFUSION_NN_WINOGRAD_QUANTISE_H_

#include <cstdint>

#include "nn/depth_first/product_ranges.h"
#include "nn/winograd/weights.h"

namespace seafusion::nn::winograd {

/// The integer that the largest value of the calibration pictures becomes; values up to twice as
/// large still fit, beyond that they saturate.
inline constexpr float kCalibratedMost = 16383.0f;

/// Of one step, whose ranges `of_step` names. Scales input block b by kCalibratedMost / range, and
/// each output's weights as far as they go: 16 bits each, and no sum of products beyond 32 bits
/// whatever the input. Throws std::bad_alloc.
StepWeights<std::int16_t> Quantise(StepWeights<float> weights, const ProductRanges& ranges,
                                   const ProductRanges::OfStep& of_step);

/// Rounds to bfloat16. Throws std::bad_alloc.
StepWeights<Bf16> RoundToBf16(StepWeights<float> weights);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_QUANTISE_H_
