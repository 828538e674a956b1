// The reference engine on graphs that work at half resolution and look at whole pictures.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/graph_builder.h"
#include "model/graph/network.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

// The lite network written out once more by its design, over whole pictures in double precision.
class NaiveLite {
 public:
  NaiveLite(const model::TensorArchive& weights, int layers, bool coarse)
      : weights_(weights), layers_(layers), coarse_(coarse) {}

  std::vector<double> Run(const std::vector<float>& vis, const std::vector<float>& inf, int width,
                          int height) const {
    const int w = (width + 1) / 2, h = (height + 1) / 2;
    Maps phases{w, h, {}};
    for (const auto* plane : {&inf, &vis}) {
      for (int dy = 0; dy < 2; ++dy) {
        for (int dx = 0; dx < 2; ++dx) {
          std::vector<double> map;
          for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
              map.push_back((*plane)[std::min(2 * y + dy, height - 1) * width +
                                     std::min(2 * x + dx, width - 1)]);
            }
          }
          phases.planes.push_back(map);
        }
      }
    }
    Maps x = Conv("conv1", phases, false);
    if (coarse_) {
      for (const int factor : {4, 16}) Add(Coarse(phases, factor), x);
    }
    for (int layer = 2; layer <= layers_; ++layer) {
      x = Conv("conv" + std::to_string(layer), Leaky(x), false);
    }
    std::vector<double> out;
    for (int py = 0; py < height; ++py) {
      for (int px = 0; px < width; ++px) {
        const auto map = [&](int m) {
          return x.planes[4 * m + py % 2 * 2 + px % 2][py / 2 * w + px / 2];
        };
        const int i = py * width + px;
        const double v = (map(0) + 0.5) * inf[i] + (map(1) + 0.5) * vis[i] + map(2);
        out.push_back(std::clamp(v, 0.0, 1.0));
      }
    }
    return out;
  }

 private:
  struct Maps {
    int width, height;
    std::vector<std::vector<double>> planes;
  };

  static double At(const Maps& m, std::size_t c, int y, int x, bool repeat) {
    if (repeat) {
      y = std::clamp(y, 0, m.height - 1);
      x = std::clamp(x, 0, m.width - 1);
    }
    const bool inside = y >= 0 && x >= 0 && y < m.height && x < m.width;
    return inside ? m.planes[c][y * m.width + x] : 0.0;
  }

  Maps Conv(const std::string& name, const Maps& in, bool repeat) const {
    const auto& weight = weights_.tensors.at(name + ".weight");
    const auto& bias = weights_.tensors.at(name + ".bias");
    Maps out{in.width, in.height, {}};
    for (std::size_t o = 0; o < bias.values.size(); ++o) {
      std::vector<double> plane;
      for (int y = 0; y < in.height; ++y) {
        for (int x = 0; x < in.width; ++x) {
          double s = bias.values[o];
          for (std::size_t c = 0; c < in.planes.size(); ++c) {
            for (int k = 0; k < 9; ++k) {
              s += weight.values[(o * in.planes.size() + c) * 9 + k] *
                   At(in, c, y + k / 3 - 1, x + k % 3 - 1, repeat);
            }
          }
          plane.push_back(s);
        }
      }
      out.planes.push_back(plane);
    }
    return out;
  }

  static Maps Leaky(Maps m) {
    for (auto& plane : m.planes) {
      for (double& v : plane) v = v > 0 ? v : 0.1f * v;
    }
    return m;
  }

  static void Add(const Maps& a, Maps& sum) {
    for (std::size_t c = 0; c < a.planes.size(); ++c) {
      for (std::size_t i = 0; i < a.planes[c].size(); ++i) sum.planes[c][i] += a.planes[c][i];
    }
  }

  Maps Coarse(const Maps& phases, int f) const {
    Maps mean{(phases.width + f - 1) / f, (phases.height + f - 1) / f, {}};
    for (const auto& plane : phases.planes) {
      std::vector<double> means;
      for (int y = 0; y < mean.height; ++y) {
        for (int x = 0; x < mean.width; ++x) {
          double sum = 0;
          int count = 0;
          for (int v = y * f; v < std::min((y + 1) * f, phases.height); ++v) {
            for (int u = x * f; u < std::min((x + 1) * f, phases.width); ++u, ++count) {
              sum += plane[v * phases.width + u];
            }
          }
          means.push_back(sum / count);
        }
      }
      mean.planes.push_back(means);
    }
    const std::string name = "coarse" + std::to_string(f);
    Maps x = Conv(name + ".conv1", mean, true);
    x = Conv(name + ".conv2", Leaky(x), true);
    x = Conv(name + ".conv3", Leaky(x), true);
    Maps out{phases.width, phases.height, {}};
    for (std::size_t c = 0; c < x.planes.size(); ++c) {
      std::vector<double> plane;
      for (int y = 0; y < phases.height; ++y) {
        for (int u = 0; u < phases.width; ++u) {
          const double fy = (y + 0.5) / f - 0.5, fx = (u + 0.5) / f - 0.5;
          const int y0 = static_cast<int>(std::floor(fy)), x0 = static_cast<int>(std::floor(fx));
          double sum = 0;
          for (int dy = 0; dy < 2; ++dy) {
            for (int dx = 0; dx < 2; ++dx) {
              sum += (dy == 1 ? fy - y0 : 1 - fy + y0) * (dx == 1 ? fx - x0 : 1 - fx + x0) *
                     At(x, c, y0 + dy, x0 + dx, true);
            }
          }
          plane.push_back(sum);
        }
      }
      out.planes.push_back(plane);
    }
    return out;
  }

  const model::TensorArchive& weights_;
  int layers_;
  bool coarse_;
};

