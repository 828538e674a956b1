// What a comparison of methods found, and the forms in which it is told.
#ifndef SEAFUSION_COMPARE_COMPARISON_H_
#define SEAFUSION_COMPARE_COMPARISON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/metrics.h>

#include "batch/measure/metrics_report.h"
#include "compare/folder/run_state.h"
#include "compare/settings.h"
#include "io/pairing/pair_list.h"
#include "metrics/sets/bootstrap.h"

namespace seafusion::compare {

struct ComparedPair {
  std::string path;         ///< Of the fused picture.
  std::string error;        ///< Why it was not fused or not measured; empty: it was.
  FusedRecord record;       ///< `fused` is empty where there is no picture.
  bool taken_over = false;  ///< From an earlier run.
};

/// One metric in one convention over a method's pictures.
struct MetricMean {
  metrics::Metric metric;
  metrics::Convention convention;
  metrics::Summary summary;
  /// In which 95 % of such means lie when pairs are drawn anew; empty: not asked for.
  std::optional<metrics::Interval> interval;
};

struct ComparedMethod {
  std::string label;
  bool is_source = false;  ///< The infrared or the visible pictures themselves.
  std::string name;        ///< As the command knows it; empty: pictures that exist already.
  std::string source;      ///< Where these are.
  std::string model;       ///< File of its weights; empty: none.
  std::string weights;     ///< SHA-256 of these, or of the built-in ones.
  std::string engine;      ///< What did the arithmetic.
  std::string citation;
  std::string skip;                 ///< Why it was not run; empty: it was.
  std::string error;                ///< Why it could not begin; empty: it could.
  std::vector<ComparedPair> pairs;  ///< As ComparedData::pairs; empty with `skip` or `error`.
  std::vector<MetricMean> means;    ///< Of those that were measured.

  int fused() const;
  int measured() const;
  int failed() const;  ///< Pairs.
};

/// What a network makes of the sources and of each method's pictures.
struct ComparedTask {
  TaskKind kind = TaskKind::kDetection;
  std::string model;                  ///< ONNX file.
  std::string folder;                 ///< With tables and overlays/ROW/PAIR.png.
  std::vector<std::string> left_out;  ///< Labels of methods that lack a picture.
  std::string json, text;             ///< The table.
  std::string error;                  ///< Why there is none; empty: there is.

  std::string name() const { return TaskName(kind); }
};

struct ComparedData {
  CompareSettings::DataSet set;
  std::vector<io::PicturePair> pairs;
  std::vector<ComparedMethod> methods;  ///< The sources last.
  std::vector<ComparedTask> tasks;
};

/// The row of a source, kInfraredLabel or kVisibleLabel, once that is there.
const ComparedMethod& SourceOf(const ComparedData& data, std::string_view label);

struct Comparison {
  int threads = 0;
  std::string processor;
  std::vector<ComparedData> data;
  double seconds = 0;

  /// Methods, pairs of methods and tasks.
  int failed() const;
  bool anything_measured() const;
};

/// Seconds of a method's fusions, the first call of each process apart, as it pays for what a
/// program does once.
struct RunningTime {
  std::optional<double> first_call;
  metrics::Summary others;
};
RunningTime RunningTimeOf(const ComparedMethod& method);
/// "0.0521 ± 0.0013".
std::string RunningTimeText(const metrics::Summary& others);

/// The values of a method as a run over its pictures tells them.
batch::MetricsReport MetricsOf(const metrics::MetricRequest& request, const ComparedData& data,
                               const ComparedMethod& method);

/// A line for each fusion.
std::string TimesCsv(const Comparison& comparison);
std::string MetricsCsv(const metrics::MetricRequest& request, const Comparison& comparison);
std::string ComparisonJson(const CompareSettings& settings, const Comparison& comparison);
/// Tables of means with intervals and mean ranks, of what networks see and of running times, and
/// what failed or was left out.
std::string ComparisonText(const CompareSettings& settings, const Comparison& comparison);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_COMPARISON_H_
