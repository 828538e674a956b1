#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/graph/fusion_graph.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

// Every layer written out once more over whole pictures, in double precision and by definition.
class NaiveNetwork {
 public:
  NaiveNetwork(const model::TensorArchive& weights, int width, int height)
      : weights_(weights), width_(width), height_(height) {}

  std::vector<double> Run(const std::vector<float>& vis, const std::vector<float>& inf) {
    Maps both;
    for (const auto& [prefix, plane] : {std::pair{"vis", &vis}, std::pair{"inf", &inf}}) {
      const std::string p = prefix;
      Maps x = {std::vector<double>(plane->begin(), plane->end())};
      x = Leaky(Conv(p + "_conv", x, 3), 0.2);
      x = Block(p + "_rgbd1", x);
      x = Block(p + "_rgbd2", x);
      both.insert(both.end(), x.begin(), x.end());
    }
    for (const char* name : {"decode4", "decode3", "decode2"}) {
      both = Leaky(Conv(name, both, 3), 0.2);
    }
    std::vector<double> y = Conv("decode1", both, 3)[0];
    for (double& v : y) v = std::tanh(v) / 2 + 0.5;
    return y;
  }

 private:
  using Maps = std::vector<std::vector<double>>;

  double At(const std::vector<double>& m, int y, int x) const {
    return y < 0 || x < 0 || y >= height_ || x >= width_ ? 0.0 : m[y * width_ + x];
  }
  Maps Conv(const std::string& name, const Maps& in, int k) const {
    const auto& w = weights_.tensors.at(name + ".conv.weight");
    const auto& b = weights_.tensors.at(name + ".conv.bias");
    EXPECT_EQ(w.shape[1], static_cast<std::int64_t>(in.size()));
    Maps out(w.shape[0], std::vector<double>(in[0].size()));
    for (std::size_t o = 0; o < out.size(); ++o) {
      for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) {
          double s = b.values[o];
          for (std::size_t c = 0; c < in.size(); ++c) {
            for (int i = 0; i < k; ++i) {
              for (int j = 0; j < k; ++j) {
                s += w.values[((o * in.size() + c) * k + i) * k + j] *
                     At(in[c], y + i - k / 2, x + j - k / 2);
              }
            }
          }
          out[o][y * width_ + x] = s;
        }
      }
    }
    return out;
  }
  static Maps Leaky(Maps m, double slope) {
    for (auto& plane : m) {
      for (double& v : plane) v = v > 0 ? v : slope * v;
    }
    return m;
  }
  static Maps Concat(std::initializer_list<const Maps*> parts) {
    Maps out;
    for (const Maps* p : parts) out.insert(out.end(), p->begin(), p->end());
    return out;
  }
  Maps Gradient(const std::string& name, const Maps& in) const {
    Maps out = in;
    for (std::size_t c = 0; c < in.size(); ++c) {
      for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) {
          double sum = 0;
          for (const char* axis : {".convx.weight", ".convy.weight"}) {
            const auto& k = weights_.tensors.at(name + axis).values;
            double s = 0;
            for (int i = 0; i < 3; ++i) {
              for (int j = 0; j < 3; ++j)
                s += k[c * 9 + i * 3 + j] * At(in[c], y + i - 1, x + j - 1);
            }
            sum += std::fabs(s);
          }
          out[c][y * width_ + x] = sum;
        }
      }
    }
    return out;
  }
  Maps Block(const std::string& name, const Maps& x) const {
    const Maps a = Leaky(Conv(name + ".dense.conv1", x, 3), 0.2);
    const Maps b = Leaky(Conv(name + ".dense.conv2", Concat({&x, &a}), 3), 0.2);
    Maps d = Conv(name + ".convdown", Concat({&x, &a, &b}), 1);
    const Maps r = Conv(name + ".convup", Gradient(name + ".sobelconv", x), 1);
    for (std::size_t c = 0; c < d.size(); ++c) {
      for (std::size_t i = 0; i < d[c].size(); ++i) d[c][i] += r[c][i];
    }
    return Leaky(d, 0.1);
  }

  const model::TensorArchive& weights_;
  int width_, height_;
};

TEST(ReferenceEngine, AgreesWithTheDefinitionAtManySizes) {
  const model::TensorArchive weights = RandomFusionWeights(1);
  auto engine = MakeReferenceEngine(weights);
  ASSERT_TRUE(engine.ok());
  for (const auto& [w, h] : {std::pair{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 5}, {12, 10}, {21, 19}}) {
    const auto vis = RandomPlane(w, h, 2), inf = RandomPlane(w, h, 3);
    const auto expected = NaiveNetwork(weights, w, h).Run(vis, inf);
    const auto got = RunTiled(**engine, vis, inf, w, h, w, h);
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_NEAR(got[i], expected[i], 2e-6) << w << "x" << h << " at " << i;
    }
  }
}

TEST(ReferenceEngine, TilesGiveExactlyTheUntiledPixels) {
  auto engine = MakeReferenceEngine(RandomFusionWeights(4));
  ASSERT_TRUE(engine.ok());
  const int w = 47, h = 39;
  const auto vis = RandomPlane(w, h, 5), inf = RandomPlane(w, h, 6);
  const auto whole = RunTiled(**engine, vis, inf, w, h, w, h);
  for (const auto& [tw, th] : {std::pair{1, 39}, {8, 8}, {16, 5}, {47, 1}, {30, 38}}) {
    EXPECT_EQ(RunTiled(**engine, vis, inf, w, h, tw, th), whole) << tw << "x" << th;
  }
}

TEST(ReferenceEngine, ThePlanNeedsExactlyTheStatedHalo) {
  // One changed input pixel reaches 9 pixels far and no farther.
  auto engine = MakeReferenceEngine(RandomFusionWeights(7));
  ASSERT_TRUE(engine.ok());
  const int n = 25;
  auto vis = RandomPlane(n, n, 8);
  const auto inf = RandomPlane(n, n, 9);
  const auto before = RunTiled(**engine, vis, inf, n, n, n, n);
  vis[12 * n + 12] += 0.5f;
  const auto after = RunTiled(**engine, vis, inf, n, n, n, n);
  int reach = 0;
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) {
      if (before[y * n + x] != after[y * n + x]) {
        reach = std::max({reach, std::abs(x - 12), std::abs(y - 12)});
      }
    }
  }
  EXPECT_EQ(reach, model::kFusionHalo);
}

TEST(ReferenceEngine, RefusesWeightsOfAnotherNetworkByName) {
  model::TensorArchive weights = RandomFusionWeights(1);
  weights.tensors["decode1.conv.bias"].shape = {2};
  weights.tensors["decode1.conv.bias"].values = {0, 0};
  const Status s = MakeReferenceEngine(weights).status();
  EXPECT_EQ(s.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(s.message(), "tensor decode1.conv.bias is 2, expected 1");
  weights = RandomFusionWeights(1);
  weights.tensors.erase("inf_conv.conv.weight");
  EXPECT_EQ(MakeReferenceEngine(weights).status().message(),
            "tensor inf_conv.conv.weight is missing");
  weights = RandomFusionWeights(1);
  weights.tensors["extra"] = {{1}, {0}};
  EXPECT_EQ(MakeReferenceEngine(weights).status().message(),
            "tensor extra does not belong to the fusion network");
}

}  // namespace
}  // namespace seafusion::nn
