// `seafusion serve` as far as it begins, and the settings that `seafusion fuse` takes from its
// page.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_runner.h"
#include "io/image_file.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ServeCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / "seafusion_serve_command";
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  fs::path folder_;
};

TEST_F(ServeCommandTest, WhatIsWrongIsSaidBeforeAnythingRuns) {
  struct Case {
    std::vector<std::string> arguments;
    int status;
    const char* said;
  };
  for (const Case& c :
       {Case{{"serve", "--vis", "b"}, 2, "--ir"},
        {{"serve", "--ir", "a", "--vis", "b", "--listen", "here"}, 2, "ADDRESS:PORT"},
        {{"serve", "--ir", "a", "--vis", "b", "--tls-cert", "c"}, 2, "--tls-key"},
        {{"serve", "--ir", "a", "--vis", "b", "--ir-range", "warm"}, 2, "warm"},
        {{"serve", "--ir", folder_ / "a", "--vis", folder_ / "b"}, 1, "seafusion serve: "},
        {{"serve", "--ir", "-", "--vis", "-"}, 1, "standard input"},
        {{"serve", "--ir", "a", "--vis", "b", "--rig", folder_ / "no.json"}, 1, "no.json"}}) {
    const CommandResult result = RunSeafusion(c.arguments);
    EXPECT_EQ(result.status, c.status) << result.err;
    EXPECT_THAT(result.err, HasSubstr(c.said));
  }
}

TEST_F(ServeCommandTest, TakesEverySettingThatThePageSaves) {
  const std::string config = Write(
      "all.json",
      R"({"seafusion-settings":1,"fuse":{"model":"full","precision":"fp32","ir-range":"full",)"
      R"("ir-invert":true,"range":"none","agc":"plateau","agc-plateau":1,"agc-clip":2,"gray":true,)"
      R"("range-smoothing":2,"ir-delay":0.5,"ir-hold":true},)"
      R"("view":{"palette":"iron","method":"maximum"}})");
  const CommandResult result = RunSeafusion(
      {"serve", "--config", config, "--ir", folder_ / "absent", "--vis", folder_ / "absent_too"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("absent"));
  EXPECT_THAT(result.err, ::testing::Not(HasSubstr("no setting")));
}

TEST_F(ServeCommandTest, FuseTakesTheSettingsOfThePageAndTheCommandLineCountsMore) {
  const std::string examples = SEAFUSION_EXAMPLES_DIR;
  const fs::path ir = fs::directory_iterator(examples + "/ir")->path();
  const fs::path vi = fs::path(examples) / "vi" / ir.filename();
  const std::string config =
      Write("s.json", R"({"seafusion-settings":1,"fuse":{"gray":true,"ir-range":"fixed:250,255",)"
                      R"("agc-clip":2},"view":{"palette":"iron"}})");
  const auto fuse = [&](const std::string& out, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"fuse", "--ir",        ir,  "--vis", vi,
                                          "-o",   folder_ / out, "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    auto image = io::ReadImage((folder_ / out).string());
    return image.ok() ? *std::move(image) : ImageBuffer();
  };
  const ImageBuffer by_file = fuse("a.png", {"--config", config});
  const ImageBuffer by_options = fuse("b.png", {"--gray", "--ir-range", "fixed:250,255"});
  const ImageBuffer over = fuse("c.png", {"--config", config, "--ir-range", "full"});
  const ImageBuffer full = fuse("d.png", {"--gray"});
  EXPECT_EQ(by_file.format(), PixelFormat::kGray8);
  const auto same = [](const ImageBuffer& a, const ImageBuffer& b) {
    for (int y = 0; y < a.height(); ++y) {
      if (!std::equal(a.view().Row<std::uint8_t>(y), a.view().Row<std::uint8_t>(y) + a.width(),
                      b.view().Row<std::uint8_t>(y))) {
        return false;
      }
    }
    return true;
  };
  EXPECT_TRUE(same(by_file, by_options));
  EXPECT_TRUE(same(over, full));
  EXPECT_FALSE(same(by_file, full));
}

TEST_F(ServeCommandTest, AFileThatIsNoneIsNamed) {
  const std::string deep = R"({"seafusion-settings":1,"fuse":)" + std::string(30000, '[') +
                           std::string(30000, ']') + "}";
  for (const auto& [text, said] :
       {std::pair<const char*, const char*>{"{", "is no settings file"},
        {R"({"fuse":{}})", "is no settings file"},
        {R"({"seafusion-settings":1,"fuse":{"output":"x"}})", "'output'"},
        {R"({"seafusion-settings":1,"fuse":{"gray":[1]}})", "'gray'"},
        {R"({"seafusion-settings":1,"fuse":{"agc":"loud"}})", "loud"},
        {deep.c_str(), "is no settings file"},
        {R"({"seafusion-settings":1,"fuse":[]})", "no object"}}) {
    const CommandResult result = RunSeafusion(
        {"fuse", "--config", Write("bad.json", text), "--ir", "a", "--vis", "b", "-o", "c"});
    EXPECT_EQ(result.status, 2) << text;
    EXPECT_THAT(result.err, HasSubstr(said));
    EXPECT_THAT(result.err, HasSubstr("bad.json"));
  }
  EXPECT_EQ(RunSeafusion(
                {"fuse", "--config", folder_ / "absent.json", "--ir", "a", "--vis", "b", "-o", "c"})
                .status,
            2);
}

}  // namespace
}  // namespace seafusion::tools
