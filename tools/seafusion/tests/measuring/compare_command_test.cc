// `seafusion compare` as a user runs it.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
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
#include "report/page.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class CompareCommandTest : public ::testing::Test {
 protected:
  // Three pairs of odd sizes.
  void SetUp() override {
    for (int i = 0; i < 3; ++i) {
      const std::string name = std::string(1, static_cast<char>('a' + i)) + ".png";
      Picture("data/ir/" + name, 33 + 2 * i, 21, [&](int x, int y) { return 5 * x + y + i; });
      Picture("data/vi/" + name, 33 + 2 * i, 21, [&](int x, int y) { return x % 3 * 80 + y; });
    }
  }

  template <typename Level>
  void Picture(const std::string& name, int width, int height, Level level) {
    io::testing::WriteGray(scratch_ / name, width, height, level);
  }

  // A dictionary for mst-sr of atoms with one sample, all of this level.
  std::string Dictionary(const std::string& name, double level) {
    model::TestMatArray unit = {
        .name = "D", .shape = {64, 64}, .values = std::vector<double>(4096)};
    for (std::size_t i = 0; i < 64; ++i) unit.values[65 * i] = level;
    const auto bytes = model::MatFile({unit}, true);
    const std::string mat = scratch_.WriteFile(
        name + ".mat", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    std::string model = scratch_ / (name + ".safetensors");
    EXPECT_EQ(RunSeafusion({"convert", mat, "--method", "mst-sr", "-o", model}).status, 0);
    return model;
  }

  CommandResult Compare(const std::vector<std::string>& more, const CommandRunOptions& run = {}) {
    std::vector<std::string> arguments = {"compare", "--report", report_};
    if (std::find(more.begin(), more.end(), "--threads") == more.end()) {
      arguments.insert(arguments.end(), {"--threads", "1"});
    }
    if (std::find(more.begin(), more.end(), "--data") == more.end()) {
      arguments.insert(arguments.end(), {"--data", scratch_ / "data"});
    }
    if (std::find(more.begin(), more.end(), "--metrics") == more.end()) {
      arguments.insert(arguments.end(), {"--metrics", "SF,EN,MSE"});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments, run);
  }

  std::string Text(const std::string& name) const {
    std::ifstream file(report_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  nlohmann::json Json() const { return nlohmann::json::parse(Text("compare.json")); }
  // Of the first data set.
  nlohmann::json Method(const std::string& label) const {
    const nlohmann::json json = Json();
    for (const auto& method : json["data"][0]["methods"]) {
      if (method["label"] == label) return method;
    }
    return nullptr;
  }
  fs::file_time_type TimeOf(const std::string& name) const {
    return fs::last_write_time(report_ + "/" + name);
  }
  static long Lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

  ScratchFolder scratch_;
  const std::string report_ = scratch_ / "out";
};

TEST_F(CompareCommandTest, FusesMeasuresTimesAndTells) {
  const CommandResult result = Compare({"--methods", "average,maximum,gtf"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, AllOf(HasSubstr("Mean metrics, convention paper; * best, + second best"),
                                HasSubstr("convention f255"), HasSubstr("Running time, seconds"),
                                HasSubstr("1 thread, "), HasSubstr("mean ± std")));
  // What seafusion fuse makes and seafusion metrics measures.
  const std::string alone = scratch_ / "alone";
  ASSERT_EQ(RunSeafusion({"fuse", "--ir", scratch_ / "data/ir", "--vis", scratch_ / "data/vi", "-o",
                          alone, "--method", "gtf", "--range", "reference"})
                .status,
            0);
  for (const char* name : {"a.png", "b.png", "c.png"}) {
    const auto ours = io::ReadImage(report_ + "/fused/GTF/" + name);
    const auto theirs = io::ReadImage(alone + "/" + name);
    ASSERT_TRUE(ours.ok() && theirs.ok());
    ASSERT_EQ(ours->width(), theirs->width());
    for (int y = 0; y < 21; ++y) {
      for (int x = 0; x < ours->width(); ++x) {
        ASSERT_EQ(ours->view().Row<std::uint8_t>(y)[x], theirs->view().Row<std::uint8_t>(y)[x]);
      }
    }
  }
  const CommandResult measured =
      RunSeafusion({"metrics", "--ir", scratch_ / "data/ir", "--vis", scratch_ / "data/vi",
                    "--fused", alone, "--metrics", "SF,EN,MSE", "--json"});
  EXPECT_EQ(Method("GTF")["summary"], nlohmann::json::parse(measured.out)["summary"]);

  EXPECT_THAT(Text("metrics.csv"),
              AllOf(HasSubstr("data,method,pair,metric,convention,value\n,Average,a,SF,paper,"),
                    HasSubstr("\n,GTF,c,EN,f255,")));
  EXPECT_EQ(Lines(Text("metrics.csv")), 1 + (3 + 2) * 3 * 3 * 2);  // and the two sources
  EXPECT_EQ(Lines(Text("means.csv")), 1 + (3 + 2) * 3 * 2);
  EXPECT_EQ(Lines(Text("times.csv")), 1 + 3 * 3);
  EXPECT_THAT(Text("times.csv"), HasSubstr("\n,Maximum,b,35,21,1,"));
  EXPECT_EQ(Method("Maximum")["seconds"]["count"], 2);  // and one first call
  EXPECT_TRUE(Method("Maximum")["seconds"]["first_call"].is_number());
  EXPECT_EQ(Method("GTF")["engine"], "double precision");
  if (!report::PageTemplate().empty()) {
    EXPECT_THAT(Text("report.html"),
                AllOf(HasSubstr("id=\"picture-2-4\""), HasSubstr("s a picture")));
  }
}

TEST_F(CompareCommandTest, BestAndSecondBestAreMarked) {
  // At each pixel the maximum and a copy have the whole difference of the sources as their error
  // against one of them, the average half of it against both.
  fs::copy(scratch_ / "data/vi", scratch_ / "copy");
  const CommandResult result = Compare({"--methods", "average,maximum", "--pictures",
                                        "Copy=" + (scratch_ / "copy"), "--metrics", "MSE"});
  ASSERT_EQ(result.status, 0) << result.err;
  std::istringstream lines(result.out.substr(0, result.out.find("\n\n")));
  std::vector<std::string> marked;
  for (std::string line; std::getline(lines, line);) {
    marked.push_back(line.substr(0, line.find(' ')) + line.back());
  }
  EXPECT_THAT(marked, ElementsAre("Meant", "methodk", "Average*", "Maximum+", "Copy+", "Infrared+",
                                  "Visible+"));
  EXPECT_FALSE(Method("Copy").contains("seconds"));
  EXPECT_THAT(Text("times.csv"), Not(HasSubstr("Copy")));
}

TEST_F(CompareCommandTest, SourcesAreMeasuredAsIfTheyWereFused) {
  const CommandResult result = Compare({"--methods", "average", "--bootstrap", "50"});
  ASSERT_EQ(result.status, 0) << result.err;
  const CommandResult measured =
      RunSeafusion({"metrics", "--ir", scratch_ / "data/ir", "--vis", scratch_ / "data/vi",
                    "--fused", scratch_ / "data/vi", "--metrics", "SF,EN,MSE", "--json"});
  EXPECT_EQ(Method("Visible")["summary"], nlohmann::json::parse(measured.out)["summary"]);
  EXPECT_EQ(Method("Infrared")["is_source"], true);
  EXPECT_THAT(Text("times.csv"), Not(HasSubstr("Visible")));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("95 % intervals of these means, drawing pairs anew (bootstrap), "
                              "convention paper\n"),
                    HasSubstr("Mean rank among these rows, over 2 metrics, conventions paper and "
                              "f255\n")));
  const nlohmann::json intervals = Method("Average")["intervals"];
  ASSERT_THAT(intervals, SizeIs(6));
  const nlohmann::json summary = Method("Average")["summary"];
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    EXPECT_EQ(intervals[i]["metric"], summary[i]["metric"]);
    EXPECT_LE(intervals[i]["low"], summary[i]["mean"]);
    EXPECT_GE(intervals[i]["high"], summary[i]["mean"]);
  }
  const nlohmann::json ranks = Json()["data"][0]["mean_ranks"];
  double sum = 0;
  for (const auto& row : ranks) sum += row["together"].get<double>();
  EXPECT_THAT(ranks, SizeIs(3));
  EXPECT_DOUBLE_EQ(sum, 1 + 2 + 3);
  if (!report::PageTemplate().empty()) {
    EXPECT_THAT(Text("report.html"),
                AllOf(HasSubstr("\"name\":\"Visible\""), Not(HasSubstr("id=\"picture-0-3\""))));
  }
  const CommandResult without = Compare({"--methods", "average", "--bootstrap", "0"});
  EXPECT_THAT(without.out, Not(HasSubstr("intervals")));
  const CommandResult taken =
      Compare({"--methods", "average", "--pictures", "Visible=" + (scratch_ / "data/vi")});
  EXPECT_EQ(taken.status, 2);
  EXPECT_THAT(taken.err, HasSubstr("the label 'Visible' is that of the sources"));
}

