// From a graph to steps. Every rule looks at what nodes compute and who reads them, none at names.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "nn/plan/plan.h"
#include "nn/plan/schedule.h"

namespace seafusion::nn::plan {
namespace {

using model::Activation;
using model::Node;
using model::Op;

constexpr int kTile = 4;  // rows and columns of a Winograd tile
// Time of transforming a block of inputs into the Winograd domain, in units of that for a block of
// outputs back: 29 to 45 ms against 9 to 13 for 24 and 25 blocks of SeAFusion at 640x480.
constexpr double kInputTransformCost = 3.5;
// Outputs of a product whose transforms fit the cache beside its weights (see kChunkBytes).
constexpr int kMostSharedOutputs = 7;

int ShiftOf(const Node& node) {
  int shift = 0;
  while ((1 << shift) < node.scale) ++shift;
  return shift;
}

class Compiler {
 public:
  explicit Compiler(model::Graph graph) { plan_.graph = std::move(graph); }

  StatusOr<Plan> Run() {
    const int count = static_cast<int>(plan_.graph.size());
    map_of_.assign(plan_.graph.size(), kNone);
    readers_.resize(plan_.graph.size());
    for (int n = 0; n < count; ++n) {
      for (const int i : plan_.node(n).inputs) readers_[i].push_back(n);
      for (const int i : plan_.node(n).add) readers_[i].push_back(n);
    }
    const std::vector<bool> whole = model::WholePictureNodes(plan_.graph);
    for (int n = 0; n < count; ++n) {
      if (whole[n]) continue;
      SEAFUSION_RETURN_IF_ERROR(AddNode(n));
    }
    if (plan_.steps.empty() || !plan_.steps.back().writes.empty()) {
      return Missing(count - 1, "it does not end in a plane");
    }
    for (const std::vector<int>& readers : readers_) {
      if (readers.empty() && &readers != &readers_.back()) {
        return Missing(static_cast<int>(&readers - readers_.data()), "nothing reads it");
      }
    }
    SEAFUSION_RETURN_IF_ERROR(CheckLimits());
    return std::move(plan_);
  }

 private:
  Status Missing(int n, const std::string& what) const {
    return Unsupported("no step for " + (n >= 0 ? plan_.node(n).name : "an empty graph") + ": " +
                       what);
  }

  Status CheckLimits() const {
    for (const Step& step : plan_.steps) {
      int point_blocks = 0;
      for (const PointInput& input : step.point_inputs) point_blocks += input.blocks;
      const bool fits = plan_.ConvInBlocks(step) <= kMostConvBlocks &&
                        point_blocks <= kMostPointBlocks &&
                        (step.kind != StepKind::kPoint ||
                         BlocksFor(plan_.node(step.node).channels) <= kMostPointBlocks) &&
                        (step.kind != StepKind::kElementwise ||
                         step.reads.size() <= std::size_t{kMostElementwise});
      if (!fits) return Missing(step.node, "it reads or makes too many channels");
    }
    return OkStatus();
  }

  bool IsFinal(int n) const { return n + 1 == static_cast<int>(plan_.graph.size()); }
  bool IsOnlyReader(int reader, int n) const {
    return readers_[n].size() == 1 && readers_[n][0] == reader;
  }
  // The only reader, or kNone.
  int OnlyReader(int n) const { return readers_[n].size() == 1 ? readers_[n][0] : kNone; }

  Status AddNode(int n) {
    const Node& node = plan_.node(n);
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      if (std::count(node.inputs.begin(), node.inputs.end(), node.inputs[i]) > 1) {
        return Missing(n, "an input comes twice");
      }
    }
    switch (node.op) {
      case Op::kInput:
        plan_.inputs.push_back(n);
        return OkStatus();
      case Op::kGradient:
        return Gradient(n);
      case Op::kSum:
      case Op::kMaximum:
        return Elementwise(n, node.inputs);
      case Op::kConv:
        return Convolution(n);
      case Op::kBlend:
        return Blend(n);
      case Op::kSpaceToDepth:
      case Op::kDepthToSpace:
      case Op::kEnlarge:
        return OkStatus();  // part of what reads it
      case Op::kAveragePool:
        break;
    }
    return Missing(n, "an average that is not of a whole picture");
  }

