// From a file as PyTorch before 1.6 wrote it to weights and ONNX of ESPNetv2; and files that are
// none.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "model/convert/conversion.h"
#include "model/convert/inspection.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/test_weights.h"
#include "model/import/checkpoint_builder.h"
#include "model/weights/safetensors.h"

namespace seafusion::model {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::uint64_t kMost = std::uint64_t{1} << 26;

class Espnetv2ConversionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [name, tensor] : weights_.tensors) {
      Add(name, tensor.shape, tensor.values);
      if (name.ends_with(".running_var")) {
        TestTensor counter = FloatTensor(
            name.substr(0, name.size() - std::string("running_var").size()) + "num_batches_tracked",
            {}, {0, 0}, std::to_string(tensors_.size()));
        counter.storage_class = "LongStorage";
        counter.location = "cuda:0";
        counter.count = 1;
        tensors_.push_back(counter);
      }
    }
    for (const std::string& name : Espnetv2Network().unused) Add(name, {4}, {1, 2, 3, 4});
  }

  void Add(const std::string& name, const std::vector<std::int64_t>& shape,
           const std::vector<float>& values) {
    tensors_.push_back(FloatTensor(name, shape, values, std::to_string(tensors_.size())));
    tensors_.back().location = "cuda:0";
  }

  TestTensor& TensorCalled(const std::string& name) {
    return *std::find_if(tensors_.begin(), tensors_.end(),
                         [&](const TestTensor& t) { return t.name == name; });
  }

  std::string Write(const ByteVector& bytes) const {
    return scratch_.WriteFile("in.pth", std::string(bytes.begin(), bytes.end()));
  }

  StatusOr<Conversion> Convert(const std::string& out) const {
    return ConvertWeights(
        {.input = scratch_ / "in.pth", .output = scratch_ / out, .method = "espnetv2"});
  }

  // Why the file of these bytes is refused; nothing may be written.
  std::string Refusal(const ByteVector& bytes) const {
    Write(bytes);
    const auto conversion = Convert("out.safetensors");
    EXPECT_FALSE(conversion.ok());
    EXPECT_FALSE(fs::exists(scratch_ / "out.safetensors"));
    return conversion.status().message();
  }

  const ScratchFolder scratch_;
  const TensorArchive weights_ = RandomEspnetv2Weights(11);
  std::vector<TestTensor> tensors_;
};

TEST_F(Espnetv2ConversionTest, TakesTheWeightsOutOfALegacyFile) {
  Write(LegacyCheckpoint(tensors_));
  const auto conversion = Convert("out.safetensors");
  ASSERT_TRUE(conversion.ok()) << conversion.status().message();
  EXPECT_EQ(conversion->dropped, 67 + 3);
  const auto archive = LoadSafetensors(scratch_ / "out.safetensors");
  ASSERT_TRUE(archive.ok()) << archive.status().message();
  ASSERT_TRUE(CheckEspnetv2Weights(*archive).ok());
  for (const auto& [name, tensor] : weights_.tensors) {
    EXPECT_EQ(archive->tensors.at(name).values, tensor.values) << name;
  }
  const auto inspection = InspectWeights(scratch_ / "out.safetensors", "espnetv2");
  ASSERT_TRUE(inspection.ok());
  EXPECT_THAT(inspection->weights_of, ElementsAre("espnetv2"));
}

TEST_F(Espnetv2ConversionTest, WritesOnnxAndHowItIsFed) {
  Write(LegacyCheckpoint(tensors_));
  const auto conversion = ConvertWeights({.input = scratch_ / "in.pth",
                                          .output = scratch_ / "out.onnx",
                                          .method = "espnetv2",
                                          .size = std::array{96, 64}});
  ASSERT_TRUE(conversion.ok()) << conversion.status().message();
  EXPECT_GT(fs::file_size(scratch_ / "out.onnx"), 3'000'000u);
  const auto text = ReadFile(scratch_ / "out.json", kMost);
  ASSERT_TRUE(text.ok());
  const auto json = nlohmann::json::parse(*text);
  EXPECT_EQ(json["input_width"], 96);
  EXPECT_EQ(json["input_height"], 64);
  EXPECT_EQ(json["classes"], 20);
  EXPECT_EQ(json["map"]["12"], "person");
  EXPECT_EQ(json["map"]["14"], "car");
  EXPECT_EQ(json["map"]["18"], "bike");
  EXPECT_EQ(json["map"]["19"], "background");
  EXPECT_EQ(json["ignored"].size(), 5u);
}

