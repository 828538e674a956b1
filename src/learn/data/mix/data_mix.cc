#include "learn/data/mix/data_mix.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

// Where a crop lies in its picture, and how it is turned over.
struct Place {
  int x = 0, y = 0;
  bool flip_x = false, flip_y = false;
  int shift_x = 0, shift_y = 0;  // of the infrared
};

Place DrawPlace(const PairPlanes& picture, const MixCrops& how, SeededNoise& noise) {
  const int free_x = picture.width - how.side, free_y = picture.height - how.side;
  Place place;
  place.x = static_cast<int>(noise.Below(static_cast<std::uint64_t>(free_x) + 1));
  place.y = static_cast<int>(noise.Below(static_cast<std::uint64_t>(free_y) + 1));
  if (noise.Chance(how.border_share)) {
    const std::uint64_t border = noise.Below(4);
    if (border < 2) place.x = border == 0 ? 0 : free_x;
    if (border >= 2) place.y = border == 2 ? 0 : free_y;
  }
  if (how.flips) {
    const std::uint64_t flips = noise.Below(4);
    place.flip_x = flips % 2 != 0;
    place.flip_y = flips / 2 != 0;
  }
  return place;
}

// The rows or columns of a crop that count: [first, last).
std::pair<int, int> Counted(int at, int side, int length, int margin) {
  const int first = at == 0 ? 0 : margin;
  const bool own_end = at + side == length && length % 2 == 0;
  return {first, own_end ? side : side - margin};
}

void WriteCrop(const PairPlanes& picture, const MixCrops& how, const Place& place, float* vis,
               float* inf, float* counted) {
  const auto [first_x, last_x] = Counted(place.x, how.side, picture.width, how.margin);
  const auto [first_y, last_y] = Counted(place.y, how.side, picture.height, how.margin);
  for (int row = 0; row < how.side; ++row) {
    const int y = place.flip_y ? how.side - 1 - row : row;
    const std::size_t from =
        static_cast<std::size_t>(place.y + y) * picture.width + static_cast<std::size_t>(place.x);
    const int moved_y = std::clamp(place.y + y + place.shift_y, 0, picture.height - 1);
    const std::size_t moved = static_cast<std::size_t>(moved_y) * picture.width;
    for (int column = 0; column < how.side; ++column) {
      const int x = place.flip_x ? how.side - 1 - column : column;
      *vis++ = static_cast<float>(picture.luma[from + x]) / 65535.0f;
      const int moved_x = std::clamp(place.x + x + place.shift_x, 0, picture.width - 1);
      *inf++ = static_cast<float>(picture.infrared[moved + moved_x]) / 255.0f;
      *counted++ = x >= first_x && x < last_x && y >= first_y && y < last_y ? 1.0f : 0.0f;
    }
  }
}

}  // namespace

StatusOr<DataMix> DataMix::Load(const std::vector<MixPart>& parts, const std::string& split,
                                int threads, const PairPlacing& placing) {
  if (parts.empty()) return InvalidArgument("a data mix needs a data set");
  std::vector<PairDataset> sets;
  std::vector<double> weights;
  for (const MixPart& part : parts) {
    SEAFUSION_ASSIGN_OR_RETURN(PairDataset set,
                               PairDataset::Load(part.path, split, threads, {.placing = placing}));
    sets.push_back(std::move(set));
    weights.push_back(part.weight);
  }
  DataMix mix = FromSets(std::move(sets), weights);
  for (std::size_t i = 0; i < parts.size(); ++i) mix.paths_[i] = parts[i].path;
  return mix;
}

DataMix DataMix::FromSets(std::vector<PairDataset> sets, const std::vector<double>& weights) {
  DataMix mix;
  double total = 0;
  for (const double weight : weights) total += weight;
  double sum = 0;
  for (const double weight : weights) mix.upto_.push_back((sum += weight) / total);
  mix.paths_.resize(sets.size());
  mix.sets_ = std::move(sets);
  return mix;
}

Status DataMix::CheckCrop(int side) const {
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    const PairDataset& set = sets_[i];
    for (std::size_t p = 0; p < set.size(); ++p) {
      if (set.width(p) >= side && set.height(p) >= side) continue;
      return InvalidArgument(paths_[i] + (paths_[i].empty() ? "" : ": ") + set.name(p) + " is " +
                             SizeText(set.width(p), set.height(p)) + ", smaller than crops of " +
                             std::to_string(side) + " pixels");
    }
  }
  return OkStatus();
}

std::size_t DataMix::pairs() const {
  std::size_t count = 0;
  for (const PairDataset& set : sets_) count += set.size();
  return count;
}

MixBatch DataMix::Crops(std::uint64_t first, int count, const MixCrops& how,
                        std::uint64_t seed) const {
  const auto make = [&] { return torch::empty({count, 1, how.side, how.side}); };
  MixBatch batch{make(), make(), {}, {}, make()};
  const CameraVariation& variation = how.variation;
  const std::size_t pixels = static_cast<std::size_t>(how.side) * how.side;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t sample = first + static_cast<std::uint64_t>(i);
    SeededNoise noise(seed, sample);
    const double drawn = noise.Uniform();
    const auto chosen = std::upper_bound(upto_.begin(), upto_.end() - 1, drawn);
    const PairDataset& set = sets_[static_cast<std::size_t>(chosen - upto_.begin())];
    const PairPlanes& picture = set.planes(static_cast<std::size_t>(noise.Below(set.size())));
    Place place = DrawPlace(picture, how, noise);
    std::tie(place.shift_x, place.shift_y) = DrawShift(variation, seed, sample);
    float* inf = batch.inf.data_ptr<float>() + i * pixels;
    WriteCrop(picture, how, place, batch.vis.data_ptr<float>() + i * pixels, inf,
              batch.counted.data_ptr<float>() + i * pixels);
    if (variation.any()) VaryInfrared(variation, seed, sample, how.side, inf);
  }
  batch.seen_vis = batch.vis;
  batch.seen_inf = batch.inf;
  if (variation.noise > 0) {
    batch.seen_vis = batch.vis.clone();
    batch.seen_inf = batch.inf.clone();
    for (int i = 0; i < count; ++i) {
      AddNoise(variation, seed, first + static_cast<std::uint64_t>(i), how.side,
               batch.seen_vis.data_ptr<float>() + i * pixels,
               batch.seen_inf.data_ptr<float>() + i * pixels);
    }
  }
  return batch;
}

}  // namespace seafusion::learn
