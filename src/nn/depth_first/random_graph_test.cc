// Graphs that nobody designed, against the reference engine: whatever the rules make of them, the
// pixels must be right, and the same in every tile and band.
#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/graph_builder.h"
#include "model/graph/network.h"
#include "nn/depth_first/tile_run.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

using model::Activation;
using model::Border;
using model::Graph;
using model::Op;

class RandomGraph : public model::GraphBuilder {
 public:
  RandomGraph(std::uint64_t seed, Border border) : noise_(seed), border_(border) {
    const std::vector<int> planes = {Input(model::kVisibleInput), Input(model::kInfraredInput)};
    maps_.push_back(Conv({planes[0]}, Channels(), Below(2) == 0 ? 3 : 5));
    maps_.push_back(Conv(Below(2) == 0 ? planes : std::vector{planes[1]}, Channels(), 3));
    const int nodes = 3 + Below(6);
    for (int i = 0; i < nodes; ++i) maps_.push_back(Any());
  }

  // The output reads whatever nothing else does.
  Graph Finish() {
    std::vector<int> rest;
    for (const int m : maps_) {
      if (!read_.contains(m)) rest.push_back(m);
    }
    const int channels = 1;
    Conv(rest, channels, Below(3) == 0 ? 1 : 3,
         Below(2) == 0 ? Activation::kTanh01 : Activation::kNone);
    return Take();
  }

 private:
  int Below(int n) {
    return std::min(static_cast<int>((noise_.Next() + 1.0f) / 2 * static_cast<float>(n)), n - 1);
  }
  int Channels() { return 3 + Below(30); }
  using GraphBuilder::Channels;
  int Map() { return maps_[static_cast<std::size_t>(Below(static_cast<int>(maps_.size())))]; }

  std::vector<int> Maps(int most) {
    std::set<int> chosen;
    for (int i = 1 + Below(most); i > 0; --i) chosen.insert(Map());
    return {chosen.begin(), chosen.end()};
  }

  std::string Name() { return "n" + std::to_string(++names_); }

  int Conv(std::vector<int> inputs, int channels, int kernel,
           Activation activation = Activation::kLeakyRelu, std::vector<int> add = {}) {
    read_.insert(inputs.begin(), inputs.end());
    read_.insert(add.begin(), add.end());
    const std::string name = Name();
    return Push({.name = name,
                 .op = Op::kConv,
                 .inputs = std::move(inputs),
                 .add = std::move(add),
                 .channels = channels,
                 .kernel = kernel,
                 .border = border_,
                 .activation = activation,
                 .slope = activation == Activation::kLeakyRelu ? 0.2f : 0.0f,
                 .weights = {name + ".weight", name + ".bias"}});
  }

  int Gradient(int input) {
    read_.insert(input);
    const std::string name = Name();
    return Push({.name = name,
                 .op = Op::kGradient,
                 .inputs = {input},
                 .channels = Channels(input),
                 .kernel = 3,
                 .border = border_,
                 .weights = {name + ".convx", name + ".convy"}});
  }

  int Any() {
    switch (Below(7)) {
      case 0:
      case 1:
        return Conv(Maps(3), Channels(), 3);
      case 2: {  // a dense block
        const int x = Map();
        const int a = Conv({x}, Channels(), 3);
        const int b = Conv({x, a}, Channels(), 3);
        return Conv(Below(2) == 0 ? std::vector{b, a} : std::vector{a, b, x}, Channels(), 1);
      }
      case 3: {  // with a gradient stream
        const int x = Map(), channels = Channels();
        const int a = Conv({x}, Channels(), 3);
        const int dense = Conv({x, a}, channels, 1, Activation::kNone);
        return Conv({Gradient(x)}, channels, 1, Activation::kLeakyRelu, {dense});
      }
      case 4:
        return Gradient(Map());
      case 5: {  // a residual
        const int x = Map();
        return Conv({x}, Channels(x), 3, Activation::kLeakyRelu, {x});
      }
      default: {  // two alike
        const int channels = Channels();
        const std::vector<int> two = {Conv({Map()}, channels, 3), Conv({Map()}, channels, 1)};
        return Push({.name = Name(),
                     .op = Below(2) == 0 ? Op::kSum : Op::kMaximum,
                     .inputs = two,
                     .channels = channels});
      }
    }
  }

  TestNoise noise_;
  const Border border_;
  std::vector<int> maps_;
  std::set<int> read_;
  int names_ = 0;
};

model::Network NetworkOf(Graph graph) {
  model::Network network;
  network.name = "random";
  network.graph = std::move(graph);
  network.tensors = model::TensorsOf(network.graph);
  return network;
}

std::vector<float> RunInTiles(const Program& program, const std::vector<float>& vis,
                              const std::vector<float>& inf, int width, int height, int tile_width,
                              int tile_height, ProductRanges* ranges = nullptr) {
  const plan::Plan& plan = program.plan();
  TileMemory memory(plan, tile_width, tile_height, program.ScratchBytes());
  std::vector<float> out(vis.size(), -1.0f);
  for (int y = 0; y < height; y += tile_height) {
    for (int x = 0; x < width; x += tile_width) {
      const Rect tile{x, y, std::min(x + tile_width, width), std::min(y + tile_height, height)};
      const Rect in = Grown(tile, plan.halo, width, height);
      const std::ptrdiff_t corner = std::ptrdiff_t{in.y0} * width + in.x0;
      RunTile(program,
              {InputsInOrder(plan, {vis.data() + corner, width}, {inf.data() + corner, width}),
               width,
               height,
               tile,
               {out.data() + std::ptrdiff_t{y} * width + x, width},
               nullptr},
              memory, ranges);
    }
  }
  return out;
}

