#include "synth/scene_files.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <mutex>

#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "core/cpu/thread_pool.h"
#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "synth/render.h"

namespace seafusion::synth {
namespace {

namespace fs = std::filesystem;

// Night scenes are spread evenly: scene i is one where the running share of nights rises by a whole
// number.
bool IsNight(std::uint64_t index, double share) {
  const auto i = static_cast<double>(index);
  return std::floor((i + 1) * share + 1e-9) > std::floor(i * share + 1e-9);
}

struct SceneFiles {
  std::string name;
  bool night = false;
  std::string visible, infrared, labels, boxes;
};

SceneFiles FilesOf(const SceneFileSettings& o, std::uint64_t index) {
  SceneFiles f;
  f.night = IsNight(index, o.night);
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "%05u%c", static_cast<unsigned>(index + 1),
                f.night ? 'N' : 'D');
  f.name = name.data();
  const fs::path root = fs::path(o.out) / o.split;
  f.visible = (root / "vi" / (f.name + ".png")).string();
  f.infrared = (root / "ir" / (f.name + ".png")).string();
  f.labels = (root / "Segmentation_labels" / (f.name + ".png")).string();
  f.boxes = (root / "boxes" / (f.name + ".txt")).string();
  return f;
}

std::string RigPath(const SceneFileSettings& o) {
  return (fs::path(o.out) / o.split / "rig.json").string();
}

std::string BoxText(const ScenePair& pair) {
  std::string text;
  const double w = pair.labels.width(), h = pair.labels.height();
  for (const Box& b : pair.boxes) {
    std::array<char, 96> line{};
    std::snprintf(line.data(), line.size(), "%d %.6f %.6f %.6f %.6f\n", b.object_class,
                  (b.x0 + b.x1) / 2.0 / w, (b.y0 + b.y1) / 2.0 / h, (b.x1 - b.x0) / w,
                  (b.y1 - b.y0) / h);
    text += line.data();
  }
  return text;
}

Status WriteScene(const SceneFileSettings& o, std::uint64_t index) {
  const SceneFiles f = FilesOf(o, index);
  SEAFUSION_ASSIGN_OR_RETURN(const ScenePair pair,
                             RenderScene({.width = o.width,
                                          .height = o.height,
                                          .night = f.night,
                                          .seed = o.seed,
                                          .index = index,
                                          .infrared_camera = o.infrared_camera}));
  const IfExists rule = o.overwrite ? IfExists::kReplace : IfExists::kFail;
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(f.visible, pair.visible.view(), rule));
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(f.infrared, pair.infrared.view(), rule));
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(f.labels, pair.labels.view(), rule));
  return WriteTextAtomically(f.boxes, BoxText(pair), rule);
}

// Makes the folders and refuses files that exist before anything is rendered.
Status Prepare(const SceneFileSettings& o) {
  std::error_code ec;
  for (std::uint64_t i = 0; i < o.count && !o.overwrite; ++i) {
    const SceneFiles f = FilesOf(o, i);
    for (const std::string* path : {&f.visible, &f.infrared, &f.labels, &f.boxes}) {
      if (fs::exists(*path, ec)) return AlreadyExists(*path + ": exists already (see --overwrite)");
    }
  }
  if (o.infrared_camera) {
    SEAFUSION_RETURN_IF_ERROR(RigOfScenes({.width = o.width,
                                           .height = o.height,
                                           .seed = o.seed,
                                           .infrared_camera = o.infrared_camera})
                                  .status());
    if (!o.overwrite && fs::exists(RigPath(o), ec)) {
      return AlreadyExists(RigPath(o) + ": exists already (see --overwrite)");
    }
  }
  for (const char* folder : {"vi", "ir", "Segmentation_labels", "boxes"}) {
    const fs::path path = fs::path(o.out) / o.split / folder;
    SEAFUSION_RETURN_IF_ERROR(MakeFolder(path.string()));
  }
  return OkStatus();
}

Status WriteAll(const SceneFileSettings& o, const RunMonitor& monitor, SceneFileReport& report) {
  SEAFUSION_RETURN_IF_ERROR(Prepare(o));
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(o.threads));
  report.begun = true;
  const auto start = std::chrono::steady_clock::now();
  if (o.infrared_camera) {
    SEAFUSION_ASSIGN_OR_RETURN(const align::Rig rig,
                               RigOfScenes({.width = o.width,
                                            .height = o.height,
                                            .seed = o.seed,
                                            .infrared_camera = o.infrared_camera}));
    SEAFUSION_RETURN_IF_ERROR(
        align::WriteRig(RigPath(o), rig, o.overwrite ? IfExists::kReplace : IfExists::kFail));
  }
  RunProgress progress = {.label = "synth", .unit = "pairs", .total = o.count};
  monitor.Report(progress);
  std::mutex mutex;  // guards progress and the monitor
  const Status status = pool->ParallelFor(o.count, [&](std::size_t index, int) -> Status {
    if (monitor.Stopped()) return Cancelled("interrupted");
    SEAFUSION_RETURN_IF_ERROR(WriteScene(o, index));
    const std::lock_guard lock(mutex);
    ++progress.done;
    monitor.Report(progress);
    return OkStatus();
  });
  report.pairs = progress.done;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (status.code() == StatusCode::kCancelled) {
    return Cancelled("interrupted after " + std::to_string(report.pairs) + " of " +
                     std::to_string(o.count) + " pairs");
  }
  return status;
}

}  // namespace

SceneFileReport WriteScenes(const SceneFileSettings& settings, const RunMonitor& monitor) {
  SceneFileReport report;
  report.folder = (fs::path(settings.out) / settings.split).string();
  report.width = settings.width;
  report.height = settings.height;
  report.seed = settings.seed;
  report.status = WriteAll(settings, monitor, report);
  return report;
}

std::string JsonText(const SceneFileReport& report) {
  const nlohmann::ordered_json json = {{"folder", report.folder}, {"pairs", report.pairs},
                                       {"width", report.width},   {"height", report.height},
                                       {"seed", report.seed},     {"seconds", report.seconds},
                                       {"ok", report.status.ok()}};
  // File names need not be UTF-8.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string SummaryText(const SceneFileReport& report) {
  return std::to_string(report.pairs) + " pairs in " + report.folder;
}

}  // namespace seafusion::synth