std::unique_ptr<Engine> Make(const model::TensorArchive& weights) {
  auto engine = MakeReferenceEngine(weights);
  EXPECT_TRUE(engine.ok()) << engine.status().message();
  return *std::move(engine);
}

TEST(LiteReference, AgreesWithTheDefinitionAtManySizes) {
  for (const bool coarse : {false, true}) {
    for (const auto& [channels, layers] : {std::pair{16, 6}, {8, 3}, {10, 4}}) {
      const model::TensorArchive weights =
          RandomLiteWeights({.channels = channels, .layers = layers, .coarse = coarse}, 1);
      const auto engine = Make(weights);
      for (const auto& [w, h] : {std::pair{1, 1}, {1, 7}, {2, 2}, {21, 19}, {33, 40}, {70, 37}}) {
        const auto vis = RandomPlane(w, h, 2), inf = RandomPlane(w, h, 3);
        const auto expected = NaiveLite(weights, layers, coarse).Run(vis, inf, w, h);
        const int even = (std::max(w, h) + 1) / 2 * 2;
        const auto got = RunTiled(*engine, vis, inf, w, h, even, even);
        for (std::size_t i = 0; i < got.size(); ++i) {
          ASSERT_NEAR(got[i], expected[i], 4e-6) << w << "x" << h << " at " << i;
        }
      }
    }
  }
}

TEST(LiteReference, TilesGiveExactlyTheUntiledPixels) {
  for (const bool coarse : {false, true}) {
    const auto engine = Make(RandomLiteWeights({.coarse = coarse}, 4));
    for (const auto& [w, h] : {std::pair{77, 69}, {64, 96}}) {
      const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
      const auto whole = RunTiled(*engine, vis, inf, w, h, 96, 96);
      for (const auto& [tw, th] : {std::pair{2, 96}, {8, 8}, {16, 6}, {78, 2}, {30, 38}}) {
        EXPECT_EQ(RunTiled(*engine, vis, inf, w, h, tw, th), whole) << tw << "x" << th;
      }
    }
  }
}

TEST(LiteReference, HowThePictureIsReadDoesNotMatter) {
  const auto engine = Make(RandomLiteWeights({.coarse = true}, 4));
  const int w = 101, h = 75;
  const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
  auto workspace = engine->MakeWorkspace(w, h);
  ASSERT_TRUE(workspace.ok());
  std::vector<std::vector<float>> results;
  for (const int blocks : {1, 2, 4}) {
    const auto picture = ReadPicture(*engine, vis, inf, w, h, blocks);
    std::vector<float> out(vis.size());
    ASSERT_TRUE(engine
                    ->Run({vis.data(), w}, {inf.data(), w}, w, h, {0, 0, w, h}, picture.get(),
                          **workspace, {out.data(), w})
                    .ok());
    results.push_back(out);
  }
  EXPECT_EQ(results[1], results[0]);
  EXPECT_EQ(results[2], results[0]);
}

