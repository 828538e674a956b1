#include "batch/measure/metrics_report.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <string_view>

#include <seafusion/version.h>
#include <nlohmann/json.hpp>

#include "core/text/csv_field.h"
#include "core/text/json_file_text.h"

namespace seafusion::batch {
namespace {

using metrics::DescribeMetric;
using metrics::Direction;
using metrics::MetricInfo;
using metrics::MetricValue;
using metrics::Summary;
using nlohmann::ordered_json;

__attribute__((format(printf, 1, 2))) std::string Format(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  char text[512];
  std::vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  return text;
}

const char* Better(const MetricInfo& info) {
  return info.direction == Direction::kHigherIsBetter ? "higher" : "lower";
}

std::string LatexEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '_' || c == '%' || c == '&' || c == '#') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// JSON has no NaN and no infinity.
ordered_json JsonNumber(double v) {
  return std::isfinite(v) ? ordered_json(v) : ordered_json(NumberText(v, 3));
}

}  // namespace

std::string NumberText(double v, int digits) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "Inf" : "-Inf";
  return Format("%.*g", digits, v);
}

std::vector<MetricLine> Summaries(const MetricsReport& report, bool join_same) {
  std::vector<MetricLine> lines;
  const auto first = std::find_if(report.pairs.begin(), report.pairs.end(),
                                  [](const MeasuredPair& p) { return !p.values.empty(); });
  if (first == report.pairs.end()) return lines;
  for (std::size_t i = 0; i < first->values.size(); ++i) {
    const MetricInfo& info = DescribeMetric(first->values[i].metric);
    std::string convention(ConventionName(first->values[i].convention));
    if (join_same && info.conventions.empty() && report.request.conventions.size() > 1) {
      if (first->values[i].convention != report.request.conventions.front()) continue;
      convention = "both";
    }
    std::vector<double> values;
    for (const MeasuredPair& pair : report.pairs) {
      if (!pair.values.empty()) values.push_back(pair.values[i].value);
    }
    lines.push_back({&info, convention,
                     metrics::MetricUnit(info.metric, first->values[i].convention),
                     metrics::Summarize(values)});
  }
  return lines;
}

int MetricsReport::failed() const {
  return static_cast<int>(std::count_if(pairs.begin(), pairs.end(),
                                        [](const MeasuredPair& p) { return !p.error.empty(); }));
}

int MetricsReport::measured() const {
  return static_cast<int>(std::count_if(pairs.begin(), pairs.end(),
                                        [](const MeasuredPair& p) { return !p.values.empty(); }));
}

std::string TableText(const MetricsReport& report, bool per_pair) {
  std::string text;
  if (per_pair) {
    text += Format("%-11s %-10s %16s  %s\n", "metric", "convention", "value", "pair");
    for (const MeasuredPair& pair : report.pairs) {
      for (const MetricValue& v : pair.values) {
        text += Format("%-11s %-10s %16s  ", std::string(DescribeMetric(v.metric).name).c_str(),
                       std::string(ConventionName(v.convention)).c_str(),
                       NumberText(v.value, 8).c_str()) +
                pair.name + "\n";
      }
    }
    text += "\n";
  }
  text += Format("%-11s %-10s %14s %14s %14s  %-6s  %s\n", "metric", "convention", "mean", "std",
                 "median", "better", "unit");
  for (const MetricLine& line : Summaries(report, true)) {
    const Summary& s = line.summary;
    text += Format("%-11s %-10s %14s %14s %14s  %-6s  %s", std::string(line.info->name).c_str(),
                   line.convention.c_str(), NumberText(s.mean, 8).c_str(),
                   NumberText(s.deviation, 5).c_str(), NumberText(s.median, 8).c_str(),
                   Better(*line.info), std::string(line.unit).c_str());
    if (s.not_finite > 0) {
      text += Format("%sof %d pairs; %d not finite", line.unit.empty() ? "" : "; ", s.count,
                     s.not_finite);
    }
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
  }
  if (report.flicker) {
    const metrics::FlickerValue& f = *report.flicker;
    text += Format(
        "flicker: %s of 255 a frame more than the sources change, where these are still (%.1f %% "
        "of the pixels; there the fused picture changes by %s)\n",
        NumberText(f.excess, 3).c_str(), 100 * f.still_share, NumberText(f.change, 3).c_str());
  }
  return text + Format("%d %s measured in %.1f s\n", report.measured(),
                       report.measured() == 1 ? "pair" : "pairs", report.seconds);
}

