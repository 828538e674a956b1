// The network's weights in the layout that the kernels read, for each type of the products'
// operands.
#ifndef SEAFUSION_NN_WINOGRAD_WEIGHTS_H_
#define SEAFUSION_NN_WINOGRAD_WEIGHTS_H_

#include <array>
#include <cstddef>

#include "model/safetensors.h"
#include "nn/winograd/buffer.h"
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

/// A 3x3 convolution in the Winograd domain: G w G^T.
template <typename T>
struct Conv {
  int index = 0;  ///< In the order of kConvNames (ranges.h).
  float slope = 0.0f;
  ProductWeights<T> product;
  Buffer<float> bias;  ///< One per output channel.
};

/// A gradient residual dense block. Its first convolution is merged with the half of the second
/// that reads the same input, so that the input is transformed once: the first `channels` outputs
/// of `head` are conv1 (with activation), the others conv2's share from x with conv2's bias
/// (without).
template <typename T>
struct DenseBlock {
  int index = 0;   ///< In the order of kTailNames (ranges.h).
  int blocks = 0;  ///< Of x, of conv1 and of conv2, in units of 16 channels.
  Conv<T> head;
  Conv<T> rest;             ///< conv2's share from conv1. No bias of its own.
  Buffer<float> gradient;   ///< For each block: 9 taps of convx, 9 of convy.
  ProductWeights<T> tail;   ///< 1x1 over [x, conv1, conv2, gradient].
  Buffer<float> tail_bias;  ///< The sum of the two biases.
  float tail_slope = 0.0f;
};

template <typename T>
struct Encoder {
  Buffer<float> first;  ///< 9 taps of 16 channels, then 16 biases.
  float first_slope = 0.0f;
  std::array<DenseBlock<T>, 2> dense;
};

template <typename T>
struct Weights {
  std::array<Encoder<T>, 2> encoders;  ///< Visible, infrared.
  std::array<Conv<T>, 3> decoder;      ///< decode4, decode3, decode2.
  Buffer<float> last;                  ///< 9 taps of 16 channels.
  float last_bias = 0.0f;
};

/// G w G^T of one 3x3 kernel (Lavin and Gray 2016, Eq. 14), computed in double precision.
std::array<float, kFrequencies> TransformKernel(const float* w);

/// Packs weights that model::CheckFusionWeights accepts. Throws std::bad_alloc.
Weights<float> PackWeights(const model::TensorArchive& archive);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_WEIGHTS_H_
