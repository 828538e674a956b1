// Registered infrared/visible pairs from disk, and the crops that training sees.
#ifndef SEAFUSION_LEARN_PAIR_DATASET_H_
#define SEAFUSION_LEARN_PAIR_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>
#include <torch/types.h>

namespace seafusion::learn {

/// One batch: float, 0..1.
struct PairBatch {
  torch::Tensor vis;     ///< (N, 1, H, W), luma of the visible picture.
  torch::Tensor inf;     ///< (N, 1, H, W)
  torch::Tensor chroma;  ///< (N, 2, H, W), Cr and Cb; undefined without PairContent::colour.
  torch::Tensor labels;  ///< (N, H, W), int64; undefined without PairContent::labels.
};

/// What a data set keeps besides luma and infrared.
struct PairContent {
  bool colour = false;  ///< 3 bytes a pixel more.
  /// From the subfolder labels, Label or Segmentation_labels: pictures of the pair's stem and size,
  /// one byte a pixel, the class or 255 (ignore). 1 byte a pixel more.
  bool labels = false;
  int classes = 9;  ///< Labels of classes and more, other than 255, are refused.
};

/// Pairs of a folder, decoded once and kept in memory: 3 bytes a pixel (luma in 16 bits, infrared
/// in 8) and `content`. Immutable after Load; thread-safe.
class PairDataset {
 public:
  /// `folder` holds one subfolder for each band: ir or infrared, and vi, vis or visible (the MSRS
  /// layout, or one split of it: ROOT/train when ROOT/train exists). Pairs have the same stem.
  /// Fails when there is none, when a picture has no partner, when the sizes differ, when a label
  /// is no class: with the file named.
  static StatusOr<PairDataset> Load(const std::string& folder, const std::string& split,
                                    int threads, const PairContent& content = {});

  /// From pictures in memory, for tests: equal counts, each pair of one size.
  /// `labels`: gray8, or none. Colour is kept.
  static StatusOr<PairDataset> FromImages(const std::vector<ImageView>& vis,
                                          const std::vector<ImageView>& inf,
                                          const std::vector<ImageView>& labels = {},
                                          int classes = 9);

  std::size_t size() const { return pairs_.size(); }
  const std::string& name(std::size_t index) const { return pairs_[index].name; }
  int width(std::size_t index) const { return pairs_[index].width; }
  int height(std::size_t index) const { return pairs_[index].height; }
  int smallest_side() const;
  /// Fails with kInvalidArgument, naming two pictures, unless all have one size.
  Status CheckOneSize() const;
  bool has_labels() const { return !pairs_.front().labels.empty(); }

  /// Views of what is kept; rgb8 (with PairContent::colour) and gray8.
  ImageView visible(std::size_t index) const;
  ImageView infrared(std::size_t index) const;
  /// Row by row; with labels only.
  const std::uint8_t* labels(std::size_t index) const { return pairs_[index].labels.data(); }

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
    int width = 0, height = 0;
    std::vector<std::uint16_t> luma;  // 0..65535
    std::vector<std::uint8_t> infrared;
    std::vector<std::uint8_t> rgb;
    std::vector<std::uint8_t> labels;
  };
  class BatchWriter;
  static Pair Decode(const ImageView& vis, const ImageView& inf, bool colour);
  static Status TakeLabels(const ImageView& labels, int classes, Pair& pair);
  PairBatch MakeBatch(int count, int height, int width) const;

  std::vector<Pair> pairs_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_PAIR_DATASET_H_
