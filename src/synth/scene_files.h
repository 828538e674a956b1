// Rendered scenes as a data set on disk.
#ifndef SEAFUSION_SYNTH_SCENE_FILES_H_
#define SEAFUSION_SYNTH_SCENE_FILES_H_

#include <cstdint>
#include <optional>
#include <string>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "synth/render.h"

namespace seafusion::synth {

struct SceneFileSettings {
  std::string out;  ///< Folder, made if missing.
  std::uint64_t count = 10;
  std::uint64_t seed = 1;
  int width = 640;  ///< Sides as for RenderScene.
  int height = 480;
  double night = 0.5;           ///< Share of night scenes, 0..1.
  std::string split = "train";  ///< The folder in `out`.
  /// Beside the visible one; the rig of both goes into the split's folder as rig.json.
  std::optional<InfraredCamera> infrared_camera;
  int threads = 0;  ///< 0: one a processor.
  bool overwrite = false;
};

struct SceneFileReport {
  Status status;
  std::string folder;  ///< OUT/SPLIT
  std::uint64_t pairs = 0;
  int width = 0;
  int height = 0;
  std::uint64_t seed = 0;
  double seconds = 0;
  bool begun = false;  ///< False: refused before anything was rendered.
};

/// Renders scenes into OUT/SPLIT/{vi,ir,Segmentation_labels}/NAME.png and boxes/NAME.txt (YOLO
/// text), NAME ending in D (day) or N (night). With an infrared camera the pictures in ir are its
/// own, and OUT/SPLIT/rig.json says how the two map onto each other. The same settings give the
/// same files whatever the threads. `status`: kAlreadyExists, kIoError, kCancelled, or as
/// RenderScene and io::WriteImage.
SceneFileReport WriteScenes(const SceneFileSettings& settings, const RunMonitor& monitor);

/// A JSON object without a final newline.
std::string JsonText(const SceneFileReport& report);
/// "20 pairs in scenes/train"
std::string SummaryText(const SceneFileReport& report);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_SCENE_FILES_H_
