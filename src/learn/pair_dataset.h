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

/// One batch: (N, 1, H, W) float, 0..1.
struct PairBatch {
  torch::Tensor vis;  ///< Luma of the visible picture.
  torch::Tensor inf;
};

/// Pairs of a folder, decoded once and kept in memory: 3 bytes a pixel (luma in 16 bits, infrared
/// in 8). Immutable after Load; thread-safe.
class PairDataset {
 public:
  /// `folder` holds one subfolder for each band: ir or infrared, and vi, vis or visible (the MSRS
  /// layout, or one split of it: ROOT/train when ROOT/train exists). Pairs have the same stem.
  /// Fails when there is none, when a picture has no partner, when the two sizes differ: with the
  /// file named.
  static StatusOr<PairDataset> Load(const std::string& folder, const std::string& split,
                                    int threads);

  /// From pictures in memory, for tests: equal counts, each pair of one size.
  static StatusOr<PairDataset> FromImages(const std::vector<ImageView>& vis,
                                          const std::vector<ImageView>& inf);

  std::size_t size() const { return pairs_.size(); }
  const std::string& name(std::size_t index) const { return pairs_[index].name; }
  int width(std::size_t index) const { return pairs_[index].width; }
  int height(std::size_t index) const { return pairs_[index].height; }
  int smallest_side() const;

  /// A whole pair as a batch of one.
  PairBatch Whole(std::size_t index) const;

  /// Crop for each of samples [first, first + count) of the endless training sequence: every pass
  /// over the data visits every pair once in an order of its own; crop position and the two flips
  /// are uniform. Depends on `seed` and the sample's number only, so neither resuming nor the
  /// number of workers changes it. `crop` must not exceed smallest_side().
  PairBatch Crops(std::uint64_t first, int count, int crop, std::uint64_t seed) const;

 private:
  struct Pair {
    std::string name;
    int width = 0, height = 0;
    std::vector<std::uint16_t> luma;  // 0..65535
    std::vector<std::uint8_t> infrared;
  };
  static Pair Decode(const ImageView& vis, const ImageView& inf);

  std::vector<Pair> pairs_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_PAIR_DATASET_H_
