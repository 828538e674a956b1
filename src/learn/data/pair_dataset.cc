#include "learn/data/pair_dataset.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/cpu/thread_pool.h"
#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "fuse/rows/colour.h"
#include "learn/data/pair_folder.h"
#include "learn/data/pair_pack.h"
#include "learn/data/sample_order.h"
#include "learn/libtorch.h"

namespace seafusion::learn {

PairDataset::Pair PairDataset::Own(std::string name, DecodedPair decoded) {
  const auto owner = std::make_shared<const DecodedPair>(std::move(decoded));
  return {std::move(name), owner->planes(), owner};
}

StatusOr<PairDataset> PairDataset::Load(const std::string& folder, const std::string& split,
                                        int threads, const PairContent& content) {
  std::error_code ec;
  const auto status = std::filesystem::status(folder, ec);
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status)) {
    if (!content.placing.rig.file.empty()) {
      return InvalidArgument(folder +
                             ": is a pack, whose pairs lie on each other already; a rig is "
                             "for folders");
    }
    return LoadPack(folder, threads, content);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const PairFolder files,
                             PairFolder::Open(SplitFolder(folder, split), content));
  return Decode(files, threads);
}

StatusOr<PairDataset> PairDataset::LoadLabelled(const std::string& pictures,
                                                const std::string& labels, int threads,
                                                int classes) {
  SEAFUSION_ASSIGN_OR_RETURN(const PairFolder files,
                             PairFolder::OpenLabelled(pictures, labels, classes));
  return Decode(files, threads);
}

StatusOr<PairDataset> PairDataset::Decode(const PairFolder& files, int threads) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(threads));
  PairDataset data;
  data.pairs_.resize(files.size());
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(files.size(), [&](std::size_t i, int) -> Status {
    SEAFUSION_ASSIGN_OR_RETURN(DecodedPair decoded, files.Decode(i));
    data.pairs_[i] = Own(files.name(i), std::move(decoded));
    return OkStatus();
  }));
  return data;
}

StatusOr<PairDataset> PairDataset::LoadPack(const std::string& path, int threads,
                                            const PairContent& content) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto pack, PairPack::Open(path));
  if (content.labels && !pack->has_labels()) {
    return NotFound(path + ": this pack has no labels; the folder it was made from had none");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(threads));
  PairDataset data;
  data.pairs_.resize(pack->size());
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(pack->size(), [&](std::size_t i, int) -> Status {
    SEAFUSION_RETURN_IF_ERROR(pack->Verify(i));
    PairPlanes planes = pack->planes(i);
    if (!content.colour) planes.rgb = nullptr;
    if (!content.labels) planes.labels = nullptr;
    if (planes.labels != nullptr) {
      SEAFUSION_RETURN_IF_ERROR(
          CheckLabels(planes.labels, planes.width, planes.height, content.classes)
              .Annotate(path + ": " + Printable(pack->name(i))));
    }
    data.pairs_[i] = {pack->name(i), planes, pack};
    return OkStatus();
  }));
  return data;
}

StatusOr<PairDataset> PairDataset::FromImages(const std::vector<ImageView>& vis,
                                              const std::vector<ImageView>& inf,
                                              const std::vector<ImageView>& labels, int classes) {
  if (vis.empty() || vis.size() != inf.size()) {
    return InvalidArgument(std::to_string(vis.size()) + " visible and " +
                           std::to_string(inf.size()) + " infrared pictures make no data set");
  }
  PairDataset data;
  for (std::size_t i = 0; i < vis.size(); ++i) {
    if (vis[i].width != inf[i].width || vis[i].height != inf[i].height) {
      return InvalidArgument("pair " + std::to_string(i) + " has two sizes");
    }
    SEAFUSION_ASSIGN_OR_RETURN(DecodedPair decoded, DecodePair(vis[i], inf[i], true));
    if (i < labels.size()) {
      SEAFUSION_RETURN_IF_ERROR(TakeLabels(labels[i], classes, decoded));
    }
    data.pairs_.push_back(Own(std::to_string(i), std::move(decoded)));
  }
  return data;
}

int PairDataset::smallest_side() const {
  int side = pairs_[0].planes.width;
  for (const Pair& p : pairs_) side = std::min({side, p.planes.width, p.planes.height});
  return side;
}

