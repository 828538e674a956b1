// What `seafusion convert` reads.
#ifndef SEAFUSION_MODEL_CONVERT_INPUT_H_
#define SEAFUSION_MODEL_CONVERT_INPUT_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <seafusion/status.h>

#include "model/import/mat/mat_file.h"
#include "model/import/tensorflow/tensor_bundle.h"
#include "model/import/torch_checkpoint.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

using MatArrays = std::vector<MatArray>;
using BundleTensors = std::vector<BundleTensor>;

/// A file, or the files of a TensorFlow checkpoint, before it is known what for.
struct ConvertInput {
  std::string name;    ///< Without folders, for metadata.
  std::string format;  ///< "PyTorch checkpoint"
  std::string sha256;
  std::uint64_t bytes = 0;
  std::variant<TensorArchive, TorchCheckpoint, MatArrays, BundleTensors> content;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&content);
  }
};

/// `path`: a file, whose content decides what it is; a TensorFlow checkpoint by its prefix or one
/// of its files; or weights in this program by their name, see BuiltInWeights. Messages name the
/// file.
StatusOr<ConvertInput> LoadConvertInput(const std::string& path);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_CONVERT_INPUT_H_
