#include "compare/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <seafusion/version.h>
#include <nlohmann/json.hpp>

#include "compare/means.h"
#include "core/text/csv_field.h"
#include "core/text/json_file_text.h"

namespace seafusion::compare {
namespace {

using Json = nlohmann::ordered_json;

std::string Seconds(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4f", seconds);
  return text.data();
}

Json ToJson(const CompareSettings& settings, const ComparedData& data,
            const ComparedMethod& method) {
  Json json = {{"label", method.label}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  add("method", method.name);
  if (method.is_source) json["is_source"] = true;
  add("pictures", method.source);
  add("citation", method.citation);
  add("model", method.model);
  add("weights_sha256", method.weights);
  add("engine", method.engine);
  add("skipped", method.skip);
  add("error", method.error);
  if (method.pairs.empty()) return json;
  json["pairs_fused"] = method.fused();
  json["pairs_measured"] = method.measured();
  json["failed"] = Json::array();
  for (std::size_t p = 0; p < method.pairs.size(); ++p) {
    if (method.pairs[p].error.empty()) continue;
    json["failed"].push_back({{"pair", data.pairs[p].stem}, {"error", method.pairs[p].error}});
  }
  if (!method.name.empty()) {
    const RunningTime time = RunningTimeOf(method);
    json["seconds"] = {{"first_call", time.first_call ? Json(*time.first_call) : Json(nullptr)},
                       {"count", time.others.count}};
    if (time.others.count > 0) {
      json["seconds"]["mean"] = time.others.mean;
      json["seconds"]["std"] = time.others.deviation;
      json["seconds"]["median"] = time.others.median;
    }
  }
  json["summary"] = batch::SummariesJson(MetricsOf(settings.request, data, method));
  json["intervals"] = Json::array();
  for (const MetricMean& mean : method.means) {
    if (!mean.interval) continue;
    json["intervals"].push_back({{"metric", metrics::DescribeMetric(mean.metric).name},
                                 {"convention", metrics::ConventionName(mean.convention)},
                                 {"low", mean.interval->low},
                                 {"high", mean.interval->high}});
  }
  return json;
}

// By label; of each convention and of all together.
Json RanksJson(const CompareSettings& settings, const ComparedData& data) {
  const std::vector<const ComparedMethod*> methods = MeasuredMethods(data);
  Json json = Json::object();
  const auto add = [&](const std::string& name, const std::vector<metrics::Convention>& of) {
    const std::vector<double> ranks = MeanRanks(settings, methods, of);
    for (std::size_t m = 0; m < methods.size(); ++m) json[methods[m]->label][name] = ranks[m];
  };
  for (const metrics::Convention convention : settings.request.conventions) {
    add(std::string(metrics::ConventionName(convention)), {convention});
  }
  add("together", settings.request.conventions);
  return json;
}

Json ToJson(const ComparedTask& task) {
  Json json = {{"task", task.name()}, {"model", task.model}, {"left_out", task.left_out}};
  if (!task.error.empty()) {
    json["error"] = task.error;
  } else {
    json["table"] = Json::parse(task.json, nullptr, /*allow_exceptions=*/false);
  }
  return json;
}

}  // namespace

const ComparedMethod& SourceOf(const ComparedData& data, std::string_view label) {
  return *std::find_if(data.methods.begin(), data.methods.end(), [&](const ComparedMethod& method) {
    return method.is_source && method.label == label;
  });
}

int ComparedMethod::fused() const {
  return static_cast<int>(std::count_if(
      pairs.begin(), pairs.end(), [](const ComparedPair& p) { return !p.record.fused.empty(); }));
}

int ComparedMethod::measured() const {
  return static_cast<int>(std::count_if(
      pairs.begin(), pairs.end(), [](const ComparedPair& p) { return !p.record.values.empty(); }));
}

int ComparedMethod::failed() const {
  return static_cast<int>(std::count_if(pairs.begin(), pairs.end(),
                                        [](const ComparedPair& p) { return !p.error.empty(); }));
}

int Comparison::failed() const {
  int failed = 0;
  for (const ComparedData& set : data) {
    for (const ComparedMethod& method : set.methods) {
      if (method.is_source) continue;
      failed += method.failed() + (method.error.empty() ? 0 : 1);
    }
    for (const ComparedTask& task : set.tasks) failed += task.error.empty() ? 0 : 1;
  }
  return failed;
}

bool Comparison::anything_measured() const {
  return std::any_of(data.begin(), data.end(), [](const ComparedData& set) {
    return std::any_of(set.methods.begin(), set.methods.end(), [](const ComparedMethod& method) {
      return !method.is_source && method.measured() > 0;
    });
  });
}

RunningTime RunningTimeOf(const ComparedMethod& method) {
  RunningTime time;
  std::vector<double> others;
  for (const ComparedPair& pair : method.pairs) {
    if (pair.record.fused.empty()) continue;
    if (!pair.record.first_call) {
      others.push_back(pair.record.seconds);
    } else if (!time.first_call) {
      time.first_call = pair.record.seconds;
    }
  }
  time.others = metrics::Summarize(others);
  return time;
}

std::string RunningTimeText(const metrics::Summary& others) {
  if (others.count == 0) return "-";
  return Seconds(others.mean) + " ± " + Seconds(others.deviation);
}

batch::MetricsReport MetricsOf(const metrics::MetricRequest& request, const ComparedData& data,
                               const ComparedMethod& method) {
  batch::MetricsReport report;
  report.request = request;
  for (std::size_t p = 0; p < method.pairs.size(); ++p) {
    const ComparedPair& pair = method.pairs[p];
    report.pairs.push_back({data.pairs[p].stem, data.pairs[p].infrared, data.pairs[p].visible,
                            pair.path, pair.record.values, pair.error});
  }
  return report;
}

std::string TimesCsv(const Comparison& comparison) {
  std::string text = "data,method,pair,width,height,threads,seconds,first_call\n";
  for (const ComparedData& data : comparison.data) {
    for (const ComparedMethod& method : data.methods) {
      if (method.name.empty()) continue;
      for (std::size_t p = 0; p < method.pairs.size(); ++p) {
        const FusedRecord& record = method.pairs[p].record;
        if (record.fused.empty()) continue;
        text += CsvField(data.set.name) + "," + CsvField(method.label) + "," +
                CsvField(data.pairs[p].stem) + "," + std::to_string(record.width) + "," +
                std::to_string(record.height) + "," + std::to_string(comparison.threads) + "," +
                batch::NumberText(record.seconds, 6) + "," + (record.first_call ? "yes" : "no") +
                "\n";
      }
    }
  }
  return text;
}

std::string MetricsCsv(const metrics::MetricRequest& request, const Comparison& comparison) {
  std::string text = "data,method,pair,metric,convention,value\n";
  for (const ComparedData& data : comparison.data) {
    for (const ComparedMethod& method : data.methods) {
      text += batch::CsvLines(MetricsOf(request, data, method),
                              CsvField(data.set.name) + "," + CsvField(method.label) + ",");
    }
  }
  return text;
}

std::string ComparisonJson(const CompareSettings& settings, const Comparison& comparison) {
  Json json;
  json["seafusion"] = Version();
  json["processor"] = comparison.processor;
  json["threads"] = comparison.threads;
  json["range"] = settings.range;
  json["ir_range"] = settings.ir_range;
  json["precision"] = settings.precision_name;
  json["failed"] = comparison.failed();
  json["seconds"] = comparison.seconds;
  json["data"] = Json::array();
  for (const ComparedData& data : comparison.data) {
    Json set = {{"name", data.set.name},       {"infrared", data.set.infrared},
                {"visible", data.set.visible}, {"pairs", Json::array()},
                {"methods", Json::array()},    {"tasks", Json::array()}};
    for (const io::PicturePair& pair : data.pairs) set["pairs"].push_back(pair.stem);
    for (const ComparedMethod& method : data.methods) {
      set["methods"].push_back(ToJson(settings, data, method));
    }
    set["mean_ranks"] = RanksJson(settings, data);
    for (const ComparedTask& task : data.tasks) set["tasks"].push_back(ToJson(task));
    json["data"].push_back(std::move(set));
  }
  // File names need not be UTF-8.
  return JsonFileText(json);
}

}  // namespace seafusion::compare
