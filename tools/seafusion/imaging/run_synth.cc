// seafusion synth
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "command_status.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "options/synth_options.h"
#include "progress.h"
#include "synth/render.h"

namespace seafusion::tools {
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

SceneFiles FilesOf(const SynthOptions& o, std::uint64_t index) {
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

std::string BoxText(const synth::ScenePair& pair) {
  std::string text;
  const double w = pair.labels.width(), h = pair.labels.height();
  for (const synth::Box& b : pair.boxes) {
    std::array<char, 96> line{};
    std::snprintf(line.data(), line.size(), "%d %.6f %.6f %.6f %.6f\n", b.object_class,
                  (b.x0 + b.x1) / 2.0 / w, (b.y0 + b.y1) / 2.0 / h, (b.x1 - b.x0) / w,
                  (b.y1 - b.y0) / h);
    text += line.data();
  }
  return text;
}

Status WriteScene(const SynthOptions& o, std::uint64_t index) {
  const SceneFiles f = FilesOf(o, index);
  SEAFUSION_ASSIGN_OR_RETURN(const synth::ScenePair pair, synth::RenderScene({.width = o.width,
                                                                              .height = o.height,
                                                                              .night = f.night,
                                                                              .seed = o.seed,
                                                                              .index = index}));
  const IfExists rule = o.overwrite ? IfExists::kReplace : IfExists::kFail;
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(f.visible, pair.visible.view(), rule));
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(f.infrared, pair.infrared.view(), rule));
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(f.labels, pair.labels.view(), rule));
  const std::string text = BoxText(pair);
  return WriteFileAtomically(
      f.boxes, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, rule);
}

// Makes the folders and refuses files that exist before anything is rendered.
Status Prepare(const SynthOptions& o) {
  std::error_code ec;
  for (std::uint64_t i = 0; i < o.count && !o.overwrite; ++i) {
    const SceneFiles f = FilesOf(o, i);
    for (const std::string* path : {&f.visible, &f.infrared, &f.labels, &f.boxes}) {
      if (fs::exists(*path, ec)) return AlreadyExists(*path + ": exists already (see --overwrite)");
    }
  }
  for (const char* folder : {"vi", "ir", "Segmentation_labels", "boxes"}) {
    const fs::path path = fs::path(o.out) / o.split / folder;
    fs::create_directories(path, ec);
    if (ec) return IoError(path.string() + ": cannot create: " + ec.message());
  }
  return OkStatus();
}

Status RunSynth(const SynthOptions& o) {
  SEAFUSION_RETURN_IF_ERROR(Prepare(o));
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(o.threads));
  const InterruptGuard interrupt;
  const auto start = std::chrono::steady_clock::now();
  Progress progress("synth", "pairs", o.count,
                    o.quiet ? ProgressMode::kNever : ProgressMode::kAuto);
  std::mutex mutex;  // guards progress and done
  std::uint64_t done = 0;
  Status status = pool->ParallelFor(o.count, [&](std::size_t index, int) -> Status {
    if (interrupt.Interrupted()) return Cancelled("interrupted");
    SEAFUSION_RETURN_IF_ERROR(WriteScene(o, index));
    const std::lock_guard lock(mutex);
    progress.Update(++done);
    return OkStatus();
  });
  progress.Finish();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string folder = (fs::path(o.out) / o.split).string();
  if (o.json) {
    const nlohmann::ordered_json summary = {
        {"folder", folder}, {"pairs", done},      {"width", o.width}, {"height", o.height},
        {"seed", o.seed},   {"seconds", seconds}, {"ok", status.ok()}};
    std::printf("%s\n", summary.dump(2).c_str());
  } else if (status.ok()) {
    std::printf("%llu pairs in %s\n", static_cast<unsigned long long>(done), folder.c_str());
  }
  if (status.code() == StatusCode::kCancelled) {
    return Cancelled("interrupted after " + std::to_string(done) + " of " +
                     std::to_string(o.count) + " pairs");
  }
  return status;
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_synth(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  return ExitStatus("synth", RunSynth(*static_cast<const SynthOptions*>(options)));
}
