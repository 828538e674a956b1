// The exported segmentation network, run by OpenCV, beside LibTorch's.
#include "model/onnx/segmentation_onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/dnn.hpp>

#include "learn/libtorch.h"
#include "learn/segmentation/networks/segmentation_net.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

// A network whose batch normalisation has seen pictures.
model::TensorArchive Weights(int classes, int width) {
  SegmentationNet net = *SegmentationNet::Initialized({.classes = classes, .width = width}, 5);
  torch::manual_seed(2);
  const torch::NoGradGuard no_grad;
  for (int i = 0; i < 3; ++i) net.Forward(torch::rand({2, 3, 64, 96}));
  return net.ToArchive();
}

TEST(SegmentationOnnxTest, GivesWhatTheNetworkGives) {
  constexpr int kWidth = 96, kHeight = 64;
  const model::TensorArchive weights = Weights(5, 8);
  const auto onnx = model::ExportSegmentationOnnx(weights, kWidth, kHeight);
  ASSERT_TRUE(onnx.ok()) << onnx.status().message();
  cv::dnn::Net exported =
      cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx->data()), onnx->size());
  SegmentationNet net = *SegmentationNet::FromArchive(weights);
  net.SetTraining(false);
  const torch::NoGradGuard no_grad;
  const torch::Tensor picture = torch::rand({1, 3, kHeight, kWidth});
  const torch::Tensor expected = net.Forward(picture).main.contiguous();
  const int shape[] = {1, 3, kHeight, kWidth};
  exported.setInput(cv::Mat(4, shape, CV_32F, picture.data_ptr<float>()));
  cv::Mat scores = exported.forward();
  ASSERT_EQ(static_cast<std::int64_t>(scores.total()), expected.numel());
  const torch::Tensor actual = torch::from_blob(scores.ptr<float>(), expected.sizes());
  const double size = expected.abs().max().item<double>();
  EXPECT_GT(size, 0.01);
  EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-4 * size);
  EXPECT_TRUE(torch::equal(actual.argmax(1), expected.argmax(1)));
}

TEST(SegmentationOnnxTest, SaysWhichTensorIsWrong) {
  const auto refusal = [](const model::TensorArchive& weights, int width = 64) {
    const auto onnx = model::ExportSegmentationOnnx(weights, width, 64);
    if (width == 64) {
      EXPECT_EQ(model::CheckSegmentationWeights(weights).message(), onnx.status().message());
    }
    return onnx.ok() ? "taken" : onnx.status().message();
  };
  const model::TensorArchive good = Weights(3, 8);
  EXPECT_EQ(refusal(good), "taken");
  EXPECT_THAT(refusal(good, 50), HasSubstr("multiples of 32"));
  model::TensorArchive weights = good;
  weights.tensors.erase("cp.arm16.bn_atten.weight");
  EXPECT_THAT(refusal(weights), HasSubstr("tensor cp.arm16.bn_atten.weight is missing"));
  weights = good;
  weights.tensors["cp.sp8.bn.bias"].shape = {2, 8};
  EXPECT_THAT(refusal(weights), HasSubstr("tensor cp.sp8.bn.bias is 2x8, expected 16"));
  weights = good;
  weights.tensors["other"] = {{1}, {0}};
  EXPECT_THAT(refusal(weights), HasSubstr("tensor other does not belong"));
  EXPECT_THAT(refusal({}), HasSubstr("not a segmentation network"));
}

}  // namespace
}  // namespace seafusion::learn
