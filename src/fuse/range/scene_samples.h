// Which samples of an infrared picture show the scene: thermal cameras write more into their
// pictures than that.
#ifndef SEAFUSION_FUSE_RANGE_SCENE_SAMPLES_H_
#define SEAFUSION_FUSE_RANGE_SCENE_SAMPLES_H_

#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

namespace seafusion {

/// Row y of a valid picture in its own unit, floats that are not finite included. `row` becomes as
/// long as the picture is wide.
void ReadInfraredRow(const ImageView& ir, int y, std::vector<float>& row);

/// The rows and values that count for a range.
struct SceneSamples {
  int y0 = 0, y1 = 0;         ///< Rows without the camera's telemetry above and below.
  bool without_zero = false;  ///< 0 stands for no data: warped pictures, dead borders.

  bool Has(float v) const;  ///< Finite, and data.
};

/// - Telemetry: up to four rows at either end that differ from the row next to them as neighbouring
///   rows of the scene never do.
/// - 0 where the other values of a 16-bit picture begin farther above it than they span.
SceneSamples FindSceneSamples(const ImageView& ir);

/// Standard deviation of the sensor's noise, from the differences of neighbouring pixels: their
/// median, which edges do not change. 0 for pictures that are flat, coarsely quantised, or
/// smaller than a thousand pixels.
double EstimateNoise(const ImageView& ir, const SceneSamples& scene);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_RANGE_SCENE_SAMPLES_H_