TEST_F(CompareCommandTest, ASecondRunTakesOverWhatIsDone) {
  ASSERT_EQ(Compare({"--methods", "average,gtf"}).status, 0);
  const auto state = Text("state/GTF.jsonl");
  const auto times = Text("times.csv");
  const auto before = TimeOf("fused/GTF/b.png");
  const CommandResult again = Compare({"--methods", "average,gtf,maximum"});
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(TimeOf("fused/GTF/b.png"), before);
  EXPECT_EQ(Text("state/GTF.jsonl"), state);
  EXPECT_THAT(Text("times.csv"), ::testing::StartsWith(times));
  EXPECT_EQ(Method("Maximum")["pairs_measured"], 3);
  // Other metrics are measured of the same pictures.
  ASSERT_EQ(Compare({"--methods", "gtf", "--metrics", "SD"}).status, 0);
  EXPECT_EQ(TimeOf("fused/GTF/b.png"), before);
  EXPECT_EQ(Method("GTF")["summary"][0]["metric"], "SD");
  EXPECT_TRUE(Method("Average").is_null());
  // From nothing, if one wants it.
  ASSERT_EQ(Compare({"--methods", "gtf", "--overwrite"}).status, 0);
  EXPECT_NE(TimeOf("fused/GTF/b.png"), before);
}

