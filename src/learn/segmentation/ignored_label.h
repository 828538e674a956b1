// Apart from the losses, so that what reads labels needs no LibTorch.
#ifndef SEAFUSION_LEARN_SEGMENTATION_IGNORED_LABEL_H_
#define SEAFUSION_LEARN_SEGMENTATION_IGNORED_LABEL_H_

#include <cstdint>

namespace seafusion::learn {

/// Label of pixels that no loss and no measure counts.
inline constexpr std::int64_t kIgnoredLabel = 255;

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_IGNORED_LABEL_H_
