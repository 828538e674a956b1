// The methods that run on LibTorch: what each reads, and what its public code makes of the result.
#include "methods/learned/registry.h"

#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "methods/learned/learned_method.h"
#include "methods/learned/networks/fusiongan_net.h"
#include "methods/learned/networks/ganmcc_net.h"
#include "methods/learned/networks/ifcnn_net.h"
#include "methods/learned/networks/rfn_nest_net.h"
#include "methods/learning/learned_info.h"
#include "model/methods/method_weights.h"

namespace seafusion::methods {
namespace {

torch::Tensor Clipped(const torch::Tensor& levels) {
  return levels.clamp(0, kWhite);
}

// Precondition: the method's weights are published.
template <MethodInfo (*kInfo)()>
StatusOr<std::vector<model::TensorSpec>> TensorsOf(const model::TensorArchive&) {
  return model::SpecsOf(*model::FindPublishedNetwork(kInfo().name));
}

// Of three channels; `whole` as the public code: each truncated to 8 bits, then OpenCV's luma.
torch::Tensor IfcnnLevels(const torch::Tensor& fused, bool whole) {
  torch::Tensor channels = Clipped(fused * kWhite);
  if (whole) channels = channels.floor();
  const torch::Tensor weights = torch::tensor({4899.0f, 9617.0f, 1868.0f}).view({1, 3, 1, 1});
  const torch::Tensor luma = (channels * weights).sum(1, /*keepdim=*/true) / 16384.0;
  return whole ? (luma + 0.5).floor() : luma;
}

StatusOr<std::unique_ptr<FusionMethod>> MakeIfcnn(const MethodOptions& options) {
  return MakeLearnedMethod(
      {.info = IfcnnInfo(),
       .tensors = TensorsOf<IfcnnInfo>,
       .luma = LumaRule::kOpenCv,
       .fuse =
           [](const TensorSource& tensors, const torch::Tensor& ir, const torch::Tensor& vi) {
             // Of ImageNet, by which the first layer was trained.
             const torch::Tensor mean = torch::tensor({0.485f, 0.456f, 0.406f}).view({1, 3, 1, 1});
             const torch::Tensor deviation =
                 torch::tensor({0.229f, 0.224f, 0.225f}).view({1, 3, 1, 1});
             const auto normalised = [&](const torch::Tensor& levels) {
               return (levels / kWhite - mean) / deviation;
             };
             return RunIfcnn(tensors, normalised(ir), normalised(vi)) * deviation + mean;
           },
       .published = IfcnnLevels,
       .clipped = [](const torch::Tensor& fused) { return IfcnnLevels(fused, false); }},
      options);
}

StatusOr<std::unique_ptr<FusionMethod>> MakeFusionGan(const MethodOptions& options) {
  return MakeLearnedMethod({.info = FusionGanInfo(),
                            .tensors = TensorsOf<FusionGanInfo>,
                            .luma = LumaRule::kThroughYCbCr,
                            .fuse = FuseFusionGan,
                            .published = StretchedAsSciPy,
                            .clipped = Clipped},
                           options);
}

StatusOr<std::unique_ptr<FusionMethod>> MakeGanMcC(const MethodOptions& options) {
  return MakeLearnedMethod({.info = GanMcCInfo(),
                            .tensors = TensorsOf<GanMcCInfo>,
                            .luma = LumaRule::kThroughYCbCr,
                            .fuse = FuseGanMcC,
                            .published = StretchedAsSciPy,
                            .clipped = Clipped},
                           options);
}

StatusOr<std::vector<model::TensorSpec>> RfnNestTensors(const model::TensorArchive& archive) {
  SEAFUSION_ASSIGN_OR_RETURN(const int width, RfnNestWidth(archive));
  std::vector<model::TensorSpec> tensors = NestFuseTensors(width);
  for (const model::TensorSpec& spec : RfnTensors(width)) tensors.push_back(spec);
  return tensors;
}

StatusOr<std::unique_ptr<FusionMethod>> MakeRfnNest(const MethodOptions& options) {
  return MakeLearnedMethod(
      {.info = RfnNestInfo(),
       .tensors = RfnNestTensors,
       .luma = LumaRule::kRounded,
       .fuse = [](const TensorSource& tensors, const torch::Tensor& ir,
                  const torch::Tensor& vi) { return FuseRfnNest(tensors, ir, vi); },
       .published =
           [](const torch::Tensor& fused, bool whole) {
             const torch::Tensor levels = StretchRfnNest(fused);
             return whole ? levels.floor() : levels;
           },
       // The network's result has no range of its own: features weighted by 6 and 3 come out about
       // nine times as bright as the sources.
       .clipped = StretchRfnNest},
      options);
}

}  // namespace

const MethodRegistry& LearnedMethods() {
  static const MethodRegistry registry = [] {
    MethodRegistry r;
    r.Add({RfnNestInfo(), MakeRfnNest});
    r.Add({IfcnnInfo(), MakeIfcnn});
    r.Add({FusionGanInfo(), MakeFusionGan});
    r.Add({GanMcCInfo(), MakeGanMcC});
    return r;
  }();
  return registry;
}

}  // namespace seafusion::methods
