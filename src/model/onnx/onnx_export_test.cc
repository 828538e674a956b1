#include "model/onnx/onnx_export.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/little_endian.h"
#include "model/graph/network.h"

namespace seafusion::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A protobuf message read back without a schema: field number -> its values in order.
struct Field {
  std::uint64_t number = 0;
  std::string text;
};
using Fields = std::multimap<int, Field>;

Fields ReadMessage(const std::string& bytes) {
  Fields fields;
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t v = 0;
    for (int shift = 0; at < bytes.size(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes[at++]);
      v |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    return v;
  };
  while (at < bytes.size()) {
    const std::uint64_t key = varint();
    Field f;
    const std::uint64_t wire = key & 7;
    if (wire == 0) {
      f.number = varint();
    } else {
      const std::size_t size = wire == 5 ? 4 : varint();
      EXPECT_TRUE(wire == 2 || wire == 5) << wire;
      EXPECT_LE(size, bytes.size() - at);
      f.text = bytes.substr(at, size);
      at += size;
    }
    fields.emplace(static_cast<int>(key >> 3), f);
  }
  return fields;
}

Field One(const Fields& fields, int number) {
  EXPECT_EQ(fields.count(number), 1u) << "field " << number;
  const auto it = fields.find(number);
  return it == fields.end() ? Field{} : it->second;
}

std::vector<std::string> Texts(const Fields& fields, int number) {
  std::vector<std::string> texts;
  const auto [begin, end] = fields.equal_range(number);
  for (auto it = begin; it != end; ++it) texts.push_back(it->second.text);
  return texts;
}

TensorArchive CountingWeights(const Network& network = SeAFusionNetwork()) {
  TensorArchive archive;
  float next = 0.0f;
  for (const TensorSpec& spec : network.tensors) {
    std::size_t count = 1;
    for (const std::int64_t side : spec.shape) count *= static_cast<std::size_t>(side);
    Tensor tensor = {.shape = spec.shape};
    for (std::size_t i = 0; i < count; ++i) tensor.values.push_back(next += 0.25f);
    archive.tensors[spec.name] = std::move(tensor);
  }
  if (network.lite) archive.metadata[std::string(kNetworkKey)] = kLiteName;
  archive.metadata["source"] = "a test";
  return archive;
}

Fields ExportModel(const TensorArchive& weights, const OnnxSize& size = {}) {
  const auto onnx = ExportOnnx(weights, size);
  EXPECT_TRUE(onnx.ok()) << onnx.status().message();
  if (!onnx.ok()) return {};
  return ReadMessage(std::string(onnx->begin(), onnx->end()));
}

TEST(OnnxExportTest, DeclaresVersionsAndMetadata) {
  const Fields m = ExportModel(CountingWeights());
  EXPECT_EQ(One(m, 1).number, 7u);
  EXPECT_EQ(One(m, 2).text, "seafusion");
  const Fields opset = ReadMessage(One(m, 8).text);
  EXPECT_EQ(One(opset, 1).text, "");
  EXPECT_EQ(One(opset, 2).number, 13u);
  const Fields metadata = ReadMessage(One(m, 14).text);
  EXPECT_EQ(One(metadata, 1).text, "source");
  EXPECT_EQ(One(metadata, 2).text, "a test");
}

TEST(OnnxExportTest, PicturesHaveDynamicSizes) {
  const Fields graph = ReadMessage(One(ExportModel(CountingWeights()), 7).text);
  std::vector<std::string> names;
  for (const int field : {11, 12}) {
    for (const std::string& info_bytes : Texts(graph, field)) {
      const Fields info = ReadMessage(info_bytes);
      names.push_back(One(info, 1).text);
      const Fields tensor = ReadMessage(One(ReadMessage(One(info, 2).text), 1).text);
      EXPECT_EQ(One(tensor, 1).number, 1u);
      const std::vector<std::string> dims = Texts(ReadMessage(One(tensor, 2).text), 1);
      ASSERT_EQ(dims.size(), 4u);
      EXPECT_EQ(One(ReadMessage(dims[0]), 2).text, "batch");
      EXPECT_EQ(One(ReadMessage(dims[1]), 1).number, 1u);
      EXPECT_EQ(One(ReadMessage(dims[2]), 2).text, "height");
      EXPECT_EQ(One(ReadMessage(dims[3]), 2).text, "width");
    }
  }
  EXPECT_THAT(names, ElementsAre("vis", "inf", "fused"));
}

TEST(OnnxExportTest, HoldsEveryTensorBitForBit) {
  const TensorArchive weights = CountingWeights();
  const Fields graph = ReadMessage(One(ExportModel(weights), 7).text);
  std::size_t found = 0;
  for (const std::string& bytes : Texts(graph, 5)) {
    const Fields tensor = ReadMessage(bytes);
    const auto it = weights.tensors.find(One(tensor, 8).text);
    if (it == weights.tensors.end()) continue;
    ++found;
    std::vector<std::int64_t> shape;
    const auto [begin, end] = tensor.equal_range(1);
    for (auto dim = begin; dim != end; ++dim) {
      shape.push_back(static_cast<std::int64_t>(dim->second.number));
    }
    EXPECT_EQ(shape, it->second.shape) << it->first;
    std::vector<std::uint8_t> raw;
    for (const float v : it->second.values) AppendFloat32(v, raw);
    EXPECT_EQ(One(tensor, 9).text, std::string(raw.begin(), raw.end())) << it->first;
  }
  EXPECT_EQ(found, weights.tensors.size());
}

