// What the depth-first engine runs: a graph compiled into steps that each stream a few rows at a
// time, and the feature maps that live between them. README.md tells how a graph becomes a plan.
#ifndef SEAFUSION_NN_PLAN_PLAN_H_
#define SEAFUSION_NN_PLAN_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/graph/graph.h"

namespace seafusion::nn::plan {

/// No map, no node, no step.
inline constexpr int kNone = -1;

/// The most that steps read: blocks of a product or of what goes to the plane, and of a point
/// convolution; maps of an elementwise step.
inline constexpr int kMostConvBlocks = 24;
inline constexpr int kMostPointBlocks = 8;
inline constexpr int kMostElementwise = 8;

enum class StepKind : std::uint8_t {
  kPlaneConv,    ///< Convolution of planes to one map.
  kWinograd,     ///< 3x3 convolutions over the same maps, which share one transform of them.
  kPoint,        ///< 1x1 convolution; what only it reads is computed on the way, without a map.
  kGradient,     ///< |x * convx| + |x * convy|, depthwise 3x3, to one map.
  kElementwise,  ///< Maps added up, or their maximum; then the activation.
  kToPlane,      ///< Convolution of maps to the output plane.
  // Direct steps: 3x3 convolutions without a transform, a row at a time.
  kPhaseConv,   ///< Of planes, unshuffled on the way, to one map.
  kDirectConv,  ///< Of one map to one map.
  kBlendConv,   ///< Of one map to blend maps; shuffled and blended on the way to the output plane.
};

/// How the numbers of a map's rows are stored.
enum class Storage : std::uint8_t { kFloat32, kBf16, kInt8 };

std::size_t SampleBytes(Storage storage);

/// Rows of a feature map, alive between the step that writes them and those that read them.
struct Map {
  int node = kNone;    ///< The graph node whose values these are,
  bool share = false;  ///< or whose sums so far these are, from some of its inputs.
  int step = kNone;    ///< Writes it.
  int channels = 0;
  int blocks = 0;  ///< Of 16 channels each; those past `channels` are zero.
  int shift = 0;   ///< log2 of how much coarser than the picture: 0 full resolution, 1 half.
  model::Border border = model::Border::kZero;  ///< What is read outside the picture.
  Storage storage = Storage::kFloat32;

  // Found by Schedule() (schedule.h).
  int ring_rows = 0;        ///< Rows in memory.
  int carried_columns = 0;  ///< Columns left of a band that steps still read.
};

/// That a step reads a map: for an output pixel, the pixels up to `reach` away from its own place
/// in the map.
struct Read {
  int map = kNone;
  int reach = 0;
};

/// Some of the outputs of a Winograd product: a node's values, or its share from some inputs.
struct ProductOutput {
  int node = kNone;
  int map = kNone;       ///< Where they go; kNone: to the point convolution of the same step.
  int addend = kNone;    ///< The node's share so far, if any; else the bias is added.
  bool activate = true;  ///< No share is missing, nothing else is added: the activation follows.
};

/// One input of a point convolution.
struct PointInput {
  enum class Kind : std::uint8_t { kMap, kProduct, kGradient };
  Kind kind = Kind::kMap;
  int map = kNone;   ///< kMap: itself. kGradient: of what.
  int node = kNone;  ///< The graph node that is read.
  int blocks = 0;
};

/// A piece of the network that computes a few rows of its maps at a time.
struct Step {
  StepKind kind = StepKind::kWinograd;
  int node = kNone;  ///< Gives the step its name, and its activation.
  int shift = 0;     ///< Resolution of what it writes.
  /// Rows that are computed together, and the grid of rows and columns, anchored to the picture,
  /// that its regions keep to: 4 where a pixel's rounding depends on its whole Winograd tile.
  int grain = 1;
  std::vector<int> planes;  ///< Input nodes that are read.
  int plane_reach = 0;      ///< In pixels of the picture, around those that a pixel covers.
  std::vector<Read> reads;  ///< Each map once.
  std::vector<int> writes;  ///< Maps; none: the output plane.

  /// Maps that the product, or the convolution to the plane, reads, concatenated.
  std::vector<int> conv_inputs;
  std::vector<ProductOutput> product_outputs;
  std::vector<PointInput> point_inputs;  ///< kPoint, in the order of the weights.
  /// kPoint: 1x1 convolutions whose sum it is; the inputs of each follow those of the one before.
  std::vector<int> point_nodes;
  /// kPhaseConv: nodes for the whole picture (model::WholePictureNodes) that are enlarged and added
  /// before the activation, and the factors.
  std::vector<int> picture_nodes, picture_factors;

  // Found by Schedule(), in pixels of this resolution.
  int margin = 0;  ///< Around the tile: the most that is computed on any side.
  int ahead = 0;   ///< Columns by which a band of this step is ahead of the output's.

  /// Whether the rows of all its outputs go through a Winograd product.
  bool HasProduct() const { return !product_outputs.empty(); }
};

struct Plan {
  model::Graph graph;
  std::vector<Step> steps;  ///< Each after those it reads; the last one makes the output.
  std::vector<Map> maps;
  std::vector<int> inputs;  ///< The graph's input nodes.

  const model::Node& node(int index) const { return graph[static_cast<std::size_t>(index)]; }
  const Map& map(int index) const { return maps[static_cast<std::size_t>(index)]; }
  int ConvInBlocks(const Step& step) const;
  int ProductOutBlocks(const Step& step) const;

  // Found by Schedule().
  int halo = 0;        ///< Pixels of input around a tile that the result depends on.
  int band_width = 0;  ///< Columns of the output that are computed together.
};

/// Blocks of 16 channels that hold so many.
inline int BlocksFor(int channels) {
  return (channels + 15) / 16;
}

struct Options {
  /// Columns of a band, a multiple of the grid that is wider than what is carried; 0: as many as
  /// suit the cache.
  int band_width = 0;
};

/// Compiles and schedules a graph of one output channel. Fails with kUnsupported, naming the node,
/// where there is no step for it. Throws std::bad_alloc.
StatusOr<Plan> Compile(model::Graph graph, const Options& options = {});

/// Pixels of the picture after which the grids of all steps repeat.
int GridUnit(const Plan& plan);

/// One line a step and a map, for people and tests.
std::string Listing(const Plan& plan);

}  // namespace seafusion::nn::plan

#endif  // SEAFUSION_NN_PLAN_PLAN_H_
