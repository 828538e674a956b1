// Which weights something was measured with.
#ifndef SEAFUSION_MODEL_WEIGHTS_TENSOR_HASH_H_
#define SEAFUSION_MODEL_WEIGHTS_TENSOR_HASH_H_

#include <string>

#include "model/weights/safetensors.h"

namespace seafusion::model {

/// SHA-256 of the names and values of all tensors, in hexadecimal digits: what was measured with
/// them, as ranges of activations, holds for these only. Metadata does not count.
std::string TensorsSha256(const TensorArchive& archive);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_WEIGHTS_TENSOR_HASH_H_
