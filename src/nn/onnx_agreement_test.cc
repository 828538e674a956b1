// The exported network in OpenCV's runtime gives what the reference engine gives: the export, the
// reader of somebody else and our engine agree on what the network is.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "model/onnx/onnx_export.h"
#include "nn/engine.h"
#include "nn/test_tiling.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

cv::Mat Blob(std::vector<float>& plane, int width, int height) {
  const std::vector<int> shape = {1, 1, height, width};
  return {shape, CV_32F, plane.data()};
}

// The largest difference between the two over a picture of noise.
float WorstDifference(const model::TensorArchive& weights, const Engine& engine, int width,
                      int height, const model::OnnxSize& size) {
  const auto onnx = model::ExportOnnx(weights, size);
  EXPECT_TRUE(onnx.ok()) << onnx.status().message();
  std::vector<float> vis = RandomPlane(width, height, 1);
  std::vector<float> inf = RandomPlane(width, height, 2);

  cv::dnn::Net net =
      cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx->data()), onnx->size());
  net.setInput(Blob(vis, width, height), "vis");
  net.setInput(Blob(inf, width, height), "inf");
  const cv::Mat fused = net.forward("fused");
  EXPECT_EQ(fused.total(), vis.size());
  if (fused.total() != vis.size()) return 1.0f;

  const int side = (std::max(width, height) + 1) / 2 * 2;
  const std::vector<float> expected = RunTiled(engine, vis, inf, width, height, side, side);
  const float* got = fused.ptr<float>();
  float worst = 0.0f;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(got[i] - expected[i]));
  }
  // The picture is not flat, which would agree too easily.
  const auto [lo, hi] = std::minmax_element(expected.begin(), expected.end());
  EXPECT_GT(*hi - *lo, 0.1f);
  return worst;
}

TEST(OnnxAgreementTest, OpencvComputesWhatTheReferenceEngineComputes) {
  const model::TensorArchive weights = RandomFusionWeights(5);
  const auto engine = MakeReferenceEngine(weights);
  ASSERT_TRUE(engine.ok()) << engine.status().message();
  for (const auto& [width, height] : {std::pair{40, 24}, std::pair{33, 51}}) {
    // Only the order of additions differs.
    EXPECT_LT(WorstDifference(weights, **engine, width, height, {}), 1e-5f)
        << width << "x" << height;
  }
}

TEST(OnnxAgreementTest, LiteAtOddSizesAndWithTheCoarsePath) {
  for (const bool coarse : {false, true}) {
    const model::TensorArchive weights =
        RandomLiteWeights({.channels = 16, .layers = 4, .coarse = coarse}, 5);
    const auto engine = MakeReferenceEngine(weights);
    ASSERT_TRUE(engine.ok()) << engine.status().message();
    for (const auto& [width, height] :
         {std::pair{64, 96}, std::pair{40, 24}, std::pair{33, 51}, std::pair{75, 70}}) {
      try {
        EXPECT_LT(WorstDifference(weights, **engine, width, height, {width, height}), 1e-5f)
            << width << "x" << height << " coarse " << coarse;
      } catch (const cv::Exception& e) {
        // 4.6's importer refuses DepthToSpace of sizes that it does not know yet.
        GTEST_SKIP() << "this OpenCV cannot read the lite network: " << e.err;
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::nn
