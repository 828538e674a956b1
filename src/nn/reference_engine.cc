// Walks FusionGraph() node by node over one tile at a time.
#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "model/fusion_graph.h"
#include "nn/engine.h"
#include "nn/reference_layers.h"

namespace seafusion::nn {
namespace {

using model::Node;
using model::Op;

// Which memory slot each node's map lives in. A slot is handed on once its last reader has run, so
// that a tile needs about a third of what all maps together would.
struct SlotPlan {
  std::vector<int> slot_of;        // per node
  std::vector<int> slot_channels;  // per slot, the widest map it holds
};

SlotPlan PlanSlots(const std::vector<Node>& graph) {
  const int count = static_cast<int>(graph.size());
  std::vector<int> last_use(count);
  for (int n = 0; n < count; ++n) {
    last_use[n] = n;
    for (int i : graph[n].inputs) last_use[i] = n;
    if (graph[n].add >= 0) last_use[graph[n].add] = n;
  }
  SlotPlan plan;
  plan.slot_of.resize(count);
  std::vector<int> busy_until;
  for (int n = 0; n < count; ++n) {
    int slot = 0;
    while (slot < static_cast<int>(busy_until.size()) && busy_until[slot] >= n) ++slot;
    if (slot == static_cast<int>(busy_until.size())) {
      busy_until.push_back(0);
      plan.slot_channels.push_back(0);
    }
    busy_until[slot] = last_use[n];
    plan.slot_of[n] = slot;
    plan.slot_channels[slot] = std::max(plan.slot_channels[slot], graph[n].channels);
  }
  return plan;
}

// How far around the tile each node must be computed for the tile itself to be right.
std::vector<int> PlanMargins(const std::vector<Node>& graph) {
  std::vector<int> margin(graph.size(), 0);
  for (int n = static_cast<int>(graph.size()) - 1; n >= 0; --n) {
    const int needed = margin[n] + graph[n].kernel / 2;
    for (int i : graph[n].inputs) margin[i] = std::max(margin[i], needed);
    if (graph[n].add >= 0) margin[graph[n].add] = std::max(margin[graph[n].add], margin[n]);
  }
  return margin;
}

class ReferenceWorkspace : public Workspace {
 public:
  int max_width = 0;
  int max_height = 0;
  std::vector<std::vector<float>> slots;
};

class ReferenceEngine : public Engine {
 public:
  explicit ReferenceEngine(model::TensorArchive weights)
      : weights_(std::move(weights)),
        graph_(model::FusionGraph()),
        slots_(PlanSlots(graph_)),
        margin_(PlanMargins(graph_)) {}

  std::string_view name() const override { return "reference"; }

  int halo() const override { return model::kFusionHalo; }

  Rect PreferredTile(int width, int height, int /*threads*/) const override {
    constexpr int kSide = 64;  // the halo adds 64 % of work, a thread's scratch stays near 8 MB
    return {0, 0, std::min(width, kSide), std::min(height, kSide)};
  }

  StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const override {
    auto w = std::make_unique<ReferenceWorkspace>();
    w->max_width = width;
    w->max_height = height;
    const Rect region{0, 0, width + 2 * model::kFusionHalo, height + 2 * model::kFusionHalo};
    try {
      for (int channels : slots_.slot_channels) {
        w->slots.emplace_back(FeatureMap::SizeInFloats(region, channels));
      }
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the feature maps of a " + std::to_string(width) +
                               "x" + std::to_string(height) + " tile");
    }
    return std::unique_ptr<Workspace>(std::move(w));
  }

  Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
             Workspace& workspace, Plane out) const override {
    auto& scratch = static_cast<ReferenceWorkspace&>(workspace);
    if (tile.width() > scratch.max_width || tile.height() > scratch.max_height) {
      return Internal("a tile is larger than its workspace");
    }
    const Rect input_region = Grown(tile, model::kFusionHalo, width, height);
    std::vector<FeatureMap> maps(graph_.size());
    for (std::size_t n = 0; n < graph_.size(); ++n) {
      const Node& node = graph_[n];
      maps[n] = FeatureMap(scratch.slots[slots_.slot_of[n]].data(),
                           Grown(tile, margin_[n], width, height), node.channels);
      switch (node.op) {
        case Op::kInput:
          CopyInput(node.name == "vis" ? vis : inf, input_region, maps[n]);
          break;
        case Op::kGradient:
          GradientMagnitude(maps[node.inputs[0]], Values(node.weights[0]), Values(node.weights[1]),
                            maps[n]);
          break;
        case Op::kConv: {
          std::vector<const FeatureMap*> inputs;
          for (int i : node.inputs) inputs.push_back(&maps[i]);
          Convolve(inputs, node.add >= 0 ? &maps[node.add] : nullptr, Values(node.weights[0]),
                   Values(node.weights[1]), node, maps[n]);
          break;
        }
      }
    }
    for (int y = tile.y0; y < tile.y1; ++y) {
      const float* row = maps.back().Row(0, y);
      std::copy(row + tile.x0, row + tile.x1, out.Row(y - tile.y0));
    }
    return OkStatus();
  }

 private:
  const std::vector<float>& Values(const std::string& name) const {
    return weights_.tensors.at(name).values;
  }

  static void CopyInput(ConstPlane in, const Rect& in_region, FeatureMap& out) {
    const Rect& r = out.region();
    for (int y = r.y0; y < r.y1; ++y) {
      const float* row = in.Row(y - in_region.y0) + (r.x0 - in_region.x0);
      std::copy(row, row + r.width(), out.Row(0, y) + r.x0);
    }
  }

  model::TensorArchive weights_;
  const std::vector<Node>& graph_;
  SlotPlan slots_;
  std::vector<int> margin_;
};

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeReferenceEngine(const model::TensorArchive& weights) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckFusionWeights(weights));
  return std::unique_ptr<Engine>(std::make_unique<ReferenceEngine>(weights));
}

}  // namespace seafusion::nn
