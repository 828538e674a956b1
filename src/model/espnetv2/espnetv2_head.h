// ESPNetv2 for other classes than those of Cityscapes: its last layer, made anew.
#ifndef SEAFUSION_MODEL_ESPNETV2_ESPNETV2_HEAD_H_
#define SEAFUSION_MODEL_ESPNETV2_ESPNETV2_HEAD_H_

#include <cstdint>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Which of kSegmentationClasses a train id of Cityscapes is: car, person, bike, or background.
int LabelOfCityscapes(int train_id);

/// Rows of the last layer, 1..255; kEspnetv2Classes where it is not there or of another shape, so
/// that CheckEspnetv2Weights names it.
int Espnetv2ClassesOf(const TensorArchive& weights);

/// Whether the names are those of ESPNetv2.
bool IsEspnetv2(const TensorArchive& weights);

/// The published weights with a last layer for `classes` labels. Where these are the nine of MSRS,
/// background, car, person and bike begin with the mean of the rows that stand for them, and the
/// others, which Cityscapes does not have, as a background that is seldom chosen; of any other
/// number all rows are random. The little noise, or all of it, follows from `seed`. Fails as
/// CheckEspnetv2Weights, and with kInvalidArgument unless 2 <= classes <= 255.
StatusOr<TensorArchive> WithEspnetv2Head(const TensorArchive& published, int classes,
                                         std::uint64_t seed);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ESPNETV2_ESPNETV2_HEAD_H_
