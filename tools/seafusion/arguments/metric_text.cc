#include "arguments/metric_text.h"

#include "metrics/metric_list.h"
#include "options/option_checks.h"

namespace seafusion::tools {
void AddMetricOptions(CLI::App& sub, const std::string& group, std::string& list,
                      std::string& convention) {
  sub.add_option("--metrics", list,
                 "Names with commas between, or all, or six\n(EN,MI,VIF,SF,SD,Qabf)")
      ->check(Accepts(metrics::ParseMetricList))
      ->type_name("LIST")
      ->group(group);
  sub.add_option("--convention", convention, "paper, f255 or all")
      ->check(OneOf({"paper", "f255", "all"}))
      ->type_name("C")
      ->group(group);
}

metrics::MetricRequest RequestOf(const std::string& list, const std::string& convention) {
  metrics::MetricRequest request;
  request.metrics = *metrics::ParseMetricList(list);
  request.conventions.clear();
  if (convention != "f255") request.conventions.push_back(metrics::Convention::kPaper);
  if (convention != "paper") request.conventions.push_back(metrics::Convention::kF255);
  return request;
}

}  // namespace seafusion::tools
