#include "learn/segmentation/segmentation_samples.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <torch/torch.h>

#include "core/status_macros.h"
#include "learn/sample_order.h"

namespace seafusion::learn {
namespace {

// Interleaved bytes to planes of 0..1.
void ToPlanes(const std::uint8_t* rgb, std::int64_t pixels, float* planes) {
  for (std::int64_t i = 0; i < pixels; ++i) {
    for (int c = 0; c < 3; ++c) planes[c * pixels + i] = static_cast<float>(*rgb++) / 255.0f;
  }
}

}  // namespace

StatusOr<SegmentationSamples> SegmentationSamples::OfVisible(const PairDataset& data) {
  std::vector<ImageBuffer> pictures;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const ImageView from = data.visible(i);
    SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer copy,
                               ImageBuffer::Create(from.width, from.height, PixelFormat::kRgb8));
    for (int y = 0; y < from.height; ++y) {
      std::memcpy(copy.view().Row<std::uint8_t>(y), from.Row<std::uint8_t>(y),
                  std::size_t{3} * from.width);
    }
    pictures.push_back(std::move(copy));
  }
  return SegmentationSamples(std::move(pictures), data);
}

StatusOr<SegmentationSamples> SegmentationSamples::OfInfrared(const PairDataset& data) {
  std::vector<ImageBuffer> pictures;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const ImageView from = data.infrared(i);
    SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer copy,
                               ImageBuffer::Create(from.width, from.height, PixelFormat::kRgb8));
    for (int y = 0; y < from.height; ++y) {
      std::uint8_t* out = copy.view().Row<std::uint8_t>(y);
      for (int x = 0; x < from.width; ++x) {
        for (int c = 0; c < 3; ++c) *out++ = from.Row<std::uint8_t>(y)[x];
      }
    }
    pictures.push_back(std::move(copy));
  }
  return SegmentationSamples(std::move(pictures), data);
}

SegmentationBatch SegmentationSamples::Crops(std::uint64_t first, int count, const CropSize& crop,
                                             const Augmentation& how, bool shuffle,
                                             std::uint64_t seed) const {
  SegmentationBatch batch{torch::empty({count, 3, crop.height, crop.width}),
                          torch::empty({count, crop.height, crop.width}, torch::kInt64)};
  SampleOrder order(size(), seed);
  const std::int64_t pixels = std::int64_t{crop.width} * crop.height;
  for (int n = 0; n < count; ++n) {
    const std::uint64_t sample = first + static_cast<std::uint64_t>(n);
    const std::size_t index = shuffle ? order.Index(sample) : sample % size();
    SeededNoise noise(seed, SampleOrder::SamplePlace(sample));
    const AugmentedCrop from =
        Augment(picture(index), data_->labels(index), how, crop.width, crop.height, noise);
    ToPlanes(from.rgb.data(), pixels, batch.rgb[n].data_ptr<float>());
    std::copy(from.labels.begin(), from.labels.end(), batch.labels[n].data_ptr<std::int64_t>());
  }
  return batch;
}

SegmentationBatch SegmentationSamples::Whole(std::size_t index) const {
  const ImageView from = picture(index);
  SegmentationBatch batch{torch::empty({1, 3, from.height, from.width}),
                          torch::empty({1, from.height, from.width}, torch::kInt64)};
  const std::int64_t pixels = std::int64_t{from.width} * from.height;
  ToPlanes(from.Row<std::uint8_t>(0), pixels, batch.rgb.data_ptr<float>());
  const std::uint8_t* labels = data_->labels(index);
  std::copy(labels, labels + pixels, batch.labels.data_ptr<std::int64_t>());
  return batch;
}

}  // namespace seafusion::learn
