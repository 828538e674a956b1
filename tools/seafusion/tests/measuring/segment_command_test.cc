// seafusion segment, run as a user would.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "command_runner.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "io/testing/drawn_pictures.h"
#include "model/onnx/onnx_graph.h"

namespace seafusion::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kWidth = 8, kHeight = 4;

// The network calls bright pixels person. The left half is: in the set "good" it is bright, in
// "bad" the right half is.
class SegmentCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* set : {"good", "bad", "labels"}) {
      std::filesystem::create_directories(scratch_.path() / set);
    }
    for (const char* name : {"a", "b"}) {
      Write(std::string("good/") + name, [](int x) { return x < kWidth / 2 ? 250 : 10; });
      Write(std::string("bad/") + name, [](int x) { return x < kWidth / 2 ? 10 : 250; });
      // The first column does not count.
      Write(std::string("labels/") + name, [](int x) {
        return x == 0 ? 255 : x < kWidth / 2 ? 1 : 0;
      });
    }
    model::OnnxGraph graph("bright");
    graph.AddInput("picture", {1, 3, kHeight, kWidth});
    graph.AddTensor("w", {.shape = {2, 3, 1, 1}, .values = {0, 0, 0, 1, 0, 0}});
    graph.AddTensor("b", {.shape = {2}, .values = {0.5f, 0}});
    graph.AddOperator("Conv", {"picture", "w", "b"}, "scores",
                      {{"kernel_shape", std::vector<std::int64_t>{1, 1}}});
    graph.AddOutput("scores", {1, 2, kHeight, kWidth});
    const auto onnx = graph.Take();
    scratch_.WriteFile("net.onnx", std::string(onnx.begin(), onnx.end()));
    WriteSettings(R"("map": {"0": "background", "1": "person"})");
  }

  void WriteSettings(const std::string& rest) const {
    scratch_.WriteFile("net.json",
                       R"({"input_width": 8, "input_height": 4, "classes": 2,
                           "labels": ["background", "person"], )" +
                           rest + "}");
  }

  template <typename Level>
  void Write(const std::string& name, Level level, int width = kWidth) const {
    io::testing::WriteGray(scratch_ / (name + ".png"), width, kHeight,
                           [&](int x, int) { return level(x); });
  }

  CommandResult Segment(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"segment",
                                          "--model",
                                          scratch_ / "net.onnx",
                                          "--labels",
                                          scratch_ / "labels",
                                          "--pictures",
                                          "Good=" + (scratch_ / "good"),
                                          "--pictures",
                                          "Bad=" + (scratch_ / "bad"),
                                          "--bootstrap",
                                          "50"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }

  std::string Error() const {
    const CommandResult result = Segment();
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    return result.err;
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(scratch_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const ScratchFolder scratch_;
};

TEST_F(SegmentCommandTest, MeasuresEachSet) {
  const CommandResult result = Segment({"--json", "--quiet"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["pictures"], 2);
  const auto& rows = json["rows"];
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["name"], "Good");
  ASSERT_EQ(rows[0]["figures"].size(), 3u);
  EXPECT_EQ(rows[0]["figures"][2]["category"], "mean");
  EXPECT_EQ(rows[0]["figures"][2]["value"], 1.0);
  EXPECT_EQ(rows[1]["figures"][2]["value"], 0.0);
  EXPECT_EQ(rows[0]["figures"][2]["interval"], nlohmann::json({1.0, 1.0}));
}

TEST_F(SegmentCommandTest, WritesTablesMatricesAndPictures) {
  ASSERT_EQ(Segment({"-o", scratch_ / "out", "--overlays"}).status, 0);
  EXPECT_THAT(Read("out/table.csv"), HasSubstr("Bad,person,IoU,0"));
  EXPECT_THAT(Read("out/confusion/Bad.csv"),
              AllOf(HasSubstr("person,background,24\n"), HasSubstr("background,person,32\n")));
  const auto classes = io::ReadImage(scratch_ / "out/classes/Good/a.png");
  ASSERT_TRUE(classes.ok());
  EXPECT_EQ(classes->view().Row<std::uint8_t>(1)[0], 1);
  EXPECT_EQ(classes->view().Row<std::uint8_t>(1)[7], 0);
  EXPECT_TRUE(io::ReadImage(scratch_ / "out/overlays/Bad/b.png").ok());
  const CommandResult again = Segment({"-o", scratch_ / "out"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("is not empty; --overwrite"));
}

TEST_F(SegmentCommandTest, NamesTheFileThatIsWrong) {
  Write("labels/b", [](int x) { return x == 3 ? 9 : 0; });
  EXPECT_THAT(Error(), HasSubstr("labels/b.png: pixel 3, 0 is of class 9; there are 2"));
  Write(
      "labels/b", [](int) { return 0; }, kWidth + 1);
  EXPECT_THAT(Error(), HasSubstr("labels/b.png: is 9 x 4, its picture 8 x 4"));
  std::filesystem::remove(scratch_.path() / "labels/b.png");
  EXPECT_THAT(Error(), HasSubstr("labels: has no label called b"));
  WriteSettings(R"("map": {"0": "background"})");
  EXPECT_THAT(Error(), AllOf(HasSubstr("net.json"), HasSubstr("\"person\" is evaluated")));
  scratch_.WriteFile("net.onnx", "no network");
  WriteSettings(R"("map": {"0": "background", "1": "person"})");
  EXPECT_THAT(Error(), AllOf(HasSubstr("net.onnx"), HasSubstr("OpenCV cannot read the network")));
}

TEST_F(SegmentCommandTest, TakesTheShippedNetworkAfterConvert) {
  const std::string net = scratch_ / "shipped.onnx";
  const CommandResult converted =
      RunSeafusion({"convert", SEAFUSION_SOURCE_DIR "/weights/segmentation.safetensors", "--method",
                    "segmentation", "--size", "64x32", "-o", net});
  ASSERT_EQ(converted.status, 0) << converted.err;
  const CommandResult segmented =
      RunSeafusion({"segment", "--model", net, "--labels", scratch_ / "labels", "--pictures",
                    "Good=" + (scratch_ / "good"), "--bootstrap", "0"});
  ASSERT_EQ(segmented.status, 0) << segmented.err;
  EXPECT_THAT(segmented.out, HasSubstr("car stop"));
  const CommandResult wrong = RunSeafusion(
      {"convert", "default", "--method", "segmentation", "-o", scratch_ / "wrong.onnx"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("not the weights of the segmentation network"));
}

}  // namespace
}  // namespace seafusion::tools
