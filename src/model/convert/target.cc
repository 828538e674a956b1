#include "model/convert/target.h"

#include <algorithm>
#include <utility>

#include "core/status_macros.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/espnetv2_onnx.h"
#include "model/graph/network.h"
#include "model/import/fusion_checkpoint.h"
#include "model/import/mat/mat_dictionary.h"
#include "model/import/method_checkpoint.h"
#include "model/methods/method_weights.h"
#include "model/onnx/segmentation_onnx.h"
#include "model/weights/sparse_dictionary.h"

namespace seafusion::model {
namespace {

StatusOr<Converted> TakeFusionNetwork(const ConvertInput& input) {
  if (const auto* torch = input.As<TorchCheckpoint>()) {
    SEAFUSION_ASSIGN_OR_RETURN(FusionCheckpoint checkpoint, ImportFusionCheckpoint(*torch));
    return Converted{std::move(checkpoint.archive), checkpoint.dropped};
  }
  const auto* archive = input.As<TensorArchive>();
  if (archive == nullptr) {
    return InvalidArgument("a " + input.format +
                           " holds none; --method names whose weights it holds");
  }
  SEAFUSION_RETURN_IF_ERROR(IdentifyNetwork(*archive).status());
  return Converted{*archive};
}

StatusOr<Converted> TakeDictionary(const ConvertInput& input) {
  if (const auto* arrays = input.As<MatArrays>()) {
    SEAFUSION_ASSIGN_OR_RETURN(TensorArchive archive, ImportMatDictionary(*arrays));
    return Converted{std::move(archive)};
  }
  const auto* archive = input.As<TensorArchive>();
  if (archive == nullptr) {
    return InvalidArgument("a dictionary is a MATLAB file or a safetensors file");
  }
  SEAFUSION_RETURN_IF_ERROR(CheckSparseDictionary(*archive));
  return Converted{*archive};
}

StatusOr<Converted> TakeSegmentation(const ConvertInput& input) {
  if (input.As<MatArrays>() != nullptr || input.As<BundleTensors>() != nullptr) {
    return InvalidArgument("a " + input.format + " holds none");
  }
  Converted all = TakeAllTensors(input);
  SEAFUSION_RETURN_IF_ERROR(CheckSegmentationWeights(all.archive));
  return all;
}

StatusOr<Converted> TakeNetwork(const PublishedNetwork& network, const ConvertInput& input) {
  if (const auto* archive = input.As<TensorArchive>()) {
    SEAFUSION_RETURN_IF_ERROR(CheckMethodArchive(*archive, network.method, SpecsOf(network)));
    return Converted{*archive};
  }
  StatusOr<MethodCheckpoint> checkpoint =
      InvalidArgument("a " + input.format + " holds no network");
  if (const auto* torch = input.As<TorchCheckpoint>()) {
    checkpoint = ImportMethodCheckpoint(network, *torch);
  } else if (const auto* tensors = input.As<BundleTensors>()) {
    checkpoint = ImportMethodBundle(network, *tensors);
  }
  if (!checkpoint.ok()) return checkpoint.status();
  return Converted{std::move(checkpoint->archive), checkpoint->dropped};
}

StatusOr<Converted> TakeEspnetv2(const ConvertInput& input) {
  SEAFUSION_ASSIGN_OR_RETURN(Converted converted, TakeNetwork(Espnetv2Network(), input));
  SEAFUSION_RETURN_IF_ERROR(CheckEspnetv2Weights(converted.archive));
  return converted;
}

}  // namespace

const std::vector<ConvertTarget>& ConvertTargets() {
  static const std::vector<ConvertTarget> targets = [] {
    std::vector<ConvertTarget> all = {
        {"seafusion", "the weights of the fusion network",
         "PyTorch; safetensors of train, lite too", TakeFusionNetwork},
        {"mst-sr", "a dictionary of mst-sr", "MATLAB: D, an atom of 8x8 a column", TakeDictionary},
        {"segmentation", "the weights of the segmentation network",
         "safetensors of train, or PyTorch", TakeSegmentation,
         SegmentationForm{.onnx = ExportSegmentationOnnx, .settings = SegmentationOnnxSettings}},
        {"espnetv2", "the weights of ESPNetv2, scale 2.0, for Cityscapes",
         "PyTorch, for Cityscapes", TakeEspnetv2,
         SegmentationForm{.onnx = ExportEspnetv2Onnx,
                          .settings = [](const TensorArchive&, int width, int height) {
                            return Espnetv2OnnxSettings(width, height);
                          }}}};
    for (const PublishedNetwork& network : PublishedNetworks()) {
      all.push_back(
          {network.method, "the weights of " + std::string(network.method),
           network.tensorflow ? "TensorFlow" : "PyTorch",
           [&network](const ConvertInput& input) { return TakeNetwork(network, input); }});
    }
    return all;
  }();
  return targets;
}

const ConvertTarget* FindConvertTarget(std::string_view method) {
  const auto& all = ConvertTargets();
  const auto it = std::find_if(
      all.begin(), all.end(), [&](const ConvertTarget& target) { return target.method == method; });
  return it == all.end() ? nullptr : &*it;
}

Tensor TensorOf(const MatArray& array) {
  return {.shape = {array.shape.rbegin(), array.shape.rend()},
          .values = {array.values.begin(), array.values.end()}};
}

Converted TakeAllTensors(const ConvertInput& input) {
  Converted result;
  const auto take = [&](const std::string& name, bool has_values, const Tensor& tensor) {
    if (has_values) {
      result.archive.tensors[name] = tensor;
    } else {
      ++result.dropped;
    }
  };
  if (const auto* archive = input.As<TensorArchive>()) result.archive = *archive;
  if (const auto* arrays = input.As<MatArrays>()) {
    for (const MatArray& array : *arrays) take(array.name, true, TensorOf(array));
  }
  if (const auto* torch = input.As<TorchCheckpoint>()) {
    for (const TorchTensor& t : torch->tensors) take(t.name, t.has_values(), t.tensor);
  }
  if (const auto* tensors = input.As<BundleTensors>()) {
    for (const BundleTensor& t : *tensors) take(t.name, t.has_values, t.tensor);
  }
  return result;
}

}  // namespace seafusion::model
