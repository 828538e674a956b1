// Every method with a network, on random weights.
#include "methods/learned/learned_method.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "learn/libtorch.h"
#include "methods/learned/network_weights.h"
#include "methods/learned/networks/fusiongan_net.h"
#include "methods/learned/networks/ganmcc_net.h"
#include "methods/learned/networks/rfn_nest_net.h"
#include "methods/learned/registry.h"
#include "methods/testing/test_picture.h"
#include "model/methods/method_weights.h"

namespace seafusion::methods {
namespace {

using ::testing::HasSubstr;

constexpr int kRfnWidth = 8;  // of RFN-Nest

std::vector<model::TensorSpec> SpecsOf(const std::string& method) {
  if (method != "rfn-nest") return model::SpecsOf(*model::FindPublishedNetwork(method));
  std::vector<model::TensorSpec> specs = NestFuseTensors(kRfnWidth);
  for (const model::TensorSpec& spec : RfnTensors(kRfnWidth)) specs.push_back(spec);
  return specs;
}

std::vector<std::uint8_t> RandomWeights(const std::string& method) {
  torch::manual_seed(3);
  std::map<std::string, torch::Tensor> tensors;
  for (const model::TensorSpec& spec : SpecsOf(method)) {
    // Kernels that keep about the size of what goes through them.
    double scale = 0.05;
    if (spec.shape.size() == 4) {
      scale = 1.5 / std::sqrt(static_cast<double>(spec.shape[1] * spec.shape[2] * spec.shape[3]));
    }
    // IFCNN's last layer: its result is clipped, not stretched.
    if (spec.name == "conv4.weight") scale *= 0.1;
    tensors[spec.name] = scale * torch::randn(spec.shape);
    if (spec.name.ends_with("running_var") || spec.name.ends_with("bn.weight")) {
      tensors[spec.name] = torch::ones(spec.shape);
    }
  }
  model::TensorArchive archive = ArchiveOf(tensors, method);
  if (method == "rfn-nest") archive.metadata["width"] = std::to_string(kRfnWidth);
  return *model::SerializeSafetensors(archive);
}

class LearnedMethodTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<FusionMethod> Make(int threads) {
    auto method = LearnedMethods().Create(GetParam(), {.threads = threads, .weights = weights_});
    EXPECT_TRUE(method.ok()) << method.status().message();
    return *std::move(method);
  }
  const std::vector<std::uint8_t> weights_ = RandomWeights(GetParam());
};

TEST_P(LearnedMethodTest, IsRegisteredWithoutLibTorchToo) {
  const RegisteredMethod* here = LearnedMethods().Find(GetParam());
  const RegisteredMethod* there = BuiltInMethods().Find(GetParam());
  ASSERT_NE(here, nullptr);
  ASSERT_NE(there, nullptr);
  EXPECT_EQ(here->info.title, there->info.title);
  EXPECT_TRUE(there->info.runs_on_libtorch);
  EXPECT_EQ(there->create({.weights = weights_}).status().code(), StatusCode::kUnsupported);
}

TEST_P(LearnedMethodTest, KeepsTheSizeOfEveryPicture) {
  const auto method = Make(1);
  for (const auto& [width, height] :
       {std::pair{1, 1}, {1, 9}, {2, 3}, {7, 5}, {17, 16}, {33, 21}, {515, 4}}) {
    SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
    const ImageBuffer ir = WavyPicture(width, height, PixelFormat::kGray8, 0);
    const ImageBuffer vi = WavyPicture(width, height, PixelFormat::kRgb8, 1);
    ImageBuffer out = *ImageBuffer::Create(width, height, PixelFormat::kRgb8);
    for (const auto kind : {OutputRange::Kind::kNone, OutputRange::Kind::kReference}) {
      const Status fused =
          method->Fuse(ir.view(), vi.view(), out.view(), {.output_range = {.kind = kind}});
      EXPECT_TRUE(fused.ok()) << fused.message();
    }
  }
}

TEST_P(LearnedMethodTest, ThreadsMoveNoSampleByMoreThanALevel) {
  const ImageBuffer ir = WavyPicture(61, 47, PixelFormat::kGray8, 0);
  const ImageBuffer vi = WavyPicture(61, 47, PixelFormat::kGray8, 1);
  ImageBuffer one = *ImageBuffer::Create(61, 47, PixelFormat::kGray8);
  ImageBuffer two = *ImageBuffer::Create(61, 47, PixelFormat::kGray8);
  const FuseSettings stretched = {.output_range = {.kind = OutputRange::Kind::kReference}};
  ASSERT_TRUE(Make(1)->Fuse(ir.view(), vi.view(), one.view(), stretched).ok());
  ASSERT_TRUE(Make(2)->Fuse(ir.view(), vi.view(), two.view(), stretched).ok());
  int lowest = 255, highest = 0;
  for (int y = 0; y < 47; ++y) {
    for (int x = 0; x < 61; ++x) {
      const int a = one.view().Row<std::uint8_t>(y)[x];
      EXPECT_LE(std::abs(a - two.view().Row<std::uint8_t>(y)[x]), 1) << x << " " << y;
      lowest = std::min(lowest, a);
      highest = std::max(highest, a);
    }
  }
  EXPECT_LT(lowest, highest) << "the picture is flat: nothing was tested";
}

TEST_P(LearnedMethodTest, ThePublishedRangeReachesBlackAndWhite) {
  if (GetParam() == "ifcnn") GTEST_SKIP() << "IFCNN clips";
  const ImageBuffer ir = WavyPicture(40, 30, PixelFormat::kGray8, 0);
  const ImageBuffer vi = WavyPicture(40, 30, PixelFormat::kGray8, 1);
  ImageBuffer out = *ImageBuffer::Create(40, 30, PixelFormat::kGray8);
  ASSERT_TRUE(Make(1)
                  ->Fuse(ir.view(), vi.view(), out.view(),
                         {.output_range = {.kind = OutputRange::Kind::kReference}})
                  .ok());
  int lowest = 255, highest = 0;
  for (int y = 0; y < 30; ++y) {
    const auto* row = out.view().Row<std::uint8_t>(y);
    lowest = std::min<int>(lowest, *std::min_element(row, row + 40));
    highest = std::max<int>(highest, *std::max_element(row, row + 40));
  }
  EXPECT_EQ(lowest, 0);
  EXPECT_GE(highest, 254);
}

TEST_P(LearnedMethodTest, RefusesOtherWeights) {
  const auto none = LearnedMethods().Create(GetParam(), {});
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(none.status().message(), HasSubstr(GetParam() + " needs its network's weights"));
  const auto other = RandomWeights("sdnet");
  const auto made = LearnedMethods().Create(GetParam(), {.weights = other});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.status().message(), HasSubstr("not the weights of " + GetParam()));
  std::vector<std::uint8_t> cut(weights_.begin(), weights_.end() - 5);
  EXPECT_EQ(LearnedMethods().Create(GetParam(), {.weights = cut}).status().code(),
            StatusCode::kCorruptData);
}

