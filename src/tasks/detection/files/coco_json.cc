#include "tasks/detection/files/coco_json.h"

#include <nlohmann/json.hpp>

namespace seafusion::tasks {
namespace {

using Json = nlohmann::ordered_json;

Json BoxJson(const Box& box) {
  return Json::array({box.left, box.top, box.right - box.left, box.bottom - box.top});
}

std::string Text(const Json& json) {
  // File names need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string CocoGroundTruth(std::span<const NamedPicture> pictures,
                            const std::vector<std::string>& labels) {
  Json images = Json::array();
  Json annotations = Json::array();
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const NamedPicture& picture = pictures[i];
    images.push_back({{"id", i + 1},
                      {"file_name", picture.name},
                      {"width", picture.width},
                      {"height", picture.height}});
    for (const GroundTruth& truth : picture.boxes.truth) {
      annotations.push_back({{"id", annotations.size() + 1},
                             {"image_id", i + 1},
                             {"category_id", truth.category + 1},
                             {"bbox", BoxJson(truth.box)},
                             {"area", truth.box.area()},
                             {"iscrowd", truth.ignored ? 1 : 0}});
    }
  }
  Json categories = Json::array();
  for (std::size_t c = 0; c < labels.size(); ++c) {
    categories.push_back({{"id", c + 1}, {"name", labels[c]}});
  }
  return Text({{"images", std::move(images)},
               {"annotations", std::move(annotations)},
               {"categories", std::move(categories)}});
}

std::string CocoResults(std::span<const NamedPicture> pictures) {
  Json results = Json::array();
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (const Detection& detection : pictures[i].boxes.detections) {
      results.push_back({{"image_id", i + 1},
                         {"category_id", detection.category + 1},
                         {"bbox", BoxJson(detection.box)},
                         {"score", detection.score}});
    }
  }
  return Text(results);
}

}  // namespace seafusion::tasks