// How far one changed pixel of the picture's middle reaches.
int Reach(const Engine& engine, int side) {
  auto vis = RandomPlane(side, side, 8);
  const auto inf = RandomPlane(side, side, 9);
  const auto before = RunTiled(engine, vis, inf, side, side, side, side);
  const int middle = side / 2;
  vis[middle * side + middle] += 0.5f;
  const auto after = RunTiled(engine, vis, inf, side, side, side, side);
  int reach = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (before[y * side + x] != after[y * side + x]) {
        reach = std::max({reach, std::abs(x - middle), std::abs(y - middle)});
      }
    }
  }
  return reach;
}

TEST(LiteReference, ThePlanNeedsTheStatedHaloAndTheCoarsePathSeesFarther) {
  // An even pixel reaches 12 pixels back and 13 on: its own square of two, and six more.
  EXPECT_EQ(Reach(*Make(RandomLiteWeights({}, 7)), 40), 13);
  EXPECT_GT(Reach(*Make(RandomLiteWeights({.coarse = true}, 7)), 160), 60);
}

TEST(LiteReference, RefusesTilesOffItsStepAndMissingMaps) {
  const auto engine = Make(RandomLiteWeights({.coarse = true}, 7));
  const int w = 40, h = 40;
  const auto vis = RandomPlane(w, h, 1), inf = RandomPlane(w, h, 2);
  auto workspace = engine->MakeWorkspace(w, h);
  std::vector<float> out(vis.size());
  const auto run = [&](const Rect& tile, const PictureMaps* maps) {
    return engine
        ->Run({vis.data(), w}, {inf.data(), w}, w, h, tile, maps, **workspace, {out.data(), w})
        .code();
  };
  const auto maps = ReadPicture(*engine, vis, inf, w, h);
  EXPECT_EQ(run({0, 0, w, h}, maps.get()), StatusCode::kOk);
  EXPECT_EQ(run({1, 0, w, h}, maps.get()), StatusCode::kInternal);
  EXPECT_EQ(run({0, 0, w, h}, nullptr), StatusCode::kInternal);
}

// A graph of the test's own: what no shipped network has.
TEST(ReferenceGraph, MaximumAndRepeatedBordersInTiles) {
  model::GraphBuilder b;
  const int inf = b.Input(model::kInfraredInput), vis = b.Input(model::kVisibleInput);
  const int larger =
      b.Push({.name = "larger", .op = model::Op::kMaximum, .inputs = {inf, vis}, .channels = 1});
  b.Push({.name = "blur",
          .op = model::Op::kConv,
          .inputs = {larger},
          .channels = 1,
          .kernel = 3,
          .border = model::Border::kRepeat,
          .weights = {"w", "b"}});
  model::Network network{.name = "test", .graph = b.Take()};
  network.tensors = model::TensorsOf(network.graph);
  model::TensorArchive weights;
  weights.tensors["w"] = {{1, 1, 3, 3}, {0, 1, 0, 1, 0, 1, 0, 1, 0}};
  weights.tensors["b"] = {{1}, {0}};
  auto engine = MakeReferenceEngine(network, weights);
  ASSERT_TRUE(engine.ok()) << engine.status().message();
  EXPECT_EQ((*engine)->halo(), 1);
  const std::vector<float> a = {1, 0, 3, 0, 0, 0}, c = {0, 2, 0, 4, 5, 6};
  const std::vector<float> expected = {1 + 2 + 1 + 4, 2 + 1 + 3 + 5, 3 + 2 + 3 + 6,
                                       1 + 4 + 5 + 4, 2 + 4 + 6 + 5, 3 + 5 + 6 + 6};
  for (const int tile : {1, 2, 3}) {
    EXPECT_EQ(RunTiled(**engine, a, c, 3, 2, tile, tile), expected) << tile;
  }
}

TEST(ReferenceGraph, RefusesAnAverageOverMoreThanPhases) {
  model::GraphBuilder b;
  const int inf = b.Input(model::kInfraredInput);
  const int blurred = b.Push({.name = "blur",
                              .op = model::Op::kConv,
                              .inputs = {inf},
                              .channels = 1,
                              .kernel = 3,
                              .weights = {"w", "b"}});
  b.Enlarge("fused", b.AveragePool("mean", blurred, 4), 4);
  model::Network network{.name = "test", .graph = b.Take()};
  network.tensors = model::TensorsOf(network.graph);
  EXPECT_EQ(MakeReferenceEngine(network, RandomWeights(network.tensors, 1)).status().code(),
            StatusCode::kUnsupported);
}

}  // namespace
}  // namespace seafusion::nn
