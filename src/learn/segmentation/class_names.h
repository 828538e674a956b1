#ifndef SEAFUSION_LEARN_SEGMENTATION_CLASS_NAMES_H_
#define SEAFUSION_LEARN_SEGMENTATION_CLASS_NAMES_H_

#include <array>
#include <string_view>

namespace seafusion::learn {

/// The classes of MSRS, by their label.
inline constexpr std::array<std::string_view, 9> kClassNames = {
    "background", "car", "person", "bike", "curve", "car stop", "guardrail", "color cone", "bump"};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_CLASS_NAMES_H_