  Status Convolution(int n) {
    const Node& node = plan_.node(n);
    const auto inputs_are = [&](Op op) {
      return std::all_of(node.inputs.begin(), node.inputs.end(),
                         [&](int i) { return plan_.node(i).op == op; });
    };
    if (inputs_are(Op::kInput)) return PlaneConvolution(n);
    if (inputs_are(Op::kSpaceToDepth)) return PhaseConvolution(n);
    if (IsFinal(n)) return ToPlane(n);
    const int reader = OnlyReader(n);
    if (reader != kNone && plan_.node(reader).op == Op::kDepthToSpace) return OkStatus();
    SEAFUSION_RETURN_IF_ERROR(CheckActivation(n));
    if (node.kernel == 1) return Point(n);
    if (node.kernel != 3) return Missing(n, "only planes have kernels of 5x5");
    // At half the resolution a margin of whole Winograd tiles covers twice as many pixels, and the
    // networks that work there have few channels: there is nothing to win.
    if (node.scale > 1) return DirectConvolution(n);
    if (node.add.empty()) return Winograd(n, true).status();
    SEAFUSION_ASSIGN_OR_RETURN(const int sum, Winograd(n, false));
    std::vector<int> maps = {sum};
    for (const int a : node.add) maps.push_back(map_of_[a]);
    return ElementwiseOfMaps(n, maps);
  }

  // Kernels compute max(v, slope v).
  Status CheckActivation(int n) const {
    const Node& node = plan_.node(n);
    const bool leaky = node.activation == Activation::kLeakyRelu;
    if (node.activation != Activation::kNone && !leaky) {
      return Missing(n, "its activation belongs to the output");
    }
    if (leaky && !(node.slope >= 0.0f && node.slope <= 1.0f)) {
      return Missing(n, "its slope is not in 0..1");
    }
    return OkStatus();
  }

  int AddMap(int n, int step, bool share = false) {
    const Node& node = plan_.node(n);
    Map map;
    map.node = n;
    map.share = share;
    map.step = step;
    map.channels = node.channels;
    map.blocks = BlocksFor(node.channels);
    map.shift = ShiftOf(node);
    plan_.maps.push_back(map);
    transform_of_.push_back(kNone);
    border_known_.push_back(false);
    const int index = static_cast<int>(plan_.maps.size()) - 1;
    plan_.steps[step].writes.push_back(index);
    if (!share) map_of_[n] = index;
    return index;
  }

  int AddStep(StepKind kind, int n, int grain) {
    Step step;
    step.kind = kind;
    step.node = n;
    step.shift = ShiftOf(plan_.node(n));
    step.grain = grain;
    plan_.steps.push_back(std::move(step));
    return static_cast<int>(plan_.steps.size()) - 1;
  }

  void AddRead(int step, int map, int reach) {
    std::vector<Read>& reads = plan_.steps[step].reads;
    const auto at =
        std::find_if(reads.begin(), reads.end(), [&](const Read& read) { return read.map == map; });
    if (at == reads.end()) {
      reads.push_back({map, reach});
    } else {
      at->reach = std::max(at->reach, reach);
    }
  }

  // That node n reads the map's neighbours: its border becomes the map's.
  Status ReadAround(int n, int step, int map) {
    const model::Border border = plan_.node(n).border;
    if (border_known_[map] && plan_.maps[map].border != border) {
      return Missing(n, "it sees other borders than another reader of the same map");
    }
    border_known_[map] = true;
    plan_.maps[map].border = border;
    AddRead(step, map, 1);
    return OkStatus();
  }

  StatusOr<int> MapOf(int n, int input) const {
    if (map_of_[input] != kNone) return map_of_[input];
    return Missing(n, "it cannot read " + plan_.node(input).name);
  }

