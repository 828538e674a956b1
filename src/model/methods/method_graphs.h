// Networks of methods that SeAFusion is compared with, as graphs: those the engine has steps for.
// Their tensors are those of FindPublishedNetwork(), all but SDNet's decomposition.
#ifndef SEAFUSION_MODEL_METHODS_METHOD_GRAPHS_H_
#define SEAFUSION_MODEL_METHODS_METHOD_GRAPHS_H_

#include "model/graph/graph.h"

namespace seafusion::model {

/// Li, Wu 2019, addition strategy. Both inputs go through one encoder: its nodes share tensors.
/// Inputs are levels of 0..255; the result is about their sum.
Graph DenseFuseGraph();

/// Xu et al. 2022. Inputs and result 0..1; the infrared comes first.
Graph U2FusionGraph();

/// Zhang, Ma 2021, the squeeze part. Inputs (level - 127.5) / 127.5. The result is level / 255, as
/// tanh(v) / 2 + 1/2 = (127.5 tanh(v) + 127.5) / 255.
Graph SdNetGraph();

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_METHODS_METHOD_GRAPHS_H_
