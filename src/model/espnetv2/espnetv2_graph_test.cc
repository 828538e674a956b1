#include "model/espnetv2/espnetv2_graph.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/espnetv2/espnetv2_onnx.h"
#include "model/espnetv2/test_weights.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

// Counts of the published network: Mehta et al. give 0.79 million parameters and 2.7 billion
// multiply-adds for 1024 x 512; the exact ones are those of its code.
TEST(Espnetv2GraphTest, HasThePublishedSize) {
  std::int64_t parameters = 0, statistics = 0;
  for (const PublishedTensor& t : Espnetv2Network().tensors) {
    const std::int64_t size = std::accumulate(t.spec.shape.begin(), t.spec.shape.end(),
                                              std::int64_t{1}, std::multiplies<>());
    (t.spec.name.find(".running_") == std::string::npos ? parameters : statistics) += size;
  }
  EXPECT_EQ(Espnetv2Network().tensors.size(), 526u - 67 - 3);  // without counters and unused slopes
  EXPECT_EQ(parameters, 789242 - 480);
  EXPECT_EQ(statistics, 25042);
  EXPECT_EQ(MultiplyAdds(*Espnetv2Graph(640, 480)), 1580715722);
  EXPECT_EQ(MultiplyAdds(*Espnetv2Graph(1024, 512)), 2697742960);
}

TEST(Espnetv2GraphTest, EndsWithScoresOfThePicturesSize) {
  for (const auto& [width, height] : {std::pair{208, 112}, {32, 48}}) {
    const auto graph = Espnetv2Graph(width, height);
    ASSERT_TRUE(graph.ok());
    std::set<std::string> names;
    for (const EspNode& node : *graph) EXPECT_TRUE(names.insert(node.name).second) << node.name;
    EXPECT_EQ(graph->back().width, width);
    EXPECT_EQ(graph->back().height, height);
    EXPECT_EQ(graph->back().channels, kEspnetv2Classes);
  }
}

TEST(Espnetv2GraphTest, RefusesSizesThatItsMapsDoNotMeetAt) {
  for (const auto& [width, height] :
       {std::pair{640, 470}, {16, 64}, {0, 0}, {-32, 32}, {8208, 64}}) {
    const auto graph = Espnetv2Graph(width, height);
    ASSERT_FALSE(graph.ok());
    EXPECT_THAT(graph.status().message(),
                HasSubstr("multiples of 16 in 32..8192, not " + std::to_string(width)));
  }
}

TEST(Espnetv2GraphTest, SaysWhichTensorIsWrong) {
  const TensorArchive good = RandomEspnetv2Weights(3);
  ASSERT_TRUE(CheckEspnetv2Weights(good).ok());
  const auto refusal = [&](const auto& spoil) {
    TensorArchive weights = good;
    spoil(weights);
    const Status status = CheckEspnetv2Weights(weights);
    EXPECT_EQ(ExportEspnetv2Onnx(weights, 64, 64).status().message(), status.message());
    return status.message();
  };
  EXPECT_THAT(refusal([](auto& w) { w.tensors.erase("bu_br_l3.1.weight"); }),
              HasSubstr("tensor bu_br_l3.1.weight is missing"));
  EXPECT_THAT(refusal([](auto& w) {
                w.tensors["base_net.level4.6.spp_dw.3.conv.weight"].shape = {128, 3, 3, 1};
              }),
              HasSubstr("level4.6.spp_dw.3.conv.weight is 128x3x3x1, expected 128x1x3x3"));
  EXPECT_THAT(refusal([](auto& w) {
                w.tensors["classifier.weight"] = {{1}, {0}};
              }),
              HasSubstr("tensor classifier.weight does not belong"));
  EXPECT_THAT(
      refusal([](auto& w) { w.tensors["base_net.level1.bn.running_var"].values[7] = -1e-3f; }),
      HasSubstr("base_net.level1.bn.running_var has a variance below 0"));
  EXPECT_THAT(
      refusal([](auto& w) { w.tensors["base_net.level1.act.weight"].values[2] = std::nanf(""); }),
      HasSubstr("base_net.level1.act.weight"));
  EXPECT_THAT(refusal([](auto& w) { w.metadata.clear(); }), HasSubstr("which method"));
}

// The table of the published file.
TEST(Espnetv2GraphTest, NamesTheTensorsOfThePublishedFile) {
  const std::string path = SEAFUSION_SHARED_DIR "/golden/espnetv2/tensors.tsv";
  std::ifstream table(path);
  if (!table) GTEST_SKIP() << path << " is absent";
  std::set<std::string> published;
  std::string line;
  std::getline(table, line);  // of headings
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string index, name, type, shape;
    fields >> index >> name >> type >> shape;
    if (type == "float32") published.insert(name + " " + shape);
  }
  std::set<std::string> ours;
  for (const PublishedTensor& t : Espnetv2Network().tensors) {
    ours.insert(t.published_name + " " + ShapeName(t.spec.shape));
  }
  std::vector<std::string> missing;
  std::set_difference(ours.begin(), ours.end(), published.begin(), published.end(),
                      std::back_inserter(missing));
  EXPECT_THAT(missing, ::testing::IsEmpty());
  std::vector<std::string> unused;
  std::set_difference(published.begin(), published.end(), ours.begin(), ours.end(),
                      std::back_inserter(unused));
  EXPECT_EQ(unused.size(), Espnetv2Network().unused.size());
}

}  // namespace
}  // namespace seafusion::model
