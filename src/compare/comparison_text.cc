// The tables that people read.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "compare/comparison.h"
#include "compare/means.h"
#include "core/text/text_value.h"

namespace seafusion::compare {
namespace {

using metrics::Convention;
using metrics::Direction;
using metrics::Metric;

using Row = std::vector<std::string>;

std::size_t Columns(const std::string& utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

// The first column at the left, the others at the right.
std::string Aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], Columns(row[c]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string gap(widths[c] - Columns(row[c]), ' ');
      line += c == 0 ? row[c] + gap : "  " + gap + row[c];
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// "*" for the best of the values, "+" for the second best, " " for others; NaN takes no part.
std::vector<std::string> Marks(const std::vector<double>& values, Direction better) {
  std::set<double> distinct;
  for (const double v : values) {
    if (std::isfinite(v)) distinct.insert(better == Direction::kHigherIsBetter ? -v : v);
  }
  std::vector<double> order(distinct.begin(), distinct.end());
  std::vector<std::string> marks;
  for (const double v : values) {
    const double key = better == Direction::kHigherIsBetter ? -v : v;
    const bool best = !order.empty() && key == order[0];
    const bool second = order.size() > 1 && key == order[1];
    marks.emplace_back(best ? "*" : second ? "+" : " ");
  }
  return marks;
}

void AddColumn(std::vector<Row>& rows, const std::string& heading,
               const std::vector<std::string>& texts, const std::vector<double>& values,
               Direction better) {
  const std::vector<std::string> marks = Marks(values, better);
  rows[0].push_back(heading + " ");
  for (std::size_t m = 0; m < texts.size(); ++m) rows[m + 1].push_back(texts[m] + marks[m]);
}

void AddRanks(const std::vector<double>& ranks, const std::string& heading,
              std::vector<Row>& rows) {
  std::vector<std::string> texts;
  for (const double rank : ranks) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", rank);
    texts.emplace_back(text.data());
  }
  AddColumn(rows, heading, texts, ranks, Direction::kLowerIsBetter);
}

std::string DataName(const ComparedData& data) {
  return data.set.name.empty() ? "" : " of " + data.set.name;
}

// A row for each method; the mean is rounded as it is marked: what looks equal is marked alike.
std::string MetricsTable(const CompareSettings& settings, const ComparedData& data,
                         Convention convention) {
  const std::vector<const ComparedMethod*> methods = MeasuredMethods(data);
  if (methods.empty()) return "";
  std::vector<Row> rows = {{"method", "pairs"}}, intervals = {{"method"}};
  for (const ComparedMethod* method : methods) {
    rows.push_back({method->label, std::to_string(method->measured())});
    intervals.push_back({method->label});
  }
  bool any_interval = false;
  constexpr int kDigits = 5;
  for (const Metric metric : PrintedMetrics(settings.request)) {
    std::vector<std::string> texts;
    std::vector<double> values;
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const MetricMean* mean = FindMean(*methods[m], metric, convention);
      texts.push_back(mean == nullptr ? "-" : batch::NumberText(mean->summary.mean, kDigits));
      values.push_back(
          mean == nullptr ? kNone : NumberIn<double>(texts.back()).value_or(mean->summary.mean));
      const bool known = mean != nullptr && mean->interval;
      any_interval = any_interval || known;
      intervals[m + 1].push_back(known ? batch::NumberText(mean->interval->low, kDigits) + ".." +
                                             batch::NumberText(mean->interval->high, kDigits)
                                       : "-");
    }
    const metrics::MetricInfo& info = metrics::DescribeMetric(metric);
    AddColumn(rows, std::string(info.name), texts, values, info.direction);
    intervals[0].emplace_back(info.name);
  }
  AddRanks(MeanRanks(settings, methods, {convention}), "mean rank", rows);
  const std::string name =
      DataName(data) + ", convention " + std::string(metrics::ConventionName(convention));
  std::string text = "Mean metrics" + name + "; * best, + second best\n" + Aligned(rows) + "\n";
  if (any_interval) {
    text += "95 % intervals of these means, drawing pairs anew (bootstrap)" + name + "\n" +
            Aligned(intervals) + "\n";
  }
  return text;
}

// Of all conventions, the first at the top.
std::string RanksTable(const CompareSettings& settings, const ComparedData& data) {
  const std::vector<Convention>& conventions = settings.request.conventions;
  const std::vector<const ComparedMethod*> methods = MeasuredMethods(data);
  if (conventions.size() < 2 || methods.empty()) return "";
  std::vector<Row> rows = {{"method"}};
  for (const ComparedMethod* method : methods) rows.push_back({method->label});
  std::string names;
  for (const Convention convention : conventions) {
    const std::string name(metrics::ConventionName(convention));
    names += (names.empty() ? "" : " and ") + name;
    AddRanks(MeanRanks(settings, methods, {convention}), name, rows);
  }
  const std::vector<double> together = MeanRanks(settings, methods, conventions);
  AddRanks(together, "together", rows);
  std::vector<std::size_t> order(methods.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return together[a] < together[b]; });
  std::vector<Row> sorted = {rows[0]};
  for (const std::size_t m : order) sorted.push_back(rows[m + 1]);
  return "Mean rank" + DataName(data) + " among these rows, over " +
         std::to_string(PrintedMetrics(settings.request).size()) + " metrics, conventions " +
         names + "\n" + Aligned(sorted) + "\n";
}

