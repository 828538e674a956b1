// Registered pairs as files in a folder.
#ifndef SEAFUSION_LEARN_DATA_PAIR_FOLDER_H_
#define SEAFUSION_LEARN_DATA_PAIR_FOLDER_H_

#include <cstddef>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "io/pairing/pair_list.h"
#include "learn/data/decoded_pair.h"

namespace seafusion::learn {

/// `folder` or, where it exists, the subfolder `split` of it.
std::string SplitFolder(const std::string& folder, const std::string& split);

/// Whether a folder has one of the subfolders that labels are looked for in.
bool HasLabelFolder(const std::string& folder);

/// Subfolders for each band: ir or infrared; vi, vis or visible; and where labels are asked for:
/// labels, Label or Segmentation_labels. Files that belong together have the same stem. Immutable;
/// thread-safe.
class PairFolder {
 public:
  /// Fails, with the file or folder named, when there is no pair, a file without its partner, or
  /// `content` names a rig that cannot be used.
  static StatusOr<PairFolder> Open(const std::string& folder, const PairContent& content);

  /// Labelled pictures for a segmentation network: each is both pictures of its pair. `pictures`:
  /// as io::ListPictures takes; `labels`: a folder with a label for each and no others. Fails as
  /// Open.
  static StatusOr<PairFolder> OpenLabelled(const std::string& pictures, const std::string& labels,
                                           int classes);

  std::size_t size() const { return pairs_.size(); }
  const std::string& name(std::size_t index) const { return pairs_[index].stem; }

  /// kInvalidArgument where `output` is a picture or a label of these.
  Status CheckIsNoInput(const std::string& output) const;

  /// Fails, with the file named, when one cannot be read, sizes differ or a label is no class.
  StatusOr<DecodedPair> Decode(std::size_t index) const;

 private:
  PairContent content_;
  align::OpenedRig rig_;
  std::vector<io::PicturePair> pairs_;
  std::vector<std::string> labels_;  // as many as pairs, or none
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_PAIR_FOLDER_H_
