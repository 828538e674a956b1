// The parts of LibTorch that this project uses. All of it, <torch/torch.h>, takes the compiler a
// quarter longer, and every source that includes it pays.
#ifndef SEAFUSION_LEARN_LIBTORCH_H_
#define SEAFUSION_LEARN_LIBTORCH_H_

#include <torch/autograd.h>
#include <torch/cuda.h>
#include <torch/enum.h>
#include <torch/nn/functional/padding.h>
#include <torch/nn/functional/upsampling.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>
#include <torch/serialize/archive.h>
#include <torch/types.h>
#include <torch/utils.h>

#endif  // SEAFUSION_LEARN_LIBTORCH_H_
