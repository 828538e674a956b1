// The public SeAFusion checkpoint (Linfeng-Tang/SeAFusion, SeAFusion.pth) as weights of this
// project.
#ifndef SEAFUSION_MODEL_IMPORT_FUSION_CHECKPOINT_H_
#define SEAFUSION_MODEL_IMPORT_FUSION_CHECKPOINT_H_

#include <seafusion/status.h>

#include "model/import/torch_checkpoint.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

struct FusionCheckpoint {
  TensorArchive archive;  ///< Passes CheckFusionWeights; no metadata.
  /// Batch-norm tensors of the decoder that the public code creates and never applies.
  int dropped = 0;
};

/// Maps the names: a "module." before all of them (torch.nn.DataParallel) is taken off, unused
/// batch norms are dropped, every other unknown tensor or entry is refused by name, and so are
/// missing tensors, other shapes, and values that are not finite. Fails with kInvalidArgument or
/// kCorruptData.
StatusOr<FusionCheckpoint> ImportFusionCheckpoint(const TorchCheckpoint& checkpoint);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_FUSION_CHECKPOINT_H_
