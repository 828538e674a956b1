// `seafusion report` as a user runs it. What the page does in a browser: web/report/test.
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
#include "io/testing/drawn_pictures.h"
#include "report/page.h"

namespace seafusion::tools {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ReportCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (report::PageTemplate().empty()) {
      GTEST_SKIP() << "built without the report's page (Node.js and npm were not there)";
    }
    for (const char* name : {"a.png", "b.png"}) {
      for (const char* folder : {"ir", "vi", "one", "two"}) Stripes(folder, name, 48, 44);
    }
  }

  void Stripes(const std::string& folder, const std::string& name, int width, int height) {
    io::testing::WriteStripes(scratch_ / (folder + "/" + name), width, height, 100);
  }

  // Two methods, SF and EN.
  CommandResult Report(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"report",
                                          "--ir",
                                          scratch_ / "ir",
                                          "--vis",
                                          scratch_ / "vi",
                                          "--method",
                                          "First=" + (scratch_ / "one"),
                                          "--method",
                                          "Second=" + (scratch_ / "two"),
                                          "-o",
                                          Page(),
                                          "--metrics",
                                          "SF,EN"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunSeafusion(arguments);
  }

  std::string Page() const { return scratch_ / "report.html"; }

  std::string Text() const {
    std::ifstream file(Page(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  nlohmann::json Data() const {
    const std::string text = Text();
    const std::string start = "id=\"report-data\">";
    const std::size_t at = text.find(start) + start.size();
    return nlohmann::json::parse(text.substr(at, text.find("</script>", at) - at));
  }

  ScratchFolder scratch_;
};

TEST_F(ReportCommandTest, WritesAPageWithTheNumbersAndThePictures) {
  const CommandResult result = Report({"--threads", "2"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("2 methods, 2 pairs"));
  const auto json = Data();
  EXPECT_EQ(json["methods"][1]["name"], "Second");
  ASSERT_THAT(json["columns"], SizeIs(3));  // SF paper, SF f255, EN both
  // Stripes of 0 and 100: SF is 100 on 0..255, entropy 1 bit.
  EXPECT_DOUBLE_EQ(json["values"][0][1][0].get<double>(), 100.0 / 255.0);
  EXPECT_DOUBLE_EQ(json["values"][0][1][1].get<double>(), 100.0);
  EXPECT_DOUBLE_EQ(json["values"][1][0][2].get<double>(), 1.0);
  EXPECT_THAT(Text(), HasSubstr("id=\"picture-1-3\" data-type=\"image/jpeg\">/9j/"));
}

TEST_F(ReportCommandTest, EmbedNoneLinksToTheFiles) {
  ASSERT_EQ(Report({"--embed", "none", "-q"}).status, 0);
  EXPECT_EQ(Data()["pairs"][0]["pictures"],
            (nlohmann::json{"ir/a.png", "vi/a.png", "one/a.png", "two/a.png"}));
  EXPECT_THAT(Text(), Not(HasSubstr("id=\"picture-0-0\"")));
}

TEST_F(ReportCommandTest, NamesOfFilesCannotEndTheScript) {
  const std::string name = "<img src=x onerror=alert(1)>\"'&";
  for (const char* folder : {"ir", "vi", "one", "two"}) Stripes(folder, name + ".png", 48, 44);
  ASSERT_EQ(Report({"--title", "</script><b>"}).status, 0);
  EXPECT_THAT(Text(), AllOf(Not(HasSubstr("<img src=x")), Not(HasSubstr("</script><b>"))));
  EXPECT_EQ(Data()["title"], "</script><b>");
  EXPECT_EQ(Data()["pairs"][0]["name"], name);
}

TEST_F(ReportCommandTest, SizesThatDifferAreNamedAndNothingIsWritten) {
  Stripes("two", "b.png", 50, 44);
  const CommandResult result = Report();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("two/b.png is 50x44"), HasSubstr("b.png is 48x44")));
  EXPECT_FALSE(fs::exists(Page()));
}

TEST_F(ReportCommandTest, KeepGoingLeavesOutWhatFailsAndSaysSo) {
  Stripes("two", "b.png", 50, 44);
  const CommandResult result = Report({"--keep-going"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("two/b.png is 50x44"));
  EXPECT_TRUE(Data()["values"][1][1].is_null());
  EXPECT_FALSE(Data()["values"][0][1].is_null());
}

TEST_F(ReportCommandTest, MissingPartnersAreNamed) {
  fs::remove(scratch_ / "two/a.png");
  const CommandResult result = Report();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("ir/a.png: has no partner in"), HasSubstr("two"),
                                HasSubstr("--keep-going")));
  EXPECT_FALSE(fs::exists(Page()));
  EXPECT_EQ(Report({"--keep-going"}).status, 0);
  EXPECT_TRUE(Data()["values"][1][0].is_null());
  EXPECT_TRUE(Data()["pairs"][0]["pictures"][3].is_null());
}

TEST_F(ReportCommandTest, AnExistingPageIsKept) {
  std::ofstream(Page()) << "mine";
  const CommandResult result = Report();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(Page()), HasSubstr("--overwrite")));
  EXPECT_EQ(Text(), "mine");
  EXPECT_EQ(Report({"--overwrite"}).status, 0);
}

TEST_F(ReportCommandTest, OutputsThatCannotBeAreRefusedBeforeTheWork) {
  const std::vector<std::string> start = {
      "report",        "--ir",     scratch_ / "ir",          "--vis",
      scratch_ / "vi", "--method", "A=" + (scratch_ / "one")};
  for (const auto& [output, message] : {std::pair<std::string, std::string>{"ir", "is a folder"},
                                        {"nowhere/r.html", "there is no folder"}}) {
    std::vector<std::string> arguments = start;
    arguments.insert(arguments.end(), {"-o", scratch_ / output});
    const CommandResult result = RunSeafusion(arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr(message));
  }
}

TEST_F(ReportCommandTest, WrongArgumentsAreNamed) {
  CommandResult result = Report({"--method", "First=" + (scratch_ / "two")});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("the name 'First' comes twice"));
  for (const char* wrong : {"nothing", "=x", "x="}) {
    result = Report({"--method", wrong});
    EXPECT_EQ(result.status, 2) << wrong;
    EXPECT_THAT(result.err, HasSubstr("is not NAME=DIR"));
  }
  EXPECT_EQ(Report({"--embed", "some"}).status, 2);
  EXPECT_EQ(Report({"--metrics", "XY"}).status, 2);
}

TEST(ReportCommand, SaysWhenTheBuildHasNoPage) {
  if (!report::PageTemplate().empty()) GTEST_SKIP() << "this build has the page";
  const CommandResult result =
      RunSeafusion({"report", "--ir", "x", "--vis", "y", "--method", "A=z", "-o", "report.html"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("Node.js"), HasSubstr("-DSEAFUSION_REPORT=ON")));
}

}  // namespace
}  // namespace seafusion::tools
