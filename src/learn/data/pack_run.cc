#include "learn/data/pack_run.h"

#include <chrono>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "learn/data/pair_dataset.h"
#include "learn/data/pair_folder.h"
#include "learn/data/pair_pack.h"

namespace seafusion::learn {

StatusOr<PackRunResult> RunPack(const PackRunSettings& s, const RunMonitor& monitor) {
  using Clock = std::chrono::steady_clock;
  SEAFUSION_ASSIGN_OR_RETURN(
      const PackSummary written,
      WritePack(SplitFolder(s.data, s.split), s.output, s.classes,
                {.threads = s.threads, .if_exists = s.if_exists, .placing = s.placing},
                monitor.StopFlag(), [&](std::size_t done, std::size_t total) {
                  monitor.Report({.label = "pack", .unit = "pairs", .done = done, .total = total});
                }));
  PackRunResult result{.file = s.output,
                       .pairs = written.pairs,
                       .labels = written.labels,
                       .bytes = written.bytes,
                       .decode_seconds = written.decode_seconds};
  if (!s.check) return result;
  const auto start = Clock::now();
  SEAFUSION_RETURN_IF_ERROR(
      PairDataset::Load(s.output, "", s.threads,
                        {.colour = true, .labels = written.labels, .classes = s.classes})
          .status());
  result.load_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return result;
}

std::string PackText(const PackRunResult& r) {
  char text[256];
  std::snprintf(text, sizeof(text),
                ": %zu pairs %s labels, %.1f MB\n"
                "decoding the pictures took %.3g s; opening and checking the pack takes %.3g s\n",
                r.pairs, r.labels ? "with" : "without", static_cast<double>(r.bytes) / 1e6,
                r.decode_seconds, r.load_seconds);
  return r.file + text;
}

std::string PackJson(const PackRunResult& r) {
  const nlohmann::ordered_json json = {{"file", r.file},
                                       {"pairs", r.pairs},
                                       {"labels", r.labels},
                                       {"bytes", r.bytes},
                                       {"decode_seconds", r.decode_seconds},
                                       {"load_seconds", r.load_seconds}};
  return JsonFileText(json);
}

}  // namespace seafusion::learn
