// Registered infrared/visible pairs of road scenes that never existed, with labels: for tests,
// demonstrations and for trying out training where no data set is at hand.
#ifndef SEAFUSION_SYNTH_RENDER_H_
#define SEAFUSION_SYNTH_RENDER_H_

#include <cstdint>
#include <vector>

#include <seafusion/status.h>

#include "core/image_buffer.h"

namespace seafusion::synth {

/// The nine classes of the MSRS labels.
enum class Label : std::uint8_t {
  kBackground = 0,
  kCar = 1,
  kPerson = 2,
  kBike = 3,
  kCurve = 4,
  kCarStop = 5,
  kGuardrail = 6,
  kColorCone = 7,
  kBump = 8,
};

/// A box around the visible part of a person (0), bicycle (1) or car (2), in pixels: [x0, x1) x
/// [y0, y1).
struct Box {
  int object_class = 0;
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

struct SceneOptions {
  int width = 640;
  int height = 480;
  bool night = false;
  std::uint64_t seed = 1;
  std::uint64_t index = 0;  ///< Number of the scene in its series.
};

struct ScenePair {
  ImageBuffer visible;   ///< rgb8
  ImageBuffer infrared;  ///< gray8
  ImageBuffer labels;    ///< gray8, values of Label
  std::vector<Box> boxes;
};

/// Renders one scene. The same options give the same pictures. Sides of 64 to 4096 pixels; others
/// fail with kInvalidArgument. Thread-safe.
StatusOr<ScenePair> RenderScene(const SceneOptions& options);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_RENDER_H_
