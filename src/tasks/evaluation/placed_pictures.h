// Pictures and labels of an evaluation on a rig's canvas.
#ifndef SEAFUSION_TASKS_EVALUATION_PLACED_PICTURES_H_
#define SEAFUSION_TASKS_EVALUATION_PLACED_PICTURES_H_

#include <optional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "align/place/placed_sources.h"
#include "core/memory/image_buffer.h"
#include "tasks/detection/box.h"
#include "tasks/evaluation/evaluation_settings.h"

namespace seafusion::tasks {

/// How large the pictures are that labels lie on.
struct LabelledSize {
  int width = 0, height = 0;
};

/// Without a rig everything stays as it is. Immutable.
class PlacedPictures {
 public:
  /// Errors: those of align::OpenRig; kInvalidArgument for a camera's set that there is none of.
  static StatusOr<PlacedPictures> Open(const EvaluationSettings& settings);

  /// A picture of the set, on the canvas. Errors: those of io::ReadImage and align::OnCanvas;
  /// kInvalidArgument, with the sizes, for a picture that should be on the canvas and is not.
  StatusOr<ImageBuffer> Read(const std::string& set, const std::string& path) const;

  /// Of the pictures that the labels of `picture` lie on: with a rig its camera's.
  LabelledSize LabelsLieOn(const ImageBuffer& picture) const;
  /// Labels, gray8, on the canvas.
  StatusOr<ImageBuffer> Labels(ImageBuffer labels) const;
  /// Boxes on the canvas, but those that hardly are on it.
  std::vector<GroundTruth> Boxes(std::vector<GroundTruth> boxes) const;

 private:
  PlacedPictures(const EvaluationSettings& settings, align::OpenedRig rig);

  const EvaluationSettings& settings_;
  align::OpenedRig rig_;
};

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_EVALUATION_PLACED_PICTURES_H_
