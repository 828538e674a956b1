// For tests: networks with the weights their authors published, which are not part of the project.
#ifndef SEAFUSION_METHODS_LEARNED_PUBLISHED_NETWORKS_H_
#define SEAFUSION_METHODS_LEARNED_PUBLISHED_NETWORKS_H_

#include <string>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "model/import/method_checkpoint.h"

namespace seafusion::methods {

/// The imported weights of "densefuse", "ifcnn", "u2fusion" or "sdnet" out of `folder`; kNotFound
/// where they are not there.
inline StatusOr<model::TensorArchive> ReadPublished(const std::string& folder,
                                                    const std::string& method) {
  const model::PublishedNetwork& network = *model::FindPublishedNetwork(method);
  StatusOr<model::MethodCheckpoint> checkpoint = NotFound(folder + " has no weights of " + method);
  if (network.tensorflow) {
    const std::string name = method == "densefuse" ? "DeseFuse.ckpt"
                             : method == "sdnet"   ? "SDNet.model"
                                                   : "model.ckpt";
    SEAFUSION_ASSIGN_OR_RETURN(const model::BundleFiles files,
                               model::LoadTensorBundle(folder + "/" + method + "/" + name));
    checkpoint = model::ImportMethodBundle(network, files.tensors);
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(const auto bytes,
                               ReadFile(folder + "/ifcnn_max.pth", std::uint64_t{1} << 28));
    SEAFUSION_ASSIGN_OR_RETURN(const auto torch, model::ParseTorchCheckpoint(bytes));
    checkpoint = model::ImportMethodCheckpoint(network, torch);
  }
  if (!checkpoint.ok()) return checkpoint.status();
  return std::move(checkpoint->archive);
}

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_LEARNED_PUBLISHED_NETWORKS_H_
