// Walks a network's graph node by node over one tile at a time.
#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "model/graph/graph.h"
#include "nn/engine.h"
#include "nn/reference_layers.h"
#include "nn/reference_plan.h"

namespace seafusion::nn {
namespace {

using model::Node;
using model::Op;
using model::SamplesAcross;

class ReferenceWorkspace : public Workspace {
 public:
  int max_width = 0;
  int max_height = 0;
  std::vector<std::vector<float>> slots;
};

class ReferencePictureMaps : public PictureMaps {
 public:
  int width = 0;
  int height = 0;
  // Per node; those of whole pictures only.
  std::vector<std::vector<float>> memory;
  std::vector<FeatureMap> maps;
};

class ReferenceEngine : public Engine {
 public:
  ReferenceEngine(const model::Network& network, model::TensorArchive weights)
      : weights_(std::move(weights)),
        graph_(network.graph),
        whole_(model::WholePictureNodes(graph_)),
        slots_(PlanSlots(graph_, whole_)),
        halo_(model::Halo(graph_)),
        tile_step_(model::TileStep(graph_)),
        picture_block_(model::PictureBlock(graph_)) {}

  std::string_view name() const override { return "reference"; }
  int halo() const override { return halo_; }
  int tile_step() const override { return tile_step_; }
  int picture_block() const override { return picture_block_; }

  Rect PreferredTile(int width, int height, int /*threads*/) const override {
    constexpr int kSide = 64;  // the halo adds 64 % of work, a thread's scratch stays near 8 MB
    return {0, 0, std::min(width, kSide), std::min(height, kSide)};
  }

  StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const override {
    try {
      auto w = std::make_unique<ReferenceWorkspace>();
      w->max_width = width;
      w->max_height = height;
      // A tile that no border cuts needs the most.
      const int far = 64 * SamplesAcross(halo_ + 1, 64);
      const std::vector<Rect> regions =
          NeededRegions(graph_, graph_.size() - 1, {far, far, far + width, far + height},
                        width + 2 * far, height + 2 * far);
      std::vector<std::size_t> floats(static_cast<std::size_t>(slots_.slots), 0);
      for (std::size_t n = 0; n < graph_.size(); ++n) {
        if (whole_[n]) continue;
        std::size_t& f = floats[static_cast<std::size_t>(slots_.slot_of[n])];
        f = std::max(f, FeatureMap::SizeInFloats(regions[n], graph_[n].channels));
      }
      for (const std::size_t count : floats) w->slots.emplace_back(count);
      return std::unique_ptr<Workspace>(std::move(w));
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the feature maps of a " + std::to_string(width) +
                               "x" + std::to_string(height) + " tile");
    }
  }

  StatusOr<std::unique_ptr<PictureMaps>> MakePictureMaps(int width, int height) const override {
    try {
      auto p = std::make_unique<ReferencePictureMaps>();
      p->width = width;
      p->height = height;
      p->memory.resize(graph_.size());
      p->maps.resize(graph_.size());
      for (std::size_t n = 0; n < graph_.size(); ++n) {
        if (!whole_[n]) continue;
        const Rect all = WholeMap(graph_[n], width, height);
        p->memory[n].resize(FeatureMap::SizeInFloats(all, graph_[n].channels));
        p->maps[n] = FeatureMap(p->memory[n].data(), all, graph_[n].channels);
      }
      return std::unique_ptr<PictureMaps>(std::move(p));
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the coarse maps of a " + std::to_string(width) + "x" +
                               std::to_string(height) + " picture");
    }
  }

  Status AddToPicture(ConstPlane vis, ConstPlane inf, const Rect& region,
                      PictureMaps& maps) const override {
    auto& picture = static_cast<ReferencePictureMaps&>(maps);
    if (!Starts(region, picture_block_)) {
      return Internal("a part of a picture starts off its blocks");
    }
    try {
      for (std::size_t n = 0; n < graph_.size(); ++n) {
        if (graph_[n].op == Op::kAveragePool) Average(vis, inf, region, n, picture);
      }
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the averages of a picture");
    }
    return OkStatus();
  }

