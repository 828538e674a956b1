// ESPNetv2 in LibTorch, as ONNX in OpenCV, and as its authors' code computes it.
#include "learn/segmentation/networks/espnetv2.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/dnn.hpp>

#include "core/files/file.h"
#include "learn/libtorch.h"
#include "model/espnetv2/espnetv2_graph.h"
#include "model/espnetv2/espnetv2_onnx.h"
#include "model/espnetv2/test_weights.h"
#include "model/import/method_checkpoint.h"
#include "model/import/torch_checkpoint.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

// The scores that OpenCV gives for a picture in 0..1.
torch::Tensor ByOpenCv(const model::TensorArchive& weights, const torch::Tensor& rgb) {
  const auto height = static_cast<int>(rgb.size(2)), width = static_cast<int>(rgb.size(3));
  const auto onnx = model::ExportEspnetv2Onnx(weights, width, height);
  if (!onnx.ok()) {
    ADD_FAILURE() << onnx.status().message();
    return torch::zeros({1, model::kEspnetv2Classes, height, width});
  }
  cv::dnn::Net net =
      cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(onnx->data()), onnx->size());
  torch::Tensor input = rgb.clone();
  for (int c = 0; c < 3; ++c) {
    const auto at = static_cast<std::size_t>(c);
    input.select(1, c).sub_(model::kImageNetMean[at]).div_(model::kImageNetDeviation[at]);
  }
  const int shape[] = {1, 3, height, width};
  net.setInput(cv::Mat(4, shape, CV_32F, input.data_ptr<float>()));
  cv::Mat scores = net.forward();
  return torch::from_blob(scores.ptr<float>(), {1, model::kEspnetv2Classes, height, width}).clone();
}

double Largest(const torch::Tensor& t) {
  return t.abs().max().item<double>();
}

// Every way to average: pools (96 x 64), two of three (160 x 96), matrices (208 x 112), and maps
// smaller than the least grid (64 x 64).
TEST(Espnetv2Test, IsTheSameNetworkInOpenCv) {
  const model::TensorArchive weights = model::RandomEspnetv2Weights(7);
  const auto net = Espnetv2::FromArchive(weights);
  ASSERT_TRUE(net.ok()) << net.status().message();
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  for (const auto& [width, height] : {std::pair{64, 64}, {96, 64}, {160, 96}, {208, 112}}) {
    SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height));
    const torch::Tensor rgb = torch::rand({1, 3, height, width});
    const auto expected = net->Forward(rgb);
    ASSERT_TRUE(expected.ok()) << expected.status().message();
    const torch::Tensor actual = ByOpenCv(weights, rgb);
    const double size = Largest(*expected);
    EXPECT_GT(size, 0.01);
    // Scores that follow from the picture, not from the biases alone.
    EXPECT_GT(expected->std({2, 3}).max().item<double>(), 0.01 * size);
    EXPECT_LT(Largest(actual - *expected), 1e-4 * size);
  }
}

TEST(Espnetv2Test, HasGradientsTowardsThePicture) {
  const auto net = Espnetv2::FromArchive(model::RandomEspnetv2Weights(7));
  ASSERT_TRUE(net.ok());
  torch::manual_seed(1);
  const torch::Tensor rgb = torch::rand({2, 3, 32, 48}).set_requires_grad(true);
  net->Forward(rgb)->square().mean().backward();
  ASSERT_TRUE(rgb.grad().defined());
  EXPECT_GT(Largest(rgb.grad()[0]), 0);
  EXPECT_GT(Largest(rgb.grad()[1]), 0);
}

TEST(Espnetv2Test, SaysWhatItCannotTake) {
  const auto net = Espnetv2::FromArchive(model::RandomEspnetv2Weights(7));
  ASSERT_TRUE(net.ok());
  EXPECT_THAT(net->Forward(torch::zeros({1, 3, 64, 50})).status().message(),
              HasSubstr("not 50 x 64"));
  EXPECT_THAT(net->Forward(torch::zeros({1, 1, 64, 64})).status().message(),
              HasSubstr("three channels"));
  model::TensorArchive weights = model::RandomEspnetv2Weights(7);
  weights.tensors.erase("bu_br_l4.0.bias");
  EXPECT_THAT(Espnetv2::FromArchive(weights).status().message(),
              HasSubstr("tensor bu_br_l4.0.bias is missing"));
}

