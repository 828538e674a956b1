// What a file of weights holds.
#ifndef SEAFUSION_MODEL_CONVERT_INSPECTION_H_
#define SEAFUSION_MODEL_CONVERT_INSPECTION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::model {

struct TensorSummary {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::size_t parameters = 0;                     ///< 0 for integer types.
  std::optional<std::pair<float, float>> extent;  ///< Lowest and highest value.
};

struct Inspection {
  std::string file;
  std::string format;  ///< "PyTorch checkpoint"
  std::string sha256;
  std::uint64_t bytes = 0;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> other_entries;    ///< Names of entries that are no tensors.
  std::vector<std::string_view> weights_of;  ///< The methods whose weights it holds.
  std::string method;                        ///< The one that was asked for.
  std::string why_not;                       ///< Why it holds no weights of that; empty: it does.
  std::vector<TensorSummary> tensors;

  std::size_t parameters() const;
};

/// Reads `input` (as LoadConvertInput takes it) and tries it as the weights of every method.
/// Messages begin with the file.
StatusOr<Inspection> InspectWeights(const std::string& input, const std::string& method);

/// A table for people; and a JSON object. Both end in a newline.
std::string InspectionText(const Inspection& inspection);
std::string InspectionJson(const Inspection& inspection);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_CONVERT_INSPECTION_H_
