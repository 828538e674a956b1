// What was measured of many pairs, and the forms in which it is told.
#ifndef SEAFUSION_BATCH_MEASURE_METRICS_REPORT_H_
#define SEAFUSION_BATCH_MEASURE_METRICS_REPORT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/status.h>
#include <nlohmann/json_fwd.hpp>

#include "metrics/sets/flicker.h"

namespace seafusion::batch {

struct MeasuredPair {
  std::string name;
  std::string infrared;
  std::string visible;
  std::string fused;
  std::vector<metrics::MetricValue> values;  ///< Empty: it failed; otherwise alike for all pairs.
  std::string error;
};

struct MetricsReport {
  Status status;  ///< Of the run as a whole.
  metrics::MetricRequest request;
  std::vector<MeasuredPair> pairs;
  std::vector<std::string> unpaired;
  std::optional<metrics::FlickerValue> flicker;  ///< Of a sequence.
  double seconds = 0.0;

  int failed() const;    ///< Pairs.
  int measured() const;  ///< The same.
};

/// One metric in one convention, over all pairs.
struct MetricLine {
  const metrics::MetricInfo* info;
  std::string convention;  ///< "paper", "f255", or "both" where they are the same.
  std::string_view unit;
  metrics::Summary summary;
};

/// In the order of the values; `join_same`: one line, "both", where the conventions are the same.
std::vector<MetricLine> Summaries(const MetricsReport& report, bool join_same);
/// Summaries(report, false) as an array of objects.
nlohmann::ordered_json SummariesJson(const MetricsReport& report);

/// "NaN", "Inf", "-Inf", or the shortest of at most `digits` significant digits.
std::string NumberText(double v, int digits);

/// A table of mean, standard deviation and median, a row for each metric and convention; with
/// `per_pair` also the values of each pair.
std::string TableText(const MetricsReport& report, bool per_pair);
/// The header pair,metric,convention,value and one line for each; NaN and Inf as such.
std::string CsvText(const MetricsReport& report);
/// The same lines without the header, each after `prefix`.
std::string CsvLines(const MetricsReport& report, const std::string& prefix);
std::string MetricsJsonText(const MetricsReport& report);
/// A booktabs table.
std::string LatexText(const MetricsReport& report);

}  // namespace seafusion::batch

#endif  // SEAFUSION_BATCH_MEASURE_METRICS_REPORT_H_
