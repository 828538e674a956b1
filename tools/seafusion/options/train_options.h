// What `seafusion train` hands to the learning module.
#ifndef SEAFUSION_TOOLS_OPTIONS_TRAIN_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_TRAIN_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace seafusion::tools {

struct TrainOptions {
  std::string data;
  std::string out;
  std::string val;
  std::string strategy = "content-only";
  bool resume = false;
  /// Those of the options below up to `warmup` that were given, as "--final-lr".
  std::vector<std::string> given;
  std::uint64_t seed = 1;
  std::uint64_t steps = 8000;
  int batch = 4;
  int crop = 96;
  double lr = 1.5e-3;
  double final_lr = 1e-5;
  std::uint64_t warmup = 200;
  std::uint64_t val_every = 0;
  int checkpoint_every = 120;
  int threads = 0;
  std::string device = "cpu";
  bool quiet = false;

  /// Joint training, whose settings are those of a preset, a file and single assignments, in this
  /// order; the options from `seed` to `warmup` are not used then. Without any of them a run is
  /// resumed as what it is.
  bool joint = false;
  std::string preset = "paper";
  std::string config;
  std::vector<std::string> set;
  std::string init;
  /// In place of `data`, for strategy `segmentation` of source `vis`: labelled pictures.
  std::string pictures, labels;
  int workers = 1;
  int process_timeout = 300;  ///< Seconds; of several processes.
};

/// `seafusion evaluate`: content loss of weights on a data folder.
struct EvaluateOptions {
  std::vector<std::string> weights;  ///< Empty: the default weights.
  std::string data;
  int threads = 0;
  std::string device = "cpu";
  bool json = false;
  bool quiet = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_TRAIN_OPTIONS_H_
