#include "metrics/metric_list.h"

#include <algorithm>
#include <string>

#include "core/text/printable.h"

namespace seafusion::metrics {

StatusOr<std::vector<Metric>> ParseMetricList(std::string_view text) {
  std::string rest(text);
  rest.erase(std::remove(rest.begin(), rest.end(), ' '), rest.end());
  std::vector<Metric> wanted;
  for (std::size_t begin = 0; begin <= rest.size();) {
    const std::size_t end = std::min(rest.find(',', begin), rest.size());
    const std::string name = rest.substr(begin, end - begin);
    begin = end + 1;
    if (name == "all") {
      for (const MetricInfo& info : AllMetrics()) wanted.push_back(info.metric);
    } else if (name == "six") {
      wanted.insert(wanted.end(), PaperMetrics().begin(), PaperMetrics().end());
    } else if (const MetricInfo* info = FindMetric(name); info != nullptr) {
      wanted.push_back(info->metric);
    } else {
      std::string known;
      for (const MetricInfo& other : AllMetrics()) known.append(" ").append(other.name);
      return InvalidArgument("there is no metric '" + Printable(name) + "'; there are all, six," +
                             known);
    }
  }
  return wanted;
}

StatusOr<Convention> ParseConvention(std::string_view name) {
  for (const Convention convention : {Convention::kPaper, Convention::kF255}) {
    if (ConventionName(convention) == name) return convention;
  }
  return InvalidArgument("convention '" + Printable(name) + "' is neither paper nor f255");
}

}  // namespace seafusion::metrics
