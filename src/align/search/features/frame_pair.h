// One moment as both cameras saw it, as the search keeps it.
#ifndef SEAFUSION_ALIGN_SEARCH_FEATURES_FRAME_PAIR_H_
#define SEAFUSION_ALIGN_SEARCH_FEATURES_FRAME_PAIR_H_

#include "align/search/features/gray_pyramid.h"

namespace seafusion::align {

struct SearchFrame {
  GrayPyramid infrared, visible;
};

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_FEATURES_FRAME_PAIR_H_