  Status PlaneConvolution(int n) {
    const Node& node = plan_.node(n);
    SEAFUSION_RETURN_IF_ERROR(CheckActivation(n));
    const bool known = (node.kernel == 3 && node.inputs.size() <= 2) ||
                       (node.kernel == 5 && node.inputs.size() == 1);
    if (!known || !node.add.empty() || IsFinal(n)) return Missing(n, "a convolution of planes");
    const int step = AddStep(StepKind::kPlaneConv, n, kTile);
    plan_.steps[step].planes = node.inputs;
    plan_.steps[step].plane_reach = node.kernel / 2;
    AddMap(n, step);
    return OkStatus();
  }

  Status PhaseConvolution(int n) {
    const Node& node = plan_.node(n);
    SEAFUSION_RETURN_IF_ERROR(CheckActivation(n));
    if (node.kernel != 3 || node.inputs.size() != 1) return Missing(n, "a convolution of phases");
    const Node& phases = plan_.node(node.inputs[0]);
    for (const int i : phases.inputs) {
      if (plan_.node(i).op != Op::kInput) return Missing(n, "phases of other maps than planes");
    }
    const int step = AddStep(StepKind::kPhaseConv, n, 1);
    plan_.steps[step].planes = phases.inputs;
    plan_.steps[step].plane_reach = phases.factor;
    for (const int a : node.add) {
      const Node& added = plan_.node(a);
      if (added.op != Op::kEnlarge) return Missing(n, "phases and " + added.name);
      plan_.steps[step].picture_nodes.push_back(added.inputs[0]);
      plan_.steps[step].picture_factors.push_back(added.factor);
    }
    AddMap(n, step);
    return OkStatus();
  }

  Status DirectConvolution(int n) {
    const Node& node = plan_.node(n);
    if (node.inputs.size() != 1 || !node.add.empty()) return Missing(n, "several inputs");
    SEAFUSION_ASSIGN_OR_RETURN(const int map, MapOf(n, node.inputs[0]));
    const int step = AddStep(StepKind::kDirectConv, n, 1);
    SEAFUSION_RETURN_IF_ERROR(ReadAround(n, step, map));
    AddMap(n, step);
    return OkStatus();
  }

  // The convolution and the shuffle that make the blend's maps are part of it.
  Status Blend(int n) {
    const Node& node = plan_.node(n);
    if (!IsFinal(n) || node.inputs.size() != 3) return Missing(n, "a blend that is not the output");
    const int shuffle = node.inputs[0];
    if (plan_.node(shuffle).op != Op::kDepthToSpace || !IsOnlyReader(n, shuffle)) {
      return Missing(n, "a blend of other maps than shuffled ones");
    }
    const int conv = plan_.node(shuffle).inputs[0];
    if (plan_.node(conv).op != Op::kConv || plan_.node(conv).kernel != 3 ||
        plan_.node(conv).inputs.size() != 1 || !plan_.node(conv).add.empty() ||
        plan_.node(conv).activation != Activation::kNone || !IsOnlyReader(shuffle, conv)) {
      return Missing(conv, "it makes a blend's maps");
    }
    SEAFUSION_ASSIGN_OR_RETURN(const int map, MapOf(conv, plan_.node(conv).inputs[0]));
    const int step = AddStep(StepKind::kBlendConv, conv, 1);
    SEAFUSION_RETURN_IF_ERROR(ReadAround(conv, step, map));
    plan_.steps[step].planes = {node.inputs[1], node.inputs[2]};
    return OkStatus();
  }

  Status ToPlane(int n) {
    const Node& node = plan_.node(n);
    if (node.channels != 1 || !node.add.empty() || node.kernel > 3) {
      return Missing(n, "it does not end in a plane");
    }
    if (node.activation != Activation::kNone && node.activation != Activation::kTanh01) {
      return Missing(n, "its activation is not an output's");
    }
    const int step = AddStep(StepKind::kToPlane, n, kTile);
    for (const int i : node.inputs) {
      SEAFUSION_ASSIGN_OR_RETURN(const int map, MapOf(n, i));
      plan_.steps[step].conv_inputs.push_back(map);
      if (node.kernel == 3) {
        SEAFUSION_RETURN_IF_ERROR(ReadAround(n, step, map));
      } else {
        AddRead(step, map, 0);
      }
    }
    return OkStatus();
  }

