// seafusion evaluate
#include <cstdio>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_evaluate) {
  using namespace seafusion;  // NOLINT: one line
  using learn::EvaluationSettings;
  const auto& o = *static_cast<const tools::EvaluateOptions*>(options);
  bool first = true;
  const auto print = [&](const learn::WeightsLoss& loss) {
    if (o.json) return;
    if (first) std::printf("%s", learn::EvaluationHeading(loss.pairs).c_str());
    first = false;
    std::printf("%s", learn::EvaluationLine(loss).c_str());
    std::fflush(stdout);
  };
  const auto losses =
      tools::Monitored(o, [&](const EvaluationSettings& settings, const RunMonitor& monitor) {
        return learn::EvaluateWeights(settings, monitor, print);
      });
  if (losses.ok() && o.json) std::printf("%s", learn::EvaluationJson(*losses).c_str());
  return tools::ExitStatus("evaluate", losses.status());
}
