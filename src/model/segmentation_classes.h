// What the pixels of labels mean.
#ifndef SEAFUSION_MODEL_SEGMENTATION_CLASSES_H_
#define SEAFUSION_MODEL_SEGMENTATION_CLASSES_H_

#include <array>
#include <string_view>

namespace seafusion::model {

/// The classes of MSRS, by their label.
inline constexpr std::array<std::string_view, 9> kSegmentationClasses = {
    "background", "car", "person", "bike", "curve", "car stop", "guardrail", "color cone", "bump"};

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_SEGMENTATION_CLASSES_H_