std::string CsvText(const MetricsReport& report) {
  return "pair,metric,convention,value\n" + CsvLines(report, "");
}

std::string CsvLines(const MetricsReport& report, const std::string& prefix) {
  std::string text;
  for (const MeasuredPair& pair : report.pairs) {
    for (const MetricValue& v : pair.values) {
      text += prefix + CsvField(pair.name) + ",";
      text += DescribeMetric(v.metric).name;
      text += ",";
      text += ConventionName(v.convention);
      text += ',';
      text += NumberText(v.value, 17);
      text += '\n';
    }
  }
  return text;
}

ordered_json SummariesJson(const MetricsReport& report) {
  ordered_json json = ordered_json::array();
  for (const MetricLine& line : Summaries(report, false)) {
    json.push_back({{"metric", line.info->name},
                    {"convention", line.convention},
                    {"mean", JsonNumber(line.summary.mean)},
                    {"std", JsonNumber(line.summary.deviation)},
                    {"median", JsonNumber(line.summary.median)},
                    {"count", line.summary.count},
                    {"not_finite", line.summary.not_finite},
                    {"better", Better(*line.info)},
                    {"unit", line.unit}});
  }
  return json;
}

std::string MetricsJsonText(const MetricsReport& report) {
  ordered_json json;
  json["seafusion"] = Version();
  json["pairs_measured"] = report.measured();
  json["pairs_failed"] = report.failed();
  json["unpaired"] = report.unpaired;
  json["seconds"] = report.seconds;
  if (!report.status.ok()) json["error"] = report.status.message();
  json["summary"] = SummariesJson(report);
  if (report.flicker) {
    json["flicker"] = {{"excess", report.flicker->excess},
                       {"change", report.flicker->change},
                       {"still_share", report.flicker->still_share},
                       {"frames", report.flicker->frames}};
  }
  json["pairs"] = ordered_json::array();
  for (const MeasuredPair& pair : report.pairs) {
    if (pair.values.empty() && pair.error.empty()) continue;
    ordered_json entry = {{"pair", pair.name},
                          {"infrared", pair.infrared},
                          {"visible", pair.visible},
                          {"fused", pair.fused}};
    if (!pair.error.empty()) entry["error"] = pair.error;
    entry["values"] = ordered_json::array();
    for (const MetricValue& v : pair.values) {
      const MetricInfo& info = DescribeMetric(v.metric);
      ordered_json value = {{"metric", info.name},
                            {"convention", ConventionName(v.convention)},
                            {"value", JsonNumber(v.value)}};
      if (info.has_parts) {
        value["infrared"] = JsonNumber(v.infrared);
        value["visible"] = JsonNumber(v.visible);
      }
      entry["values"].push_back(std::move(value));
    }
    json["pairs"].push_back(std::move(entry));
  }
  // File names need not be UTF-8.
  return JsonFileText(json);
}

std::string LatexText(const MetricsReport& report) {
  std::string text = "% seafusion " + std::string(Version()) + ", " +
                     Format("%d pairs; needs the package booktabs\n", report.measured());
  text += "\\begin{tabular}{llrrrl}\n\\toprule\n";
  text += "Metric & Convention & Mean & Std & Median & Better \\\\\n\\midrule\n";
  for (const MetricLine& line : Summaries(report, true)) {
    text += LatexEscaped(line.info->name) + " & " + line.convention + " & " +
            NumberText(line.summary.mean, 5) + " & " + NumberText(line.summary.deviation, 4) +
            " & " + NumberText(line.summary.median, 5) + " & " + Better(*line.info) + " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

}  // namespace seafusion::batch
