// Whether a file's tensors are the ones a network needs.
#ifndef SEAFUSION_MODEL_WEIGHTS_TENSOR_CHECK_H_
#define SEAFUSION_MODEL_WEIGHTS_TENSOR_CHECK_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// kInvalidArgument, naming the first tensor of `specs` that the archive lacks or holds in another
/// shape (with both shapes).
Status CheckTensorsAreThere(const TensorArchive& archive, std::span<const TensorSpec> specs);

/// kInvalidArgument unless the archive holds exactly the tensors of `specs`. Messages name the
/// first one that is missing, of another shape (with both shapes), or does not belong to `network`
/// ("the fusion network").
Status CheckTensors(const TensorArchive& archive, std::span<const TensorSpec> specs,
                    std::string_view network);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_WEIGHTS_TENSOR_CHECK_H_
