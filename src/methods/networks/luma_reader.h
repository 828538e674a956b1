// Brightness as the public code of the methods with a network reads it.
#ifndef SEAFUSION_METHODS_NETWORKS_LUMA_READER_H_
#define SEAFUSION_METHODS_NETWORKS_LUMA_READER_H_

#include <cstdint>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/image.h>

namespace seafusion::methods {

/// The level of white, of which networks take and give fractions.
inline constexpr float kWhite = 255.0f;

/// From 8-bit colour to a level of 0..255. Gray pixels keep their level in the first two.
enum class LumaRule : std::uint8_t {
  kRounded,  ///< Pillow's "L", 16-bit fixed point: SciPy's reader.
  kOpenCv,   ///< OpenCV's, 14-bit fixed point.
  /// SciPy's reader asked for "YCbCr" and to flatten: Pillow's 8-bit YCbCr and back, which loses up
  /// to a few levels, then the luma without rounding. Gray files of one channel are not touched.
  kThroughYCbCr,
};

float LevelOf(LumaRule rule, const std::uint8_t* rgb);

/// One level of 0..255 a pixel, row after row. 8-bit samples are taken as they are, everything else
/// is scaled and not rounded; of 16-bit colour the luma of kRounded is taken. Fails with
/// kInvalidArgument for float samples that are not finite.
StatusOr<std::vector<float>> ReadInfraredLevels(const ImageView& ir, const InfraredRange& range,
                                                LumaRule rule);
StatusOr<std::vector<float>> ReadVisibleLevels(const ImageView& vi, LumaRule rule);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_NETWORKS_LUMA_READER_H_
