// A pair of pictures at the small size at which the watching of them works.
#ifndef SEAFUSION_ALIGN_WATCH_SMALL_PAIR_H_
#define SEAFUSION_ALIGN_WATCH_SMALL_PAIR_H_

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/search/features/frame_pair.h"

namespace seafusion::align {

/// Width of what is watched; narrower pictures stay as they are.
inline constexpr int kSmallWidth = 160;

/// Both reduced by area to kSmallWidth. Any formats; integers but kYuyv8 are the fast ones. Errors:
/// kInvalidArgument (another size of one than of the other, a side under Registrar::kLeastSide,
/// also after the reduction), kResourceExhausted, kInternal.
StatusOr<SearchFrame> SmallPair(const ImageView& infrared, const ImageView& visible);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WATCH_SMALL_PAIR_H_