TEST_F(CompareCommandTest, GoesOnAfterACrash) {
  ASSERT_EQ(Compare({"--methods", "average"}).status, 0);
  const auto a = TimeOf("fused/Average/a.png");
  const auto b = TimeOf("fused/Average/b.png");
  // The first two pairs are fused, the line of the second is cut short, the third never began.
  const std::string text = Text("state/Average.jsonl");
  const std::size_t second = text.find("\"pair\":\"b\"");
  std::ofstream(report_ + "/state/Average.jsonl", std::ios::binary) << text.substr(0, second + 60);
  fs::remove(report_ + "/fused/Average/c.png");
  fs::remove(report_ + "/compare.json");
  ASSERT_EQ(Compare({"--methods", "average"}).status, 0);
  EXPECT_EQ(TimeOf("fused/Average/a.png"), a);
  EXPECT_NE(TimeOf("fused/Average/b.png"), b);
  EXPECT_EQ(Method("Average")["pairs_measured"], 3);
}

TEST_F(CompareCommandTest, CtrlCStopsAndTheSameCommandGoesOn) {
  for (int i = 0; i < 9; ++i) {
    const std::string file = "/p" + std::to_string(i) + ".png";
    Picture("data/ir" + file, 320, 240, [](int x, int y) { return x * y; });
    Picture("data/vi" + file, 320, 240, [](int x, int y) { return x * 7 + y * 3; });
  }
  CommandRunOptions run;
  run.interrupt_at = " 1/12 pairs";
  const CommandResult stopped = Compare({"--methods", "gtf", "--progress"}, run);
  ASSERT_EQ(stopped.status, 1);
  EXPECT_THAT(stopped.err, HasSubstr("interrupted; the same command goes on from here"));
  EXPECT_FALSE(fs::exists(report_ + "/compare.json"));
  const auto first = TimeOf("fused/GTF/a.png");
  ASSERT_EQ(Compare({"--methods", "gtf"}).status, 0);
  EXPECT_EQ(TimeOf("fused/GTF/a.png"), first);
  EXPECT_EQ(Method("GTF")["pairs_measured"], 12);
}

TEST_F(CompareCommandTest, WhatChangedIsDoneAgain) {
  const std::string model = Dictionary("one", 1);
  const std::vector<std::string> arguments = {"--methods", "mst-sr,average", "--model",
                                              "mst-sr=" + model};
  ASSERT_EQ(Compare(arguments).status, 0);
  auto mst = TimeOf("fused/MST-SR/a.png");
  auto average = TimeOf("fused/Average/a.png");
  // Other weights in the same file.
  fs::copy_file(Dictionary("two", 2), model, fs::copy_options::overwrite_existing);
  CommandResult result = Compare(arguments);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("MST-SR: begun anew, as this changed since the earlier run: "
                                    "weights"));
  EXPECT_NE(TimeOf("fused/MST-SR/a.png"), mst);
  EXPECT_EQ(TimeOf("fused/Average/a.png"), average);
  // One source picture.
  mst = TimeOf("fused/MST-SR/a.png");
  const auto other = TimeOf("fused/MST-SR/b.png");
  Picture("data/vi/a.png", 33, 21, [](int x, int) { return x; });
  ASSERT_EQ(Compare(arguments).status, 0);
  EXPECT_NE(TimeOf("fused/MST-SR/a.png"), mst);
  EXPECT_EQ(TimeOf("fused/MST-SR/b.png"), other);
  EXPECT_NE(TimeOf("fused/Average/a.png"), average);
  // A result that someone touched.
  Picture("out/fused/Average/b.png", 35, 21, [](int, int) { return 0; });
  ASSERT_EQ(Compare(arguments).status, 0);
  EXPECT_GT(io::ReadImage(report_ + "/fused/Average/b.png")->view().Row<std::uint8_t>(20)[34], 0);
  // The range, and the threads.
  result = Compare({"--methods", "average", "--range", "image", "--threads", "2"});
  EXPECT_THAT(result.err, HasSubstr("range, threads"));
}

