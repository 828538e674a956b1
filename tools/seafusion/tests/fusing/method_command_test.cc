// `seafusion fuse --method` as a user runs it.
#include <algorithm>
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
#include "model/import/mat/mat_builder.h"

namespace seafusion::tools {
namespace {

using ::testing::HasSubstr;

class MethodCommandTest : public ::testing::Test {
 protected:
  // Gray, each pixel as `level` gives it.
  template <typename Level>
  std::string Picture(const std::string& name, int width, int height, Level level) {
    return io::testing::WriteGray(scratch_ / name, width, height, level);
  }

  std::vector<std::string> Fuse(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"fuse",   "--ir", infrared_, "--vis",
                                          visible_, "-o",   output_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  ScratchFolder scratch_;
  const std::string infrared_ = Picture("ir.png", 33, 21, [](int x, int) { return 5 * x; });
  const std::string visible_ = Picture("vi.png", 33, 21, [](int, int y) { return 10 * y; });
  const std::string output_ = scratch_ / "out.png";
};

TEST_F(MethodCommandTest, AverageAndMaximum) {
  for (const bool average : {true, false}) {
    const CommandResult result =
        RunSeafusion(Fuse({"--method", average ? "average" : "maximum", "--overwrite"}));
    ASSERT_EQ(result.status, 0) << result.err;
    const auto fused = io::ReadImage(output_);
    ASSERT_TRUE(fused.ok());
    for (int y = 0; y < 21; ++y) {
      for (int x = 0; x < 33; ++x) {
        const int expected = average ? (5 * x + 10 * y + 1) / 2 : std::max(5 * x, 10 * y);
        ASSERT_EQ(fused->view().Row<std::uint8_t>(y)[x], expected) << x << " " << y;
      }
    }
  }
}

TEST_F(MethodCommandTest, SeafusionIsTheDefault) {
  ASSERT_EQ(RunSeafusion(Fuse({"--precision", "fp32"})).status, 0);
  const auto by_default = io::ReadImage(output_);
  ASSERT_EQ(
      RunSeafusion(Fuse({"--precision", "fp32", "--method", "seafusion", "--overwrite"})).status,
      0);
  const auto by_name = io::ReadImage(output_);
  ASSERT_TRUE(by_default.ok() && by_name.ok());
  for (int y = 0; y < 21; ++y) {
    for (int x = 0; x < 33; ++x) {
      ASSERT_EQ(by_name->view().Row<std::uint8_t>(y)[x],
                by_default->view().Row<std::uint8_t>(y)[x]);
    }
  }
}

TEST_F(MethodCommandTest, TraceSaysHowGtfConverges) {
  const CommandResult result = RunSeafusion(Fuse({"--method", "gtf", "--trace", "--json"}));
  ASSERT_EQ(result.status, 0) << result.err;
  const auto report = nlohmann::json::parse(result.out);
  EXPECT_EQ(report["method"], "gtf");
  EXPECT_EQ(report["engine"], "double precision");
  EXPECT_THAT(result.err, HasSubstr("out.png: step 1: "));
  EXPECT_THAT(result.err, HasSubstr(", objective "));
  EXPECT_THAT(result.err, HasSubstr("step 5: "));
}

// From a MATLAB file to a fused picture.
TEST_F(MethodCommandTest, ImportsADictionaryForMstSr) {
  model::TestMatArray unit = {.name = "D", .shape = {64, 64}, .values = std::vector<double>(4096)};
  for (std::size_t i = 0; i < 64; ++i) unit.values[65 * i] = 1;
  const auto bytes = model::MatFile({unit}, true);
  const std::string mat =
      scratch_.WriteFile("d.mat", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const std::string model = scratch_ / "d.safetensors";
  const CommandResult converted = RunSeafusion({"convert", mat, "--method", "mst-sr", "-o", model});
  ASSERT_EQ(converted.status, 0) << converted.err;
  EXPECT_THAT(converted.out, HasSubstr("1 tensors, 4096 parameters, from a MATLAB file"));
  EXPECT_THAT(RunSeafusion({"convert", model, "--inspect"}).out,
              HasSubstr("weights of mst-sr: yes"));
  const CommandResult fused = RunSeafusion(Fuse({"--method", "mst-sr", "--model", model}));
  EXPECT_EQ(fused.status, 0) << fused.err;
  EXPECT_TRUE(io::ReadImage(output_).ok());

  const CommandResult without = RunSeafusion(Fuse({"--method", "mst-sr", "--overwrite"}));
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.err, HasSubstr("mst-sr needs a dictionary"));
  const CommandResult network = RunSeafusion({"convert", mat, "-o", scratch_ / "n.safetensors"});
  EXPECT_EQ(network.status, 1);
  EXPECT_THAT(network.err, HasSubstr("--method names whose weights it holds"));
  const CommandResult onnx =
      RunSeafusion({"convert", mat, "--method", "mst-sr", "-o", scratch_ / "d.onnx"});
  EXPECT_EQ(onnx.status, 2);
  EXPECT_THAT(RunSeafusion({"convert", mat, "--inspect"}).out, HasSubstr("D     double    64x64"));
}

TEST_F(MethodCommandTest, HelpListsTheMethods) {
  const CommandResult help = RunSeafusion({"fuse", "--help"});
  for (const char* name : {"seafusion", "gtf", "mst-sr", "average", "maximum"}) {
    EXPECT_THAT(help.out, HasSubstr(name));
  }
}

TEST_F(MethodCommandTest, WrongArguments) {
  const auto refuse = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr(message));
  };
  refuse(Fuse({"--method", "gft"}), "no method is called 'gft'; there are seafusion, ");
  refuse(Fuse({"--method", "average", "--tile", "64"}), "--tile: is for --method seafusion");
  refuse(Fuse({"--method", "average", "--model", "a.safetensors"}),
         "--model: average uses no weights");
  refuse({"fuse", "--ir", "a.mp4", "--vis", "b.mp4", "-o", "c.mp4", "--method", "average"},
         "streams are fused by seafusion only");
  EXPECT_FALSE(io::ReadImage(output_).ok());
}

}  // namespace
}  // namespace seafusion::tools
