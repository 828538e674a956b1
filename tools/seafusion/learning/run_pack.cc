// seafusion pack
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "command_status.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "learn/data/pair_dataset.h"
#include "learn/data/pair_folder.h"
#include "learn/data/pair_pack.h"
#include "options/pack_options.h"
#include "progress.h"

namespace seafusion::tools {
namespace {

using Clock = std::chrono::steady_clock;

Status RunPack(const PackOptions& o) {
  const InterruptGuard interrupt;
  std::optional<Progress> progress;
  auto written = learn::WritePack(
      learn::SplitFolder(o.data, o.split), o.output, o.classes,
      {.threads = o.threads, .if_exists = o.overwrite ? IfExists::kReplace : IfExists::kFail},
      interrupt.Flag(), [&](std::size_t done, std::size_t total) {
        if (!progress) {
          progress.emplace("pack", "pairs", total,
                           o.quiet ? ProgressMode::kNever : ProgressMode::kAuto);
        }
        progress->Update(done);
      });
  progress.reset();
  if (!written.ok()) return written.status();
  if (o.quiet) return OkStatus();

  // As training will open it: every byte is read and compared.
  const auto start = Clock::now();
  SEAFUSION_ASSIGN_OR_RETURN(
      const learn::PairDataset data,
      learn::PairDataset::Load(o.output, "", o.threads,
                               {.colour = true, .labels = written->labels, .classes = o.classes}));
  const double load_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (o.json) {
    const nlohmann::ordered_json summary = {{"file", o.output},
                                            {"pairs", data.size()},
                                            {"labels", written->labels},
                                            {"bytes", written->bytes},
                                            {"decode_seconds", written->decode_seconds},
                                            {"load_seconds", load_seconds}};
    std::printf("%s\n", summary.dump(2).c_str());
  } else {
    std::printf(
        "%s: %zu pairs %s labels, %.1f MB\n"
        "decoding the pictures took %.3g s; opening and checking the pack takes %.3g s\n",
        o.output.c_str(), data.size(), written->labels ? "with" : "without",
        static_cast<double>(written->bytes) / 1e6, written->decode_seconds, load_seconds);
  }
  return OkStatus();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_pack(const void* options) {
  using namespace seafusion::tools;  // NOLINT: one line
  return ExitStatus("pack", RunPack(*static_cast<const PackOptions*>(options)));
}
