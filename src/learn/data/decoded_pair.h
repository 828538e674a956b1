// One registered pair as training keeps it.
#ifndef SEAFUSION_LEARN_DATA_DECODED_PAIR_H_
#define SEAFUSION_LEARN_DATA_DECODED_PAIR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/place/placed_sources.h"

namespace seafusion::learn {

/// How the pictures of a folder are brought onto each other; packs have been.
struct PairPlacing {
  align::RigChoice rig;
  align::Source labels_of = align::Source::kVisible;  ///< On whose pictures the labels lie.
};

/// What a data set keeps besides luma and infrared.
struct PairContent {
  bool colour = false;  ///< 3 bytes a pixel more.
  /// From the subfolder labels, Label or Segmentation_labels: pictures of the pair's stem and size,
  /// one byte a pixel, the class or 255 (ignore). 1 byte a pixel more.
  bool labels = false;
  int classes = 9;  ///< Labels of classes and more, other than 255, are refused.
  PairPlacing placing;
};

/// Planes that somebody else owns, row by row without padding.
struct PairPlanes {
  int width = 0, height = 0;
  const std::uint16_t* luma = nullptr;     ///< Of the visible picture, 0..65535.
  const std::uint8_t* infrared = nullptr;  ///< 0..255
  const std::uint8_t* rgb = nullptr;       ///< R, G, B a pixel; or nothing.
  const std::uint8_t* labels = nullptr;    ///< Class or 255; or nothing.

  std::size_t pixels() const { return static_cast<std::size_t>(width) * height; }
};

/// Planes that own their memory; those that were not asked for are empty.
struct DecodedPair {
  int width = 0, height = 0;
  std::vector<std::uint16_t> luma;
  std::vector<std::uint8_t> infrared, rgb, labels;

  PairPlanes planes() const;
};

/// Valid pictures of one size, gray or colour. Infrared of more than 8 bits takes the range that
/// `seafusion fuse` would give it. kInvalidArgument: a value that is not finite.
StatusOr<DecodedPair> DecodePair(const ImageView& vis, const ImageView& inf, bool colour);

/// Copies a gray8 label picture into `pair`. Fails with kInvalidArgument on another format or size
/// and on a label that is no class (see CheckLabels).
Status TakeLabels(const ImageView& labels, int classes, DecodedPair& pair);

/// Fails with kInvalidArgument, naming value and place, on a label that is neither below `classes`
/// nor 255.
Status CheckLabels(const std::uint8_t* labels, int width, int height, int classes);

/// "640x480"
std::string SizeText(int width, int height);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_DECODED_PAIR_H_