  // A convolution is the sum of its shares from each input. Where an earlier step transforms an
  // input already, that input's share moves there, if that is cheaper than transforming it again.
  // Returns the map of the sum.
  StatusOr<int> Winograd(int n, bool activate) {
    const Node& node = plan_.node(n);
    std::vector<int> rest;
    std::vector<std::pair<int, int>> shared;  // step, map
    for (const int i : node.inputs) {
      SEAFUSION_ASSIGN_OR_RETURN(const int map, MapOf(n, i));
      const int step = transform_of_[map];
      if (step != kNone && IsWorthSharing(step, map, n)) {
        shared.emplace_back(step, map);
      } else {
        rest.push_back(map);
      }
    }
    std::sort(shared.begin(), shared.end());
    int last = kNone;
    if (rest.empty()) {
      last = shared.back().first;
      shared.pop_back();
    } else {
      last = AddStep(StepKind::kWinograd, n, kTile);
      plan_.steps[last].conv_inputs = rest;
      if (rest.size() == 1) transform_of_[rest[0]] = last;
    }
    int sum = kNone;
    for (const auto& [step, map] : shared) {
      const int longer = AddMap(n, step, true);
      AddOutput(step, {n, longer, sum, false});
      sum = longer;
    }
    for (const int map : plan_.steps[last].conv_inputs) {
      SEAFUSION_RETURN_IF_ERROR(ReadAround(n, last, map));
    }
    const int map = AddMap(n, last);
    AddOutput(last, {n, map, sum, activate});
    return map;
  }

  void AddOutput(int step, const ProductOutput& output) {
    plan_.steps[step].product_outputs.push_back(output);
    if (output.addend != kNone) AddRead(step, output.addend, 0);
  }

  bool IsWorthSharing(int step, int map, int n) const {
    const int outputs = BlocksFor(plan_.node(n).channels);
    return kInputTransformCost * plan_.maps[map].blocks > outputs &&
           plan_.ProductOutBlocks(plan_.steps[step]) + outputs <= kMostSharedOutputs &&
           plan_.maps[map].border == plan_.node(n).border;
  }

  // 1x1 convolutions that only another one adds to its own are computed with it.
  bool IsPartOfPoint(int n) const {
    const Node& node = plan_.node(n);
    const int reader = OnlyReader(n);
    if (reader == kNone || node.activation != Activation::kNone || !node.add.empty()) return false;
    const Node& sum = plan_.node(reader);
    return sum.op == Op::kConv && sum.kernel == 1 && !IsFinal(reader) &&
           std::find(sum.add.begin(), sum.add.end(), n) != sum.add.end();
  }

  Status Point(int n) {
    if (IsPartOfPoint(n)) return OkStatus();
    std::vector<int> parts = plan_.node(n).add;
    for (const int a : parts) {
      const Node& part = plan_.node(a);
      if (part.op != Op::kConv || part.kernel != 1 || !IsPartOfPoint(a)) {
        return Missing(n, "the sum with " + part.name);
      }
    }
    parts.push_back(n);
    std::vector<int> inputs;
    for (const int part : parts) {
      const Node& node = plan_.node(part);
      inputs.insert(inputs.end(), node.inputs.begin(), node.inputs.end());
    }
    // The step before, if only this one reads its result, needs no map: it goes on with it.
    const int product = TakeLastProduct(inputs);
    int step = static_cast<int>(plan_.steps.size()) - 1;
    if (product == kNone) {
      step = AddStep(StepKind::kPoint, n, kTile);
    } else {
      plan_.steps[step].kind = StepKind::kPoint;
      plan_.steps[step].node = n;
    }
    plan_.steps[step].point_nodes = parts;
    for (const int i : inputs) {
      PointInput input = {PointInput::Kind::kMap, kNone, i, BlocksFor(plan_.node(i).channels)};
      if (i == product) {
        input.kind = PointInput::Kind::kProduct;
      } else if (plan_.node(i).op == Op::kGradient && map_of_[i] == kNone) {
        input.kind = PointInput::Kind::kGradient;
        SEAFUSION_ASSIGN_OR_RETURN(input.map, MapOf(n, plan_.node(i).inputs[0]));
        SEAFUSION_RETURN_IF_ERROR(ReadAround(i, step, input.map));
      } else {
        SEAFUSION_ASSIGN_OR_RETURN(input.map, MapOf(n, i));
        AddRead(step, input.map, 0);
      }
      plan_.steps[step].point_inputs.push_back(input);
    }
    AddMap(n, step);
    return OkStatus();
  }