class RandomGraphTest : public testing::TestWithParam<CpuTarget> {};

INSTANTIATE_TEST_SUITE_P(Targets, RandomGraphTest, testing::ValuesIn(SupportedCpuTargets()),
                         [](const auto& one) { return std::string(CpuTargetName(one.param)); });

TEST_P(RandomGraphTest, AgreesWithTheReferenceInEveryTileAndBand) {
  const int w = 150, h = 23;
  const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
  int compiled = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    const auto border = static_cast<Border>(seed % 3);
    const model::Network network = NetworkOf(RandomGraph(seed, border).Finish());
    const model::TensorArchive weights = RandomWeights(network.tensors, seed);
    const auto program =
        Program::Make(network.graph, weights, Precision::kFp32, GetParam(), {.band_width = 64});
    if (!program.ok()) {
      // A graph may be too wide for a step; nothing else is beyond the engine.
      EXPECT_NE(program.status().message().find("too many channels"), std::string::npos)
          << program.status().message();
      continue;
    }
    ++compiled;
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + plan::Listing((*program)->plan()));
    const auto reference = MakeReferenceEngine(network, weights);
    ASSERT_TRUE(reference.ok());
    const auto expected = RunTiled(**reference, vis, inf, w, h, w, h);
    const auto got = RunInTiles(**program, vis, inf, w, h, w, h);
    float most = 1.0f;
    for (const float v : expected) most = std::max(most, std::abs(v));
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_NEAR(got[i], expected[i], 2e-5f * most) << i % w << ", " << i / w;
    }
    for (const auto& [tw, th] : {std::pair{150, 23}, {63, 23}, {21, 10}, {150, 5}}) {
      ASSERT_EQ(RunInTiles(**program, vis, inf, w, h, tw, th), got) << tw << "x" << th;
    }
    const auto one_band = Program::Make(network.graph, weights, Precision::kFp32, GetParam());
    ASSERT_EQ(RunInTiles(**one_band, vis, inf, w, h, w, h), got);
    for (const auto& [ow, oh] : {std::pair{1, 1}, {1, 7}, {9, 1}, {2, 3}, {13, 6}}) {
      const std::vector<float> v(vis.begin(), vis.begin() + ow * oh);
      const std::vector<float> i(inf.begin(), inf.begin() + ow * oh);
      const auto odd = RunTiled(**reference, v, i, ow, oh, ow, oh);
      const auto mine = RunInTiles(**program, v, i, ow, oh, ow, oh);
      for (std::size_t p = 0; p < odd.size(); ++p) {
        ASSERT_NEAR(mine[p], odd[p], 2e-5f * most) << ow << "x" << oh;
      }
    }
  }
  EXPECT_GE(compiled, 16);
}

TEST_P(RandomGraphTest, SixteenBitsComeClose) {
  const int w = 70, h = 21;
  const auto vis = RandomPlane(w, h, 7), inf = RandomPlane(w, h, 8);
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const model::Network network = NetworkOf(RandomGraph(seed, Border::kZero).Finish());
    model::TensorArchive weights = RandomWeights(network.tensors, seed);
    const auto exact = Program::Make(network.graph, weights, Precision::kFp32, GetParam());
    if (!exact.ok()) continue;
    ProductRanges ranges((*exact)->plan());
    const auto expected = RunInTiles(**exact, vis, inf, w, h, w, h, &ranges);
    StoreRanges(ranges, weights);
    float most = 1.0f;
    for (const float v : expected) most = std::max(most, std::abs(v));
    for (const auto& [precision, tolerance] :
         {std::pair{Precision::kInt16, 0.01f}, {Precision::kBf16, 0.1f}}) {
      const auto program = Program::Make(network.graph, weights, precision, GetParam());
      if (!program.ok()) {
        EXPECT_EQ(precision, Precision::kBf16) << program.status().message();
        continue;
      }
      const auto got = RunInTiles(**program, vis, inf, w, h, w, h);
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i], expected[i], tolerance * most) << "seed " << seed << " at " << i;
      }
      EXPECT_EQ(RunInTiles(**program, vis, inf, w, h, 30, 13), got) << "seed " << seed;
    }
  }
}

TEST(Program, RefusesWhatHasNoStep) {
  const auto message = [](Graph graph) {
    const model::TensorArchive weights = RandomWeights(model::TensorsOf(graph), 1);
    return Program::Make(graph, weights, Precision::kFp32, CpuTarget::kScalar).status().message();
  };
  model::GraphBuilder builder;
  const int vis = builder.Input(model::kVisibleInput);
  model::Node conv = {
      .name = "c", .inputs = {vis}, .channels = 4, .kernel = 3, .weights = {"c.weight", "c.bias"}};
  builder.Push(conv);
  EXPECT_EQ(message(builder.Take()), "no step for c: a convolution of planes");
  model::GraphBuilder twice;
  conv.inputs = {twice.Input(model::kVisibleInput)};
  const int c = twice.Push(conv);
  twice.Push({.name = "d",
              .inputs = {c, c},
              .channels = 1,
              .kernel = 3,
              .weights = {"d.weight", "d.bias"}});
  EXPECT_EQ(message(twice.Take()), "no step for d: an input comes twice");
}

}  // namespace
}  // namespace seafusion::nn
