// What `seafusion convert` makes weights of.
#ifndef SEAFUSION_MODEL_CONVERT_TARGET_H_
#define SEAFUSION_MODEL_CONVERT_TARGET_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/convert/input.h"

namespace seafusion::model {

struct Converted {
  TensorArchive archive;
  int dropped = 0;  ///< Tensors that are not in the result.
};

/// A method whose weights can be taken out of files.
struct ConvertTarget {
  std::string_view method;
  std::string what;  ///< "a dictionary of mst-sr"
  std::string from;  ///< What its authors' file is, for --help.
  /// The method's tensors, checked. Messages name the tensor.
  std::function<StatusOr<Converted>(const ConvertInput&)> take;
};

/// seafusion first.
const std::vector<ConvertTarget>& ConvertTargets();

/// Null: there is none of that name.
const ConvertTarget* FindConvertTarget(std::string_view method);

/// Every tensor under its own name; those of integer types are left out.
Converted TakeAllTensors(const ConvertInput& input);

/// Row-major: MATLAB's first index, which runs fastest, comes last.
Tensor TensorOf(const MatArray& array);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_CONVERT_TARGET_H_
