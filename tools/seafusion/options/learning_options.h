// What the verbs hand to the learning module: settings of the layers, filled in place.
#ifndef SEAFUSION_TOOLS_OPTIONS_LEARNING_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_LEARNING_OPTIONS_H_

#include "learn/ablation/ablation.h"
#include "learn/data/pack_run.h"
#include "learn/lite/lite_run.h"
#include "learn/retraining/retraining.h"
#include "learn/run/evaluation_run.h"
#include "learn/run/training_run.h"
#include "methods/learned/training/method_run.h"
#include "options/verb_options.h"

namespace seafusion::tools {

using TrainOptions = VerbOptions<learn::TrainingSettings>;
using LiteTrainOptions = VerbOptions<learn::LiteRunSettings>;
using MethodTrainOptions = VerbOptions<methods::MethodRunSettings>;
using EvaluateOptions = VerbOptions<learn::EvaluationSettings>;
using AblateOptions = VerbOptions<learn::AblationSettings>;
using RetrainOptions = VerbOptions<learn::RetrainingSettings>;
using PackOptions = VerbOptions<learn::PackRunSettings>;

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_LEARNING_OPTIONS_H_
