// Ways to train, compared by what a segmentation network makes of the results (Tang 2022, Section
// 4.8). Without LibTorch.
#ifndef SEAFUSION_LEARN_ABLATION_ABLATION_H_
#define SEAFUSION_LEARN_ABLATION_ABLATION_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "io/sets/picture_sets.h"
#include "learn/ablation/ablation_table.h"
#include "learn/joint/joint_choice.h"

namespace seafusion::learn {

/// A row of the table: a way to train the fusion network, or none, and what the segmentation
/// network that is compared then trains on.
struct AblationRow {
  std::string_view name;
  std::string_view strategy;  ///< Of joint training; empty: no fusion network.
  bool gradient_stream;
  std::string_view source;  ///< fused, vis or ir
  std::string_view meaning;
};

inline constexpr std::array<AblationRow, 8> kAblationRows = {{
    {"visible", "", true, "vis", "no fusion: the visible picture"},
    {"infrared", "", true, "ir", "no fusion: the infrared picture"},
    {"content-only", "content-only", true, "fused", "without semantic loss"},
    {"no-gradient", "joint", false, "fused", "joint, without gradient residual stream"},
    {"one-stage", "one-stage", true, "fused", "both networks in every step"},
    {"pretrained-vis", "pretrained-vis", true, "fused", "guided by segmentation of visible"},
    {"pretrained-ir", "pretrained-ir", true, "fused", "guided by segmentation of infrared"},
    {"joint", "joint", true, "fused", "Algorithm 1"},
}};

struct AblationSettings {
  std::string data;  ///< Labelled pairs, see PairDataset::Load.
  std::string out;   ///< Folder of the runs and the table.
  std::string val;   ///< Labelled pairs to measure on; empty: val or test of `data`.
  JointChoice choice{.preset = "small"};  ///< Its strategy is each row's.
  /// Names of kAblationRows; empty: all that the network allows.
  std::vector<std::string> rows;
  /// Fusion networks that are trained already, of any kind, as rows behind these: names, none of
  /// kAblationRows and each that of a folder, and weights, see LoadWeights.
  std::vector<io::NamedSource> weights;
  std::string init;  ///< Fusion weights that every strategy begins with, see LoadWeights; or empty.
  std::string init_segmentation;  ///< What every segmentation network begins with; or empty.
  /// Each row is trained so many times, with the seed of `choice` and those after it.
  int seeds = 1;
  int workers = 1;
  int checkpoint_every = 120;  ///< Seconds.
  int threads = 0;             ///< 0: all processors.
  std::string device = "cpu";
};

struct Ablation {
  std::string val;  ///< What was measured on.
  std::vector<AblationResult> results;
};

/// Trains and measures each row that `out` does not hold yet, and writes table.csv and table.json
/// after each. Rows of other data or settings are refused; seeds and rows may be added. kCancelled
/// says in which row; the same call goes on from there. Like RunTraining otherwise; by one process
/// only.
StatusOr<Ablation> RunAblation(const AblationSettings& settings, const RunMonitor& monitor);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_ABLATION_ABLATION_H_
