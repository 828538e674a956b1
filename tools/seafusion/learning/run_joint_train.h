// seafusion train with a segmentation network.
#ifndef SEAFUSION_TOOLS_LEARNING_RUN_JOINT_TRAIN_H_
#define SEAFUSION_TOOLS_LEARNING_RUN_JOINT_TRAIN_H_

#include <string>

#include <seafusion/status.h>

#include "learn/joint/joint_settings.h"
#include "options/train_options.h"

namespace seafusion::tools {

/// The settings that preset, file and single assignments amount to.
StatusOr<learn::JointSettings> AskedJointSettings(const TrainOptions& options);

/// Trains, or goes on, to the end; returns the path of the weights. Where mpirun, srun or torchrun
/// has started several processes, they train together and process 0 writes; the others return an
/// empty path, and kCancelled without a message.
StatusOr<std::string> RunJointTrain(const TrainOptions& options);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_LEARNING_RUN_JOINT_TRAIN_H_
