// Registered infrared/visible pairs from disk, and the crops that training sees.
#ifndef SEAFUSION_LEARN_DATA_PAIR_DATASET_H_
#define SEAFUSION_LEARN_DATA_PAIR_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/data/decoded_pair.h"

namespace seafusion::learn {

class PairFolder;

/// One batch: float, 0..1.
struct PairBatch {
  torch::Tensor vis;     ///< (N, 1, H, W), luma of the visible picture.
  torch::Tensor inf;     ///< (N, 1, H, W)
  torch::Tensor chroma;  ///< (N, 2, H, W), Cr and Cb; undefined without PairContent::colour.
  torch::Tensor labels;  ///< (N, H, W), int64; undefined without PairContent::labels.
};

/// Pairs of a folder, decoded once and kept in memory: 3 bytes a pixel (luma in 16 bits, infrared
/// in 8) and `content`; or those of a pack, which stay in its file until they are looked at.
/// Immutable after Load; thread-safe.
class PairDataset {
 public:
  /// `folder` holds one subfolder for each band: ir or infrared, and vi, vis or visible (the MSRS
  /// layout, or one split of it: ROOT/train when ROOT/train exists). Pairs have the same stem.
  /// Fails when there is none, when a picture has no partner, when the sizes differ, when a label
  /// is no class: with the file named. Where `folder` is a file it is a pack (see PairPack), whose
  /// split was chosen when it was written, and a rig used (another is kInvalidArgument); all of it
  /// is read once to see that it is whole. Samples are those of the folder it was made from.
  static StatusOr<PairDataset> Load(const std::string& folder, const std::string& split,
                                    int threads, const PairContent& content = {});

  /// Labelled pictures, see PairFolder::OpenLabelled: their colour, and as infrared their luma.
  static StatusOr<PairDataset> LoadLabelled(const std::string& pictures, const std::string& labels,
                                            int threads, int classes);

  /// From pictures in memory, for tests: equal counts, each pair of one size.
  /// `labels`: gray8, or none. Colour is kept.
  static StatusOr<PairDataset> FromImages(const std::vector<ImageView>& vis,
                                          const std::vector<ImageView>& inf,
                                          const std::vector<ImageView>& labels = {},
                                          int classes = 9);

  std::size_t size() const { return pairs_.size(); }
  const std::string& name(std::size_t index) const { return pairs_[index].name; }
  int width(std::size_t index) const { return pairs_[index].planes.width; }
  int height(std::size_t index) const { return pairs_[index].planes.height; }
  int smallest_side() const;
  /// Fails with kInvalidArgument, naming two pictures, unless all have one size.
  Status CheckOneSize() const;
  bool has_labels() const { return pairs_.front().planes.labels != nullptr; }

  const PairPlanes& planes(std::size_t index) const { return pairs_[index].planes; }

  /// Views of what is kept; rgb8 (with PairContent::colour) and gray8.
  ImageView visible(std::size_t index) const;
  ImageView infrared(std::size_t index) const;
  /// Row by row; with labels only.
  const std::uint8_t* labels(std::size_t index) const { return pairs_[index].planes.labels; }

  /// A whole pair as a batch of one.
  PairBatch Whole(std::size_t index) const;

  /// Crop for each of samples [first, first + count) of the endless training sequence: every pass
  /// over the data visits every pair once in an order of its own; crop position and the two flips
  /// are uniform. Depends on `seed` and the sample's number only, so neither resuming nor the
  /// number of workers changes it. `crop` must not exceed smallest_side(); 0: whole pictures
  /// without flips, which must have one size (see CheckOneSize).
  PairBatch Crops(std::uint64_t first, int count, int crop, std::uint64_t seed) const;

 private:
  struct Pair {
    std::string name;
    PairPlanes planes;
    std::shared_ptr<const void> owner;  // of what `planes` points to
  };
  class BatchWriter;
  static StatusOr<PairDataset> Decode(const PairFolder& files, int threads);
  static StatusOr<PairDataset> LoadPack(const std::string& path, int threads,
                                        const PairContent& content);
  static Pair Own(std::string name, DecodedPair decoded);
  PairBatch MakeBatch(int count, int height, int width) const;

  std::vector<Pair> pairs_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_PAIR_DATASET_H_
