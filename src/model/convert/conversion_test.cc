#include "model/convert/conversion.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <seafusion/seafusion.h>

#include "core/files/file.h"
#include "core/files/sha256.h"
#include "core/testing/scratch_folder.h"
#include "model/convert/inspection.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion::model {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::uint64_t kMost = std::uint64_t{1} << 24;

class ConversionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    archive_ = nn::RandomFusionWeights(5);
    ASSERT_TRUE(WriteFileAtomically(scratch_ / "in.safetensors", *SerializeSafetensors(archive_),
                                    IfExists::kFail)
                    .ok());
  }

  const ScratchFolder scratch_;
  TensorArchive archive_;
};

TEST_F(ConversionTest, KeepsTheTensorsAndNotesTheSource) {
  const auto conversion = ConvertWeights(
      {.input = scratch_ / "in.safetensors", .output = scratch_ / "out.safetensors"});
  ASSERT_TRUE(conversion.ok()) << conversion.status().message();
  const auto bytes = ReadFile(scratch_ / "out.safetensors", kMost);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(conversion->output_sha256, Sha256Hex(*bytes));
  const auto written = ParseSafetensors(*bytes);
  ASSERT_TRUE(written.ok());
  ASSERT_EQ(written->tensors.size(), archive_.tensors.size());
  EXPECT_EQ(conversion->tensors, archive_.tensors.size());
  for (const auto& [name, tensor] : archive_.tensors) {
    EXPECT_EQ(written->tensors.at(name).values, tensor.values) << name;
  }
  EXPECT_EQ(written->metadata.at("source"), "in.safetensors");
  EXPECT_EQ(written->metadata.at("source_sha256"), conversion->input_sha256);
  EXPECT_THAT(ConversionText(*conversion), HasSubstr("from a safetensors file\n"));
  EXPECT_EQ(nlohmann::json::parse(ConversionJson(*conversion))["parameters"],
            conversion->parameters);
  // The first source stays.
  ASSERT_TRUE(ConvertWeights(
                  {.input = scratch_ / "out.safetensors", .output = scratch_ / "again.safetensors"})
                  .ok());
  EXPECT_EQ(
      ParseSafetensors(*ReadFile(scratch_ / "again.safetensors", kMost))->metadata.at("source"),
      "in.safetensors");
}

TEST_F(ConversionTest, WritesAllOrNothing) {
  const auto message = [&](const ConversionSettings& settings) {
    const auto conversion = ConvertWeights(settings);
    EXPECT_FALSE(conversion.ok());
    return conversion.status().message();
  };
  const std::string in = scratch_ / "in.safetensors", out = scratch_ / "out.safetensors";
  EXPECT_THAT(message({.input = scratch_ / "none", .output = out}), StartsWith(scratch_ / "none"));
  EXPECT_THAT(message({.input = in, .output = out, .method = "ifcnn"}),
              AllOf(StartsWith(in + ": not the weights of ifcnn"), HasSubstr("--raw")));
  EXPECT_THAT(message({.input = in, .output = out, .method = "nobody"}), HasSubstr("nobody"));
  EXPECT_FALSE(fs::exists(out));
  ASSERT_TRUE(ConvertWeights({.input = in, .output = out, .method = "ifcnn", .raw = true}).ok());
  EXPECT_THAT(message({.input = in, .output = out}), HasSubstr("--overwrite replaces it"));
}

TEST_F(ConversionTest, InspectionSaysWhoseWeightsTheyAre) {
  const auto inspection = InspectWeights(scratch_ / "in.safetensors", "densefuse");
  ASSERT_TRUE(inspection.ok()) << inspection.status().message();
  EXPECT_THAT(inspection->weights_of, Contains("seafusion"));
  EXPECT_NE(inspection->why_not, "");
  std::size_t parameters = 0;
  for (const auto& [name, tensor] : archive_.tensors) parameters += tensor.values.size();
  EXPECT_EQ(inspection->parameters(), parameters);
  const std::string text = InspectionText(*inspection);
  EXPECT_THAT(text, HasSubstr("weights of seafusion: yes\nweights of densefuse: no, "));
  const auto json = nlohmann::json::parse(InspectionJson(*inspection));
  EXPECT_EQ(json["tensors"].size(), archive_.tensors.size());
  EXPECT_EQ(json["parameters"], parameters);
  const auto built_in = InspectWeights("default", "seafusion");
  ASSERT_TRUE(built_in.ok());
  EXPECT_EQ(built_in->sha256, DefaultWeightsSha256());
  EXPECT_EQ(built_in->why_not, "");
}

}  // namespace
}  // namespace seafusion::model
