// Makes the cameras of data sets alike by making each of them vary: crops as another infrared
// camera might have taken them.
#ifndef SEAFUSION_LEARN_DATA_MIX_CAMERA_VARIATION_H_
#define SEAFUSION_LEARN_DATA_MIX_CAMERA_VARIATION_H_

#include <cstdint>
#include <utility>

namespace seafusion::learn {

/// How far crops may vary; each 0 is off. Drawn for every crop anew.
struct CameraVariation {
  double gamma = 0;  ///< Infrared to the power of 2^g, g in -gamma..gamma.
  double contrast =
      0;  ///< Infrared around its mean times 2^c, c in -contrast..contrast, cut to 0..1.
  double polarity_share = 0;  ///< Of the crops: infrared in which what is hot is black.
  double flat_share =
      0;            ///< Of the crops: infrared squeezed into 0.1 to 0.5 of the range, anywhere.
  double blur = 0;  ///< Largest deviation of a Gaussian over the infrared, pixels.
  int misregistration = 0;  ///< Infrared moved by -m..m whole pixels in x and in y.
  /// Largest deviation of noise in both sources, in 0..1. The network sees it, the loss does not.
  double noise = 0;

  bool any() const {
    return gamma > 0 || contrast > 0 || polarity_share > 0 || flat_share > 0 || blur > 0 ||
           misregistration > 0 || noise > 0;
  }
};

/// By how many pixels in x and y the infrared of sample number `sample` is moved. This and what
/// follows depends on `seed` and the number alone, and on nothing else that is drawn by them.
std::pair<int, int> DrawShift(const CameraVariation& how, std::uint64_t seed, std::uint64_t sample);

/// Changes the infrared crop, side x side samples in 0..1, in place; all but the shift and noise.
void VaryInfrared(const CameraVariation& how, std::uint64_t seed, std::uint64_t sample, int side,
                  float* infrared);

/// Adds noise to both crops, cut to 0..1.
void AddNoise(const CameraVariation& how, std::uint64_t seed, std::uint64_t sample, int side,
              float* visible, float* infrared);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_MIX_CAMERA_VARIATION_H_