INSTANTIATE_TEST_SUITE_P(, LearnedMethodTest,
                         ::testing::Values("rfn-nest", "ifcnn", "fusiongan", "ganmcc"),
                         [](const auto& param) {
                           std::string name = param.param;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

TEST(LearnedMethods, TrainedNetworksHaveTheTensorsOfThePublishedOnes) {
  const auto names = [](const std::vector<model::TensorSpec>& specs) {
    std::map<std::string, std::vector<std::int64_t>> shapes;
    for (const model::TensorSpec& spec : specs) shapes[spec.name] = spec.shape;
    return shapes;
  };
  EXPECT_EQ(names(FusionGanTensors()), names(SpecsOf("fusiongan")));
  EXPECT_EQ(names(GanMcCTensors()), names(SpecsOf("ganmcc")));
}

TEST(LearnedMethods, RfnNestRefusesAWidthThatCannotBe) {
  for (const std::string width : {"7", "x", "", "99999999999"}) {
    model::TensorArchive archive;
    archive.metadata = {{"method", "rfn-nest"}, {"width", width}};
    archive.tensors["t"] = {{1}, {0}};
    const auto bytes = *model::SerializeSafetensors(archive);
    const auto made = LearnedMethods().Create("rfn-nest", {.weights = bytes});
    EXPECT_EQ(made.status().code(), StatusCode::kInvalidArgument) << width;
    EXPECT_THAT(made.status().message(), HasSubstr("width")) << width;
  }
}

}  // namespace
}  // namespace seafusion::methods
