// What `seafusion evaluate` does: the content loss of weights on pairs. Without LibTorch.
#ifndef SEAFUSION_LEARN_RUN_EVALUATION_RUN_H_
#define SEAFUSION_LEARN_RUN_EVALUATION_RUN_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "learn/data/decoded_pair.h"

namespace seafusion::learn {

struct EvaluationSettings {
  std::vector<std::string> weights;  ///< Files; empty: the default weights.
  std::string data;                  ///< Pairs, see PairDataset::Load.
  PairPlacing placing;
  int threads = 0;  ///< 0: all processors.
  std::string device = "cpu";
};

/// Means over the pictures, see Evaluate.
struct WeightsLoss {
  std::string weights;  ///< The file, or "built-in".
  std::size_t pairs = 0;
  double intensity = 0, texture = 0, content = 0;
};

/// One for each file, in their order; `each` hears of them one by one. All files are read first.
StatusOr<std::vector<WeightsLoss>> EvaluateWeights(
    const EvaluationSettings& settings, const RunMonitor& monitor,
    const std::function<void(const WeightsLoss&)>& each = nullptr);

/// The table's heading over `pairs` pairs, and a line of it.
std::string EvaluationHeading(std::size_t pairs);
std::string EvaluationLine(const WeightsLoss& loss);
std::string EvaluationJson(const std::vector<WeightsLoss>& losses);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_EVALUATION_RUN_H_
