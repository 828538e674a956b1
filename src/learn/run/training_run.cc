#include "learn/run/training_run.h"

#include "learn/joint/joint_trainer.h"
#include "learn/run/run_folder.h"

namespace seafusion::learn {

StatusOr<std::string> RunTraining(const TrainingSettings& settings, const RunMonitor& monitor) {
  const bool joint =
      settings.joint || (settings.resume && settings.given.empty() &&
                         JointTrainer::SettingsOf(RunFolder(settings.out).checkpoint()).ok());
  return joint ? RunJointTraining(settings, monitor) : RunContentTraining(settings, monitor);
}

}  // namespace seafusion::learn