TEST_F(Espnetv2ConversionTest, RefusesWhatIsNotThatNetwork) {
  const std::string in = scratch_ / "in.pth";
  const ByteVector whole = LegacyCheckpoint(tensors_);
  for (const double share : {0.001, 0.03, 0.5, 0.999999}) {
    ByteVector cut = whole;
    cut.resize(static_cast<std::size_t>(share * static_cast<double>(whole.size())));
    EXPECT_THAT(Refusal(cut), StartsWith(in + ": ")) << share;
  }
  auto good = tensors_;
  tensors_.pop_back();
  TensorCalled("bu_dec_l4.merge_layer.3.bias").name = "bu_dec_l4.merge_layer.3.offset";
  EXPECT_THAT(Refusal(LegacyCheckpoint(tensors_)),
              AllOf(HasSubstr("not the weights of ESPNetv2"),
                    HasSubstr("tensor bu_dec_l4.merge_layer.3.offset does not belong")));
  tensors_ = good;
  std::erase_if(tensors_, [](const TestTensor& t) { return t.name == "bu_br_l2.0.bias"; });
  EXPECT_THAT(Refusal(LegacyCheckpoint(tensors_)), HasSubstr("tensor bu_br_l2.0.bias is missing"));
  tensors_ = good;
  TensorCalled("merge_enc_dec_l2.expansion_layer.cbr.0.weight").shape = {64, 4, 9, 1};
  TensorCalled("merge_enc_dec_l2.expansion_layer.cbr.0.weight").stride = {36, 9, 1, 1};
  EXPECT_THAT(Refusal(LegacyCheckpoint(tensors_)),
              HasSubstr("merge_enc_dec_l2.expansion_layer.cbr.0.weight is 64x4x9x1"));
  tensors_ = good;
  std::vector<float> variances(32, 1.0f);
  variances[5] = -0.5f;
  TestTensor& variance = TensorCalled("base_net.level1.bn.running_var");
  variance = FloatTensor(variance.name, {32}, variances, variance.key);
  EXPECT_THAT(Refusal(LegacyCheckpoint(tensors_)),
              HasSubstr("base_net.level1.bn.running_var has a variance below 0"));
}

TEST_F(Espnetv2ConversionTest, IsNamedToWhoAsksForAnotherNetwork) {
  Write(LegacyCheckpoint(tensors_));
  const auto conversion =
      ConvertWeights({.input = scratch_ / "in.pth", .output = scratch_ / "out.onnx"});
  ASSERT_FALSE(conversion.ok());
  EXPECT_THAT(conversion.status().message(),
              AllOf(HasSubstr("not the weights of the fusion network"),
                    HasSubstr("(it holds the weights of ESPNetv2, scale 2.0, for Cityscapes: "
                              "--method espnetv2)")));
}

TEST_F(Espnetv2ConversionTest, RefusesSizesByNumber) {
  Write(LegacyCheckpoint(tensors_));
  const auto conversion = ConvertWeights({.input = scratch_ / "in.pth",
                                          .output = scratch_ / "out.onnx",
                                          .method = "espnetv2",
                                          .size = std::array{640, 490}});
  ASSERT_FALSE(conversion.ok());
  EXPECT_THAT(conversion.status().message(),
              HasSubstr("multiples of 16 in 32..8192, not 640 x 490"));
  EXPECT_FALSE(fs::exists(scratch_ / "out.onnx"));
  EXPECT_FALSE(fs::exists(scratch_ / "out.json"));
}

}  // namespace
}  // namespace seafusion::model
