// What `seafusion convert` makes weights of.
#ifndef SEAFUSION_MODEL_CONVERT_TARGET_H_
#define SEAFUSION_MODEL_CONVERT_TARGET_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
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

/// A segmentation network as ONNX for pictures of one size, and the JSON that `seafusion segment`
/// wants beside it.
struct SegmentationForm {
  std::array<int, 2> size = {640, 480};  ///< Width and height unless others are asked for.
  StatusOr<std::vector<std::uint8_t>> (*onnx)(const TensorArchive& weights, int width, int height);
  std::string (*settings)(const TensorArchive& weights, int width, int height);
};

/// A method whose weights can be taken out of files.
struct ConvertTarget {
  std::string_view method;
  std::string what;  ///< "a dictionary of mst-sr"
  std::string from;  ///< What its authors' file is, for --help.
  /// The method's tensors, checked. Messages name the tensor.
  std::function<StatusOr<Converted>(const ConvertInput&)> take;
  std::optional<SegmentationForm> segmentation = {};  ///< Of segmentation networks.
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
