#include "learn/data/pair_folder.h"

#include <filesystem>
#include <map>
#include <span>
#include <utility>

#include "align/place/on_canvas.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "io/infrared_levels.h"
#include "io/measure_files.h"
#include "io/pairing/kept_inputs.h"

namespace seafusion::learn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInfrared[] = {"ir", "infrared"};
constexpr const char* kVisible[] = {"vi", "vis", "visible"};
constexpr const char* kLabels[] = {"labels", "Label", "Segmentation_labels"};

// The first of `names` that is a folder in `root`.
StatusOr<std::string> FindBand(const fs::path& root, std::span<const char* const> names) {
  std::string tried;
  for (const char* name : names) {
    std::error_code ec;
    if (fs::is_directory(root / name, ec)) return (root / name).string();
    tried += tried.empty() ? name : std::string(", ") + name;
  }
  return NotFound(root.string() + ": has none of the folders " + tried);
}

// A label picture in `folder` for each pair, in their order.
StatusOr<std::vector<std::string>> FindLabels(const std::string& folder,
                                              const std::vector<io::PicturePair>& pairs) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto files, io::ListPictures(folder));
  std::map<std::string, std::string> by_stem;
  for (const io::PictureFile& file : files) by_stem[file.stem] = file.path;
  std::vector<std::string> labels;
  for (const io::PicturePair& pair : pairs) {
    auto found = by_stem.extract(pair.stem);
    if (found.empty()) return NotFound(pair.visible + ": has no label picture in " + folder);
    labels.push_back(std::move(found.mapped()));
  }
  if (!by_stem.empty()) {
    return InvalidArgument(by_stem.begin()->second + ": has no partner (" +
                           std::to_string(by_stem.size()) + " such files)");
  }
  return labels;
}

}  // namespace

std::string SplitFolder(const std::string& folder, const std::string& split) {
  std::error_code ec;
  const fs::path inner = fs::path(folder) / split;
  return fs::is_directory(inner, ec) ? inner.string() : folder;
}

bool HasLabelFolder(const std::string& folder) {
  return FindBand(folder, kLabels).ok();
}

StatusOr<PairFolder> PairFolder::Open(const std::string& folder, const PairContent& content) {
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return NotFound(folder + ": no such folder");
  SEAFUSION_ASSIGN_OR_RETURN(const std::string ir, FindBand(folder, kInfrared));
  SEAFUSION_ASSIGN_OR_RETURN(const std::string vi, FindBand(folder, kVisible));
  SEAFUSION_ASSIGN_OR_RETURN(io::PairList list, io::ListPairs(ir, vi));
  if (!list.unpaired.empty()) {
    return InvalidArgument(list.unpaired.front() + ": has no partner (" +
                           std::to_string(list.unpaired.size()) + " such files)");
  }
  PairFolder pairs;
  pairs.content_ = content;
  SEAFUSION_ASSIGN_OR_RETURN(pairs.rig_, align::OpenRig(content.placing.rig));
  pairs.pairs_ = std::move(list.pairs);
  if (content.labels) {
    SEAFUSION_ASSIGN_OR_RETURN(const std::string labels, FindBand(folder, kLabels));
    SEAFUSION_ASSIGN_OR_RETURN(pairs.labels_, FindLabels(labels, pairs.pairs_));
  }
  return pairs;
}

StatusOr<PairFolder> PairFolder::OpenLabelled(const std::string& pictures,
                                              const std::string& labels, int classes) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto files, io::ListPictures(pictures));
  PairFolder pairs;
  pairs.content_ = {.colour = true, .labels = true, .classes = classes};
  for (const io::PictureFile& file : files) {
    pairs.pairs_.push_back({file.stem, file.path, file.path});
  }
  SEAFUSION_ASSIGN_OR_RETURN(pairs.labels_, FindLabels(labels, pairs.pairs_));
  return pairs;
}

Status PairFolder::CheckIsNoInput(const std::string& output) const {
  io::KeptInputs inputs(pairs_);
  for (const std::string& label : labels_) inputs.Add(label);
  inputs.Add(content_.placing.rig.file);
  return inputs.Check(output);
}

StatusOr<DecodedPair> PairFolder::Decode(std::size_t index) const {
  const io::PicturePair& files = pairs_[index];
  // Labelled pictures are both pictures of their pair.
  SEAFUSION_ASSIGN_OR_RETURN(
      align::PlacedSources placed,
      align::ReadPlacedSources(files.infrared, files.visible,
                               {.force = files.infrared == files.visible}, rig_));
  io::SourcePictures& sources = placed.pictures;
  const ImageBuffer vis = std::move(sources.visible);
  StatusOr<ImageBuffer> levels = io::InfraredLevels(std::move(sources.infrared), vis.view(), {});
  if (!levels.ok()) return levels.status().Annotate(files.infrared);
  const ImageBuffer inf = *std::move(levels);
  StatusOr<DecodedPair> decoded = DecodePair(vis.view(), inf.view(), content_.colour);
  if (!decoded.ok()) return decoded.status().Annotate(files.visible);
  DecodedPair pair = *std::move(decoded);
  if (!content_.labels) return pair;
  const std::string& path = labels_[index];
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer labels, io::ReadImage(path));
  if (rig_) {
    auto moved = align::LabelsOnCanvas(*rig_.warper, content_.placing.labels_of,
                                       std::as_const(labels).view());
    if (!moved.ok()) return moved.status().Annotate(path);
    labels = *std::move(moved);
  }
  SEAFUSION_RETURN_IF_ERROR(
      TakeLabels(std::as_const(labels).view(), content_.classes, pair).Annotate(path));
  return pair;
}

}  // namespace seafusion::learn
