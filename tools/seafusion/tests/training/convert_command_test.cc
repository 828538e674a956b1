// seafusion convert, run as a user would.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seafusion/version.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "model/graph/fusion_graph.h"
#include "model/import/checkpoint_builder.h"
#include "model/weights/safetensors.h"

namespace seafusion::tools {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string AsText(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string FileText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A state_dict of the fusion network in which every value is its tensor's number.
std::vector<model::TestTensor> FusionStateDict(const std::string& prefix = "") {
  std::vector<model::TestTensor> tensors;
  for (const model::TensorSpec& spec : model::FusionTensors()) {
    std::size_t count = 1;
    for (const std::int64_t side : spec.shape) count *= static_cast<std::size_t>(side);
    const std::size_t i = tensors.size();
    tensors.push_back(model::FloatTensor(prefix + spec.name, spec.shape,
                                         std::vector<float>(count, static_cast<float>(i)),
                                         std::to_string(i)));
  }
  tensors.push_back(model::FloatTensor(prefix + "decode1.bn.weight", {1}, {1}, "bn"));
  return tensors;
}

const std::vector<model::TestTensor> kOtherNetwork = {
    model::FloatTensor("fc.weight", {2, 2}, {1, -2, 3, 4}, "0")};

TEST(ConvertCommandTest, ImportsBothFormsOfACheckpoint) {
  const ScratchFolder folder;
  const std::string legacy =
      folder.WriteFile("legacy.pth", AsText(model::LegacyCheckpoint(FusionStateDict())));
  const std::string zip =
      folder.WriteFile("zip.bin", AsText(model::ZipCheckpoint(FusionStateDict("module."))));
  for (const std::string& in : {legacy, zip}) {
    const std::string out = in + ".safetensors";
    const CommandResult r = RunSeafusion({"convert", in, "-o", out});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_THAT(r.out, AllOf(HasSubstr("52 tensors, 166657 parameters"),
                             HasSubstr("left out: 1 tensors that the network")));
    EXPECT_THAT(r.err, IsEmpty());
    const auto archive = model::LoadSafetensors(out);
    ASSERT_TRUE(archive.ok()) << archive.status().message();
    EXPECT_TRUE(model::CheckFusionWeights(*archive).ok());
    EXPECT_EQ(archive->tensors.at(model::FusionTensors()[7].name).values[0], 7.0f);
    EXPECT_EQ(archive->metadata.at("source"), in == zip ? "zip.bin" : "legacy.pth");
    EXPECT_EQ(archive->metadata.at("source_sha256").size(), 64u);
  }
}

TEST(ConvertCommandTest, OnnxIsTheSameByWayOfSafetensors) {
  const ScratchFolder folder;
  const std::string in =
      folder.WriteFile("in.pth", AsText(model::LegacyCheckpoint(FusionStateDict())));
  EXPECT_EQ(RunSeafusion({"convert", in, "-o", folder / "a.onnx"}).status, 0);
  EXPECT_EQ(RunSeafusion({"convert", in, "-o", folder / "b.safetensors", "--quiet"}).out, "");
  EXPECT_EQ(RunSeafusion({"convert", folder / "b.safetensors", "-o", folder / "b.onnx"}).status, 0);
  const std::string onnx = FileText(folder / "a.onnx");
  EXPECT_THAT(onnx, HasSubstr("vis_rgbd1.dense.conv1"));
  EXPECT_EQ(onnx, FileText(folder / "b.onnx"));
}

TEST(ConvertCommandTest, InspectsAnyNetwork) {
  const ScratchFolder folder;
  const std::string in = folder.WriteFile("net.pt", AsText(model::ZipCheckpoint(kOtherNetwork)));
  const CommandResult text = RunSeafusion({"convert", in, "--inspect"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("PyTorch checkpoint, 1 tensors, 4 parameters"),
                              HasSubstr("weights of seafusion: no"), HasSubstr("fc.weight"),
                              HasSubstr("2x2")));
  const CommandResult json = RunSeafusion({"convert", in, "--inspect", "--json"});
  const auto j = nlohmann::json::parse(json.out);
  EXPECT_EQ(j["parameters"], 4);
  EXPECT_EQ(j["weights_of"], nlohmann::json::array());
  EXPECT_EQ(j["tensors"][0]["name"], "fc.weight");
  EXPECT_EQ(j["tensors"][0]["shape"], (std::vector<int>{2, 2}));
  EXPECT_EQ(j["tensors"][0]["min"], -2.0);
  EXPECT_THAT(folder.Files(), ElementsAre("net.pt"));
}

TEST(ConvertCommandTest, RawTakesAnyNetwork) {
  const ScratchFolder folder;
  const std::string in =
      folder.WriteFile("net.pth", AsText(model::LegacyCheckpoint(kOtherNetwork)));
  const std::string out = folder / "net.safetensors";
  const CommandResult refused = RunSeafusion({"convert", in, "-o", out});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(in), HasSubstr("fusion network"), HasSubstr("--raw")));
  EXPECT_EQ(RunSeafusion({"convert", in, "-o", out, "--raw"}).status, 0);
  const auto archive = model::LoadSafetensors(out);
  ASSERT_TRUE(archive.ok()) << archive.status().message();
  EXPECT_THAT(archive->tensors.at("fc.weight").values, ElementsAre(1, -2, 3, 4));
}

