// The first half of `seafusion segment --train-pictures`: a network for each set of pictures.
#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_retrain) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::RetrainOptions*>(options);
  return tools::ExitStatus("segment", tools::Monitored(o, learn::RunRetraining));
}
