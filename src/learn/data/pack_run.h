// What `seafusion pack` does: a pack of a folder, opened once to see that it is whole. Without
// LibTorch.
#ifndef SEAFUSION_LEARN_DATA_PACK_RUN_H_
#define SEAFUSION_LEARN_DATA_PACK_RUN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include <seafusion/status.h>

#include "core/files/file.h"
#include "core/run_monitor.h"
#include "learn/data/decoded_pair.h"

namespace seafusion::learn {

struct PackRunSettings {
  std::string data;             ///< Folder of pairs, or with `split` in it.
  std::string split = "train";  ///< See SplitFolder.
  std::string output;
  int classes = 9;  ///< Labels of this value and above, other than 255, are refused.
  int threads = 0;  ///< 0: all processors.
  PairPlacing placing;
  IfExists if_exists = IfExists::kFail;
  /// Opens the pack as training will: every byte is read and compared.
  bool check = true;
};

struct PackRunResult {
  std::string file;
  std::size_t pairs = 0;
  bool labels = false;
  std::uint64_t bytes = 0;
  double decode_seconds = 0;  ///< Without writing.
  double load_seconds = 0;    ///< Of the check.
};

/// Reports pairs. See WritePack for what it fails with.
StatusOr<PackRunResult> RunPack(const PackRunSettings& settings, const RunMonitor& monitor);

std::string PackText(const PackRunResult& result);
std::string PackJson(const PackRunResult& result);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_PACK_RUN_H_
