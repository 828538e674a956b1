// Methods with a network as a user meets them: import, fuse, compare.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"
#include "model/import/tensorflow/bundle_builder.h"
#include "model/methods/method_weights.h"

namespace seafusion::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class LearnedMethodCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* band : {"ir", "vi"}) {
      io::testing::WriteGray(Data(band) + "/a.png", 31, 22,
                             [&](int x, int y) { return band[0] == 'i' ? 8 * x : 11 * y; });
    }
  }

  std::string Data(const std::string& band) const { return scratch_ / ("data/" + band); }

  // A checkpoint as DenseFuse's authors' program writes one.
  std::string Checkpoint() const {
    std::vector<model::TestBundleTensor> tensors;
    for (const model::PublishedTensor& t : model::FindPublishedNetwork("densefuse")->tensors) {
      std::vector<std::int64_t> shape = t.spec.shape;
      if (shape.size() == 4) shape = {shape[2], shape[3], shape[1], shape[0]};
      std::size_t count = 1;
      for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
      std::vector<float> values(count);
      for (std::size_t i = 0; i < count; ++i) {
        values[i] = 0.05f + 0.1f * std::sin(static_cast<float>(i));
      }
      tensors.push_back(model::BundleFloats(t.published_name, shape, values));
      tensors.push_back(model::BundleFloats(t.published_name + "/Adam", shape, values));
    }
    const std::string prefix = scratch_ / "net.ckpt";
    EXPECT_TRUE(model::WriteBundle(prefix, model::BundleOf(tensors)));
    return prefix;
  }

  std::string Model() const {
    const std::string model = scratch_ / "densefuse.safetensors";
    const CommandResult result =
        RunSeafusion({"convert", Checkpoint(), "--method", "densefuse", "-o", model});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("16 tensors"), HasSubstr("TensorFlow checkpoint"),
                                  HasSubstr("left out: 16 tensors")));
    return model;
  }

  std::vector<std::string> Fuse(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"fuse",     "--ir", Data("ir"),        "--vis",
                                          Data("vi"), "-o",   scratch_ / "fused"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  const ScratchFolder scratch_;
};

TEST_F(LearnedMethodCommandTest, ImportsInspectsAndFuses) {
  const std::string model = Model();
  const CommandResult inspected = RunSeafusion({"convert", Checkpoint() + ".index", "--inspect"});
  EXPECT_THAT(inspected.out,
              AllOf(HasSubstr("weights of densefuse: yes"), HasSubstr("encoder/conv1_1/kernel")));
  const CommandResult again = RunSeafusion(
      {"convert", model, "--method", "densefuse", "-o", scratch_ / "again.safetensors"});
  EXPECT_EQ(again.status, 0) << again.err;
  for (const std::string range : {"none", "reference"}) {
    const CommandResult fused =
        RunSeafusion(Fuse({"--method", "densefuse", "--model", model, "--range", range, "--json",
                           "--overwrite", "--threads", "1"}));
    ASSERT_EQ(fused.status, 0) << fused.err;
    EXPECT_THAT(std::string(nlohmann::json::parse(fused.out)["engine"]),
                HasSubstr("winograd fp32"));
    const auto picture = io::ReadImage(scratch_ / "fused/a.png");
    ASSERT_TRUE(picture.ok());
    EXPECT_EQ(picture->width(), 31);
    EXPECT_EQ(picture->height(), 22);
  }
}

TEST_F(LearnedMethodCommandTest, SaysWhatIsWrongWithTheWeights) {
  const CommandResult none = RunSeafusion(Fuse({"--method", "densefuse"}));
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, HasSubstr("densefuse needs its network's weights: `seafusion convert"));
  const std::string model = Model();
  const CommandResult other = RunSeafusion(Fuse({"--method", "sdnet", "--model", model}));
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, AllOf(HasSubstr(model), HasSubstr("not the weights of sdnet: holds "
                                                           "weights of densefuse")));
  const CommandResult wrong = RunSeafusion(
      {"convert", Checkpoint(), "--method", "sdnet", "-o", scratch_ / "x.safetensors"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("not the weights of sdnet: tensor decoder/conv2_1/bias does "
                                   "not belong to sdnet"));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "x.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "fused"));
}

TEST_F(LearnedMethodCommandTest, AreComparedWithTheOthers) {
  const CommandResult result = RunSeafusion(
      {"compare", "--data", scratch_ / "data", "--methods", "densefuse,ifcnn,average", "--model",
       "densefuse=" + Model(), "--metrics", "EN", "--report", scratch_ / "report", "--json"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(scratch_.path() / "report/fused/DenseFuse/a.png"));
  EXPECT_THAT(result.out, HasSubstr("it needs weights"));  // ifcnn
}

TEST_F(LearnedMethodCommandTest, FuseStreamsOnlyWithSeafusion) {
  const CommandResult result = RunSeafusion(
      {"fuse", "--ir", "a.mp4", "--vis", "b.mp4", "-o", "c.mp4", "--method", "densefuse"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("streams are fused by seafusion only"));
}

}  // namespace
}  // namespace seafusion::tools
