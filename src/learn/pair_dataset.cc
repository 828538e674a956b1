#include "learn/pair_dataset.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include <torch/torch.h>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "fuse/tile_reader.h"
#include "io/image_file.h"
#include "io/pair_list.h"

namespace seafusion::learn {
namespace {

namespace fs = std::filesystem;

// The first of `names` that is a folder in `root`.
StatusOr<std::string> FindBand(const fs::path& root, std::initializer_list<const char*> names) {
  std::string tried;
  for (const char* name : names) {
    std::error_code ec;
    if (fs::is_directory(root / name, ec)) return (root / name).string();
    tried += tried.empty() ? name : std::string(", ") + name;
  }
  return NotFound(root.string() + ": has none of the folders " + tried);
}

std::string SizeName(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

PairDataset::Pair PairDataset::Decode(const ImageView& vis, const ImageView& inf) {
  Pair pair;
  pair.width = vis.width;
  pair.height = vis.height;
  const nn::Rect all{0, 0, vis.width, vis.height};
  std::vector<float> plane(static_cast<std::size_t>(vis.width) * vis.height);
  const nn::Plane out{plane.data(), vis.width};
  // Only float pictures can fail here, and files do not hold them.
  ReadVisibleLuma(vis, all, out).IgnoreError();
  pair.luma.reserve(plane.size());
  for (float v : plane) pair.luma.push_back(static_cast<std::uint16_t>(v * 65535.0f + 0.5f));
  auto map = FindInfraredMap(inf, {});
  ReadInfrared(inf, map.ok() ? *map : LinearMap{}, all, out).IgnoreError();
  pair.infrared.reserve(plane.size());
  for (float v : plane) pair.infrared.push_back(static_cast<std::uint8_t>(v * 255.0f + 0.5f));
  return pair;
}

StatusOr<PairDataset> PairDataset::Load(const std::string& folder, const std::string& split,
                                        int threads) {
  std::error_code ec;
  fs::path root = folder;
  if (!fs::is_directory(root, ec)) return NotFound(folder + ": no such folder");
  if (fs::is_directory(root / split, ec)) root /= split;
  SEAFUSION_ASSIGN_OR_RETURN(const std::string ir, FindBand(root, {"ir", "infrared"}));
  SEAFUSION_ASSIGN_OR_RETURN(const std::string vi, FindBand(root, {"vi", "vis", "visible"}));
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list, io::ListPairs(ir, vi));
  if (!list.unpaired.empty()) {
    return InvalidArgument(list.unpaired.front() + ": has no partner (" +
                           std::to_string(list.unpaired.size()) + " such files)");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(threads));
  PairDataset data;
  data.pairs_.resize(list.pairs.size());
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(list.pairs.size(), [&](std::size_t i, int) -> Status {
    const auto& files = list.pairs[i];
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer inf, io::ReadImage(files.infrared));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer vis, io::ReadImage(files.visible));
    if (inf.width() != vis.width() || inf.height() != vis.height()) {
      return InvalidArgument(files.infrared + " is " + SizeName(inf.width(), inf.height()) + ", " +
                             files.visible + " is " + SizeName(vis.width(), vis.height()));
    }
    data.pairs_[i] = Decode(vis.view(), inf.view());
    data.pairs_[i].name = files.stem;
    return OkStatus();
  }));
  return data;
}

StatusOr<PairDataset> PairDataset::FromImages(const std::vector<ImageView>& vis,
                                              const std::vector<ImageView>& inf) {
  if (vis.empty() || vis.size() != inf.size()) {
    return InvalidArgument(std::to_string(vis.size()) + " visible and " +
                           std::to_string(inf.size()) + " infrared pictures make no data set");
  }
  PairDataset data;
  for (std::size_t i = 0; i < vis.size(); ++i) {
    if (vis[i].width != inf[i].width || vis[i].height != inf[i].height) {
      return InvalidArgument("pair " + std::to_string(i) + " has two sizes");
    }
    data.pairs_.push_back(Decode(vis[i], inf[i]));
    data.pairs_.back().name = std::to_string(i);
  }
  return data;
}

int PairDataset::smallest_side() const {
  int side = pairs_[0].width;
  for (const Pair& p : pairs_) side = std::min({side, p.width, p.height});
  return side;
}

PairBatch PairDataset::Whole(std::size_t index) const {
  const Pair& pair = pairs_[index];
  PairBatch batch{torch::empty({1, 1, pair.height, pair.width}),
                  torch::empty({1, 1, pair.height, pair.width})};
  float* vis = batch.vis.data_ptr<float>();
  float* inf = batch.inf.data_ptr<float>();
  for (std::size_t i = 0; i < pair.luma.size(); ++i) {
    vis[i] = static_cast<float>(pair.luma[i]) / 65535.0f;
    inf[i] = static_cast<float>(pair.infrared[i]) / 255.0f;
  }
  return batch;
}

PairBatch PairDataset::Crops(std::uint64_t first, int count, int crop, std::uint64_t seed) const {
  PairBatch batch{torch::empty({count, 1, crop, crop}), torch::empty({count, 1, crop, crop})};
  float* vis = batch.vis.data_ptr<float>();
  float* inf = batch.inf.data_ptr<float>();
  std::vector<std::size_t> order(size());
  std::uint64_t ordered_pass = ~std::uint64_t{0};
  for (int n = 0; n < count; ++n) {
    const std::uint64_t sample = first + static_cast<std::uint64_t>(n);
    const std::uint64_t pass = sample / size();
    if (pass != ordered_pass) {
      std::iota(order.begin(), order.end(), std::size_t{0});
      SeededNoise shuffle(seed, 2 * pass);
      for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[static_cast<std::size_t>(shuffle.Below(i))]);
      }
      ordered_pass = pass;
    }
    const Pair& pair = pairs_[order[static_cast<std::size_t>(sample % size())]];
    SeededNoise noise(seed, 2 * sample + 1);
    const int x0 = static_cast<int>(noise.Below(static_cast<std::uint64_t>(pair.width - crop + 1)));
    const int y0 =
        static_cast<int>(noise.Below(static_cast<std::uint64_t>(pair.height - crop + 1)));
    const std::uint64_t flips = noise.Next();
    const bool mirror = (flips & 1) != 0, upside_down = (flips & 2) != 0;
    for (int y = 0; y < crop; ++y) {
      const std::ptrdiff_t row =
          std::ptrdiff_t{y0 + (upside_down ? crop - 1 - y : y)} * pair.width + x0;
      for (int x = 0; x < crop; ++x) {
        const auto from = static_cast<std::size_t>(row + (mirror ? crop - 1 - x : x));
        *vis++ = static_cast<float>(pair.luma[from]) / 65535.0f;
        *inf++ = static_cast<float>(pair.infrared[from]) / 255.0f;
      }
    }
  }
  return batch;
}

}  // namespace seafusion::learn
