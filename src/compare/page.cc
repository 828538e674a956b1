#include "compare/page.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/version.h>

#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "report/page_pictures.h"
#include "report/task_table.h"

namespace seafusion::compare {
namespace {

// The paths of a pair's pictures: infrared, visible, one for each method or nothing.
std::vector<std::string> PathsOf(const ComparedData& data,
                                 const std::vector<const ComparedMethod*>& methods, std::size_t p) {
  std::vector<std::string> paths;
  for (const char* label : {kInfraredLabel, kVisibleLabel}) {
    paths.push_back(SourceOf(data, label).pairs[p].path);
  }
  for (const ComparedMethod* method : methods) {
    const ComparedPair& pair = method->pairs[p];
    // Those of the sources stand first.
    paths.push_back(pair.record.values.empty() || method->is_source ? "" : pair.path);
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
  if (time.first_call) text += "; first call " + batch::NumberText(*time.first_call, 3) + " s";
  if (!method.citation.empty()) text += "; " + method.citation;
  return text;
}

void AddSettings(const CompareSettings& settings, const Comparison& comparison,
                 const ComparedData& data, report::Report& report) {
  report.settings = {
      {"seafusion", std::string(Version())},
      {"infrared pictures", data.set.infrared},
      {"visible pictures", data.set.visible},
      {"brightness of results", settings.range},
      {"infrared samples", settings.ir_range},
      {"running times", std::to_string(comparison.threads) +
                            (comparison.threads == 1 ? " thread, " : " threads, ") +
                            comparison.processor + "; without reading and writing files"}};
  if (!settings.rig.file.empty()) {
    report.settings.emplace_back("rig", settings.rig.file + ", canvas " +
                                            std::string(align::CanvasName(settings.rig.canvas)));
  }
  for (const ComparedMethod& method : data.methods) {
    if (method.is_source) continue;
    std::string text = Describe(method);
    if (!method.skip.empty()) text = "left out: " + method.skip;
    if (!method.error.empty()) text = "failed: " + method.error;
    report.settings.emplace_back(method.label, std::move(text));
  }
}

Status AddTasks(const CompareSettings& settings, const ComparedData& data,
                report::PagePictures& pictures, report::Report& report) {
  std::vector<std::string> pairs;
  for (const io::PicturePair& pair : data.pairs) pairs.push_back(pair.stem);
  for (const ComparedTask& task : data.tasks) {
    if (!task.error.empty()) continue;
    SEAFUSION_ASSIGN_OR_RETURN(report::TaskTable table,
                               report::ReadTaskTable(task.folder, "By " + task.model, pairs,
                                                     settings.max_pixels, pictures));
    for (const std::string& label : task.left_out) table.note += " " + label + " lacks pictures.";
    report.tasks.push_back(std::move(table));
  }
  return OkStatus();
}

}  // namespace

Status WriteComparePage(const CompareSettings& settings, const Comparison& comparison,
                        const ComparedData& data, const std::string& path) {
  report::Report report;
  report.title = settings.title + (data.set.name.empty() ? "" : ": " + data.set.name);
  report.request = settings.request;
  std::vector<const ComparedMethod*> methods;
  for (const ComparedMethod& method : data.methods) {
    if (method.measured() == 0) continue;
    methods.push_back(&method);
    report.methods.push_back({method.label, method.source, method.is_source});
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

  report::PagePictures pictures(settings.embed, std::filesystem::path(path).parent_path().string());
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool,
                             ThreadPool::Create(settings.threads));
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(places.size(), [&](std::size_t i, int) -> Status {
    const std::vector<std::string> paths = PathsOf(data, methods, places[i]);
    for (std::size_t s = 0; s < paths.size(); ++s) {
      if (paths[s].empty()) continue;
      ImageBuffer image;
      if (pictures.embed()) {
        SEAFUSION_ASSIGN_OR_RETURN(image,
                                   io::ReadImage(paths[s], {.max_pixels = settings.max_pixels}));
      }
      SEAFUSION_RETURN_IF_ERROR(pictures.Add(image, paths[s], report.pairs[i].pictures[s]));
    }
    return OkStatus();
  }));
  SEAFUSION_RETURN_IF_ERROR(AddTasks(settings, data, pictures, report));
  pictures.Settle(report);
  AddSettings(settings, comparison, data, report);
  report::AddPageSettings(pictures.embed(), report);
  return report::WritePage(report, path, IfExists::kReplace).status();
}

}  // namespace seafusion::compare
