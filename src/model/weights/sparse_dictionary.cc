#include "model/weights/sparse_dictionary.h"

#include <cstddef>
#include <string>

namespace seafusion::model {
namespace {

// Fewer atoms cannot stand for every patch; more would only cost memory, as their square.
constexpr std::int64_t kLeastAtoms = kDictionaryPatchPixels;
constexpr std::int64_t kMostAtoms = 4096;

}  // namespace

Status CheckSparseDictionary(const TensorArchive& archive) {
  const auto it = archive.tensors.find(kDictionaryTensor);
  if (it == archive.tensors.end() || archive.tensors.size() != 1) {
    return InvalidArgument("not a dictionary: one tensor called " + std::string(kDictionaryTensor) +
                           " is needed");
  }
  const Tensor& tensor = it->second;
  if (tensor.shape.size() != 2 || tensor.shape[1] != kDictionaryPatchPixels ||
      tensor.shape[0] < kLeastAtoms || tensor.shape[0] > kMostAtoms) {
    return InvalidArgument("the dictionary is " + ShapeName(tensor.shape) + "; it must be " +
                           std::to_string(kLeastAtoms) + " to " + std::to_string(kMostAtoms) +
                           " atoms x " + std::to_string(kDictionaryPatchPixels));
  }
  for (std::int64_t atom = 0; atom < tensor.shape[0]; ++atom) {
    const auto at = static_cast<std::size_t>(atom * kDictionaryPatchPixels);
    double squared = 0;
    for (std::size_t i = 0; i < kDictionaryPatchPixels; ++i) {
      const double v = tensor.values[at + i];
      squared += v * v;
    }
    // Squares of floats do not overflow; those of the smallest vanish.
    if (!(squared > 0)) {
      return InvalidArgument("atom " + std::to_string(atom) + " of the dictionary is all zeros");
    }
  }
  return OkStatus();
}

}  // namespace seafusion::model
