// What a picture file holds, for people and for programs: `seafusion info FILE`.
#ifndef SEAFUSION_IO_FACTS_PICTURE_FACTS_H_
#define SEAFUSION_IO_FACTS_PICTURE_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "io/camera/flir_block.h"
#include "io/facts/palette.h"
#include "io/sources/source_layout.h"

namespace seafusion::io {

/// The samples of a gray picture; of a colour one its luma. Values that are not finite count for
/// nothing but `not_finite`.
struct SampleFacts {
  int width = 0, height = 0;
  PixelFormat format = PixelFormat::kGray8;
  double min = 0, max = 0, mean = 0;
  std::uint64_t distinct = 0;  ///< Different values; of float at most 65536 are told apart.
  std::uint64_t not_finite = 0;
};
/// Time grows linearly with the picture. Thread-safe.
SampleFacts FactsOf(const ImageView& picture);

/// Degrees Celsius of the counts.
struct TemperatureFacts {
  double min = 0, max = 0, mean = 0;
};

struct EmbeddedFacts {
  int width = 0, height = 0;
};

struct PictureFacts {
  std::string path;
  std::string kind;  ///< "PNG", "radiometric JPEG (FLIR)", "bare samples", ...
  std::uint64_t bytes = 0;
  std::size_t pages = 1;              ///< Pages or frames.
  int bits = 0;                       ///< Of one sample as stored.
  int orientation = 1;                ///< EXIF's; sizes are those of the upright picture.
  std::optional<SampleFacts> shown;   ///< The picture for people; the only one of most files.
  bool transparency = false;          ///< `shown` has an opacity beside its colours.
  double coloured_share = 0;          ///< Of `shown`: pixels with a colour.
  Palette palette = Palette::kNone;   ///< What its colours look like.
  std::optional<SampleFacts> counts;  ///< Of a thermal camera's file: the sensor's.
  std::optional<TemperatureFacts> temperature;
  std::optional<EmbeddedFacts> visible;
  std::optional<FlirPlacement> placement;
  std::string camera;      ///< Maker's model name; may be empty.
  std::string taken;       ///< When, as ISO 8601 has it; may be empty.
  std::string last_taken;  ///< Of a sequence's last frame; may be empty.
  bool gps = false, geotiff = false;
  std::string camera_palette;  ///< As the camera calls it.
  bool bytes_swapped = false;  ///< 16 bits that seem to lie in the wrong order.
  std::vector<std::string> remarks;
};

/// Reads the first page or frame, or that of `raw_format`. Fails as ReadPicture for files of which
/// no picture can be read; of a thermal camera's file whose counts cannot be, but whose shown
/// picture can, the reason is among the remarks. Messages begin with the path. Thread-safe.
StatusOr<PictureFacts> FindPictureFacts(const std::string& path, std::uint64_t max_pixels,
                                        const std::optional<RawFormat>& raw_format = {});

/// "640x480 gray16, values 17917 to 20218, mean ...", and the same as a JSON object.
std::string SampleFactsText(const SampleFacts& facts);
std::string SampleFactsJson(const SampleFacts& facts);

/// Lines for people.
std::string PictureFactsText(const PictureFacts& facts);
/// An object; keys stand only for what there is.
std::string PictureFactsJson(const PictureFacts& facts);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_FACTS_PICTURE_FACTS_H_
