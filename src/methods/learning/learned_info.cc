#include "methods/learning/learned_info.h"

namespace seafusion::methods {
namespace {

constexpr std::string_view kColour =
    "fuses brightness of 8 bits; the visible picture's colour is added, as in SeAFusion";
constexpr std::string_view kStretched = "stretched by each picture's extremes; rounded";

}  // namespace

MethodInfo DenseFuseInfo() {
  return {.name = "densefuse",
          .title = "DenseFuse",
          .summary = "auto-encoder, features added",
          .citation = "Li, Wu, IEEE TIP 28 (2019)",
          .training = "MS-COCO, as an auto-encoder",
          .colour = kColour,
          .published_range = kStretched,
          .model = ModelUse::kRequired};
}

MethodInfo IfcnnInfo() {
  return {.name = "ifcnn",
          .title = "IFCNN",
          .summary = "shared features, their maximum",
          .citation = "Zhang et al., Information Fusion 54 (2020)",
          .training = "multi-focus pairs made from NYU-D2",
          .colour = kColour,
          .published_range = "each of three channels clipped and truncated, then their luma",
          .model = ModelUse::kRequired,
          .runs_on_libtorch = true};
}

MethodInfo U2FusionInfo() {
  return {.name = "u2fusion",
          .title = "U2Fusion",
          .summary = "dense network for several tasks",
          .citation = "Xu et al., IEEE TPAMI 44 (2022)",
          .training = "RoadScene and TNO, and pictures of other tasks",
          .colour = kColour,
          .published_range = kStretched,
          .model = ModelUse::kRequired};
}

MethodInfo SdNetInfo() {
  return {.name = "sdnet",
          .title = "SDNet",
          .summary = "squeeze and decomposition network",
          .citation = "Zhang, Ma, IJCV 129 (2021)",
          .training = "TNO",
          .colour = kColour,
          .published_range = kStretched,
          .model = ModelUse::kRequired};
}

MethodInfo FusionGanInfo() {
  return {.name = "fusiongan",
          .title = "FusionGAN",
          .summary = "generator against a discriminator",
          .citation = "Ma et al., Information Fusion 48 (2019)",
          .training = "TNO; the weights shipped here: MSRS",
          .colour = kColour,
          .published_range = kStretched,
          .model = ModelUse::kRequired,
          .runs_on_libtorch = true};
}

MethodInfo GanMcCInfo() {
  return {.name = "ganmcc",
          .title = "GANMcC",
          .summary = "generator against a classifier of sources",
          .citation = "Ma et al., IEEE TIM 70 (2021)",
          .training = "TNO; the weights shipped here: MSRS",
          .colour = kColour,
          .published_range = kStretched,
          .model = ModelUse::kRequired,
          .runs_on_libtorch = true};
}

MethodInfo RfnNestInfo() {
  return {.name = "rfn-nest",
          .title = "RFN-Nest",
          .summary = "nested auto-encoder, residual fusion",
          .citation = "Li, Wu, Kittler, Information Fusion 73 (2021)",
          .training = "MS-COCO and KAIST; the weights shipped here: MSRS",
          .colour = kColour,
          .published_range = "stretched by each picture's extremes; truncated",
          .model = ModelUse::kRequired,
          .runs_on_libtorch = true};
}

StatusOr<std::unique_ptr<FusionMethod>> MakeWithoutLibTorch(const MethodOptions&) {
  return Unsupported("this method runs on LibTorch, which is not loaded");
}

}  // namespace seafusion::methods
