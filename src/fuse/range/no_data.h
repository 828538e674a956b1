// Infrared samples that show nothing: there the fused picture shows the visible one.
#ifndef SEAFUSION_FUSE_RANGE_NO_DATA_H_
#define SEAFUSION_FUSE_RANGE_NO_DATA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"

namespace seafusion {

/// An infrared picture without gaps.
struct FilledInfrared {
  /// Where there is no data, what gives the visible picture's brightness: a method that looks at a
  /// neighbourhood then finds no edge at the gap that is none in the scene.
  ImageBuffer picture;
  InfraredRange range;                ///< That of the picture before, in numbers.
  std::vector<std::uint8_t> missing;  ///< 1 for each pixel without data, row after row.
};

/// Marks the pixels of a valid infrared picture without data with 1, row after row, and returns how
/// many there are; `missing` stays as it is where there are none. No data are floats that are not
/// finite, and zeros of 16-bit pictures that FindSceneSamples takes for such.
std::size_t FindNoData(const ImageView& ir, std::vector<std::uint8_t>& missing);

/// Nothing where every sample shows something, which is the rule (FindNoData). Both views valid and
/// of one size. Errors: kInvalidArgument (as FindInfraredMap), kResourceExhausted.
StatusOr<std::optional<FilledInfrared>> FillNoData(const ImageView& ir, const ImageView& vi,
                                                   const FuseSettings& settings);

/// Puts the visible picture into `fused`, as ShowVisible does, wherever data is missing. Takes the
/// memory of one more such picture. Errors: those of ShowVisible.
Status ShowVisibleInGaps(const FilledInfrared& infrared, const ImageView& vi,
                         const MutableImageView& fused, const FuseSettings& settings);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_RANGE_NO_DATA_H_
