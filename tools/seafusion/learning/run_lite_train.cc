// seafusion train --network
#include <cstdio>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_lite_train) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::LiteTrainOptions*>(options);
  const auto weights = tools::Monitored(o, learn::RunLiteTraining);
  if (weights.ok()) std::printf("%s\n", weights->c_str());
  return tools::ExitStatus("train", weights.status());
}
