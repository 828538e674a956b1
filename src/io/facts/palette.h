// Infrared pictures that were coloured for people.
#ifndef SEAFUSION_IO_FACTS_PALETTE_H_
#define SEAFUSION_IO_FACTS_PALETTE_H_

#include <string_view>

#include <seafusion/image.h>

namespace seafusion::io {

/// What the colours of a picture look like.
enum class Palette : std::uint8_t {
  kNone,        ///< Gray, or so nearly that brightness is all there is.
  kBright,      ///< Colours that grow brighter with heat ("iron", "hot metal", "lava"): its luma is
                ///< as good as the counts' order.
  kRainbow,     ///< Colours run through the hues: luma goes up and down with heat.
  kPhotograph,  ///< Colours of many scenes' own: no palette, perhaps the visible picture.
};

/// "gray", "iron or another that grows brighter", "rainbow", "none; a photograph's colours".
std::string_view PaletteName(Palette palette);

/// A palette is a line through the cube of colours: pixels of one hue have few brightnesses and the
/// other way round. Told from at most some hundred thousand pixels; text and logos over the picture
/// do not matter. Gray formats are kNone. Thread-safe.
Palette FindPalette(const ImageView& picture);

/// Share of pixels whose channels differ by more than 8 of 255.
double ColouredShare(const ImageView& picture);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_FACTS_PALETTE_H_
