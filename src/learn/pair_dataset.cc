#include "learn/pair_dataset.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include <torch/torch.h>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "fuse/colour.h"
#include "fuse/tile_reader.h"
#include "io/image_file.h"
#include "io/pair_list.h"
#include "learn/sample_order.h"
#include "learn/segmentation/semantic_loss.h"

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

// Label pictures by stem.
StatusOr<std::map<std::string, std::string>> ListLabels(const fs::path& root) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string folder,
                             FindBand(root, {"labels", "Label", "Segmentation_labels"}));
  SEAFUSION_ASSIGN_OR_RETURN(const auto files, io::ListPictures(folder));
  std::map<std::string, std::string> by_stem;
  for (const io::PictureFile& file : files) by_stem[file.stem] = file.path;
  return by_stem;
}

}  // namespace

PairDataset::Pair PairDataset::Decode(const ImageView& vis, const ImageView& inf, bool colour) {
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
  if (colour) {
    pair.rgb.reserve(3 * plane.size());
    for (int y = 0; y < vis.height; ++y) {
      for (int x = 0; x < vis.width; ++x) {
        const Rgb c = ReadVisible(vis, y, x);
        for (float v : {c.r, c.g, c.b}) {
          pair.rgb.push_back(static_cast<std::uint8_t>(v * 255.0f + 0.5f));
        }
      }
    }
  }
  return pair;
}

Status PairDataset::TakeLabels(const ImageView& labels, int classes, Pair& pair) {
  if (labels.format != PixelFormat::kGray8) {
    return InvalidArgument("labels must be gray pictures of 8 bits");
  }
  if (labels.width != pair.width || labels.height != pair.height) {
    return InvalidArgument("labels are " + SizeName(labels.width, labels.height) +
                           ", the pictures are " + SizeName(pair.width, pair.height));
  }
  pair.labels.reserve(pair.infrared.size());
  for (int y = 0; y < labels.height; ++y) {
    const auto* row = labels.Row<std::uint8_t>(y);
    for (int x = 0; x < labels.width; ++x) {
      if (row[x] >= classes && row[x] != kIgnoredLabel) {
        return InvalidArgument("label " + std::to_string(row[x]) + " at (" + std::to_string(x) +
                               ", " + std::to_string(y) + ") is neither below " +
                               std::to_string(classes) + " nor 255");
      }
      pair.labels.push_back(row[x]);
    }
  }
  return OkStatus();
}

StatusOr<PairDataset> PairDataset::Load(const std::string& folder, const std::string& split,
                                        int threads, const PairContent& content) {
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
  std::map<std::string, std::string> labels;
  if (content.labels) {
    SEAFUSION_ASSIGN_OR_RETURN(labels, ListLabels(root));
    for (const auto& pair : list.pairs) {
      if (!labels.contains(pair.stem)) return NotFound(pair.visible + ": has no label picture");
    }
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
    data.pairs_[i] = Decode(vis.view(), inf.view(), content.colour);
    data.pairs_[i].name = files.stem;
    if (!content.labels) return OkStatus();
    const std::string& path = labels.at(files.stem);
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer label, io::ReadImage(path));
    return TakeLabels(label.view(), content.classes, data.pairs_[i]).Annotate(path);
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
    data.pairs_.push_back(Decode(vis[i], inf[i], true));
    data.pairs_.back().name = std::to_string(i);
    if (i < labels.size()) {
      SEAFUSION_RETURN_IF_ERROR(TakeLabels(labels[i], classes, data.pairs_.back()));
    }
  }
  return data;
}

int PairDataset::smallest_side() const {
  int side = pairs_[0].width;
  for (const Pair& p : pairs_) side = std::min({side, p.width, p.height});
  return side;
}

Status PairDataset::CheckOneSize() const {
  const Pair& first = pairs_.front();
  for (const Pair& p : pairs_) {
    if (p.width != first.width || p.height != first.height) {
      return InvalidArgument(first.name + " is " + SizeName(first.width, first.height) + ", " +
                             p.name + " is " + SizeName(p.width, p.height) +
                             "; batches of whole pictures need one size, or a crop");
    }
  }
  return OkStatus();
}

ImageView PairDataset::visible(std::size_t index) const {
  const Pair& p = pairs_[index];
  return {p.rgb.data(), p.width, p.height, std::ptrdiff_t{3} * p.width, PixelFormat::kRgb8};
}

ImageView PairDataset::infrared(std::size_t index) const {
  const Pair& p = pairs_[index];
  return {p.infrared.data(), p.width, p.height, p.width, PixelFormat::kGray8};
}

PairBatch PairDataset::MakeBatch(int count, int height, int width) const {
  PairBatch batch;
  batch.vis = torch::empty({count, 1, height, width});
  batch.inf = torch::empty({count, 1, height, width});
  if (!pairs_.front().rgb.empty()) batch.chroma = torch::empty({count, 2, height, width});
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
  void Put(const Pair& pair, std::size_t from) {
    *vis_++ = static_cast<float>(pair.luma[from]) / 65535.0f;
    *inf_++ = static_cast<float>(pair.infrared[from]) / 255.0f;
    if (cr_ != nullptr) {
      const std::uint8_t* p = pair.rgb.data() + 3 * from;
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
  const Pair& pair = pairs_[index];
  PairBatch batch = MakeBatch(1, pair.height, pair.width);
  BatchWriter writer(batch, 0);
  for (std::size_t i = 0; i < pair.luma.size(); ++i) writer.Put(pair, i);
  return batch;
}

PairBatch PairDataset::Crops(std::uint64_t first, int count, int crop, std::uint64_t seed) const {
  const bool whole = crop == 0;
  const int width = whole ? pairs_.front().width : crop;
  const int height = whole ? pairs_.front().height : crop;
  PairBatch batch = MakeBatch(count, height, width);
  SampleOrder order(size(), seed);
  for (int n = 0; n < count; ++n) {
    const std::uint64_t sample = first + static_cast<std::uint64_t>(n);
    const Pair& pair = pairs_[order.Index(sample)];
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
