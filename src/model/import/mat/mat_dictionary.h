// The public dictionary of MST-SR (jiayi-ma/GTF, D_100000_256_8.mat) as a file of this project.
#ifndef SEAFUSION_MODEL_IMPORT_MAT_MAT_DICTIONARY_H_
#define SEAFUSION_MODEL_IMPORT_MAT_MAT_DICTIONARY_H_

#include <span>

#include <seafusion/status.h>

#include "model/import/mat/mat_file.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

/// `arrays` must be one variable "D" with an atom in each of its columns. The result passes
/// CheckSparseDictionary; values are rounded to float32. Fails with kInvalidArgument or
/// kCorruptData (values that are not finite).
StatusOr<TensorArchive> ImportMatDictionary(std::span<const MatArray> arrays);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_MAT_MAT_DICTIONARY_H_
