// seafusion train --method
#include <cstdio>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_method_train) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::MethodTrainOptions*>(options);
  const auto weights = tools::Monitored(o, methods::RunMethodTraining);
  if (weights.ok()) std::printf("%s\n", weights->c_str());
  return tools::ExitStatus("train", weights.status());
}
