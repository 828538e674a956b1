#include "model/import/mat/mat_dictionary.h"

#include <string>
#include <utility>

#include "core/status_macros.h"
#include "model/weights/sparse_dictionary.h"

namespace seafusion::model {
namespace {

constexpr char kVariable[] = "D";

}  // namespace

StatusOr<TensorArchive> ImportMatDictionary(std::span<const MatArray> arrays) {
  for (const MatArray& array : arrays) {
    if (array.name != kVariable) {
      return InvalidArgument("variable " + array.name + " has no place in a dictionary; only " +
                             std::string(kVariable) + " has");
    }
  }
  if (arrays.size() != 1) {
    return InvalidArgument("the variable " + std::string(kVariable) + " is missing");
  }
  const MatArray& array = arrays.front();
  if (array.shape.size() != 2) {
    return InvalidArgument("variable D has " + std::to_string(array.shape.size()) +
                           " dimensions in place of 2");
  }
  Tensor tensor;
  // An atom is a column, and columns lie one after another: [atoms][pixels] in our order.
  tensor.shape = {array.shape[1], array.shape[0]};
  tensor.values.reserve(array.values.size());
  for (const double v : array.values) tensor.values.push_back(static_cast<float>(v));
  SEAFUSION_RETURN_IF_ERROR(CheckFinite(kVariable, tensor));
  TensorArchive archive;
  archive.tensors[kDictionaryTensor] = std::move(tensor);
  archive.metadata["method"] = "mst-sr";
  SEAFUSION_RETURN_IF_ERROR(CheckSparseDictionary(archive));
  return archive;
}

}  // namespace seafusion::model