// The published file, and values that double precision gives for its weights.
class Espnetv2GoldenTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string path = Shared("data/weights/espnetv2/espnetv2_s_2.0_city_1024x512.pth");
    const auto bytes = ReadFile(path, std::uint64_t{1} << 24);
    if (!bytes.ok()) GTEST_SKIP() << bytes.status().message();
    const auto checkpoint = model::ParseTorchCheckpoint(*bytes);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().message();
    auto imported = model::ImportMethodCheckpoint(model::Espnetv2Network(), *checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status().message();
    weights_ = std::move(imported->archive);
    std::sscanf(GetParam(), "%*c_%dx%d", &height_, &width_);
    picture_ = torch::empty({1, 3, height_, width_});
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) {
          const int byte = (x * (3 + c) + y * (5 + 2 * c) + x * y / 16 * (c + 1)) % 256;
          picture_[0][c][y][x] = static_cast<float>(byte) / 255.0f;
        }
      }
    }
  }

  static std::string Shared(const std::string& name) {
    return std::string(SEAFUSION_SHARED_DIR) + "/" + name;
  }
  std::string Golden(const std::string& suffix) const {
    return Shared(std::string("golden/espnetv2/") + GetParam() + suffix);
  }

  model::TensorArchive weights_;
  int width_ = 0, height_ = 0;
  torch::Tensor picture_;
};

// "a = 1 | b" between bars, without the blanks.
std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, '|');) {
    const auto first = field.find_first_not_of(' '), last = field.find_last_not_of(' ');
    fields.push_back(first == std::string::npos ? "" : field.substr(first, last - first + 1));
  }
  return fields;
}

TEST_P(Espnetv2GoldenTest, GivesTheAuthorsMapsAndScores) {
  constexpr double kTolerance = 1e-3;
  const auto net = Espnetv2::FromArchive(weights_);
  ASSERT_TRUE(net.ok());
  const torch::NoGradGuard no_grad;
  std::map<std::string, torch::Tensor> maps;
  const auto scores = net->Forward(
      picture_, [&](const std::string& name, const torch::Tensor& map) { maps[name] = map; });
  ASSERT_TRUE(scores.ok()) << scores.status().message();
  std::ifstream table(Golden(".txt"));
  ASSERT_TRUE(table);
  int compared = 0;
  const std::regex position(R"(\((\d+),(\d+),(\d+)\)=(\S+))");
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("#")) continue;
    const std::vector<std::string> fields = Fields(line);
    ASSERT_EQ(fields.size(), 8u) << line;
    ASSERT_TRUE(maps.contains(fields[0])) << fields[0];
    const torch::Tensor map = maps[fields[0]][0].to(torch::kFloat64);
    SCOPED_TRACE(fields[0]);
    EXPECT_EQ(std::to_string(map.size(0)) + "," + std::to_string(map.size(1)) + "," +
                  std::to_string(map.size(2)),
              fields[1]);
    EXPECT_NEAR(map.mean().item<double>(), std::stod(fields[2]), kTolerance);
    EXPECT_NEAR(map.std(false).item<double>(), std::stod(fields[3]), kTolerance);
    EXPECT_NEAR(map.min().item<double>(), std::stod(fields[4]), kTolerance);
    EXPECT_NEAR(map.max().item<double>(), std::stod(fields[5]), kTolerance);
    for (std::sregex_iterator at(fields[7].begin(), fields[7].end(), position), end; at != end;
         ++at) {
      const std::smatch& found = *at;
      EXPECT_NEAR(map[std::stoi(found[1])][std::stoi(found[2])][std::stoi(found[3])].item<double>(),
                  std::stod(found[4]), kTolerance)
          << found[0];
    }
    ++compared;
  }
  EXPECT_EQ(compared, 55);
  const auto half = ReadFile(Golden("_logits_half.f32"), std::uint64_t{1} << 24);
  const auto labels = ReadFile(Golden("_labels.u8"), std::uint64_t{1} << 24);
  if (!half.ok() || !labels.ok()) return;  // of the third case there are none
  const torch::Tensor ours = maps["bu_dec_l4"].contiguous();
  ASSERT_EQ(half->size(), static_cast<std::size_t>(ours.numel()) * sizeof(float));
  torch::Tensor theirs = torch::empty_like(ours);
  std::memcpy(theirs.data_ptr<float>(), half->data(), half->size());
  EXPECT_LT(Largest(ours - theirs), kTolerance);
  const torch::Tensor wanted = torch::from_blob(const_cast<std::uint8_t*>(labels->data()),
                                                {1, height_, width_}, torch::kUInt8)
                                   .to(torch::kInt64);
  const auto wrong = [&](const torch::Tensor& of) {
    return (of.narrow(1, 0, 19).argmax(1) != wanted).sum().item<int>();
  };
  EXPECT_LE(wrong(*scores), 1);
  // What `segment` runs.
  const torch::Tensor by_opencv = ByOpenCv(weights_, picture_);
  EXPECT_LT(Largest(by_opencv - *scores), kTolerance);
  EXPECT_LE(wrong(by_opencv), 1);
}

INSTANTIATE_TEST_SUITE_P(Cases, Espnetv2GoldenTest,
                         ::testing::Values("a_128x256", "b_96x160", "c_112x208"),
                         [](const auto& param) { return std::string(1, param.param[0]); });

}  // namespace
}  // namespace seafusion::learn