  // The node that the last step computes, if that is one of `inputs` and nothing else reads it; its
  // map is taken away. Else kNone.
  int TakeLastProduct(const std::vector<int>& inputs) {
    Step& last = plan_.steps.back();
    if (last.kind != StepKind::kWinograd || last.product_outputs.size() != 1) return kNone;
    const int node = last.product_outputs[0].node;
    if (std::count(inputs.begin(), inputs.end(), node) != 1 || readers_[node].size() != 1 ||
        map_of_[node] + 1 != static_cast<int>(plan_.maps.size())) {
      return kNone;
    }
    last.writes.clear();
    last.product_outputs[0].map = kNone;
    map_of_[node] = kNone;
    plan_.maps.pop_back();
    transform_of_.pop_back();
    border_known_.pop_back();
    for (int& step : transform_of_) {
      if (step + 1 == static_cast<int>(plan_.steps.size())) step = kNone;
    }
    return node;
  }

  Status Gradient(int n) {
    const Node& node = plan_.node(n);
    const int reader = OnlyReader(n);
    if (reader != kNone && plan_.node(reader).op == Op::kConv && plan_.node(reader).kernel == 1 &&
        !IsFinal(reader)) {
      return OkStatus();  // computed by that
    }
    SEAFUSION_ASSIGN_OR_RETURN(const int map, MapOf(n, node.inputs[0]));
    const int step = AddStep(StepKind::kGradient, n, kTile);
    SEAFUSION_RETURN_IF_ERROR(ReadAround(n, step, map));
    AddMap(n, step);
    return OkStatus();
  }

  Status Elementwise(int n, const std::vector<int>& inputs) {
    std::vector<int> maps;
    for (const int i : inputs) {
      SEAFUSION_ASSIGN_OR_RETURN(const int map, MapOf(n, i));
      maps.push_back(map);
    }
    return ElementwiseOfMaps(n, maps);
  }

  Status ElementwiseOfMaps(int n, const std::vector<int>& maps) {
    SEAFUSION_RETURN_IF_ERROR(CheckActivation(n));
    const int step = AddStep(StepKind::kElementwise, n, kTile);
    for (const int map : maps) {
      if (map == kNone) return Missing(n, "a sum with what has no map");
      AddRead(step, map, 0);
    }
    AddMap(n, step);
    return OkStatus();
  }

  Plan plan_;
  std::vector<std::vector<int>> readers_;  // of each node
  std::vector<int> map_of_;                // of each node; kNone for what lives inside a step
  std::vector<int> transform_of_;   // of each map: the step that transforms it and nothing else
  std::vector<bool> border_known_;  // of each map: a reader looked around
};

}  // namespace

int Plan::ConvInBlocks(const Step& step) const {
  int blocks = 0;
  for (const int m : step.conv_inputs) blocks += map(m).blocks;
  return blocks;
}

int Plan::ProductOutBlocks(const Step& step) const {
  int blocks = 0;
  for (const ProductOutput& output : step.product_outputs) {
    blocks += BlocksFor(node(output.node).channels);
  }
  return blocks;
}

StatusOr<Plan> Compile(model::Graph graph, const Options& options) {
  SEAFUSION_ASSIGN_OR_RETURN(Plan plan, Compiler(std::move(graph)).Run());
  Schedule(plan);
  if (options.band_width > 0) plan.band_width = options.band_width;
  return plan;
}

}  // namespace seafusion::nn::plan
