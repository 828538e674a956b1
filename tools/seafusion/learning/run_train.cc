// seafusion train
#include <cstdio>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_train) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::TrainOptions*>(options);
  const auto weights = tools::Monitored(o, learn::RunTraining);
  if (weights.ok() && !weights->empty()) std::printf("%s\n", weights->c_str());
  return tools::ExitStatus("train", weights.status());
}
