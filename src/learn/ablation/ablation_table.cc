#include "learn/ablation/ablation_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "model/segmentation_classes.h"

namespace seafusion::learn {
namespace {

using Json = nlohmann::ordered_json;

std::string ClassName(std::size_t index) {
  return index < model::kSegmentationClasses.size()
             ? std::string(model::kSegmentationClasses[index])
             : "class " + std::to_string(index);
}

Json ToJson(const AblationResult& r) {
  Json iou = Json::array();
  for (const auto& one : r.iou) iou.push_back(one ? Json(*one) : Json(nullptr));
  return {{"name", r.name},
          {"pictures", r.pictures},
          {"iou", std::move(iou)},
          {"miou", r.mean_iou},
          {"accuracy", r.accuracy}};
}

std::size_t Classes(const std::vector<AblationResult>& results) {
  std::size_t classes = 0;
  for (const AblationResult& r : results) classes = std::max(classes, r.iou.size());
  return classes;
}

}  // namespace

std::string AblationResultToJson(const AblationResult& result) {
  return ToJson(result).dump(2) + "\n";
}

StatusOr<AblationResult> AblationResultFromJson(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    AblationResult r;
    json.at("name").get_to(r.name);
    json.at("pictures").get_to(r.pictures);
    for (const Json& one : json.at("iou")) {
      r.iou.push_back(one.is_null() ? std::nullopt : std::optional(one.get<double>()));
    }
    json.at("miou").get_to(r.mean_iou);
    json.at("accuracy").get_to(r.accuracy);
    return r;
  } catch (const nlohmann::json::exception&) {
    return CorruptData("not the result of an ablation");
  }
}

std::string AblationText(const std::vector<AblationResult>& results, const std::string& val) {
  // Labels of MSRS, in the order of the paper's table.
  constexpr std::array<std::size_t, 3> kColumns = {2, 1, 3};
  constexpr std::size_t kMean = kColumns.size();
  const std::size_t pictures = results.empty() ? 0 : results.front().pictures;
  std::string text = "IoU in percent over " + std::to_string(pictures) +
                     " pictures and the labels of " + val +
                     "; a segmentation network trained for each row\nstrategy        ";
  for (const std::size_t c : kColumns) {
    const std::string name = ClassName(c);
    text += std::string(8 - std::min<std::size_t>(8, name.size()), ' ') + name + " ";
  }
  text += "    mIoU\n";
  const auto value = [&](const AblationResult& r, std::size_t column) -> std::optional<double> {
    if (column == kMean) return r.mean_iou;
    return kColumns[column] < r.iou.size() ? r.iou[kColumns[column]] : std::nullopt;
  };
  std::array<double, kMean + 1> best{};
  for (const AblationResult& r : results) {
    for (std::size_t k = 0; k <= kMean; ++k) best[k] = std::max(best[k], value(r, k).value_or(0));
  }
  for (const AblationResult& r : results) {
    text += r.name + std::string(16 - std::min<std::size_t>(16, r.name.size()), ' ');
    for (std::size_t k = 0; k <= kMean; ++k) {
      char cell[32];
      const auto v = value(r, k);
      if (v) {
        std::snprintf(cell, sizeof(cell), "%8.2f%c", 100 * *v, *v == best[k] && *v > 0 ? '*' : ' ');
      } else {
        std::snprintf(cell, sizeof(cell), "%8s ", "-");
      }
      text += cell;
    }
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
  }
  return text;
}

std::string AblationCsv(const std::vector<AblationResult>& results) {
  std::string csv = "strategy,pictures,accuracy,miou";
  const std::size_t classes = Classes(results);
  for (std::size_t c = 0; c < classes; ++c) csv.append(",").append(ClassName(c));
  csv += "\n";
  const auto append = [&](double v) {
    char text[32];
    std::snprintf(text, sizeof(text), ",%.6f", v);
    csv += text;
  };
  for (const AblationResult& r : results) {
    csv.append(r.name).append(",").append(std::to_string(r.pictures));
    append(r.accuracy);
    append(r.mean_iou);
    for (std::size_t c = 0; c < classes; ++c) {
      if (c < r.iou.size() && r.iou[c]) {
        append(*r.iou[c]);
      } else {
        csv += ",";
      }
    }
    csv += "\n";
  }
  return csv;
}

std::string AblationJson(const std::vector<AblationResult>& results) {
  Json json = {{"classes", Json::array()}, {"strategies", Json::array()}};
  for (std::size_t c = 0; c < Classes(results); ++c) json["classes"].push_back(ClassName(c));
  for (const AblationResult& r : results) json["strategies"].push_back(ToJson(r));
  return json.dump(2) + "\n";
}

}  // namespace seafusion::learn
