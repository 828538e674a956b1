// The network's weights in the layout that the kernels read.
#ifndef SEAFUSION_NN_WINOGRAD_WEIGHTS_H_
#define SEAFUSION_NN_WINOGRAD_WEIGHTS_H_

#include <array>

#include <seafusion/status.h>

#include "model/safetensors.h"
#include "nn/winograd/float_buffer.h"

namespace seafusion::nn::winograd {

/// A 3x3 convolution in the Winograd domain.
struct Conv {
  int in_blocks = 0;
  int out_blocks = 0;
  float slope = 0.0f;
  FloatBuffer u;     ///< [36][input channel][output channel], G w G^T.
  FloatBuffer bias;  ///< One per output channel.
};

/// A gradient residual dense block. Its first convolution is merged with the half of the second
/// that reads the same input, so that the input is transformed once: the first `channels` outputs
/// of `head` are conv1 (with activation), the others conv2's share from x with conv2's bias
/// (without).
struct DenseBlock {
  int blocks = 0;      ///< Of x, of conv1 and of conv2, in units of 16 channels.
  int out_blocks = 0;  ///< Of the result.
  Conv head;
  Conv rest;             ///< conv2's share from conv1. No bias of its own.
  FloatBuffer gradient;  ///< For each block: 9 taps of convx, 9 of convy.
  FloatBuffer tail;      ///< 1x1 over [x, conv1, conv2, gradient], then the two biases' sum.
  float tail_slope = 0.0f;
};

struct Encoder {
  FloatBuffer first;  ///< 9 taps of 16 channels, then 16 biases.
  float first_slope = 0.0f;
  std::array<DenseBlock, 2> dense;
};

struct Weights {
  std::array<Encoder, 2> encoders;  ///< Visible, infrared.
  std::array<Conv, 3> decoder;      ///< decode4, decode3, decode2.
  FloatBuffer last;                 ///< 9 taps of 16 channels.
  float last_bias = 0.0f;
};

/// G w G^T of one 3x3 kernel (Lavin and Gray 2016, Eq. 14), computed in double precision.
std::array<float, 36> TransformKernel(const float* w);

/// Packs weights that model::CheckFusionWeights accepts. Throws std::bad_alloc.
Weights PackWeights(const model::TensorArchive& archive);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_WEIGHTS_H_
