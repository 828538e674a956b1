// The tensors of the methods SeAFusion is compared with, as files of this project hold them, and
// where each stands in the file its authors published. Without LibTorch: convert needs it.
#ifndef SEAFUSION_MODEL_METHODS_METHOD_WEIGHTS_H_
#define SEAFUSION_MODEL_METHODS_METHOD_WEIGHTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "model/graph/fusion_graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Key of a file's metadata that names the method it is for.
inline constexpr char kMethodKey[] = "method";

/// One tensor of a network. Convolution kernels are OIHW here, and HWIO in TensorFlow's files.
struct PublishedTensor {
  TensorSpec spec;
  std::string published_name;
};

/// A network whose weights its authors published.
struct PublishedNetwork {
  std::string_view method;
  bool tensorflow = false;  ///< A tensor bundle; else a PyTorch checkpoint.
  std::vector<PublishedTensor> tensors;
  std::vector<std::string> unused;  ///< Published names of what its authors' code never applies.
};

/// densefuse, ifcnn, u2fusion, sdnet, fusiongan, ganmcc. Built once; immutable.
const std::vector<PublishedNetwork>& PublishedNetworks();

/// Null: there is none of that name.
const PublishedNetwork* FindPublishedNetwork(std::string_view method);

std::vector<TensorSpec> SpecsOf(const PublishedNetwork& network);

/// CheckTensors, CheckFinite of each, and that the metadata name `method`. Fails with
/// kInvalidArgument or kCorruptData.
Status CheckMethodArchive(const TensorArchive& archive, std::string_view method,
                          std::span<const TensorSpec> specs);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_METHODS_METHOD_WEIGHTS_H_
