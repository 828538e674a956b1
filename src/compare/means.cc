#include "compare/means.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <span>

#include "core/text/csv_field.h"

namespace seafusion::compare {
namespace {

using metrics::Convention;
using metrics::Metric;

// Of the finite values, as metrics::Summarize.
std::optional<metrics::Interval> IntervalOf(const std::vector<double>& values,
                                            const metrics::BootstrapSettings& bootstrap) {
  if (bootstrap.samples == 0) return std::nullopt;
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double v) { return std::isfinite(v); });
  return metrics::BootstrapInterval(
      finite.size(), bootstrap, [&](std::span<const std::uint32_t> times) {
        double sum = 0;
        for (std::size_t i = 0; i < finite.size(); ++i) sum += finite[i] * times[i];
        return std::optional(sum / static_cast<double>(finite.size()));
      });
}

// Adds the places of values, the smallest first, to `sums`.
void AddPlaces(const std::vector<double>& values, std::vector<double>& sums) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    double before = 0, alike = 0;
    for (const double other : values) {
      if (other < values[i]) ++before;
      if (other == values[i]) ++alike;
    }
    sums[i] += before + (alike + 1) / 2;
  }
}

}  // namespace

std::vector<MetricMean> MeansOf(const CompareSettings& settings, const ComparedMethod& method) {
  std::vector<MetricMean> means;
  std::set<Metric> seen;
  for (const Metric metric : settings.request.metrics) {
    if (!seen.insert(metric).second) continue;
    for (const Convention convention : settings.request.conventions) {
      std::vector<double> values;
      for (const ComparedPair& pair : method.pairs) {
        for (const metrics::MetricValue& v : pair.record.values) {
          if (v.metric == metric && v.convention == convention) values.push_back(v.value);
        }
      }
      if (values.empty()) continue;
      means.push_back(
          {metric, convention, metrics::Summarize(values), IntervalOf(values, settings.bootstrap)});
    }
  }
  return means;
}

const MetricMean* FindMean(const ComparedMethod& method, Metric metric, Convention convention) {
  const auto it = std::find_if(method.means.begin(), method.means.end(), [&](const MetricMean& m) {
    return m.metric == metric && m.convention == convention;
  });
  return it == method.means.end() ? nullptr : &*it;
}

std::vector<Metric> PrintedMetrics(const metrics::MetricRequest& request) {
  std::vector<Metric> printed;
  for (const Metric metric : metrics::PaperMetrics()) {
    if (std::find(request.metrics.begin(), request.metrics.end(), metric) !=
        request.metrics.end()) {
      printed.push_back(metric);
    }
  }
  return printed.empty() ? request.metrics : printed;
}

std::vector<const ComparedMethod*> MeasuredMethods(const ComparedData& data) {
  std::vector<const ComparedMethod*> measured;
  for (const ComparedMethod& method : data.methods) {
    if (method.measured() > 0) measured.push_back(&method);
  }
  return measured;
}

std::vector<double> MeanRanks(const CompareSettings& settings,
                              const std::vector<const ComparedMethod*>& methods,
                              const std::vector<Convention>& conventions) {
  std::vector<double> sums(methods.size());
  double columns = 0;
  for (const Metric metric : PrintedMetrics(settings.request)) {
    const bool higher =
        metrics::DescribeMetric(metric).direction == metrics::Direction::kHigherIsBetter;
    for (const Convention convention : conventions) {
      std::vector<double> values;
      for (const ComparedMethod* method : methods) {
        const MetricMean* mean = FindMean(*method, metric, convention);
        const double value = mean == nullptr ? std::nan("") : mean->summary.mean;
        values.push_back(!std::isfinite(value) ? std::numeric_limits<double>::infinity()
                         : higher              ? -value
                                               : value);
      }
      AddPlaces(values, sums);
      ++columns;
    }
  }
  for (double& sum : sums) sum /= columns;
  return sums;
}

std::string MeansCsv(const Comparison& comparison) {
  std::string text = "data,method,metric,convention,pairs,mean,std,low,high\n";
  constexpr int kDigits = 9;
  for (const ComparedData& data : comparison.data) {
    for (const ComparedMethod& method : data.methods) {
      for (const MetricMean& mean : method.means) {
        text += CsvField(data.set.name) + "," + CsvField(method.label) + "," +
                std::string(metrics::DescribeMetric(mean.metric).name) + "," +
                std::string(metrics::ConventionName(mean.convention)) + "," +
                std::to_string(mean.summary.count) + "," +
                batch::NumberText(mean.summary.mean, kDigits) + "," +
                batch::NumberText(mean.summary.deviation, kDigits) + ",";
        if (mean.interval) {
          text += batch::NumberText(mean.interval->low, kDigits) + "," +
                  batch::NumberText(mean.interval->high, kDigits);
        } else {
          text += ",";
        }
        text += "\n";
      }
    }
  }
  return text;
}

}  // namespace seafusion::compare
