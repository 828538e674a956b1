// What the segmentation step does to a picture before it trains on it, as the public code does with
// Pillow: colour jitter, flip, scale, crop.
#ifndef SEAFUSION_LEARN_SEGMENTATION_SAMPLES_AUGMENTATION_H_
#define SEAFUSION_LEARN_SEGMENTATION_SAMPLES_AUGMENTATION_H_

#include <cstdint>
#include <vector>

#include <seafusion/image.h>

#include "core/seeded_noise.h"

namespace seafusion::learn {

/// Which of them, in this order. The published settings are jitter 0.5, flip, scales {0.75,
/// 1, 1.25, 1.5, 1.75, 2}.
struct Augmentation {
  /// Brightness, contrast and saturation each by a factor uniform in 1 - jitter .. 1 + jitter.
  double jitter = 0.5;
  bool flip = true;                                            ///< Left to right, every other time.
  std::vector<double> scales = {0.75, 1, 1.25, 1.5, 1.75, 2};  ///< One of them, uniform.
};

/// A picture and its labels, row by row; a crop of `width` x `height` of the augmented pair.
struct AugmentedCrop {
  std::vector<std::uint8_t> rgb;     ///< 3 width height
  std::vector<std::uint8_t> labels;  ///< width height
};

/// `rgb`: rgb8; `labels`: as many bytes as it has pixels, row by row. Where the scaled picture is
/// smaller than the crop it is enlarged until it fits. Pictures are scaled bilinearly (widened when
/// shrinking, so without aliasing), labels take the nearest. Every draw is from `noise`.
AugmentedCrop Augment(const ImageView& rgb, const std::uint8_t* labels, const Augmentation& how,
                      int width, int height, SeededNoise& noise);

/// The three steps of the jitter; each rounds to 8 bits as Pillow's Image.blend does (towards
/// zero). `pixels`: count RGB triples.
void ChangeBrightness(std::uint8_t* pixels, std::size_t count, double factor);
void ChangeContrast(std::uint8_t* pixels, std::size_t count, double factor);
void ChangeSaturation(std::uint8_t* pixels, std::size_t count, double factor);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_SEGMENTATION_SAMPLES_AUGMENTATION_H_
