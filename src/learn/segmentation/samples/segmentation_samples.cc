#include "learn/segmentation/samples/segmentation_samples.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/status_macros.h"
#include "learn/data/sample_order.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

// Interleaved bytes to planes of 0..1.
void ToPlanes(const std::uint8_t* rgb, std::int64_t pixels, float* planes) {
  for (std::int64_t i = 0; i < pixels; ++i) {
    for (int c = 0; c < 3; ++c) planes[c * pixels + i] = static_cast<float>(*rgb++) / 255.0f;
  }
}

// rgb8 pictures of the sizes of source(0), source(1), ..., their rows made by fill(from, width,
// to).
template <typename Source, typename Fill>
StatusOr<std::vector<ImageBuffer>> ColourPictures(std::size_t count, const Source& source,
                                                  const Fill& fill) {
  std::vector<ImageBuffer> pictures;
  for (std::size_t i = 0; i < count; ++i) {
    const ImageView from = source(i);
    SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer picture,
                               ImageBuffer::Create(from.width, from.height, PixelFormat::kRgb8));
    for (int y = 0; y < from.height; ++y) {
      fill(from.Row<std::uint8_t>(y), from.width, picture.view().Row<std::uint8_t>(y));
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace

StatusOr<SegmentationSamples> SegmentationSamples::OfVisible(const PairDataset& data) {
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<ImageBuffer> pictures,
                             ColourPictures(
                                 data.size(), [&](std::size_t i) { return data.visible(i); },
                                 [](const std::uint8_t* from, int width, std::uint8_t* to) {
                                   std::memcpy(to, from, std::size_t{3} * width);
                                 }));
  return SegmentationSamples(std::move(pictures), data);
}

StatusOr<SegmentationSamples> SegmentationSamples::OfInfrared(const PairDataset& data) {
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<ImageBuffer> pictures,
                             ColourPictures(
                                 data.size(), [&](std::size_t i) { return data.infrared(i); },
                                 [](const std::uint8_t* from, int width, std::uint8_t* to) {
                                   for (int x = 0; x < width; ++x, to += 3)
                                     std::fill_n(to, 3, from[x]);
                                 }));
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
