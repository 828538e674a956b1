#include "nn/reference_plan.h"

#include <algorithm>
#include <cstddef>

namespace seafusion::nn {
namespace {

using model::Node;
using model::Op;
using model::SamplesAcross;

Rect Union(const Rect& a, const Rect& b) {
  if (a.width() == 0) return b;
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

// What of its inputs a node reads for `r`, before it is cut to the picture.
Rect ReadRegion(const Node& node, const Rect& r) {
  const int f = node.factor;
  switch (node.op) {
    case Op::kSpaceToDepth:
    case Op::kAveragePool:
      return {r.x0 * f, r.y0 * f, r.x1 * f, r.y1 * f};
    case Op::kDepthToSpace:
      return {r.x0 / f, r.y0 / f, SamplesAcross(r.x1, f), SamplesAcross(r.y1, f)};
    default: {
      const int margin = node.kernel / 2;
      return {r.x0 - margin, r.y0 - margin, r.x1 + margin, r.y1 + margin};
    }
  }
}

}  // namespace

SlotPlan PlanSlots(const model::Graph& graph, const std::vector<bool>& skipped) {
  const std::size_t count = graph.size();
  std::vector<std::size_t> last_use(count);
  for (std::size_t n = 0; n < count; ++n) {
    last_use[n] = n;
    for (const int i : graph[n].inputs) last_use[static_cast<std::size_t>(i)] = n;
    for (const int i : graph[n].add) last_use[static_cast<std::size_t>(i)] = n;
  }
  SlotPlan plan;
  plan.slot_of.assign(count, -1);
  std::vector<std::size_t> busy_until;
  for (std::size_t n = 0; n < count; ++n) {
    if (skipped[n]) continue;
    std::size_t slot = 0;
    while (slot < busy_until.size() && busy_until[slot] >= n) ++slot;
    if (slot == busy_until.size()) busy_until.push_back(0);
    busy_until[slot] = last_use[n];
    plan.slot_of[n] = static_cast<int>(slot);
  }
  plan.slots = static_cast<int>(busy_until.size());
  return plan;
}

std::vector<Rect> NeededRegions(const model::Graph& graph, std::size_t target, const Rect& wanted,
                                int width, int height) {
  std::vector<Rect> needed(graph.size());
  needed[target] = wanted;
  const auto ask = [&](int index, const Rect& r) {
    const int scale = graph[static_cast<std::size_t>(index)].scale;
    Rect& n = needed[static_cast<std::size_t>(index)];
    n = Union(n, Grown(r, 0, SamplesAcross(width, scale), SamplesAcross(height, scale)));
  };
  for (std::size_t n = target + 1; n-- > 0;) {
    const Node& node = graph[n];
    if (needed[n].width() == 0 || node.op == Op::kEnlarge) continue;
    for (const int i : node.inputs) ask(i, ReadRegion(node, needed[n]));
    for (const int i : node.add) ask(i, needed[n]);
  }
  return needed;
}

}  // namespace seafusion::nn
