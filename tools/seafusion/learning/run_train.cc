// seafusion train
#include <seafusion/version.h>

#include <cstdio>
#include <string>

#include "learning_verb.h"

SEAFUSION_LEARNING_VERB(seafusion_run_train) {
  using namespace seafusion;  // NOLINT: one line
  const auto& o = *static_cast<const tools::TrainOptions*>(options);
  const auto weights = tools::Monitored(o, learn::RunTraining);
  if (weights.ok() && !weights->empty()) std::printf("%s\n", weights->c_str());
  return tools::ExitStatus("train", weights.status());
}

// For front ends other than the command, which print themselves
// (methods/learning/learning_library.h).
extern "C" __attribute__((visibility("default"))) void seafusion_train(
    const seafusion::learn::TrainingSettings* settings, const seafusion::RunMonitor* monitor,
    seafusion::StatusOr<std::string>* weights) {
  *weights = seafusion::learn::RunTraining(*settings, *monitor);
}

extern "C" __attribute__((visibility("default"))) const char* seafusion_learning_version() {
  return seafusion::Version().data();
}
