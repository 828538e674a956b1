#include "report/page.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report/base64.h"

namespace seafusion::report {
namespace {

using metrics::Convention;
using metrics::Metric;
using metrics::MetricValue;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<MetricValue> Values(double en, double sd_paper, double sd_f255) {
  return {{Metric::kEn, Convention::kPaper, en, kNan, kNan},
          {Metric::kEn, Convention::kF255, en, kNan, kNan},
          {Metric::kSd, Convention::kPaper, sd_paper, kNan, kNan},
          {Metric::kSd, Convention::kF255, sd_f255, kNan, kNan}};
}

Report TwoMethods() {
  Report report;
  report.title = "t";
  report.request = {{Metric::kEn, Metric::kSd, Metric::kEn},
                    {Convention::kPaper, Convention::kF255}};
  report.methods = {{"A", "a"}, {"B", "b"}};
  report.pairs = {{"one", 4, 3, {Values(1, 2, 3), Values(4, 5, kInf)}, std::vector<Picture>(4)},
                  {"two", 4, 3, {Values(3, 2, kNan), {}}, std::vector<Picture>(4)}};
  return report;
}

TEST(PageData, ColumnsNameTheConventionAndJoinWhatIsTheSame) {
  const auto json = nlohmann::json::parse(*PageData(TwoMethods()));
  ASSERT_EQ(json["columns"].size(), 3);
  EXPECT_EQ(json["columns"][0]["metric"], "EN");
  EXPECT_EQ(json["columns"][0]["convention"], "both");
  EXPECT_EQ(json["columns"][1]["convention"], "paper");
  EXPECT_EQ(json["columns"][2]["convention"], "f255");
  EXPECT_EQ(json["columns"][2]["better"], "higher");
}

TEST(PageData, UnitsAreOfTheConvention) {
  Report report = TwoMethods();
  report.request.metrics = {Metric::kSf};
  const auto sf = [](double v) {
    return std::vector<MetricValue>{{Metric::kSf, Convention::kPaper, v / 255, kNan, kNan},
                                    {Metric::kSf, Convention::kF255, v, kNan, kNan}};
  };
  for (Pair& pair : report.pairs) pair.values = {sf(1), sf(2)};
  const auto json = nlohmann::json::parse(*PageData(report));
  EXPECT_EQ(json["columns"][0]["unit"], "");
  EXPECT_EQ(json["columns"][1]["unit"], "gray levels");
}

TEST(PageData, MissingAndNonFiniteValuesAreToldApart) {
  const auto json = nlohmann::json::parse(*PageData(TwoMethods()));
  EXPECT_EQ(json["values"][0][0], (nlohmann::json{1.0, 2.0, 3.0}));
  EXPECT_EQ(json["values"][0][1][2], "NaN");
  EXPECT_EQ(json["values"][1][0][2], "Inf");
  EXPECT_TRUE(json["values"][1][1].is_null());
  // Of two pairs, B has one picture, with a finite entropy and an infinite deviation.
  EXPECT_EQ(json["summary"][1][0]["count"], 1);
  EXPECT_EQ(json["summary"][1][0]["mean"], 4.0);
  EXPECT_EQ(json["summary"][1][2]["count"], 0);
  EXPECT_EQ(json["summary"][1][2]["notFinite"], 1);
  EXPECT_EQ(json["summary"][1][2]["mean"], "NaN");
  EXPECT_EQ(json["summary"][0][0]["mean"], 2.0);
  EXPECT_DOUBLE_EQ(json["summary"][0][0]["std"], std::sqrt(2.0));
}

TEST(PageData, TasksKeepIntervalsAndWhatCouldNotBeFound) {
  Report report = TwoMethods();
  report.tasks = {{.title = "Detection",
                   .note = "by",
                   .columns = {{"AP@0.5", "person"}, {"AP@0.5", "All"}},
                   .rows = {{"Infrared", {{0.5, std::pair(0.25, 0.75)}, {}}}},
                   .panels = {{"one", {{.bytes = {}, .media_type = "", .link = "a%20b.png"}}}},
                   .curves = {{"Infrared", "person", {1, 0.5}}}}};
  const auto task = nlohmann::json::parse(*PageData(report))["tasks"].at(0);
  EXPECT_EQ(task["columns"][1]["category"], "All");
  EXPECT_EQ(task["rows"][0]["figures"][0]["value"], 0.5);
  EXPECT_EQ(task["rows"][0]["figures"][0]["interval"][1], 0.75);
  EXPECT_TRUE(task["rows"][0]["figures"][1]["value"].is_null());
  EXPECT_EQ(task["curves"][0]["precision"][1], 0.5);
  EXPECT_EQ(task["panels"][0]["pictures"][0], "a%20b.png");

  report.tasks[0].rows[0].figures.pop_back();
  EXPECT_THAT(PageData(report).status().message(), HasSubstr("Infrared has 1 figures for 2"));
  report.tasks[0].rows[0].figures.emplace_back();
  report.tasks[0].panels[0].pictures.clear();
  EXPECT_THAT(PageData(report).status().message(), HasSubstr("one has 0 pictures for 1 rows"));
}

TEST(PageData, NamesFromOutsideStayText) {
  const std::string hostile = "</script><script>alert(1)</script><!-- \"'&\\ \xE2\x80\xA8 \xC3\xA9";
  Report report = TwoMethods();
  report.title = hostile;
  report.methods[0].name = hostile;
  report.pairs[0].name = hostile;
  report.pairs[1].name = "no UTF-8: \xFF";
  report.settings = {{"folder", hostile}};
  const std::string data = *PageData(report);
  EXPECT_THAT(data, Not(HasSubstr("<")));
  const auto json = nlohmann::json::parse(data);
  EXPECT_EQ(json["title"], hostile);
  EXPECT_EQ(json["methods"][0]["name"], hostile);
  EXPECT_EQ(json["pairs"][0]["name"], hostile);
  EXPECT_EQ(json["pairs"][1]["name"], "no UTF-8: \xEF\xBF\xBD");
  EXPECT_EQ(json["settings"][0][1], hostile);
}

TEST(PageData, RefusesWhatDoesNotFit) {
  Report report = TwoMethods();
  report.methods[1].name = "A";
  EXPECT_THAT(PageData(report).status().message(), HasSubstr("two methods have the name A"));
  report = TwoMethods();
  report.pairs[1].values.pop_back();
  EXPECT_THAT(PageData(report).status().message(), HasSubstr("two has values of 1"));
  report = TwoMethods();
  report.pairs[0].values[0].pop_back();
  EXPECT_THAT(PageData(report).status().message(), HasSubstr("SD is missing"));
  report = TwoMethods();
  report.pairs.clear();
  EXPECT_FALSE(PageData(report).ok());
  report = TwoMethods();
  report.methods.clear();
  EXPECT_FALSE(PageData(report).ok());
}

TEST(RenderPage, PutsPicturesAndDataAtTheMark) {
  Report report = TwoMethods();
  report.pairs[1].pictures[2] = {{'a', 'b', 'c', 'd'}, "image/jpeg", "ignored.jpg"};
  report.pairs[1].pictures[0] = {{}, "", "ir/two.png"};
  const std::string page = *RenderPage(report, "<body><!--seafusion:data--></body>");
  EXPECT_THAT(page, AllOf(::testing::StartsWith("<body><script"), ::testing::EndsWith("</body>")));
  EXPECT_THAT(page, HasSubstr("id=\"picture-1-2\" data-type=\"image/jpeg\">YWJjZA==</script>"));
  EXPECT_THAT(page, HasSubstr("\"pictures\":[\"ir/two.png\",null,true,null]"));
}

TEST(RenderPage, RefusesATemplateWithoutItsMark) {
  for (const char* wrong : {"", "<body>", "<!--seafusion:data--><!--seafusion:data-->"}) {
    EXPECT_EQ(RenderPage(TwoMethods(), wrong).status().code(), StatusCode::kInternal) << wrong;
  }
}

TEST(PageTemplate, RendersAndAsksTheNetworkForNothing) {
  if (PageTemplate().empty()) GTEST_SKIP() << "built without the page (SEAFUSION_REPORT)";
  const auto page = RenderPage(TwoMethods(), PageTemplate());
  ASSERT_TRUE(page.ok()) << page.status().message();
  EXPECT_THAT(*page, AllOf(Not(HasSubstr("src=\"http")), Not(HasSubstr("href=\"http")),
                           Not(HasSubstr("@import")), HasSubstr("Apache")));
}

TEST(AppendBase64, HasTheStandardsAnswers) {
  for (const auto& [bytes, text] : {std::pair<std::string, const char*>{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"\xFF\xFE\xFB", "//77"}}) {
    std::string got;
    AppendBase64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, got);
    EXPECT_EQ(got, text);
  }
}

TEST(LinkTo, IsRelativeAndEscaped) {
  EXPECT_EQ(LinkTo("/a/b/c.png", "/a/b"), "c.png");
  EXPECT_EQ(LinkTo("/a/x/../c d.png", "/a/b"), "../c%20d.png");
  EXPECT_EQ(LinkTo("ir/a#1?%\"<.png", ""), "ir/a%231%3F%25%22%3C.png");
  EXPECT_EQ(LinkTo("ir/\xC3\xA9.png", "."), "ir/%C3%A9.png");
}

}  // namespace
}  // namespace seafusion::report
