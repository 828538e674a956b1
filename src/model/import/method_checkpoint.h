// Weights that the authors of a method published, as weights of this project.
#ifndef SEAFUSION_MODEL_IMPORT_METHOD_CHECKPOINT_H_
#define SEAFUSION_MODEL_IMPORT_METHOD_CHECKPOINT_H_

#include <span>

#include <seafusion/status.h>

#include "model/import/tensorflow/tensor_bundle.h"
#include "model/import/torch_checkpoint.h"
#include "model/methods/method_weights.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

struct MethodCheckpoint {
  TensorArchive archive;  ///< Passes CheckMethodArchive; no other metadata.
  int dropped = 0;        ///< Tensors that only training needs.
};

/// Renames, and puts HWIO kernels into OIHW. Left out are the state of optimisers (Adam, RMSProp,
/// Momentum; beta1_power, beta2_power, global_step), discriminators, spectral norms and the trained
/// moments that no method fuses with; every
/// other unknown tensor is refused by name, and so are missing tensors, other shapes, integers and
/// values that are not finite. Fails with kInvalidArgument or kCorruptData.
StatusOr<MethodCheckpoint> ImportMethodBundle(const PublishedNetwork& network,
                                              std::span<const BundleTensor> tensors);

/// The same for PyTorch: a "module." before all names is taken off, counters of batches
/// ("num_batches_tracked") and what the network's authors never apply are left out.
StatusOr<MethodCheckpoint> ImportMethodCheckpoint(const PublishedNetwork& network,
                                                  const TorchCheckpoint& checkpoint);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_METHOD_CHECKPOINT_H_