// As Tables 1 and 2 of the SeAFusion paper.
std::string TaskText(const ComparedData& data, const ComparedTask& task) {
  if (!task.error.empty()) return "";
  return task.name() + DataName(data) + " by " + task.model + "; * highest\n" + task.text + "\n";
}

// As Table 3 of the SeAFusion paper: a row for each method, a column for each data set.
std::string TimesTable(const Comparison& comparison) {
  std::vector<std::string> labels;
  for (const ComparedData& data : comparison.data) {
    for (const ComparedMethod& method : data.methods) {
      if (method.name.empty() || method.fused() == 0) continue;
      if (std::find(labels.begin(), labels.end(), method.label) == labels.end()) {
        labels.push_back(method.label);
      }
    }
  }
  if (labels.empty()) return "";
  std::vector<Row> rows = {{"method"}};
  for (const std::string& label : labels) rows.push_back({label});
  for (const ComparedData& data : comparison.data) {
    std::vector<std::string> first(labels.size(), "-");
    std::vector<std::string> others(labels.size(), "-");
    std::vector<double> means(labels.size(), kNone);
    for (const ComparedMethod& method : data.methods) {
      const auto at = std::find(labels.begin(), labels.end(), method.label);
      if (method.name.empty() || at == labels.end()) continue;
      const auto m = static_cast<std::size_t>(at - labels.begin());
      const RunningTime time = RunningTimeOf(method);
      if (time.first_call) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.4f", *time.first_call);
        first[m] = text.data();
      }
      others[m] = RunningTimeText(time.others);
      if (time.others.count > 0) means[m] = time.others.mean;
    }
    rows[0].push_back("first call");
    for (std::size_t m = 0; m < labels.size(); ++m) rows[m + 1].push_back(first[m]);
    AddColumn(rows, data.set.name.empty() ? "mean ± std" : data.set.name + ", mean ± std", others,
              means, Direction::kLowerIsBetter);
  }
  return "Running time, seconds a picture without reading and writing it; " +
         std::to_string(comparison.threads) +
         (comparison.threads == 1 ? " thread, " : " threads, ") + comparison.processor + "\n" +
         Aligned(rows) + "\n";
}

// What failed, and what was left out, once for all data sets.
std::string Remarks(const Comparison& comparison) {
  std::string text;
  std::set<std::string> said;
  for (const ComparedData& data : comparison.data) {
    for (const ComparedMethod& method : data.methods) {
      if (!method.skip.empty() && said.insert(method.label).second) {
        text += "left out: " + method.label + ": " + method.skip + "\n";
      }
    }
  }
  for (const ComparedData& data : comparison.data) {
    for (const ComparedMethod& method : data.methods) {
      if (method.is_source) {
        if (method.measured() == 0 && method.failed() > 0) {
          text += "not measured: " + method.label + DataName(data) + ": " +
                  method.pairs.front().error + "\n";
        }
      } else if (!method.error.empty()) {
        text += "failed: " + method.label + DataName(data) + ": " + method.error + "\n";
      } else if (method.failed() > 0) {
        text += "failed: " + method.label + DataName(data) + ": " +
                std::to_string(method.failed()) + " of " + std::to_string(method.pairs.size()) +
                " pairs\n";
      }
    }
    for (const ComparedTask& task : data.tasks) {
      if (!task.error.empty()) text += "failed: " + task.error + DataName(data) + "\n";
      for (const std::string& label : task.left_out) {
        text += "left out of " + task.name() + DataName(data) + ": " + label + " lacks pictures\n";
      }
    }
  }
  return text;
}

}  // namespace

std::string ComparisonText(const CompareSettings& settings, const Comparison& comparison) {
  std::string text;
  for (const ComparedData& data : comparison.data) {
    for (const Convention convention : settings.request.conventions) {
      text += MetricsTable(settings, data, convention);
    }
    text += RanksTable(settings, data);
  }
  for (const ComparedData& data : comparison.data) {
    for (const ComparedTask& task : data.tasks) text += TaskText(data, task);
  }
  return text + TimesTable(comparison) + Remarks(comparison);
}

}  // namespace seafusion::compare