Status PairDataset::CheckOneSize() const {
  const Pair& first = pairs_.front();
  for (const Pair& p : pairs_) {
    const PairPlanes &a = first.planes, &b = p.planes;
    if (a.width != b.width || a.height != b.height) {
      return InvalidArgument(first.name + " is " + SizeText(a.width, a.height) + ", " + p.name +
                             " is " + SizeText(b.width, b.height) +
                             "; batches of whole pictures need one size, or a crop");
    }
  }
  return OkStatus();
}

ImageView PairDataset::visible(std::size_t index) const {
  const PairPlanes& p = pairs_[index].planes;
  return {p.rgb, p.width, p.height, std::ptrdiff_t{3} * p.width, PixelFormat::kRgb8};
}

ImageView PairDataset::infrared(std::size_t index) const {
  const PairPlanes& p = pairs_[index].planes;
  return {p.infrared, p.width, p.height, p.width, PixelFormat::kGray8};
}

PairBatch PairDataset::MakeBatch(int count, int height, int width) const {
  PairBatch batch;
  batch.vis = torch::empty({count, 1, height, width});
  batch.inf = torch::empty({count, 1, height, width});
  if (pairs_.front().planes.rgb != nullptr) batch.chroma = torch::empty({count, 2, height, width});
  if (has_labels()) batch.labels = torch::empty({count, height, width}, torch::kInt64);
  return batch;
}

// Fills one picture of a batch, pixel by pixel.
class PairDataset::BatchWriter {
 public:
  BatchWriter(const PairBatch& batch, int index)
      : vis_(batch.vis[index].data_ptr<float>()), inf_(batch.inf[index].data_ptr<float>()) {
    if (batch.chroma.defined()) {
      cr_ = batch.chroma[index][0].data_ptr<float>();
      cb_ = batch.chroma[index][1].data_ptr<float>();
    }
    if (batch.labels.defined()) labels_ = batch.labels[index].data_ptr<std::int64_t>();
  }
  void Put(const PairPlanes& pair, std::size_t from) {
    *vis_++ = static_cast<float>(pair.luma[from]) / 65535.0f;
    *inf_++ = static_cast<float>(pair.infrared[from]) / 255.0f;
    if (cr_ != nullptr) {
      const std::uint8_t* p = pair.rgb + 3 * from;
      const Rgb rgb{static_cast<float>(p[0]) / 255.0f, static_cast<float>(p[1]) / 255.0f,
                    static_cast<float>(p[2]) / 255.0f};
      const Chroma chroma = ChromaOf(rgb, LumaOf(rgb));
      *cr_++ = chroma.cr;
      *cb_++ = chroma.cb;
    }
    if (labels_ != nullptr) *labels_++ = pair.labels[from];
  }

 private:
  float *vis_, *inf_, *cr_ = nullptr, *cb_ = nullptr;
  std::int64_t* labels_ = nullptr;
};

PairBatch PairDataset::Whole(std::size_t index) const {
  const PairPlanes& pair = pairs_[index].planes;
  PairBatch batch = MakeBatch(1, pair.height, pair.width);
  BatchWriter writer(batch, 0);
  for (std::size_t i = 0; i < pair.pixels(); ++i) writer.Put(pair, i);
  return batch;
}

PairBatch PairDataset::Crops(std::uint64_t first, int count, int crop, std::uint64_t seed) const {
  const bool whole = crop == 0;
  const int width = whole ? pairs_.front().planes.width : crop;
  const int height = whole ? pairs_.front().planes.height : crop;
  PairBatch batch = MakeBatch(count, height, width);
  SampleOrder order(size(), seed);
  for (int n = 0; n < count; ++n) {
    const std::uint64_t sample = first + static_cast<std::uint64_t>(n);
    const PairPlanes& pair = pairs_[order.Index(sample)].planes;
    SeededNoise noise(seed, SampleOrder::SamplePlace(sample));
    const auto below = [&](int bound) {
      return static_cast<int>(noise.Below(static_cast<std::uint64_t>(bound)));
    };
    const int x0 = below(pair.width - width + 1);
    const int y0 = below(pair.height - height + 1);
    const std::uint64_t flips = whole ? 0 : noise.Next();
    const bool mirror = (flips & 1) != 0, upside_down = (flips & 2) != 0;
    BatchWriter writer(batch, n);
    for (int y = 0; y < height; ++y) {
      const std::ptrdiff_t row =
          std::ptrdiff_t{y0 + (upside_down ? height - 1 - y : y)} * pair.width + x0;
      for (int x = 0; x < width; ++x) {
        writer.Put(pair, static_cast<std::size_t>(row + (mirror ? width - 1 - x : x)));
      }
    }
  }
  return batch;
}

}  // namespace seafusion::learn
