// seafusion train with a segmentation network.
#ifndef SEAFUSION_TOOLS_LEARNING_RUN_JOINT_TRAIN_H_
#define SEAFUSION_TOOLS_LEARNING_RUN_JOINT_TRAIN_H_

#include <seafusion/status.h>

#include "../train_options.h"

namespace seafusion::tools {

Status RunJointTrain(const TrainOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_RUN_JOINT_TRAIN_H_
