// A plan's weights in the layout that the kernels read, for each type of the products' operands.
#ifndef SEAFUSION_NN_WINOGRAD_WEIGHTS_H_
#define SEAFUSION_NN_WINOGRAD_WEIGHTS_H_

#include <array>
#include <cstddef>

#include "model/weights/safetensors.h"
#include "nn/buffer.h"
#include "nn/plan/plan.h"
#include "nn/winograd/kernels/kernels.h"

namespace seafusion::nn::winograd {

/// A matrix product, or one for each of 36 frequencies, and what its int16 operands need. For other
/// operands `rescale` and `scales` hold zeros.
template <typename T>
struct ProductWeights {
  int in_blocks = 0;
  int out_blocks = 0;
  Buffer<T> values;       ///< See Matrix.
  Buffer<float> rescale;  ///< See Matrix.
  Buffer<float> scales;   ///< For each input block, and in it for each frequency.

  Matrix<T> matrix() const { return {values.data(), rescale.data()}; }
};

/// Of one step; what its kind does not need is empty.
template <typename T>
struct StepWeights {
  /// 3x3 kernels in the Winograd domain, G w G^T, of all of the step's product outputs.
  ProductWeights<T> product;
  Buffer<float> bias;  ///< One for each output channel of `product`; zero where an addend has it.
  ProductWeights<T> point;   ///< 1x1 over the point inputs.
  Buffer<float> point_bias;  ///< The sum of all parts'.
  /// Kernels by tap, 16 channels each. Plane convolution: for each output block the taps of each
  /// plane, then the biases. To the plane: for each input block its taps. Gradients, alone or of a
  /// point step: for each block 9 taps of convx, 9 of convy.
  Buffer<float> taps;
  float plane_bias = 0.0f;
};

/// G w G^T of one 3x3 kernel (Lavin and Gray 2016, Eq. 14), computed in double precision.
std::array<float, kFrequencies> TransformKernel(const float* w);

/// Packs the weights of one of the plan's steps out of those that hold the graph's tensors. Throws
/// std::bad_alloc.
StepWeights<float> PackWeights(const plan::Plan& plan, const plan::Step& step,
                               const model::TensorArchive& archive);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_WEIGHTS_H_
