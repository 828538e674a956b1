// What weights make superfluous.
#ifndef SEAFUSION_NN_PLAN_PRUNE_H_
#define SEAFUSION_NN_PLAN_PRUNE_H_

#include "model/graph/graph.h"
#include "model/weights/safetensors.h"

namespace seafusion::nn::plan {

/// The graph without convolutions whose tensors are all zero where another node, which nothing else
/// reads, is added to them, and without what only they read. SeAFusion trained without its gradient
/// stream (the paper's ablation) keeps the file format by such zeros. `weights` holds the graph's
/// tensors. The result computes the same values.
model::Graph Pruned(const model::Graph& graph, const model::TensorArchive& weights);

}  // namespace seafusion::nn::plan

#endif  // SEAFUSION_NN_PLAN_PRUNE_H_
