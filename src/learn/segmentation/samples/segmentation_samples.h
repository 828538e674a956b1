// Pictures with labels, and the crops that the segmentation network trains on.
#ifndef SEAFUSION_LEARN_SEGMENTATION_SAMPLES_SEGMENTATION_SAMPLES_H_
#define SEAFUSION_LEARN_SEGMENTATION_SAMPLES_SEGMENTATION_SAMPLES_H_

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "core/memory/image_buffer.h"
#include "learn/data/pair_dataset.h"
#include "learn/segmentation/samples/augmentation.h"

namespace seafusion::learn {

struct SegmentationBatch {
  torch::Tensor rgb;     ///< (N, 3, H, W) float, 0..1
  torch::Tensor labels;  ///< (N, H, W) int64, class or 255
};

/// Size of a crop in pixels.
struct CropSize {
  int width = 640, height = 480;
};

/// One rgb8 picture for each pair of a data set with labels: fused, or one of the sources.
/// Immutable; thread-safe. The data set must outlive it.
class SegmentationSamples {
 public:
  /// `pictures`: rgb8, in the order and of the sizes of `data`.
  SegmentationSamples(std::vector<ImageBuffer> pictures, const PairDataset& data)
      : pictures_(std::move(pictures)), data_(&data) {}

  /// The visible pictures (data with colour), or the infrared ones as gray colour pictures. Fails
  /// with kResourceExhausted.
  static StatusOr<SegmentationSamples> OfVisible(const PairDataset& data);
  static StatusOr<SegmentationSamples> OfInfrared(const PairDataset& data);

  std::size_t size() const { return pictures_.size(); }
  ImageView picture(std::size_t index) const { return pictures_[index].view(); }

  /// Samples [first, first + count) of the endless training sequence, augmented. Depends on `seed`
  /// and the sample's number only. `shuffle`: every pass in an order of its own; otherwise in the
  /// data set's order, as the public code does.
  SegmentationBatch Crops(std::uint64_t first, int count, const CropSize& crop,
                          const Augmentation& how, bool shuffle, std::uint64_t seed) const;

  /// A whole picture as a batch of one, as it is.
  SegmentationBatch Whole(std::size_t index) const;

 private:
  std::vector<ImageBuffer> pictures_;
  const PairDataset* data_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_SAMPLES_SEGMENTATION_SAMPLES_H_
