#include "model/import/fusion_checkpoint.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "model/graph/fusion_graph.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

TorchTensor MakeTensor(const std::string& name, const std::vector<std::int64_t>& shape,
                       TorchDtype dtype = TorchDtype::kFloat32) {
  TorchTensor t = {.name = name, .dtype = dtype, .tensor = {.shape = shape}};
  std::size_t count = 1;
  for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
  if (t.has_values()) {
    for (std::size_t i = 0; i < count; ++i) t.tensor.values.push_back(static_cast<float>(i) * 0.5f);
  }
  return t;
}

// What a state_dict of the public code holds.
TorchCheckpoint PublicCheckpoint(const std::string& prefix = "") {
  TorchCheckpoint c;
  for (const TensorSpec& spec : FusionTensors()) {
    c.tensors.push_back(MakeTensor(prefix + spec.name, spec.shape));
  }
  const std::vector<std::int64_t> channels = {1, 16, 32, 64};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::string layer = prefix + "decode" + std::to_string(i + 1) + ".bn.";
    for (const char* name : {"weight", "bias", "running_mean", "running_var"}) {
      c.tensors.push_back(MakeTensor(layer + name, {channels[i]}));
    }
    c.tensors.push_back(MakeTensor(layer + "num_batches_tracked", {}, TorchDtype::kInt64));
  }
  return c;
}

TEST(FusionCheckpointTest, DropsTheUnusedBatchNorms) {
  for (const char* prefix : {"", "module."}) {
    const auto imported = ImportFusionCheckpoint(PublicCheckpoint(prefix));
    ASSERT_TRUE(imported.ok()) << imported.status().message();
    EXPECT_EQ(imported->dropped, 20);
    EXPECT_TRUE(CheckFusionWeights(imported->archive).ok());
    EXPECT_EQ(imported->archive.tensors.at("decode1.conv.weight").values,
              MakeTensor("", {1, 16, 3, 3}).tensor.values);
  }
}

TEST(FusionCheckpointTest, BatchNormsNeedNotBeThere) {
  TorchCheckpoint c;
  for (const TensorSpec& spec : FusionTensors())
    c.tensors.push_back(MakeTensor(spec.name, spec.shape));
  const auto imported = ImportFusionCheckpoint(c);
  ASSERT_TRUE(imported.ok()) << imported.status().message();
  EXPECT_EQ(imported->dropped, 0);
}

template <typename Change>
void ExpectRefused(const std::string& message, Change change) {
  TorchCheckpoint c = PublicCheckpoint();
  change(c);
  const auto imported = ImportFusionCheckpoint(c);
  ASSERT_FALSE(imported.ok()) << message;
  EXPECT_THAT(imported.status().message(), HasSubstr(message));
}

TEST(FusionCheckpointTest, RefusesByName) {
  ExpectRefused("tensor decode5.conv.weight does not belong", [](TorchCheckpoint& c) {
    c.tensors.push_back(MakeTensor("decode5.conv.weight", {1}));
  });
  ExpectRefused("tensor decode4.bn.other does not belong", [](TorchCheckpoint& c) {
    c.tensors.push_back(MakeTensor("decode4.bn.other", {1}));
  });
  ExpectRefused("tensor module.extra does not belong",
                [](TorchCheckpoint& c) { c.tensors.push_back(MakeTensor("module.extra", {1})); });
  ExpectRefused("tensor vis_conv.conv.weight is missing",
                [](TorchCheckpoint& c) { c.tensors.erase(c.tensors.begin()); });
  ExpectRefused("tensor vis_conv.conv.weight is 16x3x3, expected 16x1x3x3", [](TorchCheckpoint& c) {
    c.tensors[0] = MakeTensor(c.tensors[0].name, {16, 3, 3});
  });
  ExpectRefused("tensor vis_conv.conv.bias: value 3 is infinite", [](TorchCheckpoint& c) {
    c.tensors[1].tensor.values[3] = std::numeric_limits<float>::infinity();
  });
  ExpectRefused("tensor vis_conv.conv.bias is int32", [](TorchCheckpoint& c) {
    c.tensors[1] = MakeTensor(c.tensors[1].name, {16}, TorchDtype::kInt32);
  });
  ExpectRefused("entry epoch is not a tensor",
                [](TorchCheckpoint& c) { c.other_entries.push_back("epoch"); });
  ExpectRefused("tensor vis_conv.conv.weight is missing",
                [](TorchCheckpoint& c) { c.tensors.clear(); });
}

TEST(FusionCheckpointTest, ReadsThePublicCheckpoint) {
  const auto bytes =
      ReadFile(SEAFUSION_SHARED_DIR "/data/weights/seafusion.pth", std::uint64_t{1} << 24);
  if (!bytes.ok()) GTEST_SKIP() << bytes.status().message();
  const auto c = ParseTorchCheckpoint(*bytes);
  ASSERT_TRUE(c.ok()) << c.status().message();
  EXPECT_EQ(c->tensors.size(), 72u);
  const auto imported = ImportFusionCheckpoint(*c);
  ASSERT_TRUE(imported.ok()) << imported.status().message();
  EXPECT_EQ(imported->dropped, 20);
  std::size_t parameters = 0;
  for (const auto& [name, tensor] : imported->archive.tensors) parameters += tensor.values.size();
  EXPECT_EQ(parameters, 166657u);
}

}  // namespace
}  // namespace seafusion::model
