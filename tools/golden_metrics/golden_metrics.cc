// golden_metrics VALUES.csv SHARED_FOLDER [THREADS]: checks every row whose pictures are at hand
// and prints, for each metric, how many were checked and the worst relative error.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "golden_check.h"

namespace seafusion::tools {
namespace {

struct Tally {
  int checked = 0;
  int failed = 0;
  double worst = 0.0;
  double tolerance = 0.0;
  std::string worst_case;
};

StatusOr<bool> Run(const std::string& csv_path, const std::string& shared_folder, int threads) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<GoldenCase> cases, ReadGoldenCases(csv_path));
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<ThreadPool> pool, ThreadPool::Create(threads));
  std::mutex mutex;
  std::map<std::string, Tally> tallies;
  std::size_t rows_without_pictures = 0;
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(cases.size(), [&](std::size_t i, int) {
    const GoldenCase& golden = cases[i];
    const GoldenPaths paths = FindGoldenPictures(shared_folder, golden);
    if (paths.fused.empty()) {
      const std::lock_guard lock(mutex);
      rows_without_pictures += golden.values.size();
      return OkStatus();
    }
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<GoldenResult> results,
                               CheckGoldenCase(paths, golden));
    const std::lock_guard lock(mutex);
    for (const GoldenResult& r : results) {
      Tally& tally = tallies[r.name];
      ++tally.checked;
      tally.tolerance = r.tolerance;
      if (!(r.error <= r.tolerance)) {
        ++tally.failed;
        std::printf("FAILED %s %s %s %s: %.17g, expected %.17g (error %.2g)\n",
                    golden.dataset.c_str(), golden.pair.c_str(), golden.method.c_str(),
                    r.name.c_str(), r.actual, r.expected, r.error);
      }
      if (tally.worst_case.empty() || r.error > tally.worst) {
        tally.worst = r.error;
        tally.worst_case = golden.dataset + " " + golden.pair + " " + golden.method;
      }
    }
    return OkStatus();
  }));
  int checked = 0;
  int failed = 0;
  std::printf("%-12s %8s %8s %12s %10s  %s\n", "metric", "checked", "failed", "worst error",
              "tolerance", "worst case");
  for (const auto& [name, tally] : tallies) {
    std::printf("%-12s %8d %8d %12.2e %10.0e  %s\n", name.c_str(), tally.checked, tally.failed,
                tally.worst, tally.tolerance, tally.worst_case.c_str());
    checked += tally.checked;
    failed += tally.failed;
  }
  std::printf("%d values checked, %d failed; %zu values have no pictures here\n", checked, failed,
              rows_without_pictures);
  return failed == 0 && checked > 0;
}

}  // namespace
}  // namespace seafusion::tools

int main(int argc, char** argv) {
  const int threads = argc == 4 ? std::atoi(argv[3]) : 0;
  if (argc < 3 || argc > 4 || threads < 0) {
    std::fprintf(stderr, "usage: golden_metrics VALUES.csv SHARED_FOLDER [THREADS]\n");
    return 2;
  }
  const auto passed = seafusion::tools::Run(argv[1], argv[2], threads);
  if (!passed.ok()) {
    std::fprintf(stderr, "golden_metrics: %s\n", passed.status().message().c_str());
    return 1;
  }
  return *passed ? 0 : 1;
}
