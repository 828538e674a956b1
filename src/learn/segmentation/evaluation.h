// What a trained segmentation network makes of pictures.
#ifndef SEAFUSION_LEARN_SEGMENTATION_EVALUATION_H_
#define SEAFUSION_LEARN_SEGMENTATION_EVALUATION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <seafusion/status.h>
#include <torch/types.h>

#include "core/memory/image_buffer.h"
#include "learn/segmentation/confusion_matrix.h"
#include "learn/segmentation/networks/segmentation_net.h"
#include "learn/segmentation/samples/segmentation_samples.h"
#include "model/segmentation_classes.h"

namespace seafusion::learn {

/// Pixel counts over whole pictures, each in one piece at its own size: the class of the largest
/// main score. (The public evaluation adds several scales, mirrored.) Leaves `net` in evaluation
/// mode. Stops early, with kCancelled, when `stop` is set.
StatusOr<ConfusionMatrix> EvaluateSegmentation(SegmentationNet& net,
                                               const SegmentationSamples& samples,
                                               torch::Device device, const std::atomic<bool>* stop);

/// rgb8 picture of what `net` sees in picture `index`, in the colours of MSRS; classes beyond its
/// nine are gray.
StatusOr<ImageBuffer> SegmentedPicture(SegmentationNet& net, const SegmentationSamples& samples,
                                       std::size_t index, torch::Device device);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_EVALUATION_H_
