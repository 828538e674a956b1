// SeAFusion's topology as a graph (Tang 2022, Fig. 3, with the public code's differences). The one
// place that knows it.
#ifndef SEAFUSION_MODEL_GRAPH_FUSION_GRAPH_H_
#define SEAFUSION_MODEL_GRAPH_FUSION_GRAPH_H_

#include <vector>

#include <seafusion/status.h>

#include "model/graph/graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {

/// Receptive-field radius of SeAFusion in pixels: Halo(FusionGraph()).
inline constexpr int kFusionHalo = 9;

/// All nodes, each after its inputs; the last one is the fused luma. Built once; immutable.
const Graph& FusionGraph();

/// TensorsOf(FusionGraph()) (166,657 parameters in all), built once.
const std::vector<TensorSpec>& FusionTensors();

/// Checks that the archive holds exactly the tensors of FusionTensors(). Messages name the first
/// tensor that is missing, unknown or of another shape, with both shapes.
Status CheckFusionWeights(const TensorArchive& archive);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_GRAPH_FUSION_GRAPH_H_
