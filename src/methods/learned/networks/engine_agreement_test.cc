// The networks that are trained with LibTorch and run on the project's own engine are the same
// ones: two implementations on the same weights.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "methods/learned/network_weights.h"
#include "methods/learned/networks/densefuse_net.h"
#include "methods/learned/networks/sdnet_net.h"
#include "methods/learned/networks/u2fusion_net.h"
#include "model/methods/method_graphs.h"
#include "model/methods/method_weights.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::methods {
namespace {

using Run = torch::Tensor (*)(const TensorSource& tensors, const torch::Tensor& first,
                              const torch::Tensor& second);

// `scale`, `offset`: from LibTorch's result to the graph's.
void Agree(const std::string& method, const model::Graph& graph, Run run, double scale,
           double offset) {
  const auto specs = model::SpecsOf(*model::FindPublishedNetwork(method));
  model::TensorArchive archive = nn::RandomWeights(specs, 9);
  archive.metadata[model::kMethodKey] = method;
  const auto weights = NetworkWeights::FromArchive(archive, method, specs);
  ASSERT_TRUE(weights.ok()) << weights.status().message();
  const auto engine =
      nn::MakeDepthFirstEngine(graph, archive, Precision::kFp32, SupportedCpuTargets().front());
  ASSERT_TRUE(engine.ok()) << engine.status().message();
  const c10::InferenceMode inference;
  for (const auto& [w, h] : {std::pair{2, 2}, {9, 5}, {61, 34}}) {
    auto vis = nn::RandomPlane(w, h, 1), inf = nn::RandomPlane(w, h, 2);
    const auto got = nn::RunTiled(**engine, vis, inf, w, h, w, h);
    const auto tensor = [w = w, h = h](std::vector<float>& plane) {
      return torch::from_blob(plane.data(), {1, 1, h, w}, torch::kFloat32);
    };
    const torch::Tensor expected =
        (run([&](const std::string& name) { return (*weights)[name]; }, tensor(inf), tensor(vis)) *
             scale +
         offset)
            .contiguous();
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_NEAR(got[i], expected.data_ptr<float>()[i], 2e-5) << w << "x" << h << " at " << i;
    }
  }
}

TEST(EngineAgreement, DenseFuse) {
  Agree("densefuse", model::DenseFuseGraph(), RunDenseFuse, 1, 0);
}

TEST(EngineAgreement, U2Fusion) {
  Agree("u2fusion", model::U2FusionGraph(), RunU2Fusion, 1, 0);
}

TEST(EngineAgreement, SdNet) {
  Agree("sdnet", model::SdNetGraph(), RunSdNet, 0.5, 0.5);
}

}  // namespace
}  // namespace seafusion::methods
