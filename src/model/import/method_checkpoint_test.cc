#include "model/import/method_checkpoint.h"

#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/import/checkpoint_builder.h"
#include "model/import/tensorflow/bundle_builder.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

// The tensors of a network as its published bundle has them, each value its place in its tensor.
std::vector<BundleTensor> Published(const PublishedNetwork& network) {
  std::vector<BundleTensor> tensors;
  for (const PublishedTensor& t : network.tensors) {
    std::vector<std::int64_t> shape = t.spec.shape;
    if (shape.size() == 4) shape = {shape[2], shape[3], shape[1], shape[0]};
    Tensor tensor{.shape = shape, .values = {}};
    tensor.values.resize(static_cast<std::size_t>(std::accumulate(
        shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<std::int64_t>())));
    std::iota(tensor.values.begin(), tensor.values.end(), 0.0f);
    tensors.push_back(
        {.name = t.published_name, .dtype = "float", .has_values = true, .tensor = tensor});
  }
  return tensors;
}

TEST(MethodCheckpoint, TurnsKernelsAndLeavesOutWhatTrainingNeeds) {
  for (const PublishedNetwork& network : PublishedNetworks()) {
    if (!network.tensorflow) continue;
    SCOPED_TRACE(network.method);
    std::vector<BundleTensor> tensors = Published(network);
    BundleTensor extra = tensors[1];
    for (const std::string& name :
         {tensors[1].name + "/Adam_1", std::string("beta1_power"), std::string("discriminator/w"),
          std::string("fusion_model/layer1/BatchNorm/beta"),
          std::string("fusion_model/layer1/weights_SN/u")}) {
      extra.name = name;
      tensors.push_back(extra);
    }
    const auto imported = ImportMethodBundle(network, tensors);
    ASSERT_TRUE(imported.ok()) << imported.status().message();
    EXPECT_EQ(imported->dropped, 5);
    EXPECT_EQ(imported->archive.tensors.size(), network.tensors.size());
    EXPECT_TRUE(CheckMethodArchive(imported->archive, network.method, SpecsOf(network)).ok());
    const TensorSpec& first = network.tensors[0].spec;
    const std::int64_t out = first.shape[0], in = first.shape[1], h = first.shape[2],
                       w = first.shape[3];
    const auto& values = imported->archive.tensors.at(first.name).values;
    for (const auto& [o, i, y, x] :
         {std::array<std::int64_t, 4>{0, 0, 0, 0}, std::array<std::int64_t, 4>{1, in - 1, h - 1, 0},
          std::array<std::int64_t, 4>{out - 1, 0, 1, w - 1}}) {
      EXPECT_EQ(values[static_cast<std::size_t>(((o * in + i) * h + y) * w + x)],
                static_cast<float>(((y * w + x) * in + i) * out + o));
    }
  }
}

std::string Refusal(const StatusOr<MethodCheckpoint>& checkpoint) {
  return checkpoint.ok() ? "taken" : checkpoint.status().message();
}

TEST(MethodCheckpoint, RefusesWhatIsNotTheNetworkByThePublishedName) {
  const PublishedNetwork& network = *FindPublishedNetwork("densefuse");
  const std::vector<BundleTensor> good = Published(network);
  std::vector<BundleTensor> tensors = good;
  tensors.pop_back();
  EXPECT_EQ(Refusal(ImportMethodBundle(network, tensors)),
            "tensor decoder/conv2_4/bias is missing");
  tensors = good;
  tensors[0].name = "encoder/other\n";
  EXPECT_THAT(Refusal(ImportMethodBundle(network, tensors)),
              HasSubstr("tensor encoder/other\\x0a does not belong to densefuse"));
  tensors = good;
  tensors[1].tensor.shape = {4, 4};
  EXPECT_THAT(Refusal(ImportMethodBundle(network, tensors)),
              HasSubstr("tensor encoder/conv1_1/bias is 4x4 (kernels: out, in, height, width), "
                        "expected 16"));
  tensors = good;
  tensors[1].has_values = false;
  tensors[1].dtype = "int32";
  EXPECT_THAT(Refusal(ImportMethodBundle(network, tensors)), HasSubstr("is int32"));
  tensors = good;
  tensors[1].tensor.values[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(Refusal(ImportMethodBundle(network, tensors)), HasSubstr("encoder/conv1_1/bias"));
  EXPECT_THAT(Refusal(ImportMethodBundle(*FindPublishedNetwork("ifcnn"), good)),
              HasSubstr("are a PyTorch checkpoint"));
}

TEST(MethodCheckpoint, TakesAPyTorchCheckpointWithAndWithoutPrefix) {
  const PublishedNetwork& network = *FindPublishedNetwork("ifcnn");
  for (const std::string prefix : {"", "module."}) {
    std::vector<TestTensor> tensors;
    for (const PublishedTensor& t : network.tensors) {
      std::size_t count = 1;
      for (const std::int64_t side : t.spec.shape) count *= static_cast<std::size_t>(side);
      tensors.push_back(FloatTensor(prefix + t.published_name, t.spec.shape,
                                    std::vector<float>(count, 0.5f),
                                    std::to_string(tensors.size())));
    }
    tensors.push_back(FloatTensor(prefix + "conv2.bn.num_batches_tracked", {1}, {1}, "batches"));
    const auto torch = ParseTorchCheckpoint(LegacyCheckpoint(tensors));
    ASSERT_TRUE(torch.ok()) << torch.status().message();
    const auto imported = ImportMethodCheckpoint(network, *torch);
    ASSERT_TRUE(imported.ok()) << imported.status().message();
    EXPECT_EQ(imported->dropped, 1);
    EXPECT_EQ(imported->archive.metadata.at("method"), "ifcnn");
    EXPECT_THAT(Refusal(ImportMethodCheckpoint(*FindPublishedNetwork("sdnet"), *torch)),
                HasSubstr("are a TensorFlow checkpoint"));
  }
}

}  // namespace
}  // namespace seafusion::model
