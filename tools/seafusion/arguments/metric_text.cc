#include "arguments/metric_text.h"

#include <vector>

#include "core/printable.h"
#include "options/option_checks.h"

namespace seafusion::tools {
namespace {

using metrics::Convention;
using metrics::Metric;
using metrics::MetricInfo;

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += c;
    }
  }
  return parts;
}

StatusOr<std::vector<Metric>> ParseMetrics(const std::string& text) {
  std::vector<Metric> wanted;
  for (const std::string& name : SplitAtCommas(text)) {
    if (name == "all") {
      for (const MetricInfo& info : metrics::AllMetrics()) wanted.push_back(info.metric);
    } else if (name == "six") {
      for (const Metric metric : metrics::PaperMetrics()) wanted.push_back(metric);
    } else if (const MetricInfo* info = metrics::FindMetric(name); info != nullptr) {
      wanted.push_back(info->metric);
    } else {
      std::string known;
      for (const MetricInfo& other : metrics::AllMetrics()) known += " " + std::string(other.name);
      return InvalidArgument("there is no metric '" + Printable(name) + "'; there are all, six," +
                             known);
    }
  }
  return wanted;
}

}  // namespace

void AddMetricOptions(CLI::App& sub, const std::string& group, std::string& metrics,
                      std::string& convention) {
  sub.add_option("--metrics", metrics,
                 "Names with commas between, or all, or six\n(EN,MI,VIF,SF,SD,Qabf)")
      ->check(Accepts(ParseMetrics))
      ->type_name("LIST")
      ->group(group);
  sub.add_option("--convention", convention, "paper, f255 or all")
      ->check(OneOf({"paper", "f255", "all"}))
      ->type_name("C")
      ->group(group);
}

metrics::MetricRequest RequestOf(const std::string& metrics, const std::string& convention) {
  metrics::MetricRequest request;
  request.metrics = *ParseMetrics(metrics);
  request.conventions.clear();
  if (convention != "f255") request.conventions.push_back(Convention::kPaper);
  if (convention != "paper") request.conventions.push_back(Convention::kF255);
  return request;
}

}  // namespace seafusion::tools
