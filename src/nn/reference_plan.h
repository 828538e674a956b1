// What of each map of a graph a tile needs, and where those maps lie in memory.
#ifndef SEAFUSION_NN_REFERENCE_PLAN_H_
#define SEAFUSION_NN_REFERENCE_PLAN_H_

#include <vector>

#include "model/graph/graph.h"
#include "nn/plane.h"

namespace seafusion::nn {

/// Which memory slot each node's map lives in. A slot is handed on once its last reader has run, so
/// that a tile needs about a third of what all maps together would.
struct SlotPlan {
  std::vector<int> slot_of;  ///< Per node; -1 for those of `skipped`.
  int slots = 0;
};
SlotPlan PlanSlots(const model::Graph& graph, const std::vector<bool>& skipped);

/// The part of each node's map, in its own samples, that `wanted` of node `target` (in that node's
/// samples) of a picture of width x height pixels rests on; empty where none. kEnlarge ends the
/// search: what it reads is there for the whole picture.
std::vector<Rect> NeededRegions(const model::Graph& graph, std::size_t target, const Rect& wanted,
                                int width, int height);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_REFERENCE_PLAN_H_
