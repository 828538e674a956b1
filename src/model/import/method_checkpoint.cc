#include "model/import/method_checkpoint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::model {
namespace {

constexpr std::size_t kKernelSides = 4;

bool IsTrainingState(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kSlots = {"/Adam", "/Adam_1", "/RMSProp",
                                                             "/RMSProp_1", "/Momentum"};
  static constexpr std::array<std::string_view, 3> kCounters = {"beta1_power", "beta2_power",
                                                                "global_step"};
  return name.starts_with("discriminator/") ||
         // The public code of FusionGAN and GANMcC fuses without these.
         name.ends_with("/weights_SN/u") || name.find("/BatchNorm/") != std::string_view::npos ||
         std::find(kCounters.begin(), kCounters.end(), name) != kCounters.end() ||
         std::any_of(kSlots.begin(), kSlots.end(),
                     [&](std::string_view slot) { return name.ends_with(slot); });
}

// Height, width, in, out to out, in, height, width. Precondition: four sides.
Tensor FromHwio(const Tensor& t) {
  const std::int64_t h = t.shape[0], w = t.shape[1], in = t.shape[2], out = t.shape[3];
  Tensor result{.shape = {out, in, h, w}, .values = std::vector<float>(t.values.size())};
  std::size_t next = 0;
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t i = 0; i < in; ++i) {
      for (std::int64_t at = 0; at < h * w; ++at) {
        result.values[next++] = t.values[static_cast<std::size_t>((at * in + i) * out + o)];
      }
    }
  }
  return result;
}

// Our names by the published ones.
std::map<std::string_view, std::string_view> NamesOf(const PublishedNetwork& network) {
  std::map<std::string_view, std::string_view> names;
  for (const PublishedTensor& t : network.tensors) names[t.published_name] = t.spec.name;
  return names;
}

Status WrongForm(const PublishedNetwork& network) {
  return InvalidArgument("the published weights of " + std::string(network.method) + " are a " +
                         (network.tensorflow ? "TensorFlow" : "PyTorch") + " checkpoint");
}

// Messages about a tensor give the name it has in the published file.
Status CheckImported(const PublishedNetwork& network, TensorArchive& archive) {
  for (const PublishedTensor& t : network.tensors) {
    const auto it = archive.tensors.find(t.spec.name);
    if (it == archive.tensors.end()) {
      return InvalidArgument("tensor " + t.published_name + " is missing");
    }
    if (it->second.shape != t.spec.shape) {
      return InvalidArgument("tensor " + t.published_name + " is " + ShapeName(it->second.shape) +
                             " (kernels: out, in, height, width), expected " +
                             ShapeName(t.spec.shape));
    }
    SEAFUSION_RETURN_IF_ERROR(CheckFinite(t.published_name, it->second));
  }
  archive.metadata[kMethodKey] = network.method;
  return CheckMethodArchive(archive, network.method, SpecsOf(network));
}

}  // namespace

StatusOr<MethodCheckpoint> ImportMethodBundle(const PublishedNetwork& network,
                                              std::span<const BundleTensor> tensors) {
  if (!network.tensorflow) return WrongForm(network);
  const auto names = NamesOf(network);
  MethodCheckpoint result;
  for (const BundleTensor& t : tensors) {
    const auto it = names.find(t.name);
    if (it == names.end()) {
      if (!IsTrainingState(t.name)) {
        return InvalidArgument("tensor " + Printable(t.name) + " does not belong to " +
                               std::string(network.method));
      }
      ++result.dropped;
      continue;
    }
    if (!t.has_values) {
      return InvalidArgument("tensor " + t.name + " is " + std::string(t.dtype) +
                             ", not a floating-point type");
    }
    result.archive.tensors[std::string(it->second)] =
        t.tensor.shape.size() == kKernelSides ? FromHwio(t.tensor) : t.tensor;
  }
  SEAFUSION_RETURN_IF_ERROR(CheckImported(network, result.archive));
  return result;
}

StatusOr<MethodCheckpoint> ImportMethodCheckpoint(const PublishedNetwork& network,
                                                  const TorchCheckpoint& checkpoint) {
  if (network.tensorflow) return WrongForm(network);
  if (!checkpoint.other_entries.empty()) {
    return InvalidArgument("entry " + Printable(checkpoint.other_entries.front()) +
                           " is not a tensor of " + std::string(network.method));
  }
  constexpr std::string_view kDataParallelPrefix = "module.";
  const bool prefixed =
      std::all_of(checkpoint.tensors.begin(), checkpoint.tensors.end(),
                  [&](const TorchTensor& t) { return t.name.starts_with(kDataParallelPrefix); });
  const auto names = NamesOf(network);
  MethodCheckpoint result;
  for (const TorchTensor& t : checkpoint.tensors) {
    const std::string name = prefixed ? t.name.substr(kDataParallelPrefix.size()) : t.name;
    if (name.ends_with(".num_batches_tracked") ||
        std::find(network.unused.begin(), network.unused.end(), name) != network.unused.end()) {
      ++result.dropped;
      continue;
    }
    const auto it = names.find(name);
    if (it == names.end()) {
      return InvalidArgument("tensor " + Printable(name) + " does not belong to " +
                             std::string(network.method));
    }
    if (!t.has_values()) {
      return InvalidArgument("tensor " + name + " is " + std::string(TorchDtypeName(t.dtype)) +
                             ", not a floating-point type");
    }
    result.archive.tensors[std::string(it->second)] = t.tensor;
  }
  SEAFUSION_RETURN_IF_ERROR(CheckImported(network, result.archive));
  return result;
}

}  // namespace seafusion::model
