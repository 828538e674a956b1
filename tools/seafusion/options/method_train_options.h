// What `seafusion train --method` hands to the learning module.
#ifndef SEAFUSION_TOOLS_OPTIONS_METHOD_TRAIN_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_METHOD_TRAIN_OPTIONS_H_

#include <cstdint>
#include <string>

namespace seafusion::tools {

struct MethodTrainOptions {
  std::string method;
  std::string data;
  std::string out;
  bool resume = false;
  std::uint64_t seed = 1;
  bool seed_given = false;
  /// 0: as published.
  std::uint64_t steps = 0;
  int batch = 0;
  int crop = 0;
  double lr = 0;
  int width = 0;
  int checkpoint_every = 120;
  int threads = 0;
  int workers = 1;
  bool quiet = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_METHOD_TRAIN_OPTIONS_H_