  Status FinishPicture(PictureMaps& maps, ThreadPool& /*pool*/) const override {
    auto& picture = static_cast<ReferencePictureMaps&>(maps);
    try {
      for (std::size_t n = 0; n < graph_.size(); ++n) {
        if (whole_[n] && graph_[n].op != Op::kAveragePool) {
          Compute(n, picture.width, picture.height, picture.maps);
        }
      }
    } catch (const std::bad_alloc&) {
      return ResourceExhausted("no memory for the coarse maps of a picture");
    }
    return OkStatus();
  }

  Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
             const PictureMaps* picture, Workspace& workspace, Plane out) const override {
    auto& scratch = static_cast<ReferenceWorkspace&>(workspace);
    if (tile.width() > scratch.max_width || tile.height() > scratch.max_height) {
      return Internal("a tile is larger than its workspace");
    }
    if (!Starts(tile, tile_step_)) return Internal("a tile starts off the engine's step");
    if (picture_block_ > 0 && picture == nullptr) {
      return Internal("the picture's coarse maps are missing");
    }
    std::vector<FeatureMap> maps(graph_.size());
    if (picture != nullptr) maps = static_cast<const ReferencePictureMaps&>(*picture).maps;
    const std::vector<Rect> regions = NeededRegions(graph_, graph_.size() - 1, tile, width, height);
    const Rect input_region = Grown(tile, halo_, width, height);
    for (std::size_t n = 0; n < graph_.size(); ++n) {
      const Node& node = graph_[n];
      if (whole_[n]) continue;
      float* memory = scratch.slots[static_cast<std::size_t>(slots_.slot_of[n])].data();
      maps[n] = FeatureMap(memory, regions[n], node.channels);
      if (node.op == Op::kInput) {
        CopyInput(node.name == model::kVisibleInput ? vis : inf, input_region, maps[n]);
      } else {
        Compute(n, width, height, maps);
      }
    }
    for (int y = tile.y0; y < tile.y1; ++y) {
      const float* row = maps.back().Row(0, y);
      std::copy(row + tile.x0, row + tile.x1, out.Row(y - tile.y0));
    }
    return OkStatus();
  }

 private:
  static Rect WholeMap(const Node& node, int width, int height) {
    return {0, 0, SamplesAcross(width, node.scale), SamplesAcross(height, node.scale)};
  }

  static bool Starts(const Rect& r, int step) { return r.x0 % step == 0 && r.y0 % step == 0; }

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

  // The samples of average `pool` that lie in `region` of the picture.
  void Average(ConstPlane vis, ConstPlane inf, const Rect& region, std::size_t pool,
               ReferencePictureMaps& picture) const {
    const Node& node = graph_[pool];
    const Rect wanted{region.x0 / node.scale, region.y0 / node.scale,
                      SamplesAcross(region.x1, node.scale), SamplesAcross(region.y1, node.scale)};
    const std::vector<Rect> regions =
        NeededRegions(graph_, pool, wanted, picture.width, picture.height);
    std::vector<std::vector<float>> memory(pool);
    std::vector<FeatureMap> maps(pool);
    for (std::size_t n = 0; n < pool; ++n) {
      if (regions[n].width() == 0) continue;
      memory[n].resize(FeatureMap::SizeInFloats(regions[n], graph_[n].channels));
      maps[n] = FeatureMap(memory[n].data(), regions[n], graph_[n].channels);
      if (graph_[n].op == Op::kInput) {
        CopyInput(graph_[n].name == model::kVisibleInput ? vis : inf, region, maps[n]);
      } else {
        Compute(n, picture.width, picture.height, maps);
      }
    }
    const auto input = static_cast<std::size_t>(node.inputs[0]);
    const Rect all = WholeMap(graph_[input], picture.width, picture.height);
    AveragePool(maps[input], node.factor, all.x1, all.y1, wanted, picture.maps[pool]);
  }

  // Any node but an input or an average, from maps[] of its inputs into maps[n].
  void Compute(std::size_t n, int width, int height, std::vector<FeatureMap>& maps) const {
    const Node& node = graph_[n];
    std::vector<FeatureMap*> inputs;
    std::vector<const FeatureMap*> add;
    for (const int i : node.inputs) inputs.push_back(&maps[static_cast<std::size_t>(i)]);
    for (const int i : node.add) add.push_back(&maps[static_cast<std::size_t>(i)]);
    const std::vector<const FeatureMap*> in(inputs.begin(), inputs.end());
    FeatureMap& out = maps[n];
    // Frames are zeros between nodes.
    const bool framed = node.border != model::Border::kZero && node.kernel > 1;
    if (framed) {
      for (FeatureMap* map : inputs) map->FillFrame(node.border);
    }
    switch (node.op) {
      case Op::kInput:
      case Op::kAveragePool:
        break;
      case Op::kGradient:
        GradientMagnitude(*in[0], Values(node.weights[0]), Values(node.weights[1]), out);
        break;
      case Op::kConv:
        Convolve(in, add, Values(node.weights[0]), Values(node.weights[1]), node, out);
        break;
      case Op::kSpaceToDepth: {
        const Rect all = WholeMap(graph_[static_cast<std::size_t>(node.inputs[0])], width, height);
        SpaceToDepth(in, all.x1, all.y1, out);
        break;
      }
      case Op::kDepthToSpace:
        DepthToSpace(*in[0], out);
        break;
      case Op::kSum:
        Sum(in, node, out);
        break;
      case Op::kMaximum:
        Maximum(in, node, out);
        break;
      case Op::kBlend:
        Blend(*in[0], *in[1], *in[2], node, out);
        break;
      case Op::kEnlarge:
        EnlargeBilinear(*in[0], node.factor, out);
        break;
    }
    if (framed) {
      for (FeatureMap* map : inputs) map->FillFrame(model::Border::kZero);
    }
  }

  model::TensorArchive weights_;
  model::Graph graph_;
  std::vector<bool> whole_;
  SlotPlan slots_;
  int halo_, tile_step_, picture_block_;
};

// Averages are taken while the picture is read, a block at a time, so nothing may stand before them
// that looks beyond its block.
bool AveragesReadPhasesOnly(const model::Graph& graph) {
  std::vector<bool> local(graph.size(), false);
  for (std::size_t n = 0; n < graph.size(); ++n) {
    const Node& node = graph[n];
    local[n] = node.op == Op::kInput || node.op == Op::kSpaceToDepth;
    for (const int i : node.inputs) {
      const bool input_local = local[static_cast<std::size_t>(i)];
      if (node.op == Op::kAveragePool && !input_local) return false;
      local[n] = local[n] && input_local;
    }
  }
  return true;
}

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeReferenceEngine(const model::Network& network,
                                                      const model::TensorArchive& weights) {
  SEAFUSION_RETURN_IF_ERROR(network.CheckWeights(weights));
  if (!AveragesReadPhasesOnly(network.graph)) {
    return Unsupported("the network averages over maps that look beyond a block");
  }
  return std::unique_ptr<Engine>(std::make_unique<ReferenceEngine>(network, weights));
}

StatusOr<std::unique_ptr<Engine>> MakeReferenceEngine(const model::TensorArchive& weights) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(weights));
  return MakeReferenceEngine(network, weights);
}

}  // namespace seafusion::nn
