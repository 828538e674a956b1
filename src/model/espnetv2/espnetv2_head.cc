#include "model/espnetv2/espnetv2_head.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/segmentation_classes.h"

namespace seafusion::model {
namespace {

// Labels of MSRS that Cityscapes has; the others of MSRS follow them.
constexpr std::size_t kKnown = 4;
// A class without a row of its own begins e^5 times rarer than background: wherever it is drawn
// from, its pixels are that few.
constexpr float kRarer = 5.0f;
// Tells the rows of those classes apart from the first step on.
constexpr double kNoise = 0.01;

}  // namespace

int LabelOfCityscapes(int train_id) {
  switch (train_id) {
    case 13:  // car
    case 14:  // truck
    case 15:  // bus
      return 1;
    case 11:  // person
    case 12:  // rider
      return 2;
    case 17:  // motorcycle
    case 18:  // bicycle
      return 3;
    default:
      return 0;
  }
}

int Espnetv2ClassesOf(const TensorArchive& weights) {
  const auto it = weights.tensors.find(std::string(kEspnetv2Head) + ".bias");
  if (it == weights.tensors.end() || it->second.shape.size() != 1) return kEspnetv2Classes;
  const std::int64_t rows = it->second.shape[0];
  return rows >= 1 && rows <= 255 ? static_cast<int>(rows) : kEspnetv2Classes;
}

bool IsEspnetv2(const TensorArchive& weights) {
  return weights.tensors.contains("base_net.level1.conv.weight");
}

StatusOr<TensorArchive> WithEspnetv2Head(const TensorArchive& published, int classes,
                                         std::uint64_t seed) {
  SEAFUSION_RETURN_IF_ERROR(CheckEspnetv2Weights(published));
  if (classes < 2 || classes > 255) {
    return InvalidArgument("ESPNetv2: " + std::to_string(classes) +
                           " classes; 2 to 255 are possible");
  }
  TensorArchive archive = published;
  const std::string head = kEspnetv2Head;
  const Tensor &rows = published.tensors.at(head + ".weight"),
               &shifts = published.tensors.at(head + ".bias");
  const auto count = static_cast<std::size_t>(classes);
  const std::size_t each = rows.values.size() / static_cast<std::size_t>(kEspnetv2Classes);
  const bool msrs = count == kSegmentationClasses.size();
  Tensor weight{.shape = rows.shape, .values = std::vector<float>(count * each)};
  Tensor bias{.shape = {classes}, .values = std::vector<float>(count)};
  weight.shape[0] = classes;
  if (msrs) {
    std::vector<float> members(kKnown);
    // The last row was never a target: it says nothing.
    for (int id = 0; id + 1 < kEspnetv2Classes; ++id) {
      const auto from = static_cast<std::size_t>(id),
                 to = static_cast<std::size_t>(LabelOfCityscapes(id));
      ++members[to];
      bias.values[to] += shifts.values[from];
      for (std::size_t i = 0; i < each; ++i) {
        weight.values[to * each + i] += rows.values[from * each + i];
      }
    }
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t like = c < kKnown ? c : 0;
      if (c < kKnown) {
        bias.values[c] /= members[c];
        for (std::size_t i = 0; i < each; ++i) weight.values[c * each + i] /= members[c];
        continue;
      }
      bias.values[c] = bias.values[like] - kRarer;
      for (std::size_t i = 0; i < each; ++i) {
        weight.values[c * each + i] = weight.values[like * each + i];
      }
    }
  }
  SeededNoise noise(seed);
  const double spread = msrs ? kNoise : std::sqrt(3.0 / static_cast<double>(each));
  for (float& v : weight.values) v += static_cast<float>(spread * (2.0 * noise.Uniform() - 1.0));
  archive.tensors[head + ".weight"] = std::move(weight);
  archive.tensors[head + ".bias"] = std::move(bias);
  return archive;
}

}  // namespace seafusion::model
