// What the page does with pictures, apart from what browsers do: reads files that they cannot,
// brings the pictures onto each other, fuses, shows the infrared as the network sees it.
#ifndef SEAFUSION_WEB_FUSE_ENGINE_PAGE_ENGINE_H_
#define SEAFUSION_WEB_FUSE_ENGINE_PAGE_ENGINE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/memory/image_buffer.h"
#include "io/camera/flir_block.h"
#include "io/camera/temperature.h"
#include "placement.h"

namespace seafusion::web {

enum class Source : std::uint8_t { kInfrared, kVisible };

/// What a file was.
struct Opened {
  bool taken = false;  ///< False: a browser's picture, to be handed over as pixels.
  std::string kind;    ///< "PNG, 16 bits", "radiometric JPEG (FLIR)", for people.
  bool both = false;   ///< It holds the visible picture, too.
  std::vector<std::string> remarks;
};

struct FuseChoice {
  std::string model = "default";  ///< As BuiltInWeights names them.
  std::string precision = "auto";
  InfraredRange range;
  InfraredGain gain;
  bool gray = false;
};

struct Fused {
  std::string engine;
  int width = 0, height = 0;
  double milliseconds = 0;  ///< Of fusing alone.
  bool stretched = false;   ///< The infrared was brought to the visible's size.
};

/// The infrared samples, counted.
struct Levels {
  double least = 0, most = 0;                 ///< Of the bins' ends.
  double automatic_lo = 0, automatic_hi = 1;  ///< What InfraredRange::kAuto makes of the picture.
  std::vector<int> bins;
  bool celsius = false;
};

class PageEngine {
 public:
  /// Takes a file whose samples browsers would spoil (PNG, counts of thermal cameras). A file of a
  /// camera opened as infrared gives its visible picture, too, where it has one. Errors name what
  /// is wrong with the file.
  StatusOr<Opened> Open(Source source, std::span<const std::uint8_t> bytes);
  /// A picture of `width` times `height`, into which the browser writes its red, green, blue and
  /// alpha samples.
  StatusOr<MutableImageView> Pixels(Source source, int width, int height);
  void Close(Source source);

  StatusOr<Levels> MeasureInfrared() const;
  /// NaN where the camera did not say.
  double Celsius(double sample) const;

  /// Of both pictures. The previous results stay where it fails.
  StatusOr<Fused> Fuse(const FuseChoice& choice);
  /// After Fuse, rgba8, of one size: the sources as they were fused, and the result.
  const ImageBuffer& infrared() const { return shown_[0]; }
  const ImageBuffer& visible() const { return shown_[1]; }
  const ImageBuffer& fused() const { return shown_[2]; }

 private:
  Status Prepare(const FuseChoice& choice);

  std::array<ImageBuffer, 2> sources_;
  std::optional<io::FlirPlacement> flir_;  // of sources that came out of one file
  std::optional<io::Thermometer> thermometer_;

  std::optional<Fuser> fuser_;
  std::string fuser_is_;  // its model and precision
  std::array<ImageBuffer, 3> shown_;
};

}  // namespace seafusion::web

#endif  // SEAFUSION_WEB_FUSE_ENGINE_PAGE_ENGINE_H_
