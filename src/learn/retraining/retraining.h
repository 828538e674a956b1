// One segmentation network for each set of pictures, all trained by one schedule (Tang 2022, Table
// 1). Without LibTorch.
#ifndef SEAFUSION_LEARN_RETRAINING_RETRAINING_H_
#define SEAFUSION_LEARN_RETRAINING_RETRAINING_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "io/sets/picture_sets.h"
#include "learn/joint/joint_choice.h"

namespace seafusion::learn {

struct RetrainingSettings {
  std::vector<io::NamedSource> sets;  ///< `name` is also that of a set's folder in `out`.
  std::string labels;                 ///< Folder: one for each picture of a set.
  std::string out;
  JointChoice choice{.preset = "small"};  ///< Its strategy is segmentation.
  std::string init_segmentation;          ///< A network's file that each begins with; may be empty.
  int workers = 1;
  int checkpoint_every = 120;  ///< Seconds.
  int threads = 0;             ///< 0: all processors.
  std::string device = "cpu";

  /// What training leaves for the set `name`, with its settings beside it as .json.
  std::string NetworkOf(const std::string& name) const {
    return out + "/" + name + "/network.onnx";
  }
};

/// Trains and exports each network that is not there yet, for pictures of the size of those it was
/// trained on. What cannot be trained on is found before anything is written; networks of other
/// pictures, labels or settings are refused. kCancelled says in which set; the same call goes on
/// from there. Like RunTraining otherwise; by one process only.
Status RunRetraining(const RetrainingSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RETRAINING_RETRAINING_H_
