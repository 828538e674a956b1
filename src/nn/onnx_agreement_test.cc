// The exported network in OpenCV's runtime gives what the reference engine gives: the export, the
// reader of somebody else and our engine agree on what the network is.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "model/onnx_export.h"
#include "nn/engine.h"
#include "nn/test_weights.h"

namespace seafusion::nn {
namespace {

cv::Mat Blob(std::vector<float>& plane, int width, int height) {
  const std::vector<int> shape = {1, 1, height, width};
  return {shape, CV_32F, plane.data()};
}

TEST(OnnxAgreementTest, OpencvComputesWhatTheReferenceEngineComputes) {
  const model::TensorArchive weights = RandomFusionWeights(5);
  const auto onnx = model::ExportOnnx(weights);
  ASSERT_TRUE(onnx.ok()) << onnx.status().message();
  const auto engine = MakeReferenceEngine(weights);
  ASSERT_TRUE(engine.ok()) << engine.status().message();
  for (const auto& [width, height] : {std::pair{40, 24}, std::pair{33, 51}}) {
    std::vector<float> vis = RandomPlane(width, height, 1);
    std::vector<float> inf = RandomPlane(width, height, 2);

    cv::dnn::Net net =
        cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx->data()), onnx->size());
    net.setInput(Blob(vis, width, height), "vis");
    net.setInput(Blob(inf, width, height), "inf");
    const cv::Mat fused = net.forward("fused");
    ASSERT_EQ(fused.total(), vis.size());

    const Rect whole{0, 0, width, height};
    auto workspace = (*engine)->MakeWorkspace(width, height);
    ASSERT_TRUE(workspace.ok());
    std::vector<float> expected(vis.size());
    ASSERT_TRUE((*engine)
                    ->Run({vis.data(), width}, {inf.data(), width}, width, height, whole, nullptr,
                          **workspace, {expected.data(), width})
                    .ok());
    const float* got = fused.ptr<float>();
    float worst = 0.0f;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      worst = std::max(worst, std::abs(got[i] - expected[i]));
    }
    // Only the order of additions differs.
    EXPECT_LT(worst, 1e-5f) << width << "x" << height;
    // And the picture is not flat, which would agree too easily.
    const auto [lo, hi] = std::minmax_element(expected.begin(), expected.end());
    EXPECT_GT(*hi - *lo, 0.1f);
  }
}

}  // namespace
}  // namespace seafusion::nn