TEST(ConvertCommandTest, DefaultMeansTheShippedWeights) {
  const ScratchFolder folder;
  const CommandResult r = RunSeafusion({"convert", "default", "-o", folder / "d.onnx", "--json"});
  EXPECT_EQ(r.status, 0) << r.err;
  const auto j = nlohmann::json::parse(r.out);
  EXPECT_EQ(j["input_sha256"], DefaultWeightsSha256());
  EXPECT_EQ(j["input_sha256"], LiteWeightsSha256());
}

TEST(ConvertCommandTest, LiteWeightsToOnnxOfAnyOrAFixedSize) {
  const ScratchFolder folder;
  const CommandResult any = RunSeafusion({"convert", "lite", "-o", folder / "any.onnx", "--json"});
  EXPECT_EQ(any.status, 0) << any.err;
  EXPECT_EQ(nlohmann::json::parse(any.out)["input_sha256"], LiteWeightsSha256());
  const CommandResult fixed =
      RunSeafusion({"convert", "lite", "-o", folder / "fixed.onnx", "--size", "641x480"});
  EXPECT_EQ(fixed.status, 0) << fixed.err;
  for (const char* size : {"0x480", "0x0", "-5x5"}) {
    const CommandResult wrong =
        RunSeafusion({"convert", "lite", "-o", folder / "wrong.onnx", "--size", size});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_THAT(wrong.err, HasSubstr(std::string(size) + "\" is not a size"));
  }
  EXPECT_THAT(folder.Files(), ElementsAre("any.onnx", "fixed.onnx"));
  const CommandResult half =
      RunSeafusion({"convert", "lite", "-o", folder / "half.safetensors", "--half"});
  EXPECT_EQ(half.status, 0) << half.err;
  EXPECT_EQ(model::LoadSafetensors(folder / "half.safetensors")->metadata.at("network"), "lite");
}

TEST(ConvertCommandTest, AnExistingOutputIsKept) {
  const ScratchFolder folder;
  const std::string in =
      folder.WriteFile("in.pth", AsText(model::LegacyCheckpoint(FusionStateDict())));
  const std::string out = folder.WriteFile("out.onnx", "precious");
  const CommandResult r = RunSeafusion({"convert", in, "-o", out});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, AllOf(HasSubstr(out + ": exists already"), HasSubstr("--overwrite")));
  EXPECT_EQ(FileText(out), "precious");
  EXPECT_EQ(RunSeafusion({"convert", in, "-o", out, "--overwrite"}).status, 0);
  EXPECT_GT(FileText(out).size(), 600000u);
}

TEST(ConvertCommandTest, AFullDiskLeavesNothingBehind) {
  const ScratchFolder folder;
  const std::string in =
      folder.WriteFile("in.pth", AsText(model::LegacyCheckpoint(FusionStateDict())));
  const CommandResult r =
      RunSeafusion({"convert", in, "-o", folder / "out.onnx"}, {.max_file_bytes = 100000});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, HasSubstr("out.onnx"));
  EXPECT_THAT(folder.Files(), ElementsAre("in.pth"));
}

TEST(ConvertCommandTest, BadFilesAreNamed) {
  const ScratchFolder folder;
  std::string cut = AsText(model::LegacyCheckpoint(FusionStateDict()));
  cut.resize(cut.size() / 2);
  model::PickleBuilder evil;
  evil.Global("os", "system").Text("touch owned").Byte(0x85).Op('R');
  std::vector<model::TestTensor> with_nan = FusionStateDict();
  for (std::size_t i = 0; i < 4; ++i) with_nan[3].data[i] = 0xff;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {folder / "absent.pth", "cannot open"},
      {folder.path().string(), "not a regular file"},
      {folder.WriteFile("empty.pth", ""), "neither a PyTorch checkpoint"},
      {folder.WriteFile("text.pth", "hello"), "neither a PyTorch checkpoint"},
      {folder.WriteFile("cut.pth", cut), "truncated"},
      {folder.WriteFile("evil.pth", AsText(model::LegacyFile(evil.Stop(), {}))), "os.system"},
      {folder.WriteFile("nan.pth", AsText(model::ZipCheckpoint(with_nan))), "NaN"},
  };
  const std::size_t files = folder.Files().size();
  for (const auto& [in, message] : cases) {
    const CommandResult r = RunSeafusion({"convert", in, "-o", folder / "out.safetensors"},
                                         {.working_folder = folder.path().string()});
    EXPECT_EQ(r.status, 1) << in;
    EXPECT_THAT(r.err, AllOf(StartsWith("seafusion convert: " + in), HasSubstr(message)));
    EXPECT_THAT(r.out, IsEmpty());
  }
  EXPECT_EQ(folder.Files().size(), files);
}

TEST(ConvertCommandTest, WrongArguments) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"convert"}, "IN is required"},
      {{"convert", "a.pth"}, "-o OUT or --inspect"},
      {{"convert", "a.pth", "-o", "b.onnx", "--inspect"}, "-o OUT or --inspect"},
      {{"convert", "a.pth", "-o", "b.txt"}, ".safetensors or .onnx"},
      {{"convert", "a.pth", "-o", "b.onnx", "--raw"}, "--raw"},
  };
  for (const auto& [arguments, message] : cases) {
    const CommandResult r = RunSeafusion(arguments);
    EXPECT_EQ(r.status, 2);
    EXPECT_THAT(r.err, AllOf(HasSubstr(message), HasSubstr("usage: seafusion convert")));
  }
}

}  // namespace
}  // namespace seafusion::tools
