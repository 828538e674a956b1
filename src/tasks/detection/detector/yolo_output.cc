#include "tasks/detection/detector/yolo_output.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace seafusion::tasks {
namespace {

std::string ShapeText(std::span<const std::int64_t> shape) {
  std::string text;
  for (const std::int64_t side : shape) text += (text.empty() ? "" : " x ") + std::to_string(side);
  return text.empty() ? "a single value" : text;
}

// The numbers of anchor `n`, wherever they lie.
struct Anchors {
  std::span<const float> values;
  std::size_t count = 0;
  std::size_t fields = 0;
  bool fields_first = false;

  float at(std::size_t anchor, std::size_t field) const {
    return fields_first ? values[field * count + anchor] : values[anchor * fields + field];
  }
};

StatusOr<Anchors> CheckShape(std::span<const float> values, std::span<const std::int64_t> shape,
                             const DetectorSettings& settings) {
  const bool v8 = settings.layout == YoloLayout::kYolov8;
  const auto fields = static_cast<std::int64_t>(settings.classes) + (v8 ? 4 : 5);
  const std::size_t place = v8 ? 1 : 2;
  const bool fits = shape.size() == 3 && shape[0] == 1 && shape[place] == fields && shape[1] > 0 &&
                    shape[2] > 0 && static_cast<std::int64_t>(values.size()) == shape[1] * shape[2];
  if (!fits) {
    const std::string count = std::to_string(fields);
    return Unsupported(
        "the network's output is " + ShapeText(shape) + "; with " +
        std::to_string(settings.classes) + " classes in layout " +
        (v8 ? "yolov8 it is 1 x " + count + " x N" : "yolov5 it is 1 x N x " + count));
  }
  return Anchors{values, static_cast<std::size_t>(shape[v8 ? 2 : 1]),
                 static_cast<std::size_t>(fields), v8};
}

}  // namespace

InputPlacement PlaceInInput(int width, int height, const DetectorSettings& settings) {
  InputPlacement place;
  place.scale_x = static_cast<double>(settings.input_width) / width;
  place.scale_y = static_cast<double>(settings.input_height) / height;
  place.width = settings.input_width;
  place.height = settings.input_height;
  if (!settings.letterbox) return place;
  place.scale_x = place.scale_y = std::min(place.scale_x, place.scale_y);
  place.width =
      std::clamp(static_cast<int>(std::lround(width * place.scale_x)), 1, settings.input_width);
  place.height =
      std::clamp(static_cast<int>(std::lround(height * place.scale_y)), 1, settings.input_height);
  // A half of a pixel goes to the right and to the bottom.
  place.left = (settings.input_width - place.width) / 2;
  place.top = (settings.input_height - place.height) / 2;
  return place;
}

StatusOr<std::vector<Detection>> ReadYoloOutput(std::span<const float> values,
                                                std::span<const std::int64_t> shape,
                                                const DetectorSettings& settings,
                                                const InputPlacement& placement, int width,
                                                int height, double confidence) {
  auto anchors = CheckShape(values, shape, settings);
  if (!anchors.ok()) return anchors.status();
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    return CorruptData("the network's output holds a value that is not finite");
  }
  const bool objectness = settings.layout == YoloLayout::kYolov5;
  const std::size_t first_class = objectness ? 5 : 4;
  std::vector<Detection> detections;
  for (std::size_t n = 0; n < anchors->count; ++n) {
    const double sure = objectness ? double{anchors->at(n, 4)} : 1.0;
    if (sure < confidence) continue;
    for (std::size_t c = 0; c < settings.label_of_class.size(); ++c) {
      const int label = settings.label_of_class[c];
      const double score = sure * double{anchors->at(n, first_class + c)};
      if (label < 0 || score < confidence) continue;
      const double x = (anchors->at(n, 0) - placement.left) / placement.scale_x;
      const double y = (anchors->at(n, 1) - placement.top) / placement.scale_y;
      const double half_width = anchors->at(n, 2) / placement.scale_x / 2;
      const double half_height = anchors->at(n, 3) / placement.scale_y / 2;
      const Box box{std::clamp<double>(x - half_width, 0, width),
                    std::clamp<double>(y - half_height, 0, height),
                    std::clamp<double>(x + half_width, 0, width),
                    std::clamp<double>(y + half_height, 0, height)};
      if (box.area() > 0) detections.push_back({box, label, std::min(score, 1.0)});
    }
  }
  return detections;
}

}  // namespace seafusion::tasks