// How often each operator stands in the graph. They are in an order in which each has its inputs,
// no name is made twice, and each made name is used.
std::map<std::string, int> CheckedOperators(const TensorArchive& weights,
                                            const OnnxSize& size = {}) {
  const Fields graph = ReadMessage(One(ExportModel(weights, size), 7).text);
  std::map<std::string, int> uses;
  const auto make = [&](const std::string& name) {
    EXPECT_TRUE(uses.emplace(name, 0).second) << name;
  };
  for (const std::string& info : Texts(graph, 11)) make(One(ReadMessage(info), 1).text);
  for (const std::string& tensor : Texts(graph, 5)) make(One(ReadMessage(tensor), 8).text);
  std::map<std::string, int> operators;
  for (const std::string& bytes : Texts(graph, 1)) {
    const Fields node = ReadMessage(bytes);
    for (const std::string& input : Texts(node, 1)) {
      if (input.empty()) continue;  // left out
      EXPECT_TRUE(uses.contains(input)) << input;
      ++uses[input];
    }
    make(One(node, 2).text);
    ++operators[One(node, 4).text];
  }
  ++uses["fused"];
  for (const auto& [name, count] : uses) EXPECT_GT(count, 0) << name;
  return operators;
}

TEST(OnnxExportTest, TheGraphIsWellFormed) {
  auto operators = CheckedOperators(CountingWeights());
  // Two encoders of a first layer and two blocks of 6 convolutions each (two of them the
  // gradient's); 4 decoders.
  EXPECT_EQ(operators["Conv"], 2 * (1 + 2 * 6) + 4);
  EXPECT_EQ(operators["Abs"], 2 * 2 * 2);
  EXPECT_EQ(operators["Tanh"], 1);
  EXPECT_EQ(operators["LeakyRelu"], 2 * (1 + 2 * 3) + 3);
}

TEST(OnnxExportTest, LiteIsWellFormedAtAnySize) {
  const TensorArchive weights = CountingWeights(*LiteNetwork({.coarse = true}));
  auto operators = CheckedOperators(weights);
  EXPECT_EQ(operators["Conv"], 6 + 2 * 3);
  EXPECT_EQ(operators["LeakyRelu"], 5 + 2 * 2);
  EXPECT_EQ(operators["SpaceToDepth"], 2);
  EXPECT_EQ(operators["DepthToSpace"], 1);
  EXPECT_EQ(operators["AveragePool"], 2);
  EXPECT_EQ(operators["Resize"], 2);
  EXPECT_EQ(operators["HardSigmoid"], 1);
  EXPECT_EQ(operators["Shape"], 1) << "one for everything that depends on the size";
  operators = CheckedOperators(CountingWeights(*LiteNetwork({})));
  EXPECT_EQ(operators["Conv"], 6);
  EXPECT_EQ(operators["Resize"], 0);
}

TEST(OnnxExportTest, AFixedSizeNeedsNoShapes) {
  const TensorArchive weights = CountingWeights(*LiteNetwork({.coarse = true}));
  // Whole blocks: nothing is filled up or cut; three slices take the blend's maps.
  auto operators = CheckedOperators(weights, {.width = 96, .height = 64});
  EXPECT_EQ(operators["Shape"], 0);
  EXPECT_EQ(operators["Pad"], 2 * 3) << "the coarse layers' repeated borders";
  EXPECT_EQ(operators["Slice"], 3);
  operators = CheckedOperators(weights, {.width = 95, .height = 63});
  EXPECT_EQ(operators["Shape"], 0);
  EXPECT_EQ(operators["Pad"], 2 * 3 + 2);
  EXPECT_EQ(operators["Slice"], 3 + 1 + 0) << "48 x 32 samples are whole blocks again";
  const Fields graph = ReadMessage(One(ExportModel(weights, {.width = 95, .height = 63}), 7).text);
  const Fields info = ReadMessage(Texts(graph, 12).at(0));
  const Fields tensor = ReadMessage(One(ReadMessage(One(info, 2).text), 1).text);
  const std::vector<std::string> dims = Texts(ReadMessage(One(tensor, 2).text), 1);
  EXPECT_EQ(One(ReadMessage(dims[2]), 1).number, 63u);
  EXPECT_EQ(One(ReadMessage(dims[3]), 1).number, 95u);
  EXPECT_EQ(ExportOnnx(weights, {.width = 95}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ExportOnnx(weights, {.width = 95, .height = -1}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(OnnxExportTest, IsDeterministic) {
  EXPECT_EQ(*ExportOnnx(CountingWeights()), *ExportOnnx(CountingWeights()));
}

TEST(OnnxExportTest, RefusesOtherNetworks) {
  TensorArchive weights = CountingWeights();
  weights.tensors.erase("decode1.conv.bias");
  const auto onnx = ExportOnnx(weights);
  ASSERT_FALSE(onnx.ok());
  EXPECT_EQ(onnx.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(onnx.status().message(), HasSubstr("decode1.conv.bias is missing"));
}

}  // namespace
}  // namespace seafusion::model
