#include "tasks/evaluation/placed_pictures.h"

#include <algorithm>
#include <utility>

#include "align/place/on_canvas.h"
#include "core/status_macros.h"
#include "io/image_file.h"

namespace seafusion::tasks {
namespace {

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

PlacedPictures::PlacedPictures(const EvaluationSettings& settings, align::OpenedRig rig)
    : settings_(settings), rig_(std::move(rig)) {}

StatusOr<PlacedPictures> PlacedPictures::Open(const EvaluationSettings& settings) {
  for (const auto* names : {&settings.infrared_sets, &settings.visible_sets}) {
    for (const std::string& name : *names) {
      const bool known = std::any_of(settings.pictures.begin(), settings.pictures.end(),
                                     [&](const io::NamedSource& set) { return set.name == name; });
      if (!known) return InvalidArgument("no pictures are called " + name);
    }
  }
  SEAFUSION_ASSIGN_OR_RETURN(align::OpenedRig rig, align::OpenRig(settings.rig));
  return PlacedPictures(settings, std::move(rig));
}

StatusOr<ImageBuffer> PlacedPictures::Read(const std::string& set, const std::string& path) const {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer picture, io::ReadImage(path, {settings_.max_pixels}));
  if (!rig_) return picture;
  const bool infrared = Contains(settings_.infrared_sets, set);
  if (infrared || Contains(settings_.visible_sets, set)) {
    StatusOr<ImageBuffer> placed =
        align::OnCanvas(*rig_.warper, infrared ? align::Source::kInfrared : align::Source::kVisible,
                        std::as_const(picture).view());
    if (!placed.ok()) return placed.status().Annotate(path);
    return placed;
  }
  if (picture.width() != rig_.warper->width() || picture.height() != rig_.warper->height()) {
    return InvalidArgument(path + ": is " + std::to_string(picture.width()) + "x" +
                           std::to_string(picture.height()) + ", the canvas of " + rig_.name +
                           " is " + std::to_string(rig_.warper->width()) + "x" +
                           std::to_string(rig_.warper->height()) +
                           "; pictures as a camera took them are named by --ir-set or --vis-set");
  }
  return picture;
}

LabelledSize PlacedPictures::LabelsLieOn(const ImageBuffer& picture) const {
  if (!rig_) return {picture.width(), picture.height()};
  const align::RigCamera& camera =
      settings_.labels_of == align::Source::kInfrared ? rig_.rig.infrared : rig_.rig.visible;
  return {camera.width, camera.height};
}

StatusOr<ImageBuffer> PlacedPictures::Labels(ImageBuffer labels) const {
  if (!rig_) return labels;
  return align::LabelsOnCanvas(*rig_.warper, settings_.labels_of, std::as_const(labels).view());
}

std::vector<GroundTruth> PlacedPictures::Boxes(std::vector<GroundTruth> boxes) const {
  if (!rig_) return boxes;
  std::vector<GroundTruth> placed;
  for (GroundTruth& truth : boxes) {
    const Box& box = truth.box;
    const auto moved = align::BoxOnCanvas(*rig_.warper, settings_.labels_of,
                                          {box.left, box.top, box.right, box.bottom});
    if (!moved) continue;
    truth.box = {moved->left, moved->top, moved->right, moved->bottom};
    placed.push_back(truth);
  }
  return placed;
}

}  // namespace seafusion::tasks
