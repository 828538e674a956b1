// Segmentations in colour, for people to look at.
#ifndef SEAFUSION_TASKS_SEGMENTATION_OVERLAY_H_
#define SEAFUSION_TASKS_SEGMENTATION_OVERLAY_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion::tasks {

/// Red, green, blue of a label class: MSRS's colours for the first nine.
std::array<std::uint8_t, 3> ColourOf(int label);

/// The gray8 or rgb8 picture as rgb8 with the classes (as Segmenter gives them) laid over it, half
/// and half, apart from class 0; below it a legend of the classes that occur.
StatusOr<ImageBuffer> DrawSegmentation(const ImageView& picture,
                                       std::span<const std::uint8_t> classes,
                                       const std::vector<std::string>& labels);

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_SEGMENTATION_OVERLAY_H_
