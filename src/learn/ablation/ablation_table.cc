#include "learn/ablation/ablation_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/text/json_file_text.h"
#include "model/json_text.h"
#include "model/segmentation_classes.h"

namespace seafusion::learn {
namespace {

using Json = nlohmann::ordered_json;

std::string ClassName(std::size_t index) {
  return index < model::kSegmentationClasses.size()
             ? std::string(model::kSegmentationClasses[index])
             : "class " + std::to_string(index);
}

Json ToJson(const std::vector<std::optional<double>>& values) {
  Json json = Json::array();
  for (const auto& one : values) json.push_back(one ? Json(*one) : Json(nullptr));
  return json;
}

Json ToJson(const AblationResult& r) {
  Json json = {{"name", r.name},
               {"pictures", r.pictures},
               {"iou", ToJson(r.iou)},
               {"miou", r.mean_iou},
               {"accuracy", r.accuracy}};
  if (r.seeds == 1) return json;
  json["seeds"] = r.seeds;
  json["iou_deviation"] = ToJson(r.iou_deviation);
  json["miou_deviation"] = r.mean_iou_deviation;
  return json;
}

bool SeveralSeeds(const std::vector<AblationResult>& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const AblationResult& r) { return r.seeds > 1; });
}

struct Spread {
  std::optional<double> mean, deviation;
};

Spread SpreadOf(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double v : values) sum += v;
  const double mean = sum / count;
  for (const double v : values) squares += (v - mean) * (v - mean);
  if (values.size() == 1) return {mean, std::nullopt};
  return {mean, std::sqrt(squares / (count - 1))};
}

std::size_t Classes(const std::vector<AblationResult>& results) {
  std::size_t classes = 0;
  for (const AblationResult& r : results) classes = std::max(classes, r.iou.size());
  return classes;
}

}  // namespace

AblationResult MeanOverSeeds(const std::vector<AblationResult>& results) {
  AblationResult mean = results.front();
  if (results.size() == 1) return mean;
  mean.seeds = static_cast<int>(results.size());
  mean.iou.assign(Classes(results), std::nullopt);
  mean.iou_deviation = mean.iou;
  std::vector<double> values;
  for (std::size_t c = 0; c < mean.iou.size(); ++c) {
    values.clear();
    for (const AblationResult& r : results) {
      if (c < r.iou.size() && r.iou[c]) values.push_back(*r.iou[c]);
    }
    const Spread spread = SpreadOf(values);
    mean.iou[c] = spread.mean;
    mean.iou_deviation[c] = spread.deviation;
  }
  const auto of = [&](double AblationResult::*member) {
    values.clear();
    for (const AblationResult& r : results) values.push_back(r.*member);
    return SpreadOf(values);
  };
  mean.accuracy = *of(&AblationResult::accuracy).mean;
  const Spread spread = of(&AblationResult::mean_iou);
  mean.mean_iou = *spread.mean;
  mean.mean_iou_deviation = *spread.deviation;
  return mean;
}

std::string AblationResultToJson(const AblationResult& result) {
  return JsonFileText(ToJson(result));
}

StatusOr<AblationResult> AblationResultFromJson(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    AblationResult r;
    json.at("name").get_to(r.name);
    if (!model::TakeWhole(json.at("pictures"), r.pictures)) {
      return CorruptData("not the result of an ablation");
    }
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
                     "; a segmentation network trained for each row";
  const bool several = SeveralSeeds(results);
  if (several) {
    text += ", mean +- deviation over " + std::to_string(results.front().seeds) + " seeds";
  }
  text += "\nstrategy        ";
  const std::string wider(several ? 9 : 0, ' ');
  for (const std::size_t c : kColumns) {
    const std::string name = ClassName(c);
    text += std::string(8 - std::min<std::size_t>(8, name.size()), ' ') + name + " " + wider;
  }
  text += "    mIoU\n";
  const auto value = [&](const AblationResult& r, std::size_t column) -> std::optional<double> {
    if (column == kMean) return r.mean_iou;
    return kColumns[column] < r.iou.size() ? r.iou[kColumns[column]] : std::nullopt;
  };
  const auto deviation = [&](const AblationResult& r, std::size_t column) -> std::optional<double> {
    if (r.seeds == 1) return std::nullopt;
    if (column == kMean) return r.mean_iou_deviation;
    return kColumns[column] < r.iou_deviation.size() ? r.iou_deviation[kColumns[column]]
                                                     : std::nullopt;
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
      if (!several) continue;
      const auto d = deviation(r, k);
      if (d) {
        std::snprintf(cell, sizeof(cell), "+- %5.2f ", 100 * *d);
        text += cell;
      } else {
        text += wider;
      }
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
  const bool several = SeveralSeeds(results);
  if (several) {
    csv += ",seeds,miou_deviation";
    for (std::size_t c = 0; c < classes; ++c) csv.append(",").append(ClassName(c) + "_deviation");
  }
  csv += "\n";
  const auto append = [&](double v) {
    char text[32];
    std::snprintf(text, sizeof(text), ",%.6f", v);
    csv += text;
  };
  const auto append_classes = [&](const std::vector<std::optional<double>>& values) {
    for (std::size_t c = 0; c < classes; ++c) {
      if (c < values.size() && values[c]) {
        append(*values[c]);
      } else {
        csv += ",";
      }
    }
  };
  for (const AblationResult& r : results) {
    csv.append(r.name).append(",").append(std::to_string(r.pictures));
    append(r.accuracy);
    append(r.mean_iou);
    append_classes(r.iou);
    if (several) {
      csv.append(",").append(std::to_string(r.seeds));
      append(r.mean_iou_deviation);
      append_classes(r.iou_deviation);
    }
    csv += "\n";
  }
  return csv;
}

std::string AblationJson(const std::vector<AblationResult>& results) {
  Json json = {{"classes", Json::array()}, {"strategies", Json::array()}};
  for (std::size_t c = 0; c < Classes(results); ++c) json["classes"].push_back(ClassName(c));
  for (const AblationResult& r : results) json["strategies"].push_back(ToJson(r));
  return JsonFileText(json);
}

}  // namespace seafusion::learn
