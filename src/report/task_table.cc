#include "report/task_table.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "model/json_text.h"

namespace seafusion::report {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxTableBytes = std::uint64_t{1} << 26;

StatusOr<TaskTable> ParseTable(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMaxTableBytes));
  TaskTable table;
  const auto json =
      model::ParseJson<nlohmann::json>({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (json.is_discarded()) return CorruptData(path + ": is no JSON");
  try {
    int pictures = 0;
    if (!model::TakeWhole(json.at("pictures"), pictures)) {
      return CorruptData(path + ": \"pictures\" is no number of pictures");
    }
    table.note = "over " + std::to_string(pictures) + " pictures.";
    for (const auto& from : json.at("rows")) {
      TaskTable::Row row{.name = from.at("name"), .figures = {}};
      table.columns.clear();
      for (const auto& figure : from.at("figures")) {
        table.columns.emplace_back(figure.at("figure"), figure.at("category"));
        TaskTable::Figure& to = row.figures.emplace_back();
        if (!figure.at("value").is_null()) to.value = figure.at("value").get<double>();
        if (const auto interval = figure.find("interval"); interval != figure.end()) {
          to.interval = {interval->at(0).get<double>(), interval->at(1).get<double>()};
        }
      }
      table.rows.push_back(std::move(row));
    }
    if (const auto curves = json.find("precision_at_recall"); curves != json.end()) {
      for (const auto& curve : *curves) {
        table.curves.push_back({curve.at("name"), curve.at("category"),
                                curve.at("values").get<std::vector<double>>()});
      }
    }
  } catch (const nlohmann::json::exception&) {
    return CorruptData(path + ": is no table of detections or classes: a member is missing or of " +
                       "another type");
  }
  const bool classes = !table.columns.empty() && table.columns.front().first == "IoU";
  table.title = classes ? "Segmentation" : "Detection";
  return table;
}

}  // namespace

StatusOr<TaskTable> ReadTaskTable(const std::string& folder, const std::string& note,
                                  const std::vector<std::string>& pairs, std::uint64_t max_pixels,
                                  PagePictures& pictures) {
  SEAFUSION_ASSIGN_OR_RETURN(TaskTable table, ParseTable(folder + "/table.json"));
  table.note = note + ", " + table.note;
  const auto overlay = [&](const TaskTable::Row& row, const std::string& pair) {
    return (fs::path(folder) / "overlays" / row.name / (pair + ".png")).string();
  };
  std::vector<std::string> drawn;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(drawn), [&](const std::string& pair) {
    return std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      std::error_code ec;
      return fs::exists(overlay(row, pair), ec);
    });
  });
  constexpr std::size_t kPanels = 6;
  const std::size_t count = std::min(kPanels, drawn.size());
  for (std::size_t k = 0; k < count; ++k) {
    TaskTable::Panel& panel = table.panels.emplace_back();
    // Spread over the set: day and night.
    panel.pair = drawn[k * drawn.size() / count];
    for (const TaskTable::Row& row : table.rows) {
      const std::string path = overlay(row, panel.pair);
      ImageBuffer image;
      if (pictures.embed()) {
        SEAFUSION_ASSIGN_OR_RETURN(image, io::ReadImage(path, {.max_pixels = max_pixels}));
      }
      SEAFUSION_RETURN_IF_ERROR(pictures.Add(image, path, panel.pictures.emplace_back()));
    }
  }
  return table;
}

}  // namespace seafusion::report
