// Registered infrared/visible pairs of road scenes that never existed, with labels: for tests,
// demonstrations and for trying out training where no data set is at hand.
#ifndef SEAFUSION_SYNTH_RENDER_H_
#define SEAFUSION_SYNTH_RENDER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "core/memory/image_buffer.h"

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

/// A thermal camera beside the visible one: in place of pictures that lie on each other, each
/// camera takes its own. Visible and infrared then have parallax, and a lens between them.
struct InfraredCamera {
  int width = 320;  ///< Sides as in SceneOptions.
  int height = 256;
  double field_ratio = 1.3;  ///< Width of the visible field of view over this one's, 1..4.
  double baseline = 0.05;    ///< Metres to the right of the visible camera, -1..1.
  double k1 = 0, k2 = 0;     ///< Radial distortion, as OpenCV has it; -0.5..0.5.
  double yaw = 0, pitch = 0, roll = 0;  ///< Degrees to the right, up, clockwise; -10..10.
};

struct SceneOptions {
  int width = 640;
  int height = 480;
  bool night = false;
  std::uint64_t seed = 1;
  std::uint64_t index = 0;  ///< Number of the scene in its series.
  /// With it, all scenes of a seed are seen by the same two cameras: RigOfScenes.
  std::optional<InfraredCamera> infrared_camera;
};

struct ScenePair {
  ImageBuffer visible;   ///< rgb8
  ImageBuffer infrared;  ///< gray8; of the visible picture's size, or of the infrared camera's.
  ImageBuffer labels;    ///< gray8, values of Label; on the visible picture, as the boxes
  std::vector<Box> boxes;
};

/// The exact rig of options with an infrared camera: intrinsics, distortion, extrinsics. Errors:
/// kInvalidArgument, also where the infrared camera would see beyond the visible one's field.
StatusOr<align::Rig> RigOfScenes(const SceneOptions& options);

/// Renders one scene. The same options give the same pictures. Sides of 64 to 4096 pixels; others
/// fail with kInvalidArgument, as an infrared camera does of which there is no RigOfScenes.
/// Thread-safe.
StatusOr<ScenePair> RenderScene(const SceneOptions& options);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_RENDER_H_