TEST_F(CompareCommandTest, OneMethodWithTwoWeights) {
  const std::string one = Dictionary("one", 1);
  const std::string two = Dictionary("two", 2);
  const CommandResult result = Compare({"--methods", "mst-sr", "--model", "mst-sr=" + one,
                                        "--model", "mst-sr:MST-SR (two)=" + two, "-q"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_TRUE(fs::exists(report_ + "/fused/MST-SR (two)/c.png"));
  EXPECT_NE(Method("MST-SR")["weights_sha256"], Method("MST-SR (two)")["weights_sha256"]);
}

TEST_F(CompareCommandTest, MethodsWithoutWeightsAreLeftOutAndNamed) {
  const CommandResult result = Compare({});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("left out: MST-SR: it needs weights: --model mst-sr=FILE"));
  EXPECT_EQ(Method("MST-SR")["skipped"], "it needs weights: --model mst-sr=FILE");
  EXPECT_EQ(Method("SeAFusion")["pairs_measured"], 3);
  const CommandResult nothing = Compare({"--methods", "mst-sr"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.err, HasSubstr("nothing to compare"));
}

TEST_F(CompareCommandTest, AMethodThatFailsDoesNotStopTheOthers) {
  const std::string broken = scratch_.WriteFile("broken.safetensors", "no weights");
  const CommandResult result =
      Compare({"--methods", "seafusion,average", "--model", "seafusion:Broken=" + broken});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Broken: "), HasSubstr("broken.safetensors")));
  EXPECT_THAT(result.out, HasSubstr("failed: Broken: "));
  EXPECT_THAT(Method("Broken")["error"].get<std::string>(), HasSubstr("broken.safetensors"));
  EXPECT_EQ(Method("SeAFusion")["pairs_measured"], 3);
  EXPECT_EQ(Method("Average")["pairs_measured"], 3);
}

TEST_F(CompareCommandTest, APairThatFailsIsNamedAndDoesNotStopTheOthers) {
  scratch_.WriteFile("data/ir/b.png", "no picture");
  Picture("data/ir/c.png", 20, 20, [](int, int) { return 1; });
  const CommandResult result = Compare({"--methods", "average,maximum"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Average: "), HasSubstr("data/ir/b.png"),
                                HasSubstr("Maximum: "), HasSubstr("data/ir/c.png is 20x20, ")));
  EXPECT_THAT(result.out, HasSubstr("failed: Maximum: 2 of 3 pairs"));
  EXPECT_THAT(Method("Average")["failed"], SizeIs(2));
  EXPECT_EQ(Method("Average")["pairs_measured"], 1);
  // Mended, the rest is done.
  const auto a = TimeOf("fused/Average/a.png");
  for (const char* name : {"b", "c"}) {
    const std::string file = std::string(name) + ".png";
    fs::copy_file(scratch_ / ("data/vi/" + file), scratch_ / ("data/ir/" + file),
                  fs::copy_options::overwrite_existing);
  }
  EXPECT_EQ(Compare({"--methods", "average,maximum"}).status, 0);
  EXPECT_EQ(TimeOf("fused/Average/a.png"), a);
}

TEST_F(CompareCommandTest, ReadyMadePicturesThatLackOneOrDoNotFit) {
  fs::copy(scratch_ / "data/vi", scratch_ / "made");
  fs::remove(scratch_ / "made/a.png");
  Picture("made/b.png", 9, 9, [](int, int) { return 1; });
  const CommandResult result =
      Compare({"--methods", "average", "--pictures", "Made=" + (scratch_ / "made"), "--pictures",
               "None=" + (scratch_ / "none")});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("made: has no picture a"), HasSubstr("made/b.png is 9x9"),
                                HasSubstr("None: ")));
  EXPECT_EQ(Method("Made")["pairs_measured"], 1);
  EXPECT_EQ(Method("Average")["pairs_measured"], 3);
}

