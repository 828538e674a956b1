#include "compare/compare_page.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/version.h>
#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "io/image_file.h"
#include "page_parts.h"

namespace seafusion::tools {
namespace {

// The paths of a pair's pictures: infrared, visible, one for each method or nothing.
std::vector<std::string> PathsOf(const ComparedData& data,
                                 const std::vector<const ComparedMethod*>& methods, std::size_t p) {
  std::vector<std::string> paths = {data.pairs[p].infrared, data.pairs[p].visible};
  for (const ComparedMethod* method : methods) {
    const ComparedPair& pair = method->pairs[p];
    paths.push_back(pair.record.values.empty() ? "" : pair.path);
  }
  return paths;
}

std::string Describe(const ComparedMethod& method) {
  if (method.name.empty()) return "pictures of " + method.source;
  std::string text = method.name + ", " + method.engine;
  if (!method.model.empty()) text += ", weights " + method.model;
  if (!method.weights.empty()) text += ", SHA-256 of weights " + method.weights;
  const RunningTime time = RunningTimeOf(method);
  if (time.others.count > 0) text += "; " + RunningTimeText(time.others) + " s a picture";
  if (time.first_call) text += "; first call " + NumberText(*time.first_call, 3) + " s";
  if (!method.citation.empty()) text += "; " + method.citation;
  return text;
}

std::string Capitalised(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// `task.json`, which seafusion detect or segment wrote, for the page.
StatusOr<report::TaskTable> TableOf(const ComparedTask& task) {
  report::TaskTable table;
  table.title = Capitalised(task.name());
  try {
    const auto json = nlohmann::json::parse(task.json);
    table.note = "By " + task.model + ", over " + std::to_string(json.at("pictures").get<int>()) +
                 " pictures.";
    for (const auto& from : json.at("rows")) {
      report::TaskTable::Row row{.name = from.at("name"), .figures = {}};
      table.columns.clear();
      for (const auto& figure : from.at("figures")) {
        table.columns.emplace_back(figure.at("figure"), figure.at("category"));
        report::TaskTable::Figure& to = row.figures.emplace_back();
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
  } catch (const nlohmann::json::exception& e) {
    return CorruptData(task.folder + "/table.json: " + e.what());
  }
  for (const std::string& label : task.left_out) table.note += " " + label + " lacks pictures.";
  return table;
}

// Some pairs, spread over the set: day and night.
Status AddPanels(const CompareOptions& options, const ComparedData& data, const ComparedTask& task,
                 PagePictures& pictures, report::TaskTable& table) {
  constexpr std::size_t kPanels = 6;
  const std::size_t count = std::min(kPanels, data.pairs.size());
  for (std::size_t k = 0; k < count; ++k) {
    report::TaskTable::Panel& panel = table.panels.emplace_back();
    panel.pair = data.pairs[k * data.pairs.size() / count].stem;
    for (const report::TaskTable::Row& row : table.rows) {
      const std::string path = task.folder + "/overlays/" + row.name + "/" + panel.pair + ".png";
      ImageBuffer image;
      if (pictures.embed()) {
        SEAFUSION_ASSIGN_OR_RETURN(image, io::ReadImage(path, {.max_pixels = options.max_pixels}));
      }
      SEAFUSION_RETURN_IF_ERROR(pictures.Add(image, path, panel.pictures.emplace_back()));
    }
  }
  return OkStatus();
}

void AddSettings(const CompareOptions& options, const Comparison& comparison,
                 const ComparedData& data, report::Report& report) {
  report.settings = {
      {"seafusion", std::string(Version())},
      {"infrared pictures", data.set.infrared},
      {"visible pictures", data.set.visible},
      {"brightness of results", options.range},
      {"infrared samples", options.ir_range},
      {"running times", std::to_string(comparison.threads) +
                            (comparison.threads == 1 ? " thread, " : " threads, ") +
                            comparison.processor + "; without reading and writing files"}};
  for (const ComparedMethod& method : data.methods) {
    std::string text = Describe(method);
    if (!method.skip.empty()) text = "left out: " + method.skip;
    if (!method.error.empty()) text = "failed: " + method.error;
    report.settings.emplace_back(method.label, std::move(text));
  }
}

}  // namespace

Status WriteComparePage(const CompareOptions& options, const Comparison& comparison,
                        const ComparedData& data, const std::string& path) {
  report::Report report;
  report.title = options.title + (data.set.name.empty() ? "" : ": " + data.set.name);
  report.request = options.request;
  std::vector<const ComparedMethod*> methods;
  for (const ComparedMethod& method : data.methods) {
    if (method.measured() == 0) continue;
    methods.push_back(&method);
    report.methods.push_back({method.label, method.source});
  }
  std::vector<std::size_t> places;  // of the report's pairs in the data's
  for (std::size_t p = 0; p < data.pairs.size(); ++p) {
    report::Pair pair;
    pair.name = data.pairs[p].stem;
    for (const ComparedMethod* method : methods) {
      const FusedRecord& record = method->pairs[p].record;
      pair.values.push_back(record.values);
      if (record.values.empty()) continue;
      pair.width = record.width;
      pair.height = record.height;
    }
    if (pair.width == 0) continue;
    pair.pictures.resize(methods.size() + 2);
    report.pairs.push_back(std::move(pair));
    places.push_back(p);
  }
  if (places.empty()) return InvalidArgument("nothing could be measured");

  PagePictures pictures(options.embed, std::filesystem::path(path).parent_path().string());
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                             ThreadPool::Create(options.threads));
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(places.size(), [&](std::size_t i, int) -> Status {
    const std::vector<std::string> paths = PathsOf(data, methods, places[i]);
    for (std::size_t s = 0; s < paths.size(); ++s) {
      if (paths[s].empty()) continue;
      ImageBuffer image;
      if (pictures.embed()) {
        SEAFUSION_ASSIGN_OR_RETURN(image,
                                   io::ReadImage(paths[s], {.max_pixels = options.max_pixels}));
      }
      SEAFUSION_RETURN_IF_ERROR(pictures.Add(image, paths[s], report.pairs[i].pictures[s]));
    }
    return OkStatus();
  }));
  for (const ComparedTask& task : data.tasks) {
    if (!task.error.empty()) continue;
    SEAFUSION_ASSIGN_OR_RETURN(report::TaskTable table, TableOf(task));
    SEAFUSION_RETURN_IF_ERROR(AddPanels(options, data, task, pictures, table));
    report.tasks.push_back(std::move(table));
  }
  pictures.Settle(report);
  AddSettings(options, comparison, data, report);
  AddPageSettings(pictures.embed(), report);
  return WritePage(report, path, IfExists::kReplace).status();
}

}  // namespace seafusion::tools
