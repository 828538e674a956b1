// Weights from other programs in this one's form, and out to ONNX.
#ifndef SEAFUSION_MODEL_CONVERT_CONVERSION_H_
#define SEAFUSION_MODEL_CONVERT_CONVERSION_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include <seafusion/status.h>

namespace seafusion::model {

struct ConversionSettings {
  std::string input;                 ///< As LoadConvertInput takes it.
  std::string output;                ///< Ends in .safetensors or .onnx, which decides the form.
  std::string method = "seafusion";  ///< A name of ConvertTargets().
  bool raw = false;                  ///< All tensors as they are, whosever they be.
  bool half = false;                 ///< 16-bit floats, rounded; safetensors only.
  /// Width and height of the pictures in ONNX; without it any, of segmentation networks 640, 480.
  std::optional<std::array<int, 2>> size;
  bool overwrite = false;
};

struct Conversion {
  std::string input, output;
  std::string input_format;  ///< "PyTorch checkpoint"
  std::string input_sha256, output_sha256;
  std::size_t tensors = 0;
  std::size_t parameters = 0;
  int dropped = 0;  ///< Tensors that are not in the output.
  bool raw = false;
};

/// Writes the output, completely or not at all, and beside an ONNX file of a segmentation network
/// the JSON that says how it is fed. The input's name and hash are noted in the metadata, unless a
/// source is. Messages begin with the file at fault.
StatusOr<Conversion> ConvertWeights(const ConversionSettings& settings);

/// Two lines at most, for people; and a JSON object. Both end in a newline.
std::string ConversionText(const Conversion& conversion);
std::string ConversionJson(const Conversion& conversion);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_CONVERT_CONVERSION_H_