TEST_F(CompareCommandTest, SeveralDataSetsMakeOneTableOfTimes) {
  fs::copy(scratch_ / "data", scratch_ / "more", fs::copy_options::recursive);
  fs::copy(scratch_ / "data/ir", scratch_ / "made");
  const CommandResult result = Compare(
      {"--data", "One=" + (scratch_ / "data"), "--data", "Two=" + (scratch_ / "more"), "--first",
       "2", "--methods", "average,maximum", "--pictures", "Two:Made=" + (scratch_ / "made")});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("Mean metrics of One, convention paper"),
                                HasSubstr("Mean metrics of Two, convention f255"),
                                HasSubstr("One, mean ± std"), HasSubstr("Two, mean ± std")));
  EXPECT_TRUE(fs::exists(report_ + "/Two/fused/Maximum/b.png"));
  EXPECT_FALSE(fs::exists(report_ + "/Two/fused/Maximum/c.png"));
  EXPECT_TRUE(Method("Made").is_null());
  EXPECT_THAT(Text("metrics.csv"), HasSubstr("\nTwo,Made,b,SF,paper,"));
  if (!report::PageTemplate().empty()) {
    EXPECT_THAT(Text("Two/report.html"), HasSubstr("Infrared and visible image fusion: Two"));
  }
}

TEST_F(CompareCommandTest, FoldersOfOthersAreLeftAlone) {
  scratch_.WriteFile("out/mine.txt", "mine");
  const CommandResult result = Compare({"--methods", "average"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("not the folder of an earlier comparison"));
  EXPECT_THAT(scratch_.Files("out"), ElementsAre("mine.txt"));
}

TEST_F(CompareCommandTest, InputsAmongTheResultsAreRefused) {
  ASSERT_EQ(Compare({"--methods", "average"}).status, 0);
  const CommandResult result =
      RunSeafusion({"compare", "--ir", scratch_ / "data/ir", "--vis", report_ + "/fused/Average",
                    "--methods", "average", "--report", report_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("is an input, and lies where the results go"));
}

TEST_F(CompareCommandTest, PicturesWithoutPartners) {
  fs::remove(scratch_ / "data/vi/a.png");
  const CommandResult result = Compare({"--methods", "average"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("ir/a.png: has no partner"), HasSubstr("--keep-going")));
  EXPECT_EQ(Compare({"--methods", "average", "--keep-going"}).status, 0);
}

TEST_F(CompareCommandTest, WrongArguments) {
  const auto refuse = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const CommandResult result = Compare(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr(message));
  };
  refuse({"--methods", "average,gft"}, "no method is called 'gft'; there are all, seafusion, ");
  refuse({"--methods", "gtf,gtf"}, "gtf comes twice");
  refuse({"--model", "gtf=x"}, "gtf uses no weights");
  refuse({"--model", "xyz=x"}, "no method is called 'xyz'");
  refuse({"--model", "mst-sr"}, "is not METHOD[:LABEL]=FILE");
  refuse({"--methods", "gtf", "--model", "mst-sr=x"}, "mst-sr is not among --methods");
  refuse({"--model", "mst-sr=x", "--model", "mst-sr=y"}, "give one of them a LABEL");
  refuse({"--model", "mst-sr:GTF=x"}, "the label 'GTF' comes twice");
  refuse({"--model", "mst-sr:../x=y"}, "cannot name a folder");
  refuse({"--pictures", "x"}, "is not [DATA:]LABEL=SRC");
  refuse({"--pictures", "Two:A=x"}, "no data set is called 'Two'");
  refuse({"--data", "x", "--data", "y"}, "several need names");
  refuse({"--data", "A=x", "--data", "A=y"}, "the name 'A' comes twice");
  refuse({"--data", "A=x", "--data", "B=y", "--pictures", "L=z"}, "does not say of which data set");
  refuse({"--ir", "x"}, "is given, and so is --ir or --vis");
  EXPECT_EQ(RunSeafusion({"compare", "--report", report_}).status, 2);
  EXPECT_FALSE(fs::exists(report_));
  const CommandResult nowhere = RunSeafusion(
      {"compare", "--data", scratch_ / "nowhere", "--report", report_, "--methods", "average"});
  EXPECT_EQ(nowhere.status, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("nowhere/ir"));
  EXPECT_FALSE(fs::exists(report_));
}

}  // namespace
}  // namespace seafusion::tools
