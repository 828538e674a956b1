// Dictionaries for sparse coding of patches, as files of this project hold them.
#ifndef SEAFUSION_MODEL_WEIGHTS_SPARSE_DICTIONARY_H_
#define SEAFUSION_MODEL_WEIGHTS_SPARSE_DICTIONARY_H_

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Patches are squares of this side; an atom is one, column after column.
inline constexpr int kDictionaryPatchSide = 8;
inline constexpr int kDictionaryPatchPixels = kDictionaryPatchSide * kDictionaryPatchSide;
/// The one tensor of the file: [atoms][kDictionaryPatchPixels].
inline constexpr char kDictionaryTensor[] = "dictionary";

/// One tensor of that name and shape, 64 to 4096 atoms, each with a norm above 0. Fails with
/// kInvalidArgument.
Status CheckSparseDictionary(const TensorArchive& archive);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_WEIGHTS_SPARSE_DICTIONARY_H_
